"""Stored working calendars as arithmetic, and which calendar a team or a person works by."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import cache
from time import monotonic
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.contrib.postgres.aggregates import ArrayAgg
from django.contrib.postgres.fields import ArrayField
from django.db.models import BigIntegerField, Expression, Func, Q

from accounts.models import CalendarDay, Team, WorkingCalendar
from accounts.models.calendars import default_week
from accounts.prepared_objects import Objects
from accounts.working_time import Hours, Periods, WorkingTime, working_time

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from accounts.models import Absence, User

# Where nobody has made a calendar yet: Monday to Friday, 09:00 to 17:00, UTC.
FALLBACK = Hours("UTC", tuple(tuple((540, 1020) for _period in day) for day in default_week()))

_known: dict[int, tuple[int, WorkingTime]] = {}
# Of people with hours of their own: by their calendar and their team's.
_own_known: dict[tuple[int, int], tuple[tuple[int, int], WorkingTime]] = {}


def working_time_of(calendar: WorkingCalendar | None) -> WorkingTime:
    """The calendar's arithmetic; kept in this process until the calendar's version is raised. None: the fallback.

    One query the first time. Raises ``ValueError`` when the stored calendar makes no sense.
    """
    if calendar is None:
        return working_time(FALLBACK)
    known = _known.get(calendar.pk)
    if known is None or known[0] != calendar.version:
        known = calendar.version, working_time(hours_of(calendar, calendar.days.order_by("date")))
        _known[calendar.pk] = known
    return known[1]


def working_time_by(calendar: Sequence[int] | None) -> WorkingTime:
    """The same by the calendar's id and version (``calendar_of``). No query where the process has it; the fallback where it is gone meanwhile."""
    if calendar is None:
        return working_time(FALLBACK)
    pk, version = calendar
    known = _known.get(pk)
    if known is not None and known[0] == version:
        return known[1]
    return working_time_of(WorkingCalendar.objects.filter(pk=pk).first())


def own_time_of(own: WorkingCalendar, team: WorkingCalendar | None) -> WorkingTime:
    """A person's own week in their own zone, with the holidays and the special days of their team's calendar.

    Kept until either is changed. One query the first time.
    """
    if team is None:
        return working_time_of(own)
    known = _own_known.get((own.pk, team.pk))
    if known is None or known[0] != (own.version, team.version):
        hours = replace(hours_of(team, team.days.order_by("date")), time_zone=own.time_zone, week=tuple(read_periods(day) for day in own.week))
        known = (own.version, team.version), working_time(hours)
        _own_known[own.pk, team.pk] = known
    return known[1]


def hours_of(calendar: WorkingCalendar, days: Iterable[CalendarDay]) -> Hours:
    """The stored rows as plain values. Raises ``ValueError`` for periods that are no clock times."""
    return Hours(
        time_zone=calendar.time_zone,
        week=tuple(read_periods(day) for day in calendar.week),
        country=calendar.country,
        subdivision=calendar.subdivision,
        days=tuple((day.date, read_periods(day.periods)) for day in days),
    )


def read_periods(periods: Sequence[Sequence[str]]) -> Periods:
    """``[["09:00", "12:30"], …]`` as minutes of the day. Raises ``ValueError`` for anything else."""
    try:
        return tuple((_minute(start), _minute(end)) for start, end in periods)
    except (TypeError, AttributeError) as error:
        raise ValueError(f"Working periods are pairs of clock times like 09:00 to 17:00, not {periods!r}.") from error


def _minute(clock: str) -> int:
    hour, minute = clock.split(":")
    if not (0 <= int(hour) <= 24 and 0 <= int(minute) < 60):
        raise ValueError(f"{clock} is no time of day. Use 00:00 to 24:00.")
    return int(hour) * 60 + int(minute)


@cache
def _with_teams() -> Objects[WorkingCalendar]:
    return Objects(WorkingCalendar.objects.annotate(of_teams=ArrayAgg("team__pk", filter=Q(team__isnull=False), default=None)))


class TeamCalendars:
    """The calendar of every team, inherited from the parent where a team has none, and of people with hours of their own.

    Two queries, then memory; one where the teams' ``parents`` are known.
    """

    def __init__(self, parents: Mapping[int, int | None] | None = None) -> None:
        self._default: WorkingCalendar | None = None
        calendars: dict[int, WorkingCalendar] = {}
        self._own: dict[int, WorkingCalendar] = {}
        of_teams: dict[int, WorkingCalendar] = {}
        for calendar in WorkingCalendar.objects.all() if parents is None else _with_teams().all():
            of_teams |= dict.fromkeys(getattr(calendar, "of_teams", None) or (), calendar)
            calendars[calendar.pk] = calendar
            if calendar.person_id is not None:
                self._own[calendar.person_id] = calendar
            if calendar.is_default:
                self._default = calendar
        if parents is not None:
            self._teams = {pk: (parent, of_teams.get(pk)) for pk, parent in parents.items()}
            return
        self._teams = {
            pk: (parent, calendars[own] if own else None) for pk, parent, own in Team.objects.values_list("pk", "parent_id", "calendar_id")
        }

    def of_team(self, team_id: int | None) -> WorkingCalendar | None:
        """The team's own calendar, its nearest ancestor's, the default one; None when there is none at all."""
        while team_id is not None and team_id in self._teams:
            team_id, own = self._teams[team_id]
            if own is not None:
                return own
        return self._default

    def of(self, user_id: int | None, team_id: int | None) -> WorkingTime:
        """The working time of a person of this team: their own hours, or their team's. Without a person, the team's."""
        own = self._own.get(user_id) if user_id is not None else None
        return working_time_of(self.of_team(team_id)) if own is None else own_time_of(own, self.of_team(team_id))

    def of_person(self, user: User) -> WorkingTime:
        return self.of(user.pk, user.team_id)

    def days_of(self, absence: Absence) -> tuple[date, date]:
        """The first and the last day away, as the person who is away counts them."""
        times = self.of_person(absence.user)
        return times.local_date(absence.starts_at), times.local_date(absence.ends_at - timedelta(microseconds=1))


# The calendar of the team, of the nearest team above it that has one, or the default one; null where there is none.
_CALENDAR_OF_TEAM = """(
    WITH RECURSIVE line AS (
      SELECT parent_id, calendar_id FROM accounts_team WHERE id = %(expressions)s
      UNION SELECT above.parent_id, above.calendar_id FROM accounts_team above JOIN line ON above.id = line.parent_id WHERE line.calendar_id IS NULL
    )
    SELECT ARRAY[id, version] FROM accounts_workingcalendar
    WHERE id = (SELECT calendar_id FROM line WHERE calendar_id IS NOT NULL) OR is_default ORDER BY is_default LIMIT 1
)"""


def calendar_of(team: str | Expression) -> Func:
    """What ``TeamCalendars`` says of the team of a row, as a column for ``working_time_by``: no query of its own."""
    return Func(team, template=_CALENDAR_OF_TEAM, output_field=ArrayField(BigIntegerField()))


# How long a process may show times by a zone that was changed meanwhile; it decides nothing else.
ZONE_KEPT_SECONDS = 60.0
_zones: dict[int, tuple[float, ZoneInfo]] = {}


def zone_for(user: User) -> ZoneInfo:
    """The zone in which the person reads times: their own choice, or that of the calendar they work by.

    Two queries once a minute for a person and process, otherwise none.
    """
    if user.time_zone:
        return ZoneInfo(user.time_zone)
    kept = _zones.get(user.pk)
    if kept is None or kept[0] < monotonic():
        kept = monotonic() + ZONE_KEPT_SECONDS, working_time_for(user).zone
        _zones[user.pk] = kept
    return kept[1]


def working_time_for(user: User) -> WorkingTime:
    """The working time of the person. Two queries."""
    return TeamCalendars().of_person(user)
