"""Why somebody answers for a deal, in words: what stands beside the person on every screen and in every notice."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from accounts.answering import company_of
from accounts.models import User
from accounts.organisation import Answer, Because
from accounts.sight import our_side
from deals.templatetags.words import day

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from deals.handoffs_on import Offer
    from deals.models import Deal

MOMENT = timedelta(microseconds=1)


def why(answer: Answer, names: Mapping[int, str], *, reader_id: int | None = None, giver: str = "", receiver: str = "") -> str:
    """One or two sentences; empty where it is simply theirs.

    ``names`` of the people of the answer. ``giver``, ``receiver``: of the open offer, where there is one. Days are said in
    the active time zone.
    """
    return " ".join(sentence for sentence in (_offered(answer, giver, receiver, reader_id), _instead(answer, names, reader_id)) if sentence)


def why_of_deal(deal: Deal, *, offer: Offer | None, reader: User, now: datetime) -> str:
    """The same of a deal that was read with ``owner_missing``: no query where its owner is here, else two at most."""
    if not deal.is_watched:
        return ""
    giver_id = offer.giver_id if offer is not None else None
    giver, receiver = (offer.giver or "", offer.receiver) if offer is not None else ("", "")
    if deal.owner_id is not None and giver_id in (None, deal.owner_id) and not deal.owner_missing:  # type: ignore[attr-defined] # annotated
        return _offered(Answer(deal.owner_id, Because.OWN), giver, receiver, reader.pk)
    asked = [one for one in (deal.owner_id, giver_id) if one is not None]
    company = company_of(our_side(reader), *asked)
    answer = company.answer(owner_id=deal.owner_id, team_id=deal.team_id, at=now, giver_id=giver_id)
    people = [one for one in (answer.person_id, answer.instead_of_id, answer.cover_id) if one is not None]
    return why(answer, dict(User.objects.filter(pk__in=people).values_list("pk", "name")), reader_id=reader.pk, giver=giver, receiver=receiver)


def _offered(answer: Answer, giver: str, receiver: str, reader_id: int | None) -> str:
    words = {"receiver": receiver, "giver": giver}
    if not (giver and receiver):
        return ""
    if answer.because is not Because.OWN:
        return _("Until %(receiver)s accepts, it stays with %(giver)s.") % words
    if answer.person_id == reader_id:
        return _("Until %(receiver)s accepts, you answer.") % words
    return _("Until %(receiver)s accepts, %(giver)s answers.") % words


def _instead(answer: Answer, names: Mapping[int, str], reader_id: int | None) -> str:
    """For whom somebody answers, and what keeps that person from it."""
    if answer.because is Because.OWN:
        return ""
    words = {"who": names.get(answer.person_id or 0, ""), "whom": names.get(answer.instead_of_id or 0, ""), "since": _missing(answer, names)}
    mine = answer.person_id == reader_id
    if answer.because is Because.NOBODYS:
        if answer.person_id is None:
            return _("It is nobody’s, and nobody who leads its team is here: the admins are told.")
        return _("It is nobody’s yet, so you answer.") if mine else _("It is nobody’s yet, so %(who)s answers.") % words
    if answer.person_id is None:
        return _("Nobody is here to answer for %(whom)s, %(since)s: the admins are told.") % words
    return _("You answer for %(whom)s, %(since)s.") % words if mine else _("%(who)s answers for %(whom)s, %(since)s.") % words


def _missing(answer: Answer, names: Mapping[int, str]) -> str:
    """What is said of the person somebody answers for, after their name."""
    if answer.because is Because.LEFT:
        return _("who has left")
    if answer.because is Because.KEPT_OUT:
        return _("who cannot log in at present")
    # The absence ends with the last moment of its last day.
    words = {"day": day(answer.until - MOMENT) if answer.until is not None else "", "cover": names.get(answer.cover_id or 0, "")}
    if answer.because is Because.AWAY and answer.cover_id is not None:
        return _("who is away until %(day)s, as %(cover)s is not here to cover") % words
    return _("who is away until %(day)s") % words
