"""The refresh: the one place where signals come and go. Called in the transaction of the fact that moved them."""

from __future__ import annotations

import traceback
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import structlog
from django.db import connection, transaction
from django.db.models import F

from accounts.prepared import named
from deals.copying import copy_instances, give_ids, write_columns
from deals.models import Deal, RuleFailure, SignalEvent
from deals.models.pipelines import WATCHED_KINDS
from deals.risk import duties, loading, open_signals, telling
from deals.risk.judging import Judgement, close, judge
from deals.risk.statements import NO_CONTACTS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

    from deals.risk.facts import Facts
    from deals.risk.loading import Loaded
    from deals.risk.open_signals import Signal
    from deals.risk.policy import Policy
    from deals.risk.statements import DealRow

log = structlog.get_logger(__name__)

# What is known of the company is read once a batch. More at once would be locked for longer than anybody should wait.
BATCH = 1000
EVENTS = frozenset(SignalEvent.Kind.values)
# After a rule raised an exception on a deal, that deal is looked at again this much later.
RETRY_AFTER = timedelta(hours=1)

# Without a join: a row that another transaction moved to another stage meanwhile would drop out of it.
HOLD = "SELECT id FROM deals_deal WHERE id = ANY(%s) ORDER BY id FOR UPDATE"
KEPT = ("id", "alarm_at", "worst", "contact", "reply_due", "value")
DERIVED = named(
    """
UPDATE deals_deal AS d
SET alarm_at = v.alarm_at, worst_severity = v.worst, last_contact_at = v.contact, reply_due_at = v.reply_due, value_at_stake = v.value
FROM unnest(%(id)s::bigint[], %(alarm_at)s::timestamptz[], %(worst)s::smallint[], %(contact)s::timestamptz[], %(reply_due)s::timestamptz[],
            %(value)s::numeric[]) AS v (id, alarm_at, worst, contact, reply_due, value)
WHERE d.id = v.id
  AND (d.alarm_at, d.worst_severity, d.last_contact_at, d.reply_due_at, d.value_at_stake)
      IS DISTINCT FROM (v.alarm_at, v.worst, v.contact, v.reply_due, v.value)
RETURNING d.id
""",
    planned=True,
    writes=True,
)


def refresh(deal_ids: Iterable[int], now: datetime, *, tell: bool = True, held: bool = False) -> None:
    """Bring the signals of these deals up to ``now``.

    Takes row locks on the deals in the order of their ids and works in the caller's transaction, or in one
    a batch. ``tell=False`` writes no notices: for imports of old history. ``held``: the caller
    has locked them all already. Running it twice changes nothing.
    """
    ids = sorted(set(deal_ids))
    for start in range(0, len(ids), BATCH):
        # Within a transaction it needs no savepoint: whatever fails here fails all of it.
        with transaction.atomic(savepoint=False):
            part = ids[start : start + BATCH]
            _refresh(part if held else _hold(part), now, tell=tell)


def _hold(deal_ids: Sequence[int]) -> list[int]:
    """Those that there are."""
    with connection.cursor() as cursor:
        cursor.execute(HOLD, [list(deal_ids)])
        return [pk for (pk,) in cursor.fetchall()]


def _refresh(held: Sequence[int], now: datetime, *, tell: bool) -> None:
    if not held:
        return
    loaded = loading.load(held, now)
    signals = open_signals.of_deals(held, now)
    judgements = [_judge_one(loaded, deal_id, signals.get(deal_id, {}), now) for deal_id in held]
    _write(judgements, loaded, now, tell=tell)
    _derive(judgements, loaded)


def add_judged(deals: Sequence[Deal], now: datetime) -> None:
    """Add new deals together with their signals, in the caller's transaction; nobody is told: for imports.

    They are looked at before they are written, so that each is written once, with what is derived from the look. That takes
    half the time of adding it and refreshing it then.
    """
    give_ids(Deal, deals)
    loaded = loading.load_new([deal for deal in deals if deal.is_watched], now)
    known = {pk: _known(loaded, deal) for pk, deal in loaded.deals.items()}
    judgements: list[Judgement] = []

    def judged() -> Iterator[Deal]:
        """One by one while the database writes those before. All that is asked of the database is known by then."""
        for deal in deals:
            if deal.pk in known:
                row = loaded.deals[deal.pk]
                judgement = _judge_known(known[deal.pk], row, {}, loaded, now)
                judgements.append(judgement)
                deal.alarm_at = judgement.alarm_at
                if "facts" not in judgement.failed:
                    deal.worst_severity, deal.value_at_stake = judgement.worst, row.value
                    deal.last_contact_at, deal.reply_due_at = judgement.last_contact_at, judgement.reply_due_at
            yield deal

    copy_instances(Deal, deals, judged())
    _write(judgements, loaded, now, tell=False)


def _judge_one(loaded: Loaded, deal_id: int, signals: dict[str, Signal], now: datetime) -> Judgement:
    deal = loaded.deals[deal_id]
    if deal.status not in WATCHED_KINDS:
        judgement = close(deal_id, signals, now)
        judgement.last_contact_at = loading.last_contact(loaded.contacts.get(deal_id, NO_CONTACTS))
        return judgement
    return _judge_known(_known(loaded, deal), deal, signals, loaded, now)


def _known(loaded: Loaded, deal: DealRow) -> tuple[Facts, Policy] | Exception:
    try:
        return loaded.facts(deal), loaded.policy(deal)
    except Exception as error:  # noqa: BLE001 - a calendar without working time, say: one deal's trouble, counted below
        return error


def _judge_known(known: tuple[Facts, Policy] | Exception, deal: DealRow, signals: dict[str, Signal], loaded: Loaded, now: datetime) -> Judgement:
    """Without the database. What cannot be judged keeps its signals as they are."""
    try:
        if isinstance(known, Exception):
            raise known
        judgement = judge(known[0], known[1], open_signals=signals, company=loaded.company, team_id=deal.team_id, now=now)
    except Exception as error:  # noqa: BLE001 - as above
        judgement = Judgement(deal.id, failed={"facts": error})
    if judgement.failed:
        judgement.alarm_at = min(judgement.alarm_at or now + RETRY_AFTER, now + RETRY_AFTER)
    return judgement


def _write(judgements: list[Judgement], loaded: Loaded, now: datetime, *, tell: bool) -> None:
    changed = [signal for judgement in judgements for signal in judgement.signals]
    happenings = [happening for judgement in judgements for happening in judgement.happenings]
    added = [signal for signal in changed if signal.id is None]
    kept = [signal for signal in changed if signal.id is not None]
    open_signals.add(added)
    open_signals.save(kept)
    open_signals.remember([(one.signal, one.kind, one.note) for one in happenings if one.kind in EVENTS], now)
    open_signals.climbed([(one.signal, one.tell, one.forget) for one in happenings if one.kind == SignalEvent.Kind.CLIMBED])
    untimed = duties.follow(happenings, loaded, now)
    if tell:
        telling.tell(happenings, loaded, now)
    _count_failures(judgements, now)
    for deal_id, error in untimed.items():
        note_failure(deal_id=deal_id, rule="tasks", error=error, now=now)


def _derive(judgements: list[Judgement], loaded: Loaded) -> None:
    rows: list[tuple[Any, ...]] = []
    for judgement in judgements:
        deal = loaded.deals[judgement.deal_id]
        if "facts" in judgement.failed:
            _keep_derived(judgement)
            continue
        rows.append((deal.id, judgement.alarm_at, judgement.worst, judgement.last_contact_at, judgement.reply_due_at, deal.value))
    write_columns(DERIVED, KEPT, rows)


def _keep_derived(judgement: Judgement) -> None:
    """Nothing could be said of the deal: it keeps what was known and is looked at again later."""
    Deal.objects.filter(pk=judgement.deal_id).update(alarm_at=judgement.alarm_at)


def _count_failures(judgements: list[Judgement], now: datetime) -> None:
    for judgement in judgements:
        for rule, error in judgement.failed.items():
            note_failure(deal_id=judgement.deal_id, rule=rule, error=error, now=now)


def note_failure(*, deal_id: int, rule: str, error: Exception, now: datetime) -> None:
    """Log it, and count it for health."""
    log.error("rule_failed", deal_id=deal_id, rule=rule, error=repr(error), trace="".join(traceback.format_exception(error)))
    failure, made = RuleFailure.objects.get_or_create(deal_id=deal_id, rule=rule, defaults={"error": repr(error), "first_at": now, "last_at": now})
    if not made:
        RuleFailure.objects.filter(pk=failure.pk).update(error=repr(error), last_at=now, count=F("count") + 1)
