"""A person's own working hours, for those who work at other hours than their team.

``set_own_hours(user, week, time_zone, by, now)`` makes or changes them, ``follow_team_hours(user, by, now)`` takes them
away. They are a ``WorkingCalendar`` with ``person`` set, which says week and time zone alone: public holidays and the
days that differ stay those of the team (see ``accounts.calendars.TeamCalendars.of``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import WorkingCalendar
from accounts.services.calendars import check_hours
from accounts.services.people import lock_person
from accounts.services.presence import tell_presence_changed

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import User


@transaction.atomic
def set_own_hours(*, user: User, week: list[list[list[str]]], time_zone: str, by: User, now: datetime) -> WorkingCalendar:
    """From now on clocks of this person run in these hours (seven lists of periods, Monday first, in ``time_zone``).

    What is due to them moves. Raises Refused for hours that make no sense, and for a week without any.
    """
    user = lock_person(user)
    calendar = WorkingCalendar.objects.filter(person=user).first() or WorkingCalendar(person=user, version=0)
    if not calendar._state.adding and (calendar.week, calendar.time_zone) == (week, time_zone):  # noqa: SLF001 - Django's documented way to ask
        return calendar
    calendar.name = _("Hours of %(name)s") % {"name": user.name[:100]}
    calendar.week, calendar.time_zone = week, time_zone
    calendar.version += 1
    check_hours(calendar)
    calendar.save()
    tell_presence_changed(user_ids=[user.pk], now=now)
    return calendar


@transaction.atomic
def follow_team_hours(*, user: User, by: User, now: datetime) -> None:
    """The person works as their team does again."""
    user = lock_person(user)
    deleted, _rows = WorkingCalendar.objects.filter(person=user).delete()
    if deleted:
        tell_presence_changed(user_ids=[user.pk], now=now)
