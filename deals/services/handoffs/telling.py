"""Who hears of an offer and of its end, each in their own language: written in the transaction of the fact."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.template.defaultfilters import date as date_words
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.readers import Readers, Words, lines
from accounts.services.notices import NewNotice
from accounts.services.notices import tell as write_notices
from deals.handoff_words import ended_with_the_deal, name_of
from deals.models import Severity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import datetime

    from accounts.models import User
    from accounts.organisation import Organisation
    from deals.models import Handoff


def tell_offered(handoff: Handoff, *, by: User, company: Organisation, now: datetime) -> None:
    """Whoever is to take it; and who answers until then, where somebody else offered it for them."""
    deal, receiver = handoff.deal, handoff.receiver

    def to_them() -> Words:
        until = date_words(timezone.localtime(handoff.expires_at), "l, j F, H:i")
        stays = _("Until you accept it stays with %(name)s. Please answer by %(when)s.") % {"name": _giver(handoff, company, now), "when": until}
        return Words(_("%(by)s offers you %(deal)s") % {"by": by.name, "deal": deal}, lines(_account(handoff), f"“{handoff.brief}”", stays))

    def to_the_giver() -> Words:
        title = _("%(by)s offers %(deal)s to %(to)s") % {"by": by.name, "deal": deal, "to": receiver.name}
        return Words(title, lines(_account(handoff), f"“{handoff.brief}”", _("It stays with you until %(to)s accepts.") % {"to": receiver.name}))

    readers = Readers(company, now)
    notices = _of("offered", handoff, [receiver.pk], to_them, readers=readers, now=now, severity=Severity.HIGH)
    others = _givers(handoff, company, now, but=(by.pk, receiver.pk))
    write_notices([*notices, *_of("offered", handoff, others, to_the_giver, readers=readers, now=now)])


def tell_accepted(handoff: Handoff, *, company: Organisation, now: datetime) -> None:
    def words() -> Words:
        body = _("The deal is theirs from now on, and what waits on it waits for them.")
        return Words(_("%(to)s accepted %(deal)s") % {"to": handoff.receiver.name, "deal": handoff.deal}, body)

    write_notices(_of("accepted", handoff, _behind(handoff, company, now), words, readers=Readers(company, now), now=now))


def tell_declined(handoff: Handoff, *, company: Organisation, now: datetime) -> None:
    def words() -> Words:
        stays = _("It stays with %(name)s. Answer yourself, or offer it to somebody else.") % {"name": _giver(handoff, company, now)}
        return Words(_("%(to)s declined %(deal)s") % {"to": handoff.receiver.name, "deal": handoff.deal}, lines(f"“{handoff.reason}”", stays))

    write_notices(_of("declined", handoff, _behind(handoff, company, now), words, readers=Readers(company, now), now=now, severity=Severity.HIGH))


def tell_withdrawn(handoff: Handoff, *, company: Organisation, now: datetime) -> None:
    """Somebody took it back: whoever was to take it, and who answers for the deal."""

    def words() -> Words:
        by = {"by": name_of(handoff.ended_by), "deal": handoff.deal, "to": handoff.receiver.name}
        return Words(_("%(by)s took back the offer of %(deal)s to %(to)s") % by, _("Nothing is to be answered any more."))

    people = [handoff.receiver_id, *_behind(handoff, company, now)]
    write_notices(_of("withdrawn", handoff, _but_the_one_who_did_it(handoff, people), words, readers=Readers(company, now), now=now))


def tell_expired(handoffs: Sequence[Handoff], *, company: Organisation, now: datetime) -> None:
    rows: list[NewNotice] = []
    readers = Readers(company, now)
    for handoff in handoffs:

        def words(handoff: Handoff = handoff) -> Words:
            title = _("%(to)s did not answer in time: %(deal)s") % {"to": handoff.receiver.name, "deal": handoff.deal}
            return Words(title, _("The offer has ended and the deal stays with %(name)s.") % {"name": _giver(handoff, company, now)})

        people = [handoff.receiver_id, *_behind(handoff, company, now)]
        rows += _of("expired", handoff, people, words, readers=readers, now=now, severity=Severity.HIGH)
    write_notices(rows)


def tell_ended_with_the_deal(handoffs: Sequence[Handoff], *, company: Organisation, now: datetime) -> None:
    """Offers that ended because their deal or their receiver did; told once, however often it is asked for."""
    rows: list[NewNotice] = []
    readers = Readers(company, now)
    for handoff in handoffs:

        def words(handoff: Handoff = handoff) -> Words:
            title = _("The offer of %(deal)s to %(to)s has ended") % {"deal": handoff.deal, "to": handoff.receiver.name}
            return Words(title, ended_with_the_deal(handoff))

        rows += _of("withdrawn", handoff, [handoff.receiver_id, *_behind(handoff, company, now)], words, readers=readers, now=now)
    write_notices(rows)


def _behind(handoff: Handoff, company: Organisation, now: datetime) -> list[int]:
    """Who answered for the deal when it was offered, and who offered it; without whoever just did it."""
    people = [*_givers(handoff, company, now), *([handoff.offered_by_id] if handoff.offered_by_id is not None else [])]
    return _but_the_one_who_did_it(handoff, people)


def _but_the_one_who_did_it(handoff: Handoff, people: Iterable[int]) -> list[int]:
    return [pk for pk in dict.fromkeys(people) if pk != handoff.ended_by_id]


def _givers(handoff: Handoff, company: Organisation, now: datetime, but: Iterable[int] = ()) -> list[int]:
    """The giver, and who answers for them at this moment; of a deal that was nobody's, who leads its team while it still is."""
    if handoff.giver_id is None and handoff.deal.owner_id is not None:
        return []
    answers = company.responsible(owner_id=handoff.giver_id, team_id=handoff.deal.team_id, at=now)
    return [pk for pk in dict.fromkeys((handoff.giver_id, answers)) if pk is not None and pk not in but]


def _giver(handoff: Handoff, company: Organisation, now: datetime) -> str:
    """By whom it is answered until somebody accepts, by name."""
    people = [company.people[pk] for pk in _givers(handoff, company, now) if not company.people[pk].has_left(now)]
    return people[0].name if people else _("nobody")


def _account(handoff: Handoff) -> str:
    return str(handoff.deal.account or "")


def _of(
    what: str,
    handoff: Handoff,
    people: Iterable[int],
    words: Callable[[], Words],
    *,
    readers: Readers,
    now: datetime,
    severity: int = Severity.MEDIUM,
) -> list[NewNotice]:
    """The notice for each of them who is still here, in their language and their hours."""
    return [
        NewNotice(
            user_id=person_id,
            kind=f"handoff_{what}",
            topic=f"deal:{handoff.deal_id}",
            title=title,
            body=body,
            path=f"/handoffs/{handoff.pk}/",
            severity=severity,
            created_at=now,
            dedupe_key=f"handoff:{handoff.pk}:{what}:{person_id}",
        )
        for person_id, (title, body) in readers.each(people, words)
    ]
