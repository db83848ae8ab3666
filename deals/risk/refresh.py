"""The refresh: the one place where signals come and go. Called in the transaction of the fact that moved them."""

from __future__ import annotations

import json
import traceback
from collections import defaultdict
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import structlog
from django.db import connection, transaction
from django.db.models import F
from psycopg2.extras import execute_values

from deals.models import Deal, RiskSignal, RuleFailure, SignalEvent
from deals.models.signals import OPEN_STATES
from deals.risk import duties, loading, telling
from deals.risk.judging import Happening, Judgement, close, judge

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from django.db.models import Model

    from deals.risk.loading import Loaded

log = structlog.get_logger(__name__)

# More at once would only make the statements longer.
BATCH = 500
# From so many rows on, COPY is quicker than an INSERT.
MANY = 50
EVENTS = frozenset(SignalEvent.Kind.values)
# After a rule raised an exception on a deal, that deal is looked at again this much later.
RETRY_AFTER = timedelta(hours=1)

# What a refresh may change of a signal, with the types of the columns.
SAVED = {
    "state": "text", "severity": "smallint", "responsible_id": "bigint", "facts": "jsonb", "since": "timestamptz", "due_at": "timestamptz",
    "worsened_at": "timestamptz", "times_over": "float8", "level": "smallint", "climbs_at": "timestamptz", "taken_by_id": "bigint",
    "taken_at": "timestamptz", "parked_until": "timestamptz", "park_reason": "text", "cleared_at": "timestamptz", "cleared_by": "text",
}  # fmt: skip
# One statement for all of them; Django's bulk_update takes ten times as long as everything else the sweep does.
SAVE = f"""
UPDATE deals_risksignal AS s SET {", ".join(f"{name} = v.{name}" for name in SAVED)}
FROM (VALUES %s) AS v (id, {", ".join(SAVED)}) WHERE s.id = v.id
"""  # noqa: S608 - made of the names above
SAVED_TYPES = f"(%s::bigint, {', '.join(f'%s::{kind}' for kind in SAVED.values())})"

DERIVED = """
UPDATE deals_deal AS d
SET alarm_at = v.alarm_at, worst_severity = v.worst, last_contact_at = v.contact, reply_due_at = v.reply_due, value_at_stake = v.value
FROM (VALUES %s) AS v (id, alarm_at, worst, contact, reply_due, value)
WHERE d.id = v.id
  AND (d.alarm_at, d.worst_severity, d.last_contact_at, d.reply_due_at, d.value_at_stake)
      IS DISTINCT FROM (v.alarm_at, v.worst, v.contact, v.reply_due, v.value)
"""
DERIVED_TYPES = "(%s::bigint, %s::timestamptz, %s::smallint, %s::timestamptz, %s::timestamptz, %s::numeric)"


def refresh(deal_ids: Iterable[int], now: datetime, *, tell: bool = True) -> None:
    """Bring the signals of these deals up to ``now``.

    Takes row locks on the deals in the order of their ids and works in the caller's transaction, or in one
    a batch. ``tell=False`` writes no notices: for imports of old history. Running it twice changes nothing.
    """
    ids = sorted(set(deal_ids))
    for start in range(0, len(ids), BATCH):
        with transaction.atomic():
            _refresh(ids[start : start + BATCH], now, tell=tell)


def _refresh(deal_ids: Sequence[int], now: datetime, *, tell: bool) -> None:
    held = list(Deal.objects.select_for_update(of=("self",)).filter(pk__in=deal_ids).order_by("pk").values_list("pk", flat=True))
    if not held:
        return
    loaded = loading.load(held, now)
    open_signals: defaultdict[int, dict[str, RiskSignal]] = defaultdict(dict)
    for signal in RiskSignal.objects.filter(deal_id__in=held, state__in=OPEN_STATES):
        open_signals[signal.deal_id][signal.rule] = signal
    judgements = [_judge_one(loaded, deal_id, open_signals[deal_id], now) for deal_id in held]
    _write(judgements, loaded, now, tell=tell)


def _judge_one(loaded: Loaded, deal_id: int, open_signals: dict[str, RiskSignal], now: datetime) -> Judgement:
    deal = loaded.deals[deal_id]
    if deal.status not in ("inquiry", "open"):
        judgement = close(deal_id, open_signals, now)
        judgement.last_contact_at = max((at for at in loaded.contacts.get(deal_id, (None,) * 6)[1:3] if at is not None), default=None)
        return judgement
    try:
        facts, policy = loaded.facts(deal), loaded.policy(deal)
    except Exception as error:  # noqa: BLE001 - a calendar without working time, say: one deal's trouble, counted below
        judgement = Judgement(
            deal_id, failed={"facts": error}, worst=max((s.severity for s in open_signals.values() if s.state == "raised"), default=0)
        )
    else:
        judgement = judge(facts, policy, open_signals=open_signals, company=loaded.company, team_id=deal.team_id, now=now)
    if judgement.failed:
        judgement.alarm_at = min(judgement.alarm_at or now + RETRY_AFTER, now + RETRY_AFTER)
    return judgement


def _write(judgements: list[Judgement], loaded: Loaded, now: datetime, *, tell: bool) -> None:
    changed = [signal for judgement in judgements for signal in judgement.signals]
    happenings = [happening for judgement in judgements for happening in judgement.happenings]
    _add(RiskSignal, [signal for signal in changed if signal.pk is None])
    fresh = {id(happening.signal) for happening in happenings if happening.kind == SignalEvent.Kind.RAISED}
    _save([signal for signal in changed if id(signal) not in fresh])
    _remember(happenings, now)
    duties.follow(happenings, loaded, now)
    if tell:
        telling.tell(happenings, loaded, now)
    _derive(judgements, loaded)
    _count_failures(judgements, now)


def _add(model: type[Model], rows: Sequence[Model]) -> None:
    """Insert them, many by COPY: an import raises thousands, and preparing those one by one takes longer than judging them."""
    from deals.services.imports.copying import copy_instances

    if len(rows) > MANY:
        copy_instances(model, rows)
    else:
        model._default_manager.bulk_create(rows)


def _save(signals: list[RiskSignal]) -> None:
    rows = [(one.pk, *(json.dumps(one.facts) if name == "facts" else getattr(one, name) for name in SAVED)) for one in signals]
    if rows:
        with connection.cursor() as cursor:
            execute_values(cursor.cursor, SAVE, rows, template=SAVED_TYPES, page_size=BATCH)


def _remember(happenings: list[Happening], now: datetime) -> None:
    """The history of the signals, and whom the last climb told."""
    _add(
        SignalEvent,
        [
            SignalEvent(signal=one.signal, kind=one.kind, at=now, severity=one.signal.severity, level=one.signal.level, note=one.note)
            for one in happenings
            if one.kind in EVENTS
        ],
    )
    told = RiskSignal.told.through
    climbed = [one for one in happenings if one.kind == SignalEvent.Kind.CLIMBED]
    if climbed:
        told.objects.bulk_create(
            [told(risksignal_id=one.signal.pk, user_id=person) for one in climbed for person in one.tell], ignore_conflicts=True, batch_size=BATCH
        )


def _derive(judgements: list[Judgement], loaded: Loaded) -> None:
    rows: list[tuple[Any, ...]] = []
    for judgement in judgements:
        deal = loaded.deals[judgement.deal_id]
        if "facts" in judgement.failed:
            _keep_derived(judgement)
            continue
        rows.append((deal.id, judgement.alarm_at, judgement.worst, judgement.last_contact_at, judgement.reply_due_at, deal.value))
    if rows:
        with connection.cursor() as cursor:
            execute_values(cursor.cursor, DERIVED, rows, template=DERIVED_TYPES, page_size=BATCH)


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
