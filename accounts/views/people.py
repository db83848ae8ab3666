"""The list of people, one person, and what may be changed about them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q
from django.db.models.functions import Lower
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.authority import managed_teams, may_change, may_record_absence
from accounts.calendars import TeamCalendars
from accounts.covers import answers_now, would_answer
from accounts.departing import held_by
from accounts.forms import EditPersonForm, NewPersonForm, PeopleFilter, RoleForm
from accounts.history import changes_of
from accounts.holdings import holdings_of
from accounts.keyset import page
from accounts.models import Absence, Bequest, Role, Team, User
from accounts.people import CHIPS, State, tree, with_state
from accounts.refusals import Refused
from accounts.second_factors import STEPS, in_words
from accounts.services import people as service
from accounts.services.invite import invite
from accounts.services.second_factors import switch_off
from accounts.views.guards import admins_only, person_in_sight, person_to_change

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet
    from django.http import HttpResponse

    from accounts.requests import PersonRequest

PAGE = 100
AWAY_OR_GONE = (State.AWAY, State.LEFT, State.SUSPENDED)


@require_GET
def people(request: PersonRequest) -> HttpResponse:
    """Everybody in sight, filtered by the address, a page at a time; and their teams as a tree."""
    now = timezone.now()
    teams = Team.objects.visible_to(request.user)
    everybody = with_state(User.objects.visible_to(request.user), now)
    filters = PeopleFilter(request.GET, teams=teams)
    found = page(
        narrowed(everybody, filters).annotate(sort_name=Lower("name")), keys=("sort_name", "pk"), size=PAGE, token=request.GET.get("page", "")
    )
    for person in found.rows:
        describe(person)
    return render(
        request,
        "accounts/people.html",
        {
            "page": found,
            "filters": filters,
            "filtered": any(filters.data.get(name) for name in ("q", "team", "role", "state")),
            "counts": everybody.aggregate(
                here=Count("pk", filter=~Q(state__in=[State.LEFT, State.SUSPENDED])),
                left=Count("pk", filter=Q(state=State.LEFT)),
                suspended=Count("pk", filter=Q(state=State.SUSPENDED)),
                away=Count("pk", filter=Q(state=State.AWAY)),
                no_address=Count("pk", filter=Q(state=State.NO_ADDRESS)),
            ),
            "branches": tree(teams),
            "may_add": _may_add(request.user),
        },
    )


def narrowed(people: QuerySet[Any], filters: PeopleFilter) -> QuerySet[Any]:
    filters.is_valid()  # a filter that makes no sense is not among the cleaned ones
    chosen = filters.cleaned_data
    if words := chosen.get("q"):
        people = people.filter(Q(name__icontains=words) | Q(email__icontains=words))
    if team := chosen.get("team"):
        people = people.filter(team=team)
    if role := chosen.get("role"):
        people = people.filter(role=role)
    if state := chosen.get("state"):
        people = people.filter(state=state)
    return people


def describe(person: User) -> None:
    """Put the words and the colour of the annotated state on the person, for the template."""
    state = State(person.state)  # type: ignore[attr-defined] # annotated by with_state
    person.state_words, person.state_css = state.label, CHIPS[state]  # type: ignore[attr-defined] # read by the template alone


@require_GET
def person(request: PersonRequest, pk: int) -> HttpResponse:
    now = timezone.now()
    seen = get_object_or_404(with_state(User.objects.visible_to(request.user), now), pk=pk)
    describe(seen)
    return render(request, "accounts/person.html", {"person": seen, "now": now, **about(seen, request.user, now)})


def about(person: User, reader: User, now: datetime) -> dict[str, object]:
    """What the page of a person shows beside the facts, and what its reader may do there."""
    calendars = TeamCalendars()
    absences = Absence.objects.filter(user=person, ends_at__gt=now).select_related("user", "cover").order_by("starts_at")
    covers = Absence.objects.filter(cover=person, ends_at__gt=now).select_related("user__team").order_by("starts_at")
    is_admin = reader.role == Role.ADMIN
    known = getattr(person, "departure", None)
    changes_hands = may_change(reader, person)
    holdings = holdings_of(person)
    return {
        "absences": [(absence, *calendars.days_of(absence)) for absence in absences],
        "covers": [(absence, *calendars.days_of(absence)) for absence in covers],
        "holdings": holdings,
        "leads_nobody": person.role == Role.MANAGER and not holdings.teams,
        "stands_in": would_answer(person, now) if changes_hands and person.is_active and holdings.deals else None,
        "second_step": in_words(list(Authenticator.objects.filter(user=person, type__in=STEPS).values_list("type", flat=True))) if is_admin else "",
        "zone": person.time_zone or calendars.of_person(person).hours.time_zone,
        "may_change": changes_hands,
        "answers": answers_now(person, now) if person.state in AWAY_OR_GONE else None,  # type: ignore[attr-defined] # annotated by with_state
        "left_behind": held_by(person, now, in_detail=False) if changes_hands and known is not None else [],
        "passed_on": changes_hands and Bequest.objects.filter(leaver=person).exists(),
        "may_excuse": may_record_absence(reader, person),
        "role_form": RoleForm(initial={"role": person.role}) if is_admin else None,
        "changes": changes_of(person) if is_admin else None,
    }


def _may_add(user: User) -> bool:
    """Admins, and managers who have a team to add somebody to."""
    return user.role == Role.ADMIN or bool(managed_teams(user))


@require_http_methods(["GET", "POST"])
def person_invite(request: PersonRequest) -> HttpResponse:
    """Add somebody, and invite them at once where they have an address."""
    if not _may_add(request.user):
        raise PermissionDenied
    now = timezone.now()
    form = NewPersonForm(request.POST or None, by=request.user, initial={"team": request.GET.get("team", "")})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        wanted = given.pop("send_invitation") and given["email"]
        try:
            added = service.add_person(**given, by=request.user, now=now)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            if wanted:
                _invite(request, added, now)
            else:
                messages.success(request, _("%(name)s is added.") % {"name": added.name})
            return redirect("person", added.pk)
    return render(request, "accounts/person_form.html", {"form": form, "person": None})


@require_http_methods(["GET", "POST"])
def person_edit(request: PersonRequest, pk: int) -> HttpResponse:
    seen = person_to_change(request, pk)
    initial = {"name": seen.name, "email": seen.email or "", "team": seen.team_id, "time_zone": seen.time_zone}
    form = EditPersonForm(request.POST or None, by=request.user, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            service.edit_person(user=seen, by=request.user, now=timezone.now(), **form.changes)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("%(name)s is changed.") % {"name": form.cleaned_data["name"]})
            return redirect("person", seen.pk)
    return render(request, "accounts/person_form.html", {"form": form, "person": seen})


@require_POST
def person_invite_again(request: PersonRequest, pk: int) -> HttpResponse:
    _invite(request, person_to_change(request, pk), timezone.now())
    return redirect("person", pk)


def _invite(request: PersonRequest, person: User, now: datetime) -> None:
    try:
        invite(user=person, by=request.user, now=now)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("An invitation is on its way to %(email)s.") % {"email": person.email})


@require_POST
def person_role(request: PersonRequest, pk: int) -> HttpResponse:
    seen = person_in_sight(request, pk)
    admins_only(request)
    form = RoleForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose one of the roles."))
        return redirect("person", pk)
    try:
        changed = service.change_role(user=seen, role=form.cleaned_data["role"], by=request.user, now=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("%(name)s: %(role)s.") % {"name": changed.name, "role": changed.get_role_display()})
    return redirect("person", pk)


@require_POST
def person_suspend(request: PersonRequest, pk: int) -> HttpResponse:
    return _door(request, pk, let_in=False)


@require_POST
def person_readmit(request: PersonRequest, pk: int) -> HttpResponse:
    return _door(request, pk, let_in=True)


@require_POST
def person_second_factor_off(request: PersonRequest, pk: int) -> HttpResponse:
    """Somebody lost the device: they log in with the password alone again."""
    seen = person_in_sight(request, pk)
    admins_only(request)
    try:
        switch_off(user=seen, by=request.user, now=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("%(name)s logs in with the password alone now, and was told so.") % {"name": seen.name})
    return redirect("person", pk)


def _door(request: PersonRequest, pk: int, *, let_in: bool) -> HttpResponse:
    seen = person_to_change(request, pk)
    act = service.readmit if let_in else service.suspend
    try:
        act(user=seen, by=request.user, now=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        words = _("%(name)s can log in again.") if let_in else _("%(name)s is suspended: they are logged out, and their deals go up the line.")
        messages.success(request, words % {"name": seen.name})
    return redirect("person", pk)
