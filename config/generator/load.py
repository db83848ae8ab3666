"""Writes a generated company: one transaction for the rows, then the risk rules in batches, as after an import."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import UTC, timedelta
from itertools import islice
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import connection, transaction
from django.utils.translation import gettext as _

from accounts.models import Account, AccountDomain, Contact, Notice, Team
from accounts.refusals import Refused
from config.demo_company.products import make_products
from config.generator import MARK, customers, deals
from config.generator.contact import INTERACTION
from config.generator.deals import Frame, make_batch
from config.generator.office import make_office
from deals import rhythms, totals
from deals.copying import copy_rows
from deals.models import (
    CloseDateChange,
    Deal,
    DealContact,
    ExchangeRate,
    Interaction,
    NextStep,
    Pipeline,
    PipelineTotal,
    Product,
    RiskSignal,
    SignalEvent,
    Stage,
    StageChange,
    Task,
)
from deals.risk.refresh import refresh
from winback.models import Loss

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from django.db.models import Model

    from config.generator.office import Office
    from config.generator.size import Size

# Deals written at once: their rows are all that is held in memory.
BATCH = 5000
# Deals whose signals are raised in one transaction.
JUDGED = 2000
# What one unit was worth in the base currency, half a year apart, oldest first.
RATES = {"EUR": ("1.05", "1.09", "1.07", "1.11"), "USD": ("0.95", "0.92", "0.94", "0.90"), "GBP": ("1.24", "1.28", "1.26", "1.31")}
WRITTEN: tuple[type[Model], ...] = (
    Account, AccountDomain, Contact, Deal, DealContact, Interaction, NextStep, StageChange, CloseDateChange, Loss, Task, RiskSignal, SignalEvent,
    PipelineTotal, Notice,
)  # fmt: skip


@dataclass(frozen=True)
class Generated:
    """The ids of the first deal, and who leads what."""

    first_deal: int
    office: Office


def generate(
    size: Size, *, seed: int, now: datetime, add: bool = False, password: str | None = None, say: Callable[[str], None] = lambda _words: None
) -> Generated:
    """Write a company of this size as it stands at ``now``, then have the rules look at every deal of it.

    Raises ``Refused`` where there are deals already, unless ``add``. An interruption before the rows are all there leaves
    nothing; one after it leaves deals that are due, so that the next sweep goes on.
    """
    now = now.astimezone(UTC)
    with transaction.atomic():
        made = _write(size, random.Random(seed), now, add=add, password=password, say=say)
    _analyse()
    rhythms.learn(now)
    _judge(made.first_deal, size.deals, now, say)
    while totals.fold():
        pass
    _analyse()
    return made


def _write(size: Size, rng: random.Random, now: datetime, *, add: bool, password: str | None, say: Callable[[str], None]) -> Generated:
    _only_where_empty(add=add)
    prepare()
    company = Team.objects.filter(external_id__startswith=MARK).count() + 1
    office = make_office(size, number=company, password=password, now=now)
    currencies = _rates(now)
    first_account, first_contact = _reserve(Account, size.accounts), _reserve(Contact, size.contacts)
    for numbers in _batches(size.accounts):
        copy_rows(Account, customers.ACCOUNT, customers.account_rows(rng, numbers, first_id=first_account, sellers=office.sellers, now=now))
        copy_rows(AccountDomain, customers.DOMAIN, customers.domain_rows(numbers, first_id=first_account, company=company))
        contacts = customers.contact_rows(rng, numbers, first_account=first_account, first_id=first_contact, company=company, now=now)
        copy_rows(Contact, customers.CONTACT, contacts)
    stages, won, lost = _stages()
    frame = Frame(
        size=size,
        now=now,
        sellers=office.sellers,
        stages=stages,
        won=won,
        lost=lost,
        products=_products(),
        currencies=currencies,
        first_deal=_reserve(Deal, size.deals),
        first_account=first_account,
        first_contact=first_contact,
    )
    for numbers in _batches(size.deals):
        _copy(make_batch(rng, frame, numbers))
        say(_("%(number)s deals written") % {"number": f"{numbers.stop:,}"})
    return Generated(frame.first_deal, office)


def _copy(batch: deals.Batch) -> None:
    copy_rows(Deal, deals.DEAL, batch.deals)
    copy_rows(DealContact, deals.DEAL_CONTACT, batch.people)
    copy_rows(StageChange, deals.STAGE_CHANGE, batch.moves)
    copy_rows(CloseDateChange, deals.CLOSE_DATE_CHANGE, batch.pushes)
    copy_rows(Interaction, INTERACTION, batch.talk)
    copy_rows(NextStep, deals.NEXT_STEP, batch.steps)
    copy_rows(Loss, deals.LOSS, batch.losses)
    copy_rows(Task, deals.TASK, batch.tasks)
    with connection.cursor() as cursor:
        # Deals come before their losses; here both are written.
        cursor.execute("SET CONSTRAINTS lost_deal_has_a_loss IMMEDIATE; SET CONSTRAINTS lost_deal_has_a_loss DEFERRED")


def _only_where_empty(*, add: bool) -> None:
    there = Deal.objects.count()
    if there and not add:
        raise Refused(
            _(
                "This database holds %(number)s deals. Invented ones would stand among them and could not be told apart: "
                "name an empty database with DATABASE_URL, or say --add if that is meant."
            )
            % {"number": f"{there:,}"}
        )


def prepare() -> None:
    """For this transaction: no history of rows that were never edited, and checks after each statement, not all at the end."""
    with connection.cursor() as cursor:
        tables = [model._meta.db_table for model in WRITTEN]
        # Each row asks for each name on this list: only those that can fire.
        cursor.execute(
            "SELECT set_config('pgtrigger.ignore', '{' || string_agg(tgname, ',') || '}', true) FROM pg_trigger "
            "WHERE tgname LIKE 'pgtrigger_insert%%' AND tgrelid = ANY(%s::regclass[])",
            [tables],
        )
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS lost_deal_has_a_loss DEFERRED")


def _reserve(model: type[Model], number: int) -> int:
    """The first of so many ids in a row. Other writers of the table wait until this transaction ends."""
    table = model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(f"LOCK TABLE {table} IN SHARE ROW EXCLUSIVE MODE")
        cursor.execute("SELECT pg_get_serial_sequence(%s, 'id')", [table])
        sequence: str = cursor.fetchone()[0]
        cursor.execute("SELECT nextval(%s)", [sequence])
        first: int = cursor.fetchone()[0]
        cursor.execute("SELECT setval(%s, %s)", [sequence, first + number - 1])
    return first


def _rates(now: datetime) -> list[str]:
    """The base currency and two others, with rates where none are known."""
    base = settings.BASE_CURRENCY
    others = [code for code in RATES if code != base][:2]
    for code in others:
        if not ExchangeRate.objects.filter(currency=code).exists():
            ExchangeRate.objects.bulk_create(
                ExchangeRate(currency=code, day=(now - timedelta(days=182 * (len(RATES[code]) - place))).date(), rate=rate, entered_at=now)
                for place, rate in enumerate(RATES[code])
            )
    return [base, *others]


def _stages() -> tuple[list[tuple[int, int, str]], tuple[int, int, str], tuple[int, int, str]]:
    pipeline = Pipeline.objects.filter(is_default=True).first()
    found = list(Stage.objects.filter(pipeline=pipeline, retired_at__isnull=True).order_by("position", "pk").values_list("pk", "pipeline_id", "kind"))
    by_kind = {kind: (pk, pipeline_id, kind) for pk, pipeline_id, kind in reversed(found)}
    if not {"open", "won", "lost"} <= by_kind.keys():
        raise Refused(_("The default pipeline needs an open stage, a won one and a lost one. Add what is missing, then run this again."))
    return [stage for stage in found if stage[2] in ("inquiry", "open")], by_kind["won"], by_kind["lost"]


def _products() -> dict[str, int]:
    """Ids by name; those that are there under the same name are used."""
    known = dict(Product.objects.values_list("name_key", "pk"))
    found = {}
    for name, product in make_products().items():
        if product.name_key not in known:
            product.external_id = None
            product.save()
            known[product.name_key] = product.pk
        found[name] = known[product.name_key]
    return found


def _judge(first: int, number: int, now: datetime, say: Callable[[str], None]) -> None:
    """Raise what is due. The notices stand under the bell and are never mailed: the addresses are nobody's."""
    for numbers in _batches(number, JUDGED):
        with transaction.atomic():
            refresh(range(first + numbers.start, first + numbers.stop), now)
            Notice.objects.filter(mail=Notice.Mail.PENDING, user__team__external_id__isnull=False).update(mail=Notice.Mail.NONE)
        say(_("%(number)s deals looked at") % {"number": f"{numbers.stop:,}"})


def _analyse() -> None:
    """Clear away what the refresh replaced, and tell the planner what is there."""
    with connection.cursor() as cursor:
        tables = ", ".join(model._meta.db_table for model in WRITTEN)
        cursor.execute(f"{'ANALYZE' if connection.in_atomic_block else 'VACUUM (ANALYZE)'} {tables}")
        if not connection.in_atomic_block:
            # Loaded in a few transactions, its some thousand rows lie among as many dead ones as there are deals. Deals that
            # change one by one leave no such gaps.
            cursor.execute(f"VACUUM (FULL, ANALYZE) {PipelineTotal._meta.db_table}")


def _batches(number: int, size: int = BATCH) -> Iterator[range]:
    starts = iter(range(0, number, size))
    while chunk := list(islice(starts, 1)):
        yield range(chunk[0], min(chunk[0] + size, number))
