"""Cover as people see it: who covers for whom until when, who answers now, and what there is to know before somebody is named."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils.translation import gettext as _

from accounts import organisation
from accounts.calendars import TeamCalendars
from accounts.heirs import Warning, warnings
from accounts.models import Absence, User
from accounts.prepared import Given
from accounts.prepared_objects import Objects
from accounts.services.covering import days_of

if TYPE_CHECKING:
    from datetime import date, datetime

Concern = Warning


def concerns_of(*, person: User, absence: Absence | None, starts_at: datetime, ends_at: datetime, cover: User | None, now: datetime) -> list[Concern]:
    """Of the cover, where it is a new one; and of those whose cover ``person`` is in these days."""
    found: list[Concern] = []
    if cover is not None and (absence is None or absence.cover_id != cover.pk):
        found += warnings(leaver=person, given={cover: ["cover"]}, company=organisation.load(at=now), now=now)
    if absence is None or (absence.starts_at, absence.ends_at) != (starts_at, ends_at):
        theirs = (
            Absence.objects.filter(cover=person, starts_at__lt=ends_at, ends_at__gt=max(starts_at, now)).select_related("user").order_by("starts_at")
        )
        for one in theirs:
            words = _("%(cover)s covers for %(name)s %(days)s. While both are away, what waits for %(name)s goes up the line.")
            found.append(Concern(person, words % {"cover": person.name, "name": one.user.name, "days": days_of(one)}))
    return found


@dataclass(frozen=True, slots=True)
class Cover:
    """``absence`` from ``first`` to ``last``, days as the person who is away counts them."""

    absence: Absence
    first: date
    last: date
    has_begun: bool


def covers_of(user: User, now: datetime, *, ahead: datetime) -> list[Cover]:
    """Absences of this person, and those in which they cover, that go on or begin before ``ahead``: the nearest first.

    One query where there is none, otherwise some more.
    """
    found = _around().all(person=user.pk, now=now, ahead=ahead)
    calendars = TeamCalendars() if found else None
    return [Cover(one, *calendars.days_of(one), has_begun=one.starts_at <= now) for one in found] if calendars is not None else []


@cache
def _around() -> Objects[Absence]:
    person = Given("person")
    rows = Absence.objects.filter(Q(user=person) | Q(cover=person), ends_at__gt=Given("now"), starts_at__lt=Given("ahead"))
    return Objects(rows.select_related("user__team", "cover").order_by("starts_at", "pk"))


def answers_now(person: User, now: datetime) -> User | None:
    """Who answers for somebody at this moment: they themselves, their cover, or who stands above them."""
    pk = organisation.load(at=now).responsible(owner_id=person.pk, team_id=person.team_id, at=now)
    return User.objects.filter(pk=pk).first() if pk is not None else None


def would_answer(person: User, now: datetime) -> User | None:
    """Who would answer for somebody from this moment on, were they kept out: whoever is there of the line above them."""
    company = organisation.load(at=now)
    pk = next((one for one in company.line_above(person.pk, person.team_id) if company.available(one, now)), None)
    return User.objects.filter(pk=pk).first() if pk is not None else None
