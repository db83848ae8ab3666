"""Two records of the same customer or person become one: everything that pointed at the other points at the one that stays.

What points there is asked of the models themselves, so a relation that is added later moves, too. The row that goes is
deleted without Django's cascades: were anything left pointing at it, the database would refuse the whole merge.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _
from pghistory.models import Event

from accounts.authority import may_merge
from accounts.models import Account, Contact, ContactAddress, MergedAccount, MergedContact
from accounts.refusals import Refused
from deals.models import Deal, DealContact, Interaction
from deals.services.customers import look_at

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from accounts.models import User

ACCOUNT_FIELDS = ("name", "owner", "lifecycle", "recurring_value", "sector", "country", "employees", "parent")
CONTACT_FIELDS = ("name", "account", "title", "email", "phone", "seniority", "left_on")


@dataclass(slots=True)
class Moved:
    """How many rows of each model moved, by its label."""

    rows: dict[str, int] = field(default_factory=dict)


@transaction.atomic
def merge_accounts(*, keep: Account, gone: Account, by: User, now: datetime, take: Iterable[str] = ()) -> Moved:
    """Make ``gone`` part of ``keep``. ``take``: the fields (``ACCOUNT_FIELDS``) whose value comes from the one that goes.

    Refused where it is the same account, where one of them went meanwhile, and to who may not.
    """
    take = _known(take, ACCOUNT_FIELDS)
    keep, gone = _both(Account, keep, gone)
    if not may_merge(by, keep, gone):
        raise Refused(_("Only a manager of the teams that own both accounts, who owns both, or an admin can merge them. Ask one of them."))
    was = _as_it_was(gone, domains=[one.domain for one in gone.domains.all()])
    record = MergedAccount(
        into=keep, name=keep.name if "name" in take else gone.name, external_id=_free_id(MergedAccount, gone), was=was, at=now, by=by
    )
    # Its people before the deals, as whoever logs what one of them said takes the two.
    list(Contact.objects.filter(account=gone.pk).order_by("pk").select_for_update(no_key=True).values_list("pk"))
    concerned = _hold_deals(Q(account__in=[keep.pk, gone.pk]))
    wanted = _parent_wanted(keep, gone, taken="parent" in take)
    Account.objects.filter(pk__in=[keep.pk, gone.pk]).update(parent=None)
    moved = _move_all(keep, gone)
    for name in take - {"parent"}:
        setattr(keep, name, getattr(gone, name))
    keep.parent_id = wanted if _may_be_above(wanted, keep.pk) else None
    keep.details = {**gone.details, **keep.details}
    _remove(gone)
    keep.save(update_fields=["details", "parent", *take])
    record.save()
    look_at(concerned, now)
    return moved


@transaction.atomic
def merge_contacts(*, keep: Contact, gone: Contact, by: User, now: datetime, take: Iterable[str] = ()) -> Moved:
    """Make ``gone`` part of ``keep``, who keeps every address of both and is on the deals of both, in the role known of either."""
    take = _known(take, CONTACT_FIELDS)
    keep, gone = _both(Contact, keep, gone)
    if not may_merge(by, keep.account, gone.account):
        raise Refused(_("Only a manager of the teams that own the accounts of both, who owns both, or an admin can merge them. Ask one of them."))
    addresses = {keep.email.lower(), gone.email.lower(), *gone.addresses.values_list("email", flat=True)}
    was = _as_it_was(gone, addresses=sorted(addresses - {keep.email.lower(), ""}))
    record = MergedContact(
        into=keep, name=keep.name if "name" in take else gone.name, external_id=_free_id(MergedContact, gone), was=was, at=now, by=by
    )
    people = [keep.pk, gone.pk]
    accounts = [account for account in (keep.account_id, gone.account_id) if account is not None]
    concerned = _hold_deals(
        Q(account__in=accounts) | Q(introduced_by__in=people) | Q(pk__in=DealContact.objects.filter(contact__in=people).values("deal_id"))
    )
    roles = DealContact.objects.filter(contact=gone, deal=OuterRef("deal"))
    DealContact.objects.filter(Exists(roles.exclude(role="")), contact=keep, role="").update(role=models.Subquery(roles.values("role")[:1]))
    moved = _move_all(keep, gone)
    for name in take:
        setattr(keep, name, getattr(gone, name))
    keep.email = keep.email.lower() or next(iter(sorted(addresses - {""})), "")
    # Where one of the two spoke and the other was in copy, there is one of them now.
    Interaction.others.through.objects.filter(contact=keep, interaction__contact=keep).delete()
    _remove(gone)
    keep.save(update_fields=["email", *take])
    ContactAddress.objects.bulk_create(
        [ContactAddress(contact=keep, email=email, added_at=now) for email in addresses - {keep.email, ""}], ignore_conflicts=True
    )
    ContactAddress.objects.filter(contact=keep, email=keep.email).delete()
    record.save()
    look_at(concerned, now)
    return moved


def pointing_at(model: type[models.Model]) -> Iterator[models.ForeignKey[Any, Any]]:
    """Every foreign key to this model, of whatever app. The versions kept by the history stay as they were: they say what was."""
    for relation in model._meta.get_fields(include_hidden=True):
        if not isinstance(relation, models.ManyToOneRel):
            continue
        if not issubclass(relation.related_model, Event) and not relation.related_model._meta.proxy:
            yield relation.field


def _both(model: type[Any], keep: Any, gone: Any) -> tuple[Any, Any]:
    """Both rows, locked in the order of their ids, so that two who merge the same pair wait instead of stopping each other."""
    if keep.pk == gone.pk:
        raise Refused(_("That is one and the same. Choose another one to merge with it."))
    locked = {one.pk: one for one in model.objects.filter(pk__in=[keep.pk, gone.pk]).order_by("pk").select_for_update(no_key=True)}
    for one in (keep, gone):
        if one.pk not in locked:
            raise Refused(_("%(name)s is not here any more: somebody has merged or removed it meanwhile.") % {"name": one.name})
    return locked[keep.pk], locked[gone.pk]


def _hold_deals(which: Q) -> list[int]:
    """The deals concerned, locked in the order of their ids as every other writer does."""
    ids = set(Deal.objects.filter(which).values_list("pk", flat=True))
    return list(Deal.objects.filter(pk__in=ids).order_by("pk").select_for_update(no_key=True).values_list("pk", flat=True))


def _move_all(keep: models.Model, gone: models.Model) -> Moved:
    moved = Moved()
    for foreign_key in pointing_at(type(keep)):
        label = foreign_key.model._meta.label
        moved.rows[label] = moved.rows.get(label, 0) + _move(foreign_key, keep, gone)
    return moved


def _move(foreign_key: models.ForeignKey[Any, Any], keep: models.Model, gone: models.Model) -> int:
    """Rows that would stand there twice (the same deal, the same address) go; the one at ``keep`` stays."""
    name, every = foreign_key.name, foreign_key.model._base_manager  # noqa: SLF001 - Django's documented name of it
    going = every.filter(**{name: gone})
    for others in _unique_with(foreign_key):
        same = every.filter(**{name: keep}, **{other: OuterRef(other) for other in others})
        every.filter(pk__in=list(going.filter(Exists(same)).values_list("pk", flat=True))).delete()
    return int(going.update(**{name: keep}))


def _unique_with(foreign_key: models.ForeignKey[Any, Any]) -> Iterator[tuple[str, ...]]:
    """The other fields of each rule that keeps rows of this foreign key apart; no fields: one row each."""
    options = foreign_key.model._meta
    if foreign_key.unique:
        yield ()
    for constraint in options.total_unique_constraints:
        if foreign_key.name in constraint.fields:
            yield tuple(other for other in constraint.fields if other != foreign_key.name)
    for together in options.unique_together:
        if foreign_key.name in together:
            yield tuple(other for other in together if other != foreign_key.name)


def _remove(gone: models.Model) -> None:
    """Without cascades; nothing may hang on it any more."""
    for foreign_key in pointing_at(type(gone)):
        if foreign_key.model._base_manager.filter(**{foreign_key.name: gone}).exists():  # noqa: SLF001 - as above
            raise RuntimeError(f"{foreign_key} still points at {gone!r}: it would be lost with it.")
    rows = type(gone)._base_manager.filter(pk=gone.pk)  # noqa: SLF001 - as above
    rows._raw_delete(rows.db)  # noqa: SLF001 - deleting as Django does after its cascades, which are not wanted here


def _parent_wanted(keep: Account, gone: Account, *, taken: bool) -> int | None:
    """The parent that was chosen; the parent of the one that goes where that one was the parent itself."""
    chosen = gone.parent_id if taken else keep.parent_id
    if chosen == gone.pk:
        chosen = gone.parent_id
    return None if chosen in (keep.pk, gone.pk) else chosen


def _may_be_above(wanted: int | None, account_id: int) -> bool:
    """Not where the chosen parent is below the account, now that both are one."""
    seen: set[int] = set()
    while wanted is not None and wanted not in seen:
        if wanted == account_id:
            return False
        seen.add(wanted)
        wanted = Account.objects.filter(pk=wanted).values_list("parent_id", flat=True).first()
    return True


def _known(take: Iterable[str], fields: tuple[str, ...]) -> set[str]:
    taken = set(take)
    if unknown := taken - set(fields):
        raise TypeError(f"not to be merged: {', '.join(sorted(unknown))}")
    return taken


def _as_it_was(gone: models.Model, **more: list[str]) -> dict[str, Any]:
    """Every field, as JSON can hold it, and what hung on it that has no record of its own."""
    encoder = DjangoJSONEncoder()
    fields = {one.attname: getattr(gone, one.attname) for one in gone._meta.concrete_fields}
    plain = {name: value if isinstance(value, str | int | float | dict | list | None) else encoder.default(value) for name, value in fields.items()}
    return {**plain, **more}


def _free_id(model: type[Any], gone: Any) -> str | None:
    """The id the source knew it by, for imports to come. An older record of that id gives way to this one."""
    if gone.external_id:
        model.objects.filter(external_id=gone.external_id).update(external_id=None)
    found: str | None = gone.external_id
    return found
