"""What stands beside a person's duties: their deals in one glance, what went off over night, and what comes next.

Each is one query by an index on the person; none grows with the number of deals.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.prepared import named
from deals.models import Deal
from deals.risk.clearing import NOT_DUE
from deals.risk.sentences import say
from deals.templatetags.words import timed
from deals.today import words
from deals.today.sources import whose
from deals.totals import KEPT, StageTotal

if TYPE_CHECKING:
    from datetime import date, datetime

    from django.utils.safestring import SafeString

    from accounts.models import User

NIGHT_AT_MOST = 6
COMING_AT_MOST = 7
COMING_DAYS = 7
# A thing due at this hour is due on that day; nobody chose the hour.
ANY_HOUR = (17, 0)

HAPPENED = {"raised": gettext_lazy("new"), "worsened": gettext_lazy("got worse"), "climbed": gettext_lazy("climbed to you")}

# The worst are found first, by what the indexes say alone, and only those are looked up.
NIGHT = named(
    """
WITH happened AS MATERIALIZED (
    SELECT s.id, s.deal_id, s.severity, s.worsened_at AS at, CASE WHEN s.raised_at >= %(evening)s THEN 'raised' ELSE 'worsened' END AS what
    FROM deals_risksignal s WHERE s.responsible_id = %(me)s AND s.state = 'raised' AND s.worsened_at >= %(evening)s
    UNION ALL
    SELECT s.id, s.deal_id, s.severity, max(e.at), 'climbed'
    FROM deals_risksignal_told t
    JOIN deals_risksignal s ON s.id = t.risksignal_id AND s.state = 'raised'
    JOIN deals_signalevent e ON e.signal_id = s.id AND e.kind = 'climbed' AND e.at >= %(evening)s
    WHERE t.user_id = %(me)s GROUP BY s.id
)
SELECT found.what, found.at, s.rule, s.facts::text, found.severity, d.id, d.name, (SELECT count(*) FROM happened)
FROM (SELECT * FROM happened ORDER BY severity DESC, at DESC, id LIMIT %(most)s) AS found
JOIN deals_risksignal s ON s.id = found.id
JOIN deals_deal d ON d.id = found.deal_id
ORDER BY found.severity DESC, found.at DESC, found.id
""",
    planned=True,
)

# Steps are put in order before their deals are looked up, and the LIMIT inside ends that with the seven that are shown.
COMING = named(
    """
SELECT found.kind, found.at, found.what, d.id, d.name, COALESCE(c.name, a.name, ''),
       (SELECT name FROM accounts_user WHERE id = found.whose AND id <> %(me)s)
FROM (
    (SELECT 'step' AS kind, n.due_at AS at, n.what, n.deal_id, NULL::bigint AS contact_id, n.owner_id AS whose
     FROM (SELECT * FROM deals_nextstep
           WHERE owner_id = ANY(%(owners)s) AND ended_at IS NULL AND due_at >= %(tomorrow)s AND due_at < %(until)s
           ORDER BY due_at, deal_id OFFSET 0) AS n
     CROSS JOIN LATERAL (SELECT FROM deals_deal WHERE id = n.deal_id AND status IN ('inquiry', 'open') OFFSET 0) AS d
     ORDER BY n.due_at, n.deal_id LIMIT %(most)s)
    UNION ALL
    (SELECT 'task', t.due_at, t.title, t.deal_id, NULL, t.assignee_id
     FROM deals_task t
     WHERE t.assignee_id = ANY(%(owners)s) AND (t.assignee_id = %(me)s OR t.kind <> 'decide_decline')
       AND t.ended_at IS NULL AND t.signal_id IS NULL AND t.due_at >= %(tomorrow)s AND t.due_at < %(until)s
     ORDER BY t.due_at, t.deal_id LIMIT %(most)s)
    UNION ALL
    SELECT 'meeting', i.at, i.subject, i.deal_id, i.contact_id, i.user_id
    FROM deals_interaction i
    WHERE i.user_id = %(me)s AND i.kind = 'meeting' AND i.outcome = 'planned' AND i.withdrawn_at IS NULL AND i.at > %(now)s AND i.at < %(until)s
    ORDER BY at, kind, deal_id LIMIT %(most)s
) AS found
LEFT JOIN LATERAL (SELECT id, name, account_id FROM deals_deal WHERE id = found.deal_id LIMIT 1) AS d ON true
LEFT JOIN LATERAL (SELECT name FROM accounts_account WHERE id = d.account_id LIMIT 1) AS a ON true
LEFT JOIN LATERAL (SELECT name FROM accounts_contact WHERE id = found.contact_id LIMIT 1) AS c ON true
ORDER BY found.at, found.kind, found.deal_id
""",
    planned=True,
)


# The parts of a total as ``deals.totals`` keeps them: one's own deals are all in one's sight; inquiries have no part in the sums.
OWN = named(
    f"""
SELECT {", ".join(f"COALESCE(sum(t.{name}), 0)" for name in KEPT)},
       (SELECT count(*) FROM deals_risksignal
        WHERE responsible_id = %(me)s AND state = 'cleared' AND cleared_at >= %(monday)s AND cleared_by <> %(not_due)s)
FROM deals_pipelinetotal t JOIN deals_stage s ON s.id = t.stage_id WHERE t.owner_id = %(me)s AND s.kind = 'open'
""",  # noqa: S608 - the names of columns
    planned=True,
)


@dataclass(frozen=True, slots=True)
class Happened:
    """A signal that went off, got worse or climbed to the reader since yesterday evening."""

    what: str
    at: datetime
    sentence: str
    severity: int
    deal_id: int
    deal: str

    @property
    def words(self) -> str:
        return str(HAPPENED[self.what])


@dataclass(frozen=True, slots=True)
class Coming:
    """``whose``: of somebody who is not here, for whom the reader answers; None where it is the reader's own."""

    when: SafeString
    what: str
    deal_id: int | None
    where: str
    kind: str
    whose: str | None = None


def over_night(user: User, now: datetime) -> tuple[list[Happened], int]:
    """The worst first, and how many there are in all."""
    rows = NIGHT.rows(me=user.pk, evening=words.evening_before(now), most=NIGHT_AT_MOST)
    found = [Happened(what, at, say(rule, json.loads(facts)), severity, pk, deal) for what, at, rule, facts, severity, pk, deal, _n in rows]
    return found, rows[0][-1] if rows else 0


def coming(user: User, now: datetime) -> list[Coming]:
    """Next steps and tasks from tomorrow on, those of who is not here too, and one's planned meetings from now on, for a week."""
    tomorrow = words.end_of_day(now)
    asked = {"me": user.pk, "owners": whose(user).owner_ids, "now": now, "tomorrow": tomorrow, "until": tomorrow + timedelta(days=COMING_DAYS)}
    found = []
    for kind, at, what, deal_id, deal, account, theirs in COMING.rows(**asked, most=COMING_AT_MOST):
        local = timezone.localtime(at)
        all_day = kind != "meeting" and (local.hour, local.minute) == ANY_HOUR
        where = account or deal or ""
        title = what or (_("Meeting") if kind == "meeting" else deal)
        found.append(Coming(timed(at, words.coming(at, now, all_day=all_day)), title, deal_id, where, kind, theirs))
    return _in_sight(user, found)


def _in_sight(user: User, found: list[Coming]) -> list[Coming]:
    """Without what somebody is to do on a deal that whoever answers for them does not see."""
    theirs = {one.deal_id for one in found if one.whose and one.deal_id is not None}
    seen = set(Deal.objects.visible_to(user).filter(pk__in=theirs).values_list("pk", flat=True)) if theirs else set()
    return [one for one in found if one.deal_id not in theirs or one.deal_id in seen or not one.whose]


def own_deals(user: User, now: datetime) -> tuple[StageTotal, int]:
    """What the person's open deals come to, from the running totals; and how many signals that waited for them were settled since
    Monday by something that was done."""
    today: date = timezone.localtime(now).date()
    monday = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=today.weekday())
    ((*sums, settled),) = OWN.rows(me=user.pk, monday=monday, not_due=NOT_DUE)
    return StageTotal(*sums), settled
