"""A duty in words, with its one obvious action and the others behind it. Made once in Python, with its markup.

What is made hangs on nothing but what is given: the duty, its deal, the people behind it, who reads it and on which day.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, NamedTuple

from django.urls import get_script_prefix, reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.models import Account
from deals.models import Interaction, Severity
from deals.models.deals import BLUEBIRDS
from deals.outbox import times
from deals.risk.sentences import detail, say
from deals.templatetags.words import money, timed
from deals.today import meetings, words
from deals.today.acts_of import acts_of_owed, acts_of_waiting, at_hand, tel
from deals.today.kinds import ABOUT_MEETINGS, ASKED, KINDS, WAITING
from deals.today.people import NOBODY, Partner
from deals.today.row_html import row_html

if TYPE_CHECKING:
    from decimal import Decimal

    from django.utils.safestring import SafeString

    from accounts.models import User
    from deals.today.acts import Act
    from deals.today.sources import Found

CALLS = (Interaction.Kind.CALL, Interaction.Kind.VOICEMAIL)


class Known(NamedTuple):
    """What a row says of its deal."""

    pk: int
    name: str
    source: str
    value_at_stake: Decimal
    dates_shifted_by: int
    owner_id: int | None
    owner: str
    account: str
    lifecycle: str

    def get_absolute_url(self) -> str:
        return reverse("deal", args=[self.pk])


class Reader(NamedTuple):
    """Who reads, where, and on which day: ``midnight`` is the first moment of it on their clock; ``prefix`` what all addresses begin with."""

    pk: int
    language: str | None
    zone: str
    midnight: datetime
    prefix: str


@dataclass(frozen=True)
class Row:
    """One duty. ``key`` names it in addresses and on the page; ``lead`` is what stands in bold, ``beside`` what follows it.

    ``act`` is the one obvious action, ``beside_it`` are those as near at hand, ``others`` stand in the menu.
    """

    key: str
    kind: str
    found: Found
    deal: Known | None
    partner: Partner
    severity: int
    when: SafeString | str
    lead: str
    beside: str
    quote: str
    evidence: str
    stake: str
    marks: tuple[tuple[str, str, str], ...]
    does: str
    act: Act
    beside_it: tuple[Act, ...] = ()
    others: tuple[Act, ...] = ()

    @cached_property
    def html(self) -> str:
        """The row up to the place of its form."""
        return row_html(self)

    @property
    def meeting(self) -> int | None:
        """The id of the meeting it is about."""
        return meetings.facts_of(self.found).get("meeting")

    @property
    def tel(self) -> str:
        return tel(self.partner.phone)


def reader_of(user: User, now: datetime) -> Reader:
    """The user, reading now: in their language, zone and day, which are active."""
    midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    return Reader(user.pk, get_language(), str(timezone.get_current_timezone()), midnight, get_script_prefix())


def row(found: Found, *, deal: Known | None, partner: Partner | None, reader: Reader, now: datetime) -> Row | None:
    """None for a duty whose deal is gone or out of sight by now."""
    if deal is None and found.deal_id is not None and found.kind != "task":
        return None
    return _row(found, deal, partner or NOBODY, reader, found.due_at <= now)


# As many rows as a few dozen people look at.
@lru_cache(maxsize=2048)
def _row(found: Found, deal: Known | None, partner: Partner, reader: Reader, overdue: bool) -> Row | None:
    if found.kind in WAITING:
        return _waiting(found, deal, partner, reader, overdue) if deal is not None else None
    return _owed(found, deal, partner, reader, overdue)


def key_of(found: Found) -> str:
    return f"{found.kind}-{found.key}"


def _waiting(found: Found, deal: Known, partner: Partner, reader: Reader, overdue: bool) -> Row:
    wrote = partner.name if partner.wrote else ""
    called = partner.kind in CALLS
    quote = words.first_words(partner.body, partner.subject)
    none_needed = not called and len(partner.messages) == 1 and found.urgency < Severity.HIGH and words.may_need_none(partner.body)
    since = found.since or partner.waits_since or found.due_at
    when = timed(since, words.since(since, reader.midnight)) if overdue else timed(found.due_at, words.due(found.due_at, reader.midnight))
    acts = acts_of_waiting(found, deal, partner, none_needed=none_needed, called=called, reader_id=reader.pk)
    return Row(
        key=key_of(found), kind=found.kind, found=found, deal=deal, partner=partner,
        severity=int(found.urgency), when=when, lead=wrote or deal.account or _("The customer"), beside=_where(found, deal) if wrote else "",
        quote=quote, evidence=_evidence(found, partner, reader, none_needed=none_needed, called=called, has_words=bool(quote)),
        stake=money(deal.value_at_stake) if deal.value_at_stake else "", marks=_marks(deal, reader, goes_at=partner.goes_at),
        does="log", act=acts[0], others=tuple(acts[1:]),
    )  # fmt: skip


def _where(found: Found, deal: Known) -> str:
    """Of which customer they are; whom they brought us to."""
    return _("brought us %(customer)s") % {"customer": deal.account or deal.name} if found.kind == ASKED else deal.account


def _evidence(found: Found, partner: Partner, reader: Reader, *, none_needed: bool, called: bool, has_words: bool) -> str:
    said = []
    facts = json.loads(found.facts or "{}")
    if found.rule and (facts.get("messages", 1) > 1 or facts.get("chased") or called):
        said.append(say(found.rule, facts) + ".")
    elif found.rule and facts.get("first"):
        said.append(detail(found.rule, {**facts, "subject": ""}))
    elif len(partner.messages) > 1:
        said.append(_("They wrote more than once."))
    elif called and not has_words:
        said.append(_("They called and nobody was there."))
    if none_needed:
        said.append(_("May need no answer."))
    if partner.tried_at is not None:
        said.append(
            _("You tried to call %(when)s.")
            % {"when": words.since(partner.tried_at, reader.midnight).removeprefix(_("since %(when)s") % {"when": ""})}
        )
    return " ".join(said)


def _owed(found: Found, deal: Known | None, partner: Partner, reader: Reader, overdue: bool) -> Row:
    kind = KINDS[found.kind]
    title = str(kind.title)
    place = " · ".join(part for part in (deal.name, deal.account) if part) if deal else ""
    lead, evidence = title, ""
    if found.kind in ("task", "turned-to", "decide", "say-no"):
        lead = found.task or title
    elif found.kind == "step":
        lead = found.step or title
    elif found.rule:
        evidence = say(found.rule, json.loads(found.facts or "{}")) + "."
    if found.kind == "name-step" and found.step and found.step_due_at is not None:
        evidence = _("“%(step)s” was due %(when)s.") % {"step": found.step, "when": words.waited_since(found.step_due_at, reader.midnight)}
    quote = ""
    if found.kind in ABOUT_MEETINGS:
        lead, evidence = meetings.in_words(found, reader.midnight)
    if found.kind == "offered" and deal is not None:
        lead, quote, evidence = _offered(found, deal, reader)
        place = deal.account
    since = found.since or (found.due_at if overdue else None)
    when = timed(since, words.since(since, reader.midnight)) if since else timed(found.due_at, words.due(found.due_at, reader.midnight))
    acts = acts_of_owed(found, deal, partner)
    near = at_hand(found, acts)
    return Row(
        key=key_of(found), kind=found.kind, found=found, deal=deal, partner=partner,
        severity=int(found.urgency) if found.signal_id else 0, when=when, lead=lead, beside=place, quote=quote, evidence=evidence,
        stake=money(deal.value_at_stake) if deal and deal.value_at_stake and (found.signal_id or found.kind == "offered") else "",
        marks=_marks_of_owed(found, deal, reader), does=kind.does, act=acts[0],
        beside_it=tuple(acts[1:near]), others=tuple(acts[near:]),
    )  # fmt: skip


def _marks_of_owed(found: Found, deal: Known | None, reader: Reader) -> tuple[tuple[str, str, str], ...]:
    """Whose it is, where that is somebody else; of an offered deal the offer says it."""
    if found.whose:
        return _whose_task(found.whose)
    return tuple(_whose(deal, reader)) if deal is not None and found.kind != "offered" else ()


def _offered(found: Found, deal: Known, reader: Reader) -> tuple[str, str, str]:
    """Who offers it, the brief's first words, and since when somebody waits there."""
    facts = json.loads(found.facts or "{}")
    by, since = facts.get("by") or _("Somebody"), facts.get("waits_since")
    waits = _("They have waited since %(when)s.") % {"when": words.waited_since(datetime.fromisoformat(since), reader.midnight)} if since else ""
    return _("%(by)s offers you %(deal)s") % {"by": by, "deal": deal.name}, words.first_words(facts.get("brief", ""), ""), waits


def _marks(deal: Known, reader: Reader, *, goes_at: datetime | None) -> tuple[tuple[str, str, str], ...]:
    """What a reader should know of the deal at a glance: (style, icon, words)."""
    marks = []
    if deal.source in BLUEBIRDS:
        marks.append(("bird", "bird", _("bluebird")))
    if deal.lifecycle == Account.Lifecycle.CUSTOMER:
        marks.append(("good", "", _("customer")))
    if goes_at is not None:
        marks.append(("outline", "mail", _("goes %(when)s") % {"when": times.in_words(goes_at, reader.midnight)}))
    return (*marks, *_whose(deal, reader))


def _whose_task(name: str) -> tuple[tuple[str, str, str], ...]:
    """The mark of a task of somebody who is not here."""
    return (("outline", "", _("for %(name)s") % {"name": name}),)


def _whose(deal: Known, reader: Reader) -> list[tuple[str, str, str]]:
    """Marks of a deal that is not the reader's own."""
    marks = []
    if deal.owner_id is None:
        marks.append(("outline", "", _("nobody’s yet")))
    elif deal.owner_id != reader.pk:
        marks.append(("outline", "", _("for %(name)s") % {"name": deal.owner}))
    if deal.dates_shifted_by:
        marks.append(("outline", "calendar-clock", _("dates moved")))
    return marks
