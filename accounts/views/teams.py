"""Teams and working calendars: an admin's work."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.coming_days import coming_holidays, week_ahead
from accounts.forms import CalendarDayForm, CalendarForm, EditCalendarForm, EditTeamForm, RemoveTeamForm, TeamForm
from accounts.models import CalendarDay, Team, User, WorkingCalendar
from accounts.models.calendars import default_week
from accounts.people import tree
from accounts.refusals import Refused
from accounts.services import calendars, teams
from accounts.sight import subtree
from accounts.views.guards import admins_only

if TYPE_CHECKING:
    from django.http import HttpResponse, QueryDict

    from accounts.requests import PersonRequest

# Two forms on one page have a name each.
DAY_ID = "day_%s"
DAYS_BEFORE = 40


@require_http_methods(["GET", "POST"])
def team_new(request: PersonRequest) -> HttpResponse:
    admins_only(request)
    now = timezone.now()
    form = TeamForm(request.POST or None, now=now, initial={"parent": request.GET.get("parent", "")})
    if request.method == "POST" and form.is_valid():
        try:
            team = teams.create_team(**form.cleaned_data, by=request.user, now=now)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The team %(name)s is made.") % {"name": team.name})
            return redirect("teams")
    return render(request, "accounts/team_form.html", {"form": form, "team": None})


@require_http_methods(["GET", "POST"])
def team_edit(request: PersonRequest, pk: int) -> HttpResponse:
    admins_only(request)
    team = get_object_or_404(Team, pk=pk)
    now = timezone.now()
    below = subtree({team.pk}, Team.objects.values_list("pk", "parent_id"))
    initial = {"name": team.name, "parent": team.parent_id, "manager": team.manager_id, "calendar": team.calendar_id}
    form = EditTeamForm(request.POST or None, now=now, but=list(below), initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            teams.edit_team(team=team, by=request.user, now=now, **form.changes)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The team %(name)s is changed.") % {"name": form.cleaned_data["name"]})
            return redirect("teams")
    return render(request, "accounts/team_form.html", {"form": form, "team": team})


@require_GET
def team_list(request: PersonRequest) -> HttpResponse:
    """All teams as a tree: who leads them, who is in them, by which calendar they work."""
    admins_only(request)
    usual = WorkingCalendar.objects.filter(is_default=True).first()
    return render(request, "accounts/teams.html", {"branches": tree(Team.objects.all()), "usual": usual})


@require_http_methods(["GET", "POST"])
def team_remove(request: PersonRequest, pk: int) -> HttpResponse:
    """Say what hangs on the team, ask who takes it over, and take it out of the tree."""
    admins_only(request)
    team = get_object_or_404(Team.objects.select_related("parent"), pk=pk)
    people = User.objects.filter(team=team).count()
    form = RemoveTeamForm(request.POST if request.method == "POST" else None, team=team, needed=people > 0)
    if request.method == "POST" and form.is_valid():
        try:
            teams.remove_team(team=team, into=form.cleaned_data["into"], by=request.user, now=timezone.now())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The team %(name)s is gone.") % {"name": team.name})
            return redirect("teams")
    below = list(team.children.order_by("name"))
    context = {"form": form, "team": team, "people": people, "below": below}
    return render(request, "accounts/team_remove.html", context, status=422 if form.errors else 200)


@require_GET
def calendar_list(request: PersonRequest) -> HttpResponse:
    admins_only(request)
    found = WorkingCalendar.objects.filter(person__isnull=True).prefetch_related("team_set").order_by("name")
    return render(request, "accounts/calendars.html", {"calendars": found})


@require_http_methods(["GET", "POST"])
def calendar_new(request: PersonRequest) -> HttpResponse:
    admins_only(request)
    form = CalendarForm(request.POST or None, initial=CalendarForm.week_as_initial(default_week()))
    if request.method == "POST" and form.is_valid() and (made := _write_calendar(request, None, form)):
        return redirect("calendar", made.pk)
    return render(request, "accounts/calendar_form.html", {"form": form, "calendar": None})


@require_http_methods(["GET", "POST"])
def calendar_edit(request: PersonRequest, pk: int) -> HttpResponse:
    admins_only(request)
    calendar = company_calendar(pk)
    form = _edit_form(calendar, request.POST or None)
    if request.method == "POST" and form.is_valid() and _write_calendar(request, calendar, form):
        return redirect("calendar", pk)
    return _calendar_page(request, calendar, form, CalendarDayForm(auto_id=DAY_ID))


def _edit_form(calendar: WorkingCalendar, data: QueryDict | None = None) -> EditCalendarForm:
    initial = {field: getattr(calendar, field) for field in ("name", "time_zone", "country", "subdivision", "is_default")}
    return EditCalendarForm(data, initial=initial | CalendarForm.week_as_initial(calendar.week))


def _calendar_page(request: PersonRequest, calendar: WorkingCalendar, form: EditCalendarForm, day_form: CalendarDayForm) -> HttpResponse:
    today = timezone.localdate()
    context = {
        "form": form,
        "calendar": calendar,
        "days": calendar.days.filter(date__gte=today).order_by("date"),
        "days_before": calendar.days.filter(date__lt=today).order_by("-date")[:DAYS_BEFORE],
        "day_form": day_form,
        "week": week_ahead(calendar, today),
        "holidays": coming_holidays(calendar, today),
    }
    return render(request, "accounts/calendar_form.html", context, status=422 if day_form.errors else 200)


def company_calendar(pk: int) -> WorkingCalendar:
    """A calendar of the company; a person's own hours are on their profile."""
    found: WorkingCalendar = get_object_or_404(WorkingCalendar, pk=pk, person__isnull=True)
    return found


def _write_calendar(request: PersonRequest, calendar: WorkingCalendar | None, form: CalendarForm) -> WorkingCalendar | None:
    """The calendar as written; None, with the reason on the form, where that is refused."""
    now = timezone.now()
    try:
        if isinstance(form, EditCalendarForm) and calendar is not None:
            written = calendars.edit_calendar(calendar=calendar, by=request.user, now=now, **form.changes)
        else:
            fields = {field: form.cleaned_data[field] for field in ("name", "time_zone", "country", "subdivision", "is_default")}
            written = calendars.create_calendar(by=request.user, now=now, week=form.week, **fields)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return None
    messages.success(request, _("The calendar %(name)s is kept. What is due follows it.") % {"name": written.name})
    return written


@require_POST
def calendar_remove(request: PersonRequest, pk: int) -> HttpResponse:
    admins_only(request)
    calendar = company_calendar(pk)
    try:
        calendars.remove_calendar(calendar=calendar, by=request.user, now=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("calendar", pk) if WorkingCalendar.objects.filter(pk=pk).exists() else redirect("calendars")
    messages.success(request, _("The calendar %(name)s is gone.") % {"name": calendar.name})
    return redirect("calendars")


@require_http_methods(["GET", "POST"])
def calendar_day_new(request: PersonRequest, pk: int) -> HttpResponse:
    """Its address stays in the browser after a day that was refused: asked for again it leads to the calendar."""
    admins_only(request)
    calendar = company_calendar(pk)
    if request.method == "GET":
        return redirect("calendar", pk)
    form = CalendarDayForm(request.POST, auto_id=DAY_ID)
    if form.is_valid():
        try:
            calendars.set_day(calendar=calendar, **form.cleaned_data, by=request.user, now=timezone.now())
        except Refused as refusal:
            form.add_error("periods", str(refusal))
        else:
            messages.success(request, _("%(name)s is in the calendar.") % {"name": form.cleaned_data["name"]})
            return redirect("calendar", pk)
    return _calendar_page(request, calendar, _edit_form(calendar), form)


@require_POST
def calendar_day_remove(request: PersonRequest, pk: int) -> HttpResponse:
    admins_only(request)
    day = get_object_or_404(CalendarDay.objects.select_related("calendar"), pk=pk, calendar__person__isnull=True)
    try:
        calendars.remove_day(day=day, by=request.user, now=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("calendars")
    messages.success(request, _("%(name)s is an ordinary day again.") % {"name": day.name})
    return redirect("calendar", day.calendar_id)
