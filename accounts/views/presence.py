"""Who is away, and who answers meanwhile."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.calendars import TeamCalendars, working_time_for
from accounts.covers import concerns_of
from accounts.forms import AbsenceForm
from accounts.models import Absence, User
from accounts.refusals import Refused
from accounts.services import absences
from accounts.views.guards import person_to_excuse

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpResponse

    from accounts.covers import Concern
    from accounts.requests import PersonRequest


@require_http_methods(["GET", "POST"])
def absence_new(request: PersonRequest, pk: int) -> HttpResponse:
    return _absence_page(request, person_to_excuse(request, pk), None)


@require_http_methods(["GET", "POST"])
def absence_edit(request: PersonRequest, pk: int) -> HttpResponse:
    absence, person = _absence(request, pk)
    return _absence_page(request, person, absence)


def _absence_page(request: PersonRequest, person: User, absence: Absence | None) -> HttpResponse:
    """The form. What there is to know of the cover is said once, and asked to be confirmed."""
    initial: dict[str, object] = {}
    if absence is not None:
        first, last = TeamCalendars().days_of(absence)
        initial = {"first_day": first, "last_day": last, "cover": absence.cover_id}
    form = AbsenceForm(request.POST or None, covers=_others(request, person), initial=initial)
    concerns: list[Concern] = []
    if request.method == "POST" and form.is_valid():
        span = _span(person, form)
        concerns = concerns_of(person=person, absence=absence, **span, now=timezone.now())
        if (not concerns or "confirmed" in request.POST) and _write_absence(request, person, absence, span, form):
            return redirect("person", person.pk)
    context = {"form": form, "person": person, "absence": absence, "concerns": concerns}
    return render(request, "accounts/absence_form.html", context, status=422 if concerns else 200)


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


def _span(person: User, form: AbsenceForm) -> dict[str, Any]:
    times, given = working_time_for(person), form.cleaned_data
    return {
        "starts_at": times.start_of_day(given["first_day"]),
        "ends_at": times.start_of_day(given["last_day"] + timedelta(days=1)),
        "cover": given["cover"],
    }


def _write_absence(request: PersonRequest, person: User, absence: Absence | None, span: dict[str, Any], form: AbsenceForm) -> bool:
    """Record or change it; False, with the reason on the form, where that is refused."""
    try:
        if absence is None:
            absences.record_absence(user=person, **span, by=request.user, now=timezone.now())
        else:
            absences.edit_absence(absence=absence, **span, by=request.user, now=timezone.now())
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return False
    said = _("The absence of %(name)s is recorded.") if person.pk != request.user.pk else _("Your absence is recorded.")
    if span["cover"] is not None and span["cover"].pk != request.user.pk:
        said += " " + _("%(cover)s is told.")
    messages.success(request, said % {"name": person.name, "cover": span["cover"].name if span["cover"] else ""})
    return True


def _others(request: PersonRequest, person: User) -> QuerySet[User]:
    """Whom the reader may name for this person: people here and in sight."""
    return User.objects.visible_to(request.user).here(timezone.now()).exclude(pk=person.pk)
