"""Who brought us a deal, as they have seen it: what we told them and when, what they have not heard of, what they asked.

Of introducers who are not of the customer themselves, as the rule ``introducer_waiting`` has it. One statement for any number of deals.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from django.utils.text import Truncator
from django.utils.translation import gettext as _

from accounts.prepared import named

if TYPE_CHECKING:
    from collections.abc import Iterable

    from deals.models import Deal

# An owner named within a moment of the opening is no change of hands.
AT_ONCE = timedelta(minutes=1)
LONGEST_WORDS = 120
# What was asked, and what happened, each with our next word to them after it; the rows of a deal by their moment.
STORY = named(
    """
WITH deal AS (
    SELECT d.id, d.introduced_by_id AS who, d.created_at, d.owner_id, d.owner_since, d.stage_entered_at, d.status
    FROM deals_deal d JOIN accounts_contact p ON p.id = d.introduced_by_id WHERE d.id = ANY(%(ids)s) AND p.account_id IS DISTINCT FROM d.account_id
), word AS (
    SELECT i.id, d.id AS deal_id, i.moment AS at, i.kind, i.direction, i.outcome, i.contact_id, i.user_id, i.subject, left(i.body, 400) AS body,
           i.no_answer_needed_at,
           (i.kind = 'call' AND i.outcome = 'connected') OR (i.kind = 'meeting' AND i.outcome = 'held') AS talk,
           i.contact_id = d.who
           OR EXISTS (SELECT FROM deals_interaction_others o WHERE o.interaction_id = i.id AND o.contact_id = d.who) AS with_them,
           i.contact_id = d.who AS theirs
    FROM deal d JOIN deals_interaction i ON i.deal_id = d.id
    WHERE i.is_human AND i.withdrawn_at IS NULL AND i.moment <= %(now)s
), happened AS (
    SELECT id AS deal_id, created_at AS at, 'opened' AS what, '' AS words, NULL::bigint AS said FROM deal
    UNION ALL SELECT d.id, d.owner_since, 'owner', u.name, NULL FROM deal d JOIN accounts_user u ON u.id = d.owner_id
              WHERE d.owner_since > d.created_at + %(at_once)s
    UNION ALL SELECT d.id, m.at, CASE s.kind WHEN 'won' THEN 'won' WHEN 'lost' THEN 'lost' ELSE 'moved' END, s.name, NULL
              FROM deal d JOIN deals_stagechange m ON m.deal_id = d.id JOIN deals_stage s ON s.id = m.to_stage_id
              WHERE m.from_stage_id IS NOT NULL AND NOT m.rearranged
    UNION ALL SELECT w.deal_id, w.at, 'met', COALESCE(c.name, ''), w.id FROM word w LEFT JOIN accounts_contact c ON c.id = w.contact_id
              WHERE w.kind = 'meeting' AND w.outcome = 'held'
    UNION ALL SELECT w.deal_id, w.at, 'asked', w.subject, w.id FROM word w
              WHERE w.theirs AND w.direction = 'in' AND w.kind IN ('email', 'voicemail', 'call') AND NOT w.talk AND w.no_answer_needed_at IS NULL
), told AS (
    SELECT w.deal_id, w.id, w.at, COALESCE(NULLIF(w.body, ''), w.subject) AS words, COALESCE(u.name, '') AS by_whom
    FROM word w LEFT JOIN accounts_user u ON u.id = w.user_id
    WHERE w.with_them AND (w.talk OR (w.kind = 'email' AND w.direction = 'out'))
)
SELECT h.deal_id, h.at, h.what, h.words, h.said, next.at, last.at, last.words, last.by_whom, p.name
FROM happened h JOIN deal d ON d.id = h.deal_id JOIN accounts_contact p ON p.id = d.who
LEFT JOIN LATERAL (SELECT min(t.at) AS at FROM told t WHERE t.deal_id = h.deal_id AND t.at >= h.at) next ON true
LEFT JOIN LATERAL (SELECT t.at, t.words, t.by_whom FROM told t WHERE t.deal_id = h.deal_id ORDER BY t.at DESC, t.id DESC LIMIT 1) last ON true
WHERE h.at <= %(now)s
ORDER BY h.deal_id, h.at, h.what <> 'opened'
""",
    planned=True,
)


class Happened(NamedTuple):
    """``what``: opened, owner, moved, won, lost, met or asked; ``words``: who or where to. ``said``: the interaction's id."""

    at: datetime
    what: str
    words: str = ""
    said: int | None = None

    @property
    def sentence(self) -> str:
        return SENTENCES[self.what]().replace("{words}", self.words)

    @property
    def icon(self) -> str:
        return ICONS[self.what]


# Functions, so that each is said in the language of who reads.
SENTENCES = {
    "opened": lambda: _("We took it up"),
    "owner": lambda: _("{words} answers for it now"),
    "moved": lambda: _("It moved to {words}"),
    "won": lambda: _("It was won"),
    "lost": lambda: _("It came to nothing"),
    "met": lambda: _("We met {words}"),
    "asked": lambda: _("They asked: {words}"),
}
ICONS = {"opened": "bird", "owner": "user-round", "moved": "arrow-right", "won": "check", "lost": "x", "met": "calendar", "asked": "mail"}


class Row(NamedTuple):
    """One thing that happened: when they heard of it, and our last word to them on the deal."""

    at: datetime
    what: str
    words: str
    said: int | None
    heard_at: datetime | None
    told_at: datetime | None
    told: str | None
    told_by: str | None
    name: str


@dataclass(frozen=True, slots=True)
class Story:
    """``told``: the first of our last words to them. ``untold``: what happened since then, the oldest first; ``asked``: their
    messages since then.

    ``longest``: for how long they waited for a word at most, so far where they still wait.
    """

    name: str
    told_at: datetime | None = None
    told_by: str = ""
    told: str = ""
    untold: tuple[Happened, ...] = ()
    asked: tuple[Happened, ...] = ()
    longest: timedelta | None = None

    @property
    def first(self) -> str:
        """What one calls them."""
        return self.name.split(" ")[0]

    @property
    def waits_since(self) -> datetime | None:
        return min((one.at for one in (*self.untold, *self.asked)), default=None)

    @property
    def latest(self) -> Happened | None:
        """Their last message that waits: an answer to it answers them all."""
        return self.asked[-1] if self.asked else None

    @property
    def asked_ids(self) -> list[int]:
        """Of the interactions, the oldest first."""
        return [one.said for one in self.asked if one.said is not None]

    @property
    def is_owed(self) -> bool:
        return bool(self.untold or self.asked)


def stories(deal_ids: Iterable[int], now: datetime) -> dict[int, Story]:
    """By deal; one that nobody of another company brought us is not among them. One query."""
    rows: dict[int, list[Row]] = {}
    for deal_id, *row in STORY.rows(ids=sorted(set(deal_ids)), now=now, at_once=AT_ONCE):
        rows.setdefault(deal_id, []).append(Row(*row))
    return {deal_id: _story(found, now) for deal_id, found in rows.items()}


def is_from_outside(deal: Deal) -> bool:
    """Whether somebody who is not of the customer brought it to us: only such a deal has a story."""
    return deal.introduced_by is not None and deal.introduced_by.account_id != deal.account_id


def story_of(deal_id: int, now: datetime) -> Story | None:
    return stories([deal_id], now).get(deal_id)


def _story(rows: list[Row], now: datetime) -> Story:
    unheard = [Happened(one.at, one.what, one.words, one.said) for one in rows if one.heard_at is None]
    last = rows[0]
    # What nobody told them of a deal that is closed does not go on being a wait for ever.
    moves = [one for one in rows if one.what in ("won", "lost", "moved")]
    until = moves[-1].at if moves and moves[-1].what != "moved" else now
    return Story(
        name=last.name,
        told_at=last.told_at,
        told_by=last.told_by or "",
        told=Truncator(" ".join((last.told or "").split())).chars(LONGEST_WORDS),
        untold=tuple(one for one in unheard if one.what != "asked"),
        asked=tuple(one for one in unheard if one.what == "asked"),
        longest=max(max(one.heard_at or until, one.at) - one.at for one in rows),
    )


def words_to(story: Story, *, deal: str, author: str) -> dict[str, str]:
    """A mail to begin with: where we are, each thing they have not heard of in a line."""
    lines = "\n".join(f"- {one.sentence}" for one in story.untold)
    news = _("here is where we are with %(deal)s:") % {"deal": deal} if lines else _("a short word about %(deal)s:") % {"deal": deal}
    over = bool(story.untold) and story.untold[-1].what in ("won", "lost")
    thanks = _("Thank you for bringing us together.") if over else _("I will write again as soon as there is more.")
    parts = [_("Dear %(name)s,") % {"name": story.name}, news, lines, thanks, _("Kind regards") + f"\n{author}"]
    return {"subject": _("Where we are with %(deal)s") % {"deal": deal}, "body": "\n\n".join(part for part in parts if part)}
