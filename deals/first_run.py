"""The first run: what an empty Salvor still needs, read from the data itself. No step is ticked by hand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import BooleanField, Exists, ExpressionWrapper, Q

from accounts.models import Role, Team, User, WorkingCalendar
from deals.models import Deal, RiskSignal
from deals.models.pipelines import WATCHED_KINDS

if TYPE_CHECKING:
    from django.db.models.expressions import Combinable
    from django.http import HttpRequest

    from accounts.requests import PersonRequest

# Where somebody said that the rest can wait; a year, in this browser.
LATER = "salvor_setup_later"
LATER_SECONDS = 365 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Progress:
    """The four steps, each true when its data says so."""

    calendar: bool  # somebody looked at the company's working hours and kept them
    people: bool  # there is a team, and somebody besides the admins
    deals: bool  # there is a deal
    looked_at: bool  # the rules have looked at deals: one is at risk, or will be asked again at a known moment

    @property
    def done(self) -> int:
        return sum((self.calendar, self.people, self.deals, self.looked_at))

    @property
    def complete(self) -> bool:
        return self.done == len(self.steps)

    @property
    def steps(self) -> tuple[bool, ...]:
        return (self.calendar, self.people, self.deals, self.looked_at)


def progress(of: User) -> Progress:
    """One query."""
    deals = Deal.objects.all()
    looked_at = Exists(RiskSignal.objects.all()) | Exists(deals.filter(status__in=WATCHED_KINDS, alarm_at__isnull=False))
    someone = User.objects.exclude(role=Role.ADMIN)
    kept = WorkingCalendar.objects.filter(Q(version__gt=1) | ~Q(country="") | ~Q(time_zone="UTC"), is_default=True)
    steps = (Exists(kept), _both(Exists(Team.objects.all()) & Exists(someone)), Exists(deals), _both(Exists(deals) & looked_at))
    return Progress(*User.objects.filter(pk=of.pk).values_list(*steps).get())


def _both(condition: Q) -> Combinable:
    return ExpressionWrapper(condition, output_field=BooleanField())


def put_off(request: HttpRequest) -> bool:
    """Did somebody say here that the rest can wait?"""
    return LATER in request.COOKIES


def begins_here(request: PersonRequest) -> bool:
    """Is there nothing at all yet, so that an admin is led to the first steps?"""
    return request.user.role == Role.ADMIN and not put_off(request) and not Deal.objects.exists()
