"""One's own profile: who one is, when one works, what comes by mail, and where one is logged in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.calendars import TeamCalendars
from accounts.models import NoticePreference, WorkingCalendar
from accounts.profile_forms import MailForm, OwnHoursForm, ProfileForm
from accounts.refusals import Refused
from accounts.second_factors import STEPS, in_words
from accounts.services.hours import follow_team_hours, set_own_hours
from accounts.services.notices import choose_mail
from accounts.services.people import edit_person
from accounts.services.sessions import end_other_sessions, end_session, places_of

if TYPE_CHECKING:
    from django.http import HttpResponse

    from accounts.requests import PersonRequest


@require_http_methods(["GET", "POST"])
def profile(request: PersonRequest) -> HttpResponse:
    """Name, time zone, language, look and keys; and the way to everything else of one's own."""
    user = request.user
    form = ProfileForm(request.POST or None, initial={name: getattr(user, name) for name in ProfileForm.base_fields})
    if request.method == "POST" and form.is_valid():
        try:
            edit_person(user=user, by=user, now=timezone.now(), **form.changes)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Your profile is kept."))
            return redirect("profile")
    calendars = TeamCalendars()
    kinds = Authenticator.objects.filter(user=user, type__in=STEPS).values_list("type", flat=True)
    own = WorkingCalendar.objects.filter(person=user).first()
    team_calendar = calendars.of_team(user.team_id)
    return render(
        request,
        "accounts/profile/page.html",
        {
            "form": form,
            "second_step": in_words(list(kinds)),
            "own_hours": own,
            "team_calendar": team_calendar,
            "zone": calendars.of_person(user).hours.time_zone,
            "silenced": NoticePreference.objects.filter(user=user, by_mail=False).count(),
        },
    )


@require_http_methods(["GET", "POST"])
def hours(request: PersonRequest) -> HttpResponse:
    """As my team, or hours of my own for each weekday."""
    user, now = request.user, timezone.now()
    own = WorkingCalendar.objects.filter(person=user).first()
    calendars = TeamCalendars()
    team_calendar = calendars.of_team(user.team_id)
    form = OwnHoursForm(request.POST or None, initial=_hours_as_they_are(own or team_calendar, is_own=own is not None))
    if request.method == "POST" and form.is_valid():
        try:
            if form.cleaned_data["own"]:
                set_own_hours(user=user, week=form.week, time_zone=form.cleaned_data["time_zone"], by=user, now=now)
                messages.success(request, _("Your hours are kept. What is due to you follows them."))
            else:
                follow_team_hours(user=user, by=user, now=now)
                messages.success(request, _("You work as your team does. What is due to you follows its hours."))
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("profile-hours")
    return render(request, "accounts/profile/hours.html", {"form": form, "team_calendar": team_calendar, "own": own})


def _hours_as_they_are(calendar: WorkingCalendar | None, *, is_own: bool) -> dict[str, Any]:
    calendar = calendar or WorkingCalendar()
    days = OwnHoursForm.week_as_initial(calendar.week)
    return {"own": "yes" if is_own else "no", "time_zone": calendar.time_zone, **days}


@require_http_methods(["GET", "POST"])
def notices(request: PersonRequest) -> HttpResponse:
    """Which kinds of notices come by mail as well."""
    silenced = set(NoticePreference.objects.filter(user=request.user, by_mail=False).values_list("kind", flat=True))
    form = MailForm(request.POST if request.method == "POST" else None, role=request.user.role, silenced=silenced)
    if request.method == "POST" and form.is_valid():
        choose_mail(user=request.user, by_mail=form.by_mail)
        messages.success(request, _("Kept. The bell goes on showing everything."))
        return redirect("profile-notices")
    return render(request, "accounts/profile/notices.html", {"form": form})


@require_GET
def sessions(request: PersonRequest) -> HttpResponse:
    places = places_of(user=request.user, this=request.session.session_key, now=timezone.now())
    return render(request, "accounts/profile/sessions.html", {"places": places})


@require_POST
def end_one(request: PersonRequest, pk: int) -> HttpResponse:
    if end_session(user=request.user, pk=pk):
        messages.success(request, _("That session is ended. The device there meets the log-in."))
    else:
        messages.info(request, _("That session had ended already."))
    return redirect("profile-sessions")


@require_POST
def end_others(request: PersonRequest) -> HttpResponse:
    ended = end_other_sessions(user=request.user, this=request.session.session_key)
    messages.success(request, ngettext("%(n)s other session is ended.", "%(n)s other sessions are ended.", ended) % {"n": ended})
    return redirect("profile-sessions")
