"""Somebody leaves: when, what they hold and who takes it over, what that will do, and what went to whom.

The first three pages only read: each has the answers of those before it in its address, so that one may go back and forth.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.template.defaultfilters import date as date_words
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import organisation
from accounts.authority import may_change
from accounts.departing import Going, Held, default_heir, going, held_by, went, with_fields
from accounts.forms import DepartureForm
from accounts.leaving_forms import FOR_ALL, HeirsForm
from accounts.models import Bequest, User
from accounts.refusals import Refused
from accounts.services import departures
from accounts.services.leaving.moving import StoppedHalfway, leave
from accounts.views.guards import person_to_change

if TYPE_CHECKING:
    from datetime import date, datetime

    from django.db.models import QuerySet
    from django.http import HttpResponse

    from accounts.requests import PersonRequest


@dataclass
class Assistant:
    """What was answered so far: by the address on the way, by the form at its end."""

    request: PersonRequest
    person: User
    now: datetime

    @cached_property
    def answers(self) -> QueryDict:
        return self.request.POST if self.request.method == "POST" else self.request.GET

    @cached_property
    def others(self) -> QuerySet[User]:
        """Whom the reader may name for this person: people here and in sight."""
        return User.objects.visible_to(self.request.user).here(self.now).exclude(pk=self.person.pk).select_related("team").order_by("name")

    @cached_property
    def manager(self) -> User | None:
        """Who takes over where nobody is named, once the day was said."""
        return default_heir(self.person, self.now, self.leaves_at)

    @cached_property
    def when(self) -> DepartureForm:
        known = getattr(self.person, "departure", None)
        address = reverse("departure", args=[self.person.pk])
        if "last_day" in self.answers:
            return DepartureForm(self.answers, heirs=self.others, address=address)
        initial = {"last_day": known.last_day, "mail_to": known.mail_to_id} if known else {"mail_to": default_heir(self.person, self.now, None)}
        return DepartureForm(None, heirs=self.others, address=address, initial=initial)

    @property
    def last_day(self) -> date:
        found: date = self.when.cleaned_data["last_day"]
        return found

    @cached_property
    def leaves_at(self) -> datetime:
        return departures.moment_of(self.person, self.last_day)

    @cached_property
    def held(self) -> list[Held]:
        return held_by(self.person, self.now)

    @cached_property
    def heirs(self) -> HeirsForm:
        return HeirsForm(
            self.answers,
            kinds=[one.holding.key for one in self.held],
            people=self.others,
            company=organisation.load(at=self.now),
            manager=self.manager.name if self.manager else "",
            until=date_words(self.last_day, "j F") if self.leaves_at > self.now else "",
            now=self.now,
        )

    @cached_property
    def plan(self) -> Going:
        """Raises Refused where somebody who was named cannot take over."""
        return going(
            leaver=self.person,
            held=self.held,
            heirs=self.heirs.heirs,
            keep=list(self.heirs.keep),
            mail_to=self.when.cleaned_data["mail_to"],
            leaves_at=self.leaves_at,
            now=self.now,
        )

    def show_when(self, status: int = 200) -> HttpResponse:
        known = getattr(self.person, "departure", None)
        return self._page("when", status, form=self.when, departure=known, is_over=self.when.is_valid() and self.leaves_at <= self.now)

    def show_holdings(self, status: int = 200, refusal: str = "") -> HttpResponse:
        return self._page(
            "holdings",
            status,
            form=self.heirs,
            for_all=self.heirs[FOR_ALL],
            held=with_fields(self.held, self.heirs),
            refusal=refusal,
            **self._first(),
        )

    def show_plan(self, status: int = 200, *, unconfirmed: bool = False) -> HttpResponse:
        instead = [(one, self._with(one.heir, one.instead)) for one in self.plan.warnings]
        return self._page("plan", status, plan=self.plan, warnings=instead, unconfirmed=unconfirmed, answers=self._given(), **self._first())

    def _first(self) -> dict[str, Any]:
        return {
            "last_day": self.last_day,
            "lies_ahead": self.leaves_at > self.now,
            "mail_to": self.when.cleaned_data["mail_to"],
            "manager": self.manager,
            "query": self._given().urlencode(),
        }

    def _given(self) -> QueryDict:
        """The answers alone."""
        given = QueryDict(mutable=True)
        for name in ("last_day", "mail_to", *self.heirs.fields):
            if answer := self.answers.get(name):
                given[name] = str(answer)
        return given

    def _with(self, heir: User, instead: User | None) -> str:
        """The address of the same plan with somebody else in the place of one heir."""
        if instead is None:
            return ""
        given = self._given()
        for name in (FOR_ALL, "mail_to", *(f"to_{one.holding.key}" for one in self.held)):
            if given.get(name) == str(heir.pk):
                given[name] = str(instead.pk)
        return f"{reverse('departure-plan', args=[self.person.pk])}?{given.urlencode()}"

    def _page(self, step: str, status: int, **context: Any) -> HttpResponse:
        return render(self.request, f"accounts/leaving/{step}.html", {"person": self.person, "step": step, **context}, status=status)


def _assistant(request: PersonRequest, pk: int) -> Assistant:
    return Assistant(request, person_to_change(request, pk), timezone.now())


@require_http_methods(["GET", "POST"])
def departure(request: PersonRequest, pk: int) -> HttpResponse:
    """The last day and the mail. Posted, with all that was answered on the way: it is done."""
    assistant = _assistant(request, pk)
    if request.method == "GET":
        return assistant.show_when()
    if not assistant.when.is_valid():
        return assistant.show_when(422)
    if not assistant.heirs.is_valid():
        return assistant.show_holdings(422)
    try:
        if assistant.plan.warnings and "confirmed" not in request.POST:
            return assistant.show_plan(422, unconfirmed=True)
        leave(
            leaver=assistant.person,
            **assistant.when.cleaned_data,
            choices=assistant.heirs.heirs,
            keep=assistant.heirs.keep,
            by=request.user,
            now=assistant.now,
        )
    except StoppedHalfway as stopped:
        messages.error(request, str(stopped))
    except Refused as refusal:
        return assistant.show_holdings(422, str(refusal))
    else:
        messages.success(request, _("The last day of %(name)s is recorded.") % {"name": assistant.person.name})
    return redirect("departure-done", pk)


@require_GET
def holdings(request: PersonRequest, pk: int) -> HttpResponse:
    assistant = _assistant(request, pk)
    if not assistant.when.is_valid():
        return assistant.show_when(422) if assistant.when.is_bound else redirect("departure", pk)
    assistant.heirs.is_valid()
    return assistant.show_holdings()


@require_GET
def plan(request: PersonRequest, pk: int) -> HttpResponse:
    assistant = _assistant(request, pk)
    if not assistant.when.is_valid():
        return assistant.show_when(422) if assistant.when.is_bound else redirect("departure", pk)
    if not assistant.heirs.is_valid():
        return assistant.show_holdings(422)
    try:
        return assistant.show_plan()
    except Refused as refusal:
        return assistant.show_holdings(422, str(refusal))


@require_GET
def done(request: PersonRequest, pk: int) -> HttpResponse:
    """What went to whom: for those who may pass it on all of it, for an heir what came to them."""
    now = timezone.now()
    person: User = get_object_or_404(User.objects.select_related("team", "departure__mail_to"), pk=pk)
    is_theirs = may_change(request.user, person) and User.objects.visible_to(request.user).filter(pk=pk).exists()
    if not is_theirs and not Bequest.objects.filter(leaver=person, heir=request.user).exists():
        raise Http404
    known = getattr(person, "departure", None)
    return render(
        request,
        "accounts/leaving/done.html",
        {
            "person": person,
            "step": "done",
            "departure": known,
            "has_left": known is not None and known.leaves_at <= now,
            "shares": went(person, only_to=None if is_theirs else request.user),
            "is_theirs": is_theirs,
            "left": held_by(person, now, in_detail=False) if is_theirs else [],
        },
    )


@require_POST
def departure_cancel(request: PersonRequest, pk: int) -> HttpResponse:
    person = person_to_change(request, pk)
    try:
        departures.cancel_departure(user=person, by=request.user, now=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("%(name)s stays.") % {"name": person.name})
    return redirect("person", person.pk)
