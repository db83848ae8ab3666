"""Who is away, and who answers meanwhile."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.calendars import TeamCalendars, working_time_for
from accounts.forms import AbsenceForm
from accounts.models import Absence, User
from accounts.refusals import Refused
from accounts.services import absences
from accounts.views.guards import person_to_excuse

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpResponse

    from accounts.requests import PersonRequest


@require_http_methods(["GET", "POST"])
def absence_new(request: PersonRequest, pk: int) -> HttpResponse:
    person = person_to_excuse(request, pk)
    form = AbsenceForm(request.POST or None, covers=_others(request, person))
    if request.method == "POST" and form.is_valid() and _write_absence(request, person, None, form):
        return redirect("person", person.pk)
    return render(request, "accounts/absence_form.html", {"form": form, "person": person, "absence": None})


@require_http_methods(["GET", "POST"])
def absence_edit(request: PersonRequest, pk: int) -> HttpResponse:
    absence, person = _absence(request, pk)
    first, last = TeamCalendars().days_of(absence)
    initial = {"first_day": first, "last_day": last, "cover": absence.cover_id}
    form = AbsenceForm(request.POST or None, covers=_others(request, person), initial=initial)
    if request.method == "POST" and form.is_valid() and _write_absence(request, person, absence, form):
        return redirect("person", person.pk)
    return render(request, "accounts/absence_form.html", {"form": form, "person": person, "absence": absence})


@require_POST
def absence_cancel(request: PersonRequest, pk: int) -> HttpResponse:
    absence, person = _absence(request, pk)
    try:
        absences.cancel_absence(absence=absence, by=request.user, now=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("%(name)s is here.") % {"name": person.name})
    return redirect("person", person.pk)


def _absence(request: PersonRequest, pk: int) -> tuple[Absence, User]:
    absence = get_object_or_404(Absence.objects.select_related("user"), pk=pk)
    return absence, person_to_excuse(request, absence.user_id)


def _write_absence(request: PersonRequest, person: User, absence: Absence | None, form: AbsenceForm) -> bool:
    """Record or change it; False, with the reason on the form, where that is refused."""
    times = working_time_for(person)
    given = form.cleaned_data
    span = {
        "starts_at": times.start_of_day(given["first_day"]),
        "ends_at": times.start_of_day(given["last_day"] + timedelta(days=1)),
        "cover": given["cover"],
        "by": request.user,
        "now": timezone.now(),
    }
    try:
        if absence is None:
            absences.record_absence(user=person, **span)
        else:
            absences.edit_absence(absence=absence, **span)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return False
    messages.success(request, _("The absence of %(name)s is recorded.") % {"name": person.name})
    return True


def _others(request: PersonRequest, person: User) -> QuerySet[User]:
    """Whom the reader may name for this person: people here and in sight."""
    return User.objects.visible_to(request.user).here(timezone.now()).exclude(pk=person.pk)
