"""What stands beside a person's duties: their deals in one glance, what went off over night, and what comes next.

Each is one query by an index on the person; none grows with the number of deals.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from deals.models import RiskSignal, StageKind
from deals.risk.clearing import NOT_DUE
from deals.risk.sentences import say
from deals.templatetags.words import timed
from deals.today import words
from deals.today.sources import plain, whose
from deals.totals import StageTotal, kept_totals

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

NIGHT = """
SELECT happened.what, happened.at, s.rule, s.facts, s.severity, d.id, d.name, COALESCE(a.name, ''), count(*) OVER ()
FROM (
    SELECT s.id, CASE WHEN s.raised_at >= %(evening)s THEN 'raised' ELSE 'worsened' END AS what, s.worsened_at AS at
    FROM deals_risksignal s WHERE s.responsible_id = %(me)s AND s.state = 'raised' AND s.worsened_at >= %(evening)s
    UNION ALL
    SELECT s.id, 'climbed', max(e.at)
    FROM deals_risksignal_told t
    JOIN deals_risksignal s ON s.id = t.risksignal_id AND s.state = 'raised'
    JOIN deals_signalevent e ON e.signal_id = s.id AND e.kind = 'climbed' AND e.at >= %(evening)s
    WHERE t.user_id = %(me)s GROUP BY s.id
) AS happened
JOIN deals_risksignal s ON s.id = happened.id
JOIN deals_deal d ON d.id = s.deal_id
LEFT JOIN accounts_account a ON a.id = d.account_id
ORDER BY s.severity DESC, happened.at DESC, s.id LIMIT %(most)s
"""

COMING = """
SELECT found.kind, found.at, found.what, d.id, d.name, COALESCE(c.name, a.name, '')
FROM (
    SELECT 'step' AS kind, n.due_at AS at, n.what, d.id AS deal_id, NULL::bigint AS contact_id
    FROM deals_deal d
    CROSS JOIN LATERAL (SELECT what, due_at FROM deals_nextstep WHERE deal_id = d.id AND ended_at IS NULL LIMIT 1) AS n
    WHERE d.owner_id = ANY(%(owners)s) AND d.status IN ('inquiry', 'open') AND n.due_at >= %(tomorrow)s AND n.due_at < %(until)s
    UNION ALL
    SELECT 'task', t.due_at, t.title, t.deal_id, NULL
    FROM deals_task t
    WHERE t.assignee_id = %(me)s AND t.ended_at IS NULL AND t.signal_id IS NULL AND t.due_at >= %(tomorrow)s AND t.due_at < %(until)s
    UNION ALL
    SELECT 'meeting', i.at, i.subject, i.deal_id, i.contact_id
    FROM deals_interaction i
    WHERE i.user_id = %(me)s AND i.kind = 'meeting' AND i.outcome = 'planned' AND i.withdrawn_at IS NULL AND i.at > %(now)s AND i.at < %(until)s
    ORDER BY at, kind, deal_id LIMIT %(most)s
) AS found
LEFT JOIN LATERAL (SELECT id, name, account_id FROM deals_deal WHERE id = found.deal_id LIMIT 1) AS d ON true
LEFT JOIN LATERAL (SELECT name FROM accounts_account WHERE id = d.account_id LIMIT 1) AS a ON true
LEFT JOIN LATERAL (SELECT name FROM accounts_contact WHERE id = found.contact_id LIMIT 1) AS c ON true
ORDER BY found.at, found.kind, found.deal_id
"""


@dataclass(frozen=True, slots=True)
class Happened:
    """A signal that went off, got worse or climbed to the reader since yesterday evening."""

    what: str
    at: datetime
    sentence: str
    severity: int
    deal_id: int
    deal: str
    account: str

    @property
    def words(self) -> str:
        return str(HAPPENED[self.what])


@dataclass(frozen=True, slots=True)
class Coming:
    when: SafeString
    what: str
    deal_id: int | None
    where: str
    kind: str


def over_night(user: User, now: datetime) -> tuple[list[Happened], int]:
    """The worst first, and how many there are in all."""
    rows = _rows(NIGHT, {"me": user.pk, "evening": words.evening_before(now), "most": NIGHT_AT_MOST})
    found = [
        Happened(what, at, say(rule, plain(facts)), severity, pk, deal, account) for what, at, rule, facts, severity, pk, deal, account, _n in rows
    ]
    return found, rows[0][-1] if rows else 0


def coming(user: User, now: datetime) -> list[Coming]:
    """Next steps and tasks from tomorrow on, and planned meetings from now on, for a week."""
    tomorrow = words.end_of_day(now)
    asked = {"me": user.pk, "owners": whose(user).owner_ids, "now": now, "tomorrow": tomorrow, "until": tomorrow + timedelta(days=COMING_DAYS)}
    found = []
    for kind, at, what, deal_id, deal, account in _rows(COMING, {**asked, "most": COMING_AT_MOST}):
        local = timezone.localtime(at)
        all_day = kind != "meeting" and (local.hour, local.minute) == ANY_HOUR
        where = account or deal or ""
        title = what or (_("Meeting") if kind == "meeting" else deal)
        found.append(Coming(timed(at, words.coming(at, now, all_day=all_day)), title, deal_id, where, kind))
    return found


def own_deals(user: User) -> StageTotal:
    """What the person's open deals come to, from the running totals; inquiries have no part in it."""
    return sum(kept_totals(user, Q(owner=user, stage__kind=StageKind.OPEN)).values(), StageTotal())


def settled_this_week(user: User, now: datetime) -> int:
    """Signals that waited for the person and were settled since Monday by something that was done."""
    today: date = timezone.localtime(now).date()
    monday = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=today.weekday())
    settled = RiskSignal.objects.filter(responsible=user, state=RiskSignal.State.CLEARED, cleared_at__gte=monday)
    return settled.exclude(cleared_by=NOT_DUE).count()


def _rows(sql: str, asked: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, asked)
        return list(cursor.fetchall())
