"""The days a working calendar has in store, for people to look at: this week hour by hour, and the holidays by name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import holidays

if TYPE_CHECKING:
    from datetime import date

    from accounts.models import WorkingCalendar

# A year's worth is enough to see that it is the right country.
HOLIDAYS_AHEAD = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class DayAhead:
    """One date with its working periods as clock times; none: closed. ``name``: why it differs from the week."""

    date: date
    periods: list[list[str]]
    name: str = ""


def week_ahead(calendar: WorkingCalendar, today: date) -> list[DayAhead]:
    """From today on seven days, as the clocks will count them. One query."""
    days = [today + timedelta(days=number) for number in range(7)]
    differing = {day.date: day for day in calendar.days.filter(date__in=days)}
    closed = _holidays(calendar, {day.year for day in days})
    found = []
    for day in days:
        own = differing.get(day)
        if own is not None:
            found.append(DayAhead(day, own.periods, own.name))
        elif day in closed:
            found.append(DayAhead(day, [], closed[day]))
        else:
            found.append(DayAhead(day, calendar.week[day.weekday()]))
    return found


def coming_holidays(calendar: WorkingCalendar, today: date) -> list[DayAhead]:
    """The public holidays of the next year, by name, in order."""
    last = today + HOLIDAYS_AHEAD
    return [DayAhead(day, [], name) for day, name in sorted(_holidays(calendar, {today.year, last.year}).items()) if today <= day <= last]


def _holidays(calendar: WorkingCalendar, years: set[int]) -> dict[date, str]:
    """None where the country or region is not known: the form says so before it is kept."""
    if not calendar.country:
        return {}
    try:
        return dict(holidays.country_holidays(calendar.country, subdiv=calendar.subdivision or None, years=sorted(years)))
    except NotImplementedError:
        return {}
