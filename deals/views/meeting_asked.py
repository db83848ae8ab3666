"""The page behind a link in the mail that asks how a meeting went. It works without a log-in; only its button says anything."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pghistory
from django.contrib.auth.decorators import login_not_required
from django.core import signing
from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation
from django.views.decorators.http import require_http_methods

from accounts.calendars import zone_for
from accounts.doors import may_come_in
from accounts.models import User
from accounts.refusals import Refused
from deals import meeting_links, meeting_words
from deals.meeting_acts import sayable_by
from deals.meeting_forms import WhenForm, new_date_of
from deals.models import Interaction
from deals.services.meetings import move_meeting, say_outcome
from deals.services.meetings.outcomes import SAYABLE

if TYPE_CHECKING:
    from typing import Any

    from django.http import HttpRequest, HttpResponse

    from deals.meeting_links import Asked

Outcome = Interaction.Outcome
OFFERED = (Outcome.HELD, Outcome.MISSED_BY_THEM, Outcome.MISSED_BY_US, Outcome.CANCELLED_BY_THEM, Outcome.CANCELLED_BY_US, Outcome.MOVED)


@login_not_required
@require_http_methods(["GET", "POST"])
def asked(request: HttpRequest, token: str) -> HttpResponse:
    """Read alone it changes nothing: what looks through mail before people do follows every link.

    404 for a link that was never given, whose person may not see the meeting, or that somebody else who is logged in opens.
    """
    try:
        question = meeting_links.read(token)
    except signing.SignatureExpired:
        return _shown(request, {"too_old": True}, status=410)
    except (signing.BadSignature, ValueError, TypeError):
        raise Http404 from None
    person = User.objects.select_related("team", "departure").filter(pk=question.person_id).first()
    if person is None or not may_come_in(person, timezone.now()) or (request.user.is_authenticated and request.user.pk != person.pk):
        raise Http404
    with timezone.override(zone_for(person)), translation.override(person.language or translation.get_language()):
        meeting = _meeting(question, person)
        # Not the address of the page: what is kept of it would open it.
        with pghistory.context(user=person.pk, url=reverse("meeting-said", args=[meeting.pk])):
            return _answered(request, meeting, question, person) if request.method == "POST" else _asking(request, meeting, question)


def _meeting(question: Asked, person: User) -> Interaction:
    """Read within the person's sight, as it is now."""
    known = sayable_by(person).select_related("deal__account", "contact", "outcome_said_by", "withdrawn_by")
    found: Interaction | None = known.filter(pk=question.meeting_id).first()
    if found is None:
        raise Http404
    return found


def _asking(request: HttpRequest, meeting: Interaction, question: Asked, *, when: WhenForm | None = None, refused: str = "") -> HttpResponse:
    """The chosen answer as the one button, the others beside it; or why there is nothing to say any more."""
    chosen = question.answer if request.method == "GET" else request.POST.get("outcome", question.answer)
    answers = [(one.value, meeting_words.answer(one)) for one in OFFERED if one != chosen]
    is_open = meeting.outcome == Outcome.PLANNED and meeting.withdrawn_at is None and meeting_links.is_about(question, meeting)
    words = {
        "said": meeting,
        "is_open": is_open,
        "chosen": chosen,
        "chosen_words": meeting_words.answer(chosen),
        "answers": answers,
        "when": when or new_date_of(meeting, timezone.now()),
        "refused": refused,
    }
    return _shown(request, words, status=422 if refused or (when is not None and when.errors) else 200)


def _answered(request: HttpRequest, meeting: Interaction, question: Asked, person: User) -> HttpResponse:
    """In that person's name. A second click finds what the first one said."""
    now, outcome = timezone.now(), request.POST.get("outcome", question.answer)
    if meeting.outcome == outcome and meeting.outcome_said_by_id == person.pk:
        return _done(request, meeting)
    if not meeting_links.is_about(question, meeting) or meeting.withdrawn_at is not None:
        return _asking(request, meeting, question)
    if outcome == Outcome.MOVED and meeting.outcome != Outcome.PLANNED:
        return _asking(request, meeting, question)
    if outcome == Outcome.MOVED:
        return _moved(request, meeting, question, person)
    if outcome not in SAYABLE:
        raise Http404
    try:
        said = say_outcome(meeting=meeting, outcome=outcome, by=person, now=now, first=True)
    except Refused as refusal:
        meeting.refresh_from_db()
        return _asking(request, meeting, question, refused=str(refusal))
    return _done(request, said)


def _moved(request: HttpRequest, meeting: Interaction, question: Asked, person: User) -> HttpResponse:
    """First asked for the new time, then moved to it."""
    form = new_date_of(meeting, timezone.now(), request.POST if "day" in request.POST else None)
    if not form.is_valid():
        return _asking(request, meeting, question, when=form)
    starts_at, ends_at = form.span()
    try:
        new = move_meeting(meeting=meeting, starts_at=starts_at, ends_at=ends_at, by=person, now=timezone.now())
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return _asking(request, meeting, question, when=form)
    meeting.refresh_from_db()
    return _done(request, meeting, new=new)


def _done(request: HttpRequest, meeting: Interaction, *, new: Interaction | None = None) -> HttpResponse:
    return _shown(request, {"said": meeting, "done": True, "new": new})


def _shown(request: HttpRequest, words: dict[str, Any], *, status: int = 200) -> HttpResponse:
    """Rendered while the person's clock and language are active, kept by nobody, and found by no search."""
    response = render(request, "deals/meetings/asked.html", words, status=status)
    response["Cache-Control"] = "no-store"
    response["X-Robots-Tag"] = "noindex"
    return response
