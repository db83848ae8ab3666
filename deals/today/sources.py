"""Where a person's duties come from: one statement for the page's rows, and the same rows counted for the navigation.

Each source asks through an index on the person, so it costs by what the person has, not by how many deals there are.
A task that came with a signal is the signal's own duty and is not asked for a second time; nor is a next step that
passed so long ago that its deal has a signal for it. What is parked waits for nobody.
"""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from accounts.answering import answers_for
from accounts.prepared import named
from deals.today.kinds import ANSWER, ASKED, OF_RULE, WAITING
from deals.today.words import end_of_day

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from accounts.models import User
    from accounts.prepared import Statement

# Rows of each of the two lists, about what one person can do in a day; what is beyond is counted, and a link leads on.
AT_MOST = 25
# The rules by the duty that settles them all on a deal: an answer is a contact, too. A rule has one open signal a deal.
TOGETHER: dict[str, list[str]] = {}
for _rule, _kind in OF_RULE.items():
    TOGETHER.setdefault("touch" if _kind == ANSWER else _kind, []).append(_rule)

WAITS = f"kind IN ({', '.join(repr(kind) for kind in WAITING)})"
# A promise for today stands between what is high and what is medium.
PROMISE = 2.5

# Each rule with its duty, a number for what one act settles, and whether it may be that who brought us in has asked.
RULES = ", ".join(
    f"('{rule}', '{OF_RULE[rule]}', {number}, {rule == 'introducer_waiting'})" for number, rules in enumerate(TOGETHER.values()) for rule in rules
)
# Told by the index alone, which lies in the order of the deals; only what an introducer asked is looked up.
SIGNALS = f"""
SELECT CASE WHEN asked IS NOT NULL THEN '{ASKED}' ELSE kind END AS kind, deal_id AS key, deal_id, id AS signal_id,
       severity::float8 AS urgency, due_at, COALESCE(asked, since) AS since
FROM (
    SELECT one.*, CASE WHEN may_have_asked THEN (SELECT (facts ->> 'asked')::timestamptz FROM deals_risksignal WHERE id = one.id) END AS asked
    FROM (
        SELECT DISTINCT ON (s.deal_id, duty.family) s.id, s.deal_id, s.severity, s.due_at, s.since, duty.kind, duty.may_have_asked
        FROM deals_risksignal s JOIN (VALUES {RULES}) AS duty (rule, kind, family, may_have_asked) ON duty.rule = s.rule
        WHERE s.responsible_id = %(me)s AND s.state = 'raised'
        ORDER BY s.deal_id, duty.family, (s.rule = 'reply_overdue') DESC, s.severity DESC, s.id
    ) AS one
) AS found
"""  # noqa: S608 - made of this module's own words

NOT_OVERDUE = """
SELECT '{answer}', d.id, d.id, NULL::bigint, 0, d.reply_due_at, NULL::timestamptz
FROM deals_deal d
WHERE {whose} AND d.reply_due_at IS NOT NULL AND d.status IN ('inquiry', 'open')
  AND NOT EXISTS (SELECT FROM deals_risksignal s WHERE s.deal_id = d.id AND s.rule = 'reply_overdue' AND s.state IN ('raised', 'parked'))
"""
OF_OWNERS = NOT_OVERDUE.format(answer=ANSWER, whose="d.owner_id = ANY(%(owners)s)")
OF_NOBODY = NOT_OVERDUE.format(answer=ANSWER, whose="d.owner_id IS NULL AND d.team_id = ANY(%(teams)s)")
OF_STRAYS = NOT_OVERDUE.format(answer=ANSWER, whose="d.owner_id = ANY(%(strays)s) AND d.team_id = ANY(%(teams)s)")

# What somebody else waits for is shown at once; of the rest, what is due until the evening.
TASKS = f"""
SELECT CASE t.kind WHEN 'decide_decline' THEN 'decide' WHEN 'call_and_decline' THEN 'say-no' WHEN 'answer_or_pass_on' THEN 'turned-to'
                  ELSE 'task' END,
    t.id, t.deal_id, NULL::bigint, {PROMISE}, t.due_at, NULL::timestamptz
FROM deals_task t LEFT JOIN deals_risksignal s ON s.id = t.signal_id
WHERE t.assignee_id = ANY(%(owners)s) AND t.ended_at IS NULL AND (t.due_at < %(evening)s OR t.kind IN ('decide_decline', 'answer_or_pass_on'))
  AND (t.assignee_id = %(me)s OR t.kind <> 'decide_decline')
  AND (s.id IS NULL OR (s.state = 'raised' AND s.responsible_id IS DISTINCT FROM %(me)s))
"""  # noqa: S608 - likewise

STEPS = f"""
SELECT 'step', n.id, n.deal_id, NULL::bigint, {PROMISE}, n.due_at, NULL::timestamptz
FROM deals_nextstep n
-- One look-up a step (OFFSET sees to it): planned for anybody, a join would walk through every open deal.
CROSS JOIN LATERAL (SELECT FROM deals_deal WHERE id = n.deal_id AND status IN ('inquiry', 'open') OFFSET 0) AS d
WHERE n.owner_id = ANY(%(owners)s) AND n.ended_at IS NULL AND n.due_at < %(evening)s
  AND NOT EXISTS (SELECT FROM deals_risksignal s WHERE s.deal_id = n.deal_id AND s.rule = 'no_next_step' AND s.state IN ('raised', 'parked') OFFSET 0)
"""  # noqa: S608 - likewise

# A colleague waits, and what waits on the deal with them: before what is promised for today.
OFFERED = """
SELECT 'offered', h.id, h.deal_id, NULL::bigint, 3, h.expires_at, NULL::timestamptz
FROM deals_handoff h WHERE h.receiver_id = %(me)s AND h.state = 'offered'
"""
# By when an apology and a new date are owed.
DUE_BY = "SELECT jsonb_object_agg(t.kind, t.due_at) FROM deals_task t WHERE t.signal_id = p.signal_id AND t.ended_at IS NULL"
# Since when the customer or whoever introduced them has waited: the oldest of it.
WAITS_SINCE = """SELECT min(w.since) FROM deals_risksignal w
    WHERE w.deal_id = h.deal_id AND w.state = 'raised' AND w.rule IN ('reply_overdue', 'introducer_waiting')"""

# The LIMIT 1 of a look-up that finds one row anyway keeps the database from reading whole tables for a few rows.
# Who waits is asked by when it falls due: what is overdue first, the most severe of it and what has most at stake; then by
# the hour. What else is owed: the most urgent first, promises by their hour, then what has most at stake.
ORDER = f"""(waits AND due_at > %(now)s),
    CASE WHEN NOT waits OR due_at <= %(now)s THEN -urgency END,
    CASE WHEN waits AND due_at > %(now)s THEN date_trunc('hour', due_at) WHEN urgency = {PROMISE} THEN due_at END"""
ROWS = """
WITH duty AS MATERIALIZED (SELECT source.*, {waits} AS waits FROM ({sources}) AS source),
counts AS (SELECT jsonb_object_agg(kind, number) AS of_kind FROM (SELECT kind, count(*) AS number FROM duty GROUP BY kind) AS kinds),
-- What has at stake is looked up of those alone that nothing but it keeps from the first places.
first AS (
    SELECT duty.*, rank() OVER (PARTITION BY waits ORDER BY {order}) AS before FROM duty
),
placed AS (
    SELECT known.*, row_number() OVER (PARTITION BY waits ORDER BY {order}, stake DESC, due_at, key) AS place
    FROM (SELECT first.*, COALESCE((SELECT d.value_at_stake FROM deals_deal d WHERE d.id = first.deal_id), 0) AS stake
          FROM first WHERE before <= {most}) AS known
)
SELECT p.kind, p.key, p.deal_id, p.signal_id, p.urgency, p.due_at, p.since, s.rule, COALESCE(s.facts, h.facts)::text, s.taken_by_id,
       t.title, n.what, n.due_at, t.whose, counts.of_kind::text
FROM (SELECT * FROM placed WHERE place <= {most} ORDER BY place LIMIT 2 * {most}) AS p CROSS JOIN counts
LEFT JOIN LATERAL (SELECT rule, taken_by_id,
                          CASE rule WHEN 'meeting_missed' THEN facts || jsonb_build_object('due', ({due_by})) ELSE facts END AS facts
                   FROM deals_risksignal WHERE id = p.signal_id LIMIT 1) AS s ON true
LEFT JOIN LATERAL (SELECT title, (SELECT name FROM accounts_user WHERE id = assignee_id AND id <> %(me)s) AS whose FROM deals_task
                   WHERE p.kind IN ('task', 'decide', 'say-no', 'turned-to') AND id = p.key LIMIT 1) AS t ON true
LEFT JOIN LATERAL (SELECT jsonb_build_object('by', u.name, 'brief', h.brief, 'waits_since', ({waits_since})) AS facts
                   FROM deals_handoff h LEFT JOIN accounts_user u ON u.id = h.offered_by_id
                   WHERE p.kind = 'offered' AND h.id = p.key LIMIT 1) AS h ON true
LEFT JOIN LATERAL (SELECT what, due_at FROM deals_nextstep WHERE deal_id = p.deal_id AND ended_at IS NULL LIMIT 1) AS n ON true
ORDER BY p.place
"""


class Whose(NamedTuple):
    """For whom a person answers: themselves and whoever is not here, the teams whose deals without anybody wait for them, and
    people of no team who are not here, whose deals wait with the team of each."""

    owner_ids: list[int]
    team_ids: list[int]
    stray_ids: list[int]


class Found(NamedTuple):
    """One duty as the database tells it. ``key`` is a task's, next step's or handoff's id, else the deal's; ``facts`` are JSON as text."""

    kind: str
    key: int
    deal_id: int | None
    signal_id: int | None
    urgency: float
    due_at: datetime
    since: datetime | None
    rule: str | None
    facts: str | None
    taken_by_id: int | None
    task: str | None
    step: str | None
    step_due_at: datetime | None
    # Of a task that is somebody else's, who is not here: their name.
    whose: str | None = None


def whose(user: User) -> Whose:
    """Whose duties wait for this person; what is overdue says itself for whom it waits. See :func:`accounts.answering.answers_for`."""
    answers = answers_for(user)
    return Whose(sorted(answers.people), answers.teams, answers.strays)


def ask(user: User, now: datetime) -> tuple[list[Found], dict[str, int]]:
    """The first rows of both lists in their order, and how many duties there are of each kind. One query."""
    rows = _asking(leads=bool(whose(user).team_ids)).rows(**asked(user, now))
    counts: dict[str, int] = json.loads(rows[0][-1]) if rows else {}
    return [Found._make(row[:-1]) for row in rows], counts


@cache
def _asking(*, leads: bool) -> Statement:
    return named(
        ROWS.format(sources=_sources(leads=leads), waits=WAITS, order=ORDER, most=AT_MOST, waits_since=WAITS_SINCE, due_by=DUE_BY), planned=True
    )


def counting(*, leads: bool, at_most: int) -> str:
    """How many duties there are, as a part of a statement with the places of ``asked``. It stops at ``at_most``.

    Raised signals are counted without putting them in order: as many are read as are ``at_most`` duties at least.
    """
    longest = max(len(rules) for rules in TOGETHER.values())
    many = [_any_rule(rules) for rules in TOGETHER.values() if len(rules) > 1]
    one_each = f"count(*) FILTER (WHERE NOT ({' OR '.join(many)}))"
    by_duty = " + ".join([one_each, *(f"count(DISTINCT deal_id) FILTER (WHERE {rules})" for rules in many)])
    # In the order of the index, by which those of a deal are together.
    raised = (
        f"SELECT deal_id, rule FROM deals_risksignal WHERE responsible_id = %(me)s AND state = 'raised' AND {_any_rule(OF_RULE)} ORDER BY deal_id"  # noqa: S608 - likewise
    )
    others = " UNION ALL ".join(_others(leads=leads))
    return f"""LEAST({int(at_most)},
        (SELECT {by_duty} FROM ({raised} LIMIT {longest * int(at_most)}) AS raised)
        + (SELECT count(*) FROM (SELECT FROM ({others}) AS duty LIMIT {int(at_most)}) AS counted))"""  # noqa: S608 - likewise


def _any_rule(rules: Iterable[str]) -> str:
    return "rule IN ({})".format(", ".join(f"'{rule}'" for rule in rules))


def _sources(*, leads: bool) -> str:
    """``leads``: there are teams whose deals without anybody are shown to the person."""
    return " UNION ALL ".join([SIGNALS, *_others(leads=leads)])


def _others(*, leads: bool) -> list[str]:
    """Where duties come from that are no signals."""
    return [OF_OWNERS, TASKS, STEPS, OFFERED, *((OF_NOBODY, OF_STRAYS) if leads else ())]


def asked(user: User, now: datetime) -> dict[str, Any]:
    owner_ids, team_ids, stray_ids = whose(user)
    return {"me": user.pk, "owners": owner_ids, "teams": team_ids, "strays": stray_ids, "now": now, "evening": end_of_day(now)}
