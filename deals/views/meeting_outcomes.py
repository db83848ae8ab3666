"""How a meeting went: said, corrected, apologised for, and its new date. From Today, the bell, the deal and its own page."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404, render
from django.urls import Resolver404, resolve
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.refusals import Refused
from accounts.requests import page_behind, way_to
from deals import meeting_acts, meeting_words
from deals.meeting_forms import ApologyForm, new_date_of
from deals.models import Deal, Interaction, Meeting
from deals.services.meetings import Before, move_meeting, plan_meeting, record_apology, say_outcome, take_back_apology
from deals.services.meetings.outcomes import LONGEST_NOTE
from deals.today.way_back import about_outcome
from deals.views.today import today_page, with_undo

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import HttpResponse
    from django.utils.safestring import SafeString

    from accounts.requests import PersonRequest
    from deals.meeting_forms import WhenForm

Outcome = Interaction.Outcome
# Pages that have the form of an undo, by their routes.
UNDO_STANDS_ON = frozenset({"today", "deal", "meeting-said", "risk-desk", "pipeline", "board", "inbox", "mail", "log-anywhere"})


@require_http_methods(["GET", "POST"])
def said(request: PersonRequest, pk: int) -> HttpResponse:
    """All that is known of one meeting; posted, an outcome. ``first``: only where nobody has said it yet."""
    meeting = _meeting(request, pk)
    if request.method == "GET":
        return _page(request, meeting)
    before = Before.of(meeting)
    outcome = request.POST.get("outcome", "")
    corrects = "corrects" in request.POST
    try:
        after = say_outcome(
            meeting=meeting, outcome=outcome, by=request.user, now=timezone.now(), note=request.POST.get("note", ""),
            first=not corrects, without_apology=corrects and "without_apology" in request.POST,
        )  # fmt: skip
    except Refused as refusal:
        messages.error(request, str(refusal))
        if request.POST.get("note", "").strip():
            return _page(request, _meeting(request, pk), note=request.POST["note"])
    else:
        words = _("Noted: %(answer)s.") % {"answer": str(meeting_words.ANSWERS[after.outcome]).lower()}
        if after.outcome == Outcome.MISSED_BY_US:
            words = _("Noted: we were not there. An apology and a new date are owed now.")
        # An apology that went with the correction would not come back: such a one is put right by hand.
        about = about_outcome(after, before) if meeting.apologised_at is None or after.apologised_at is not None else []
        messages.success(request, _with_undo(request, meeting, words, "meeting_said", *about) if about else words)
    return HttpResponseRedirect(_back(request, meeting))


@require_http_methods(["GET", "POST"])
def apology(request: PersonRequest, pk: int) -> HttpResponse:
    """Record how we apologised, on the meeting it is for."""
    meeting = _meeting(request, pk)
    form = ApologyForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            record_apology(meeting=meeting, words=form.cleaned_data["words"], by=request.user, now=timezone.now())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _with_undo(request, meeting, _("The apology is recorded."), "apology", meeting.pk))
            return HttpResponseRedirect(_back(request, meeting))
    return _again(request, meeting, apology=form)


@require_POST
def apology_remove(request: PersonRequest, pk: int) -> HttpResponse:
    """Recorded by mistake."""
    meeting = _meeting(request, pk)
    try:
        take_back_apology(meeting=meeting, by=request.user, now=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Taken back: the apology is owed as before."))
    return HttpResponseRedirect(_back(request, meeting))


@require_http_methods(["GET", "POST"])
def new_date(request: PersonRequest, pk: int) -> HttpResponse:
    """Another time for a meeting that still stands; a new date for one that did not take place."""
    meeting, now = _meeting(request, pk), timezone.now()
    form = new_date_of(meeting, now, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        before = Before.of(meeting)
        try:
            new, moved = _dated(request, meeting, form, now)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            words = _("Agreed: %(when)s.") % {"when": meeting_words.span(new.at, new.ends_at)}
            about = ("meeting_moved", new.pk, *about_outcome(moved, before)) if moved is not None else ("said", new.pk)
            messages.success(request, _with_undo(request, meeting, words, *about) if new.recorded_by_id == request.user.pk else words)
            return HttpResponseRedirect(_back(request, meeting))
    return _again(request, meeting, when=form)


def _dated(request: PersonRequest, meeting: Interaction, form: WhenForm, now: datetime) -> tuple[Interaction, Interaction | None]:
    """The meeting at its new time; and the one it was moved from, where it was moved."""
    assert meeting.deal is not None  # noqa: S101 - it was found through its deal
    starts_at, ends_at = form.span()
    if meeting.outcome in (Outcome.PLANNED, Outcome.MOVED):
        new = move_meeting(meeting=meeting, starts_at=starts_at, ends_at=ends_at, by=request.user, now=now)
        meeting.refresh_from_db()
        return new, meeting
    new = plan_meeting(
        deal=meeting.deal, starts_at=starts_at, ends_at=ends_at, contacts=meeting_acts.theirs(meeting), user=request.user,
        by=request.user, now=now, follows=meeting,
    )  # fmt: skip
    return new, None


def _meeting(request: PersonRequest, pk: int) -> Interaction:
    seen = meeting_acts.sayable_by(request.user)
    return get_object_or_404(seen.select_related("deal__account", "contact", "user", "outcome_said_by", "apologised_by", "follows"), pk=pk)


def _again(request: PersonRequest, meeting: Interaction, *, apology: ApologyForm | None = None, when: WhenForm | None = None) -> HttpResponse:
    """The form as somebody left it: in its row on Today, or on the meeting's page."""
    if request.method == "POST" and "row" in request.POST:
        return today_page(request, opened=request.POST["row"], form=apology or when)
    return _page(request, meeting, apology=apology, when=when)


def _page(
    request: PersonRequest, meeting: Interaction, *, apology: ApologyForm | None = None, when: WhenForm | None = None, note: str = ""
) -> HttpResponse:
    """``note``: words that could not be kept, for whoever typed them."""
    now = timezone.now()
    asked = request.GET.get("answer", "")
    failed = bool(note) or any(form is not None and form.errors for form in (apology, when))
    context = {
        "said": meeting,
        "sees_deal": Deal.objects.visible_to(request.user).filter(pk=meeting.deal_id).exists(),
        "meeting": Meeting.objects.visible_to(request.user).filter(interaction=meeting).first(),
        "answers": meeting_acts.answers(meeting, now),
        "opens": "apology" if apology is not None else "when" if when is not None or asked == Outcome.MOVED else asked,
        "apology": apology or ApologyForm(),
        "when": when or new_date_of(meeting, now),
        "note": note,
        "longest_note": LONGEST_NOTE,
        "others": meeting.others.order_by("name"),
        "followed_by": meeting.followed_by.filter(withdrawn_at=None).order_by("at").first(),
    }
    return render(request, "deals/meetings/said.html", context, status=422 if failed else 200)


def _back(request: PersonRequest, meeting: Interaction) -> str:
    """Where the form came from: as it says, or the page it stood on, else the deal."""
    asked = way_to(request, request.POST.get("next")) or page_behind(request) or way_to(request, request.headers.get("Referer"))
    return asked or (meeting.deal.get_absolute_url() if meeting.deal is not None else "/")


def _with_undo(request: PersonRequest, meeting: Interaction, words: str, what: str, *about: object) -> SafeString:
    """What was done, with the button that takes it back. The bell is on every page, so where there is no form for it, it brings its own."""
    back = _back(request, meeting)
    button = with_undo(words, what, *about, back_to=back)
    if _has_undo(back):
        return button
    return format_html(
        '<form id="undo" class="undo-form" method="post"><input type="hidden" name="csrfmiddlewaretoken" value="{}">{}</form>',
        get_token(request),
        button,
    )


def _has_undo(path: str) -> bool:
    try:
        found = resolve(urlsplit(path).path)
    except Resolver404:
        return False
    return found.url_name in UNDO_STANDS_ON
