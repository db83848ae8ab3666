"""Working calendars and their special days. Every change raises the version, which every process looks at."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from accounts.calendars import TeamCalendars, hours_of, read_periods
from accounts.models import CalendarDay, Team, User, WorkingCalendar
from accounts.refusals import Refused, constraint_of, still_there
from accounts.services.presence import tell_presence_changed
from accounts.working_time import check_country, check_periods, region_code, working_time

if TYPE_CHECKING:
    from datetime import date, datetime

EDITABLE = frozenset({"name", "time_zone", "week", "country", "subdivision", "is_default"})


@transaction.atomic
def create_calendar(*, by: User, now: datetime, **fields: Any) -> WorkingCalendar:
    return _write(WorkingCalendar(), fields, now)


@transaction.atomic
def edit_calendar(
    *, calendar: WorkingCalendar, by: User, now: datetime, hours: dict[int, list[list[str]]] | None = None, **changes: Any
) -> WorkingCalendar:
    """Change name, time_zone, week, country, subdivision or is_default. The due moments of open deals follow.

    ``hours``: the periods of single weekdays (0 is Monday); the others stay as somebody else may have written them meanwhile.
    """
    calendar = _locked(calendar)
    if hours:
        changes["week"] = [hours.get(number, periods) for number, periods in enumerate(calendar.week)]
    return _write(calendar, changes, now)


@transaction.atomic
def set_day(*, calendar: WorkingCalendar, date: date, name: str, periods: list[list[str]], by: User, now: datetime) -> CalendarDay:
    """Say how one date differs: closed (no periods) or open at other hours. A day said before is replaced."""
    calendar = _locked(calendar)
    try:
        check_periods(read_periods(periods))
    except ValueError as error:
        raise Refused(str(error)) from error
    day, _created = CalendarDay.objects.update_or_create(calendar=calendar, date=date, defaults={"name": name, "periods": periods})
    _changed(calendar, now)
    return day


@transaction.atomic
def remove_day(*, day: CalendarDay, by: User, now: datetime) -> None:
    """The date follows week and holidays again."""
    calendar = _locked(day.calendar)
    day.delete()
    _changed(calendar, now)


@transaction.atomic
def remove_calendar(*, calendar: WorkingCalendar, by: User, now: datetime) -> None:
    calendar = _locked(calendar)
    if calendar.is_default:
        raise Refused(_("%(calendar)s is what teams without a calendar work by. Make another one the usual one first.") % {"calendar": calendar.name})
    try:
        calendar.delete()
    except ProtectedError as error:
        raise Refused(_("%(calendar)s is still used by a team. Give that team another calendar first.") % {"calendar": calendar.name}) from error


def _write(calendar: WorkingCalendar, fields: dict[str, Any], now: datetime) -> WorkingCalendar:
    unknown = fields.keys() - EDITABLE
    if unknown:
        raise TypeError(f"a calendar has no {', '.join(sorted(unknown))}")
    was_default = calendar.is_default
    for field, value in fields.items():
        setattr(calendar, field, value)
    if "subdivision" in fields:
        calendar.subdivision = region_code(calendar.country, calendar.subdivision)
    if was_default and not calendar.is_default:
        raise Refused(_("Teams without a calendar need a usual one. Make another calendar the usual one instead."))
    _check_name(calendar)
    check_hours(calendar)
    if calendar.is_default and not was_default:
        WorkingCalendar.objects.filter(is_default=True).update(is_default=False)
    if calendar._state.adding:  # noqa: SLF001 - Django's documented way to ask
        _save(calendar, None)
        if calendar.is_default:
            _tell_those_who_follow(calendar, now)
    else:
        _changed(calendar, now, *fields)
    return calendar


def _save(calendar: WorkingCalendar, fields: list[str] | None) -> None:
    """Where somebody else did the like at this moment, the database says so, and we in words."""
    try:
        with transaction.atomic():
            calendar.save(update_fields=fields)
    except IntegrityError as error:
        if constraint_of(error) == "calendar_name_once":
            raise _taken(calendar) from error
        if constraint_of(error) == "calendar_one_default":
            raise Refused(_("Somebody made another calendar the usual one at this moment. Look again.")) from error
        raise


def _check_name(calendar: WorkingCalendar) -> None:
    if WorkingCalendar.objects.filter(name=calendar.name, person__isnull=True).exclude(pk=calendar.pk).exists():
        raise _taken(calendar)


def _taken(calendar: WorkingCalendar) -> Refused:
    return Refused(_("There is already a calendar %(name)s. Give it another name.") % {"name": calendar.name})


def check_hours(calendar: WorkingCalendar) -> None:
    """Refuse hours that make no sense, and a week without any."""
    try:
        check_country(calendar.country, calendar.subdivision)  # before the lengths of the fields: it names the regions there are
        calendar.clean_fields()
        working_time(hours_of(calendar, []))
    except ValidationError as error:
        raise Refused(" ".join(error.messages)) from error
    except ValueError as error:
        raise Refused(str(error)) from error
    if not any(calendar.week):
        raise Refused(_("This week has no working time at all. Give at least one day its hours, like 09:00-17:00."))


def _locked(calendar: WorkingCalendar) -> WorkingCalendar:
    return still_there(WorkingCalendar.objects.select_for_update(no_key=True).filter(pk=calendar.pk).first())


def _changed(calendar: WorkingCalendar, now: datetime, *fields: str) -> None:
    calendar.version += 1
    _save(calendar, ["version", *fields])
    _tell_those_who_follow(calendar, now)


def _tell_those_who_follow(calendar: WorkingCalendar, now: datetime) -> None:
    """What is due to those who work by this calendar (its person, or people of its teams, and of none) is due at other moments now."""
    if calendar.person_id is not None:
        tell_presence_changed(user_ids=[calendar.person_id], now=now)
        return
    followed = TeamCalendars()
    teams = [pk for pk in Team.objects.values_list("pk", flat=True) if followed.of_team(pk) == calendar]
    people = User.objects.filter(team__in=teams) if not calendar.is_default else User.objects.filter(team__in=teams) | User.objects.filter(team=None)
    tell_presence_changed(user_ids=people.values_list("pk", flat=True), now=now)
