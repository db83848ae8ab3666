"""Opening, editing and giving deals. Every fact refreshes the deal's signals in the same transaction."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.prepared import Given, named
from accounts.prepared_objects import Objects
from accounts.refusals import Refused
from accounts.services.contacts import lock_contact
from accounts.services.customers import lock_account
from deals.models import CloseDateChange, Deal, DealContact, Stage, StageChange, StageKind
from deals.risk.refresh import refresh

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime
    from decimal import Decimal

    from accounts.models import Account, Contact, User
    from deals.models import Product

HOLD = named(
    """
SELECT s.retired_at, s.kind, p.retired_at, p.name
FROM deals_stage s JOIN deals_pipeline p ON p.id = s.pipeline_id WHERE s.id = %(stage)s FOR SHARE OF s
""",
    planned=True,
)
EDITABLE = frozenset({"name", "account", "amount", "currency", "product", "source", "introduced_by", "expected_close_on"})


class DealIsGone(Refused, Deal.DoesNotExist):
    """It was removed while somebody waited for it: with the import that had brought it, or with the mail it had begun with."""


def first_open_stage() -> Stage:
    """Where a deal begins when nobody says: the first open stage of the default pipeline."""
    stage = Stage.objects.in_use().filter(pipeline__is_default=True, kind=StageKind.OPEN).order_by("position").first()
    if stage is None:
        raise Refused(_("The default pipeline has no open stage. Ask an admin to add one."))
    return stage


@transaction.atomic
def open_deal(
    *,
    name: str,
    owner: User | None,
    by: User | None,
    now: datetime,
    account: Account | None = None,
    stage: Stage | None = None,
    amount: Decimal | None = None,
    currency: str | None = None,
    product: Product | None = None,
    source: str = Deal.Source.UNKNOWN,
    introduced_by: Contact | None = None,
    opened_on: date | None = None,
    expected_close_on: date | None = None,
    contacts: Iterable[Contact] = (),
) -> Deal:
    """Open a deal in a stage of kind inquiry or open.

    Refused without a name, for a closed or retired stage, and for a customer or a person who was merged meanwhile.
    """
    contacts = list(contacts)
    _hold_customers(account, [*contacts, introduced_by])
    stage = hold_stage(stage or first_open_stage(), to_begin=True)
    if stage.kind not in (StageKind.INQUIRY, StageKind.OPEN):
        raise Refused(_("A deal opens in an open stage. Choose another stage than %(stage)s.") % {"stage": stage.name})
    if not name.strip():
        raise Refused(_("A deal needs a name."))
    deal = Deal(
        name=name.strip(),
        account=account,
        owner=owner,
        owner_since=now,
        team=owner.team if owner else (by.team if by else None),
        pipeline_id=stage.pipeline_id,
        stage=stage,
        status=stage.kind,
        stage_entered_at=now,
        amount=amount,
        product=product,
        source=source,
        introduced_by=introduced_by,
        opened_on=opened_on or timezone.localdate(now),
        expected_close_on=expected_close_on,
        created_at=now,
        created_by=by,
    )
    if currency:
        deal.currency = currency
    deal.save()
    StageChange.objects.create(deal=deal, to_stage=stage, at=now, by=by)
    DealContact.objects.bulk_create([DealContact(deal=deal, contact=contact) for contact in contacts])
    refresh([deal.pk], now)
    return deal


@transaction.atomic
def edit_deal(*, deal: Deal, by: User | None, now: datetime, **changes: Any) -> Deal:
    """Change what a person may change (``EDITABLE``). A new close date is kept as a change of it.

    An edit is no contact. Raises ``TypeError`` for a field that is not editable.
    """
    unknown = changes.keys() - EDITABLE
    if unknown:
        raise TypeError(f"not editable: {', '.join(sorted(unknown))}")
    _hold_customers(changes.get("account"), [changes.get("introduced_by")])
    deal = lock(deal)
    changed = [name for name, value in changes.items() if getattr(deal, name) != value]
    if not changed:
        return deal
    if "expected_close_on" in changed:
        CloseDateChange.objects.create(deal=deal, old=deal.expected_close_on, new=changes["expected_close_on"], at=now, by=by)
    for name in changed:
        setattr(deal, name, changes[name])
    if not deal.name.strip():
        raise Refused(_("A deal needs a name."))
    deal.save(update_fields=changed)
    if {"account", "introduced_by"} & set(changed):
        from deals.services.mail.others import settle_deal  # the intake of mail stands on this module

        settle_deal(deal.pk)
    refresh([deal.pk], now)
    return deal


def _hold_customers(account: Account | None, people: Iterable[Contact | None]) -> None:
    """Before the deal's own row, as a merge takes them. Refused where one was merged or removed since it was chosen."""
    if account is not None:
        lock_account(account)
    for contact in sorted({one for one in people if one is not None}, key=lambda one: one.pk):
        lock_contact(contact)


def give(deal: Deal, owner: User | None, now: datetime) -> None:
    """Write down whose a deal is that the caller has locked, and refreshes afterwards. An open offer of it ends with this."""
    for name, value in given_to(owner, now).items():
        setattr(deal, name, value)
    deal.save(update_fields=["owner", "owner_since", "team"])


def given_to(owner: User | None, now: datetime) -> dict[str, Any]:
    """What changes of a deal that is theirs from ``now`` on: it goes into their team, and stays where it is where they have none."""
    team = {"team_id": owner.team_id} if owner is not None and owner.team_id is not None else {}
    return {"owner": owner, "owner_since": now, **team}


def lock(deal: Deal) -> Deal:
    """The deal as the database has it now, its row locked for this transaction. DealIsGone where it was removed meanwhile."""
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("A deal is locked until its transaction ends: there is none.")
    locked = _locked().first(deal=deal.pk)
    if locked is None:
        raise DealIsGone(_("This is not there any more."))
    return locked


@cache
def _locked() -> Objects[Deal]:
    """Without a join: a row that another transaction moved to another stage meanwhile would drop out of it."""
    return Objects(Deal.objects.select_for_update().filter(pk=Given("deal")))


def hold_stage(stage: Stage, *, to_begin: bool = False) -> Stage:
    """The stage as the database has it now, kept from being retired and from changing its kind while this transaction runs.

    Refused for one that is retired, and for a deal that is to begin in a retired pipeline. Several may hold a stage at the
    same time.
    """
    found = HOLD.row(stage=stage.pk)
    if found is None or found[0] is not None:
        raise Refused(_("The stage %(stage)s is not used any more. Choose another one.") % {"stage": stage.name})
    if to_begin and found[2] is not None:
        raise Refused(_("Nothing new begins in %(pipeline)s any more. Choose a stage of another pipeline.") % {"pipeline": found[3]})
    stage.retired_at, stage.kind = found[:2]
    return stage
