"""The first run: a short list of what an empty Salvor needs, to be left and come back to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.db import transaction
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import Role, Team, User, WorkingCalendar
from accounts.refusals import Refused
from accounts.services.calendars import create_calendar, edit_calendar
from accounts.services.teams import create_team
from accounts.views.guards import admins_only
from deals import first_run
from deals.models import Deal, Import
from deals.totals import kept_totals
from deals.welcome_forms import HoursForm, TeamsForm

if TYPE_CHECKING:
    from django.http import HttpResponse

    from accounts.requests import PersonRequest


@require_GET
def welcome(request: PersonRequest) -> HttpResponse:
    admins_only(request)
    return _page(request)


def _page(request: PersonRequest, *, hours: HoursForm | None = None, teams: TeamsForm | None = None) -> HttpResponse:
    calendar = WorkingCalendar.objects.filter(is_default=True).first()
    progress = first_run.progress(request.user)
    at_risk = sum(total.at_risk for total in kept_totals(request.user).values()) if progress.deals else 0
    context = {
        "progress": progress,
        "current": next((number for number, done in enumerate(progress.steps, start=1) if not done), 0),
        "calendar": calendar,
        "hours": hours or HoursForm(initial=_initial(calendar)),
        "teams": teams or TeamsForm(),
        "team_names": list(Team.objects.order_by("name").values_list("name", flat=True)[:8]),
        "nobody_leads": not Team.objects.filter(manager__isnull=False).exists(),
        "people": User.objects.exclude(role=Role.ADMIN).count(),
        "deals": Deal.objects.count() if progress.deals else 0,
        "at_risk": at_risk,
        "at_work": Import.objects.filter(state__in=[Import.State.WAITING, Import.State.RUNNING]).exists(),
    }
    refused = (hours and hours.errors) or (teams and teams.errors)
    return render(request, "deals/welcome.html", context, status=422 if refused else 200)


def _initial(calendar: WorkingCalendar | None) -> dict[str, object]:
    if calendar is None:
        return {"hours": [["09:00", "17:00"]]}
    kept = {field: getattr(calendar, field) for field in ("time_zone", "country", "subdivision")}
    return {**kept, "hours": calendar.week[0]}


@require_http_methods(["GET", "POST"])
def hours(request: PersonRequest) -> HttpResponse:
    """The company's working hours, kept in its usual calendar."""
    admins_only(request)
    if request.method == "GET":  # its address stays in the browser after what was refused
        return redirect("welcome")
    form = HoursForm(request.POST)
    if form.is_valid():
        try:
            _keep_hours(request, form)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Clocks run in these hours from now on."))
            return redirect("welcome")
    return _page(request, hours=form)


@transaction.atomic
def _keep_hours(request: PersonRequest, form: HoursForm) -> None:
    calendar = WorkingCalendar.objects.filter(is_default=True).first()
    given = {name: form.cleaned_data[name] for name in ("time_zone", "country", "subdivision")}
    now = timezone.now()
    if calendar is None:
        create_calendar(by=request.user, now=now, name=_("Company"), is_default=True, week=form.week([[]] * 7), **given)
    else:
        edit_calendar(calendar=calendar, by=request.user, now=now, week=form.week(calendar.week), **given)


@require_http_methods(["GET", "POST"])
def teams(request: PersonRequest) -> HttpResponse:
    """Teams by their names; the tree, managers and calendars come on their own pages."""
    admins_only(request)
    if request.method == "GET":  # its address stays in the browser after what was refused
        return redirect("welcome")
    form = TeamsForm(request.POST)
    if form.is_valid():
        names = form.cleaned_data["names"]
        try:
            with transaction.atomic():
                for name in names:
                    create_team(name=name, parent=None, by=request.user, now=timezone.now())
        except Refused as refusal:
            form.add_error("names", str(refusal))
        else:
            messages.success(request, ngettext("One team is made.", "%(n)d teams are made.", len(names)) % {"n": len(names)})
            return redirect("welcome")
    return _page(request, teams=form)


@require_POST
def later(request: PersonRequest) -> HttpResponse:
    """The rest can wait: no more reminders in this browser. The list stays among the settings."""
    admins_only(request)
    answer = redirect("risk-desk")
    answer.set_cookie(first_run.LATER, "1", max_age=first_run.LATER_SECONDS, httponly=True, samesite="Lax", secure=request.is_secure())
    messages.info(request, _("Put off. The first steps stay under Settings."))
    return answer
