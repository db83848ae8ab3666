"""Time zones and working hours as a story writes them. Pure."""

from __future__ import annotations

import re
import zoneinfo
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from accounts.working_time import check_country
from reports.replay.shapes import CALENDAR
from reports.replay.story import Calendar
from reports.replay.values import text

if TYPE_CHECKING:
    from reports.replay.names import Names
    from reports.replay.nodes import Mapping, Value

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
CLOCK = re.compile(r"([01]?\d|2[0-3]):[0-5]\d|24:00")


def zone_of(value: Mapping, names: Names) -> ZoneInfo:
    given = value.entries.get("timezone")
    return (_zone_named(text(given, names), given.line, names) if given is not None else None) or ZoneInfo("UTC")


def _zone_named(name: str | None, line: int, names: Names) -> ZoneInfo | None:
    if name is None:
        return None
    if name not in zoneinfo.available_timezones():
        names.found.say(line, f"“{name[:80]}” is no time zone. Use a name like Europe/Berlin.")
        return None
    return ZoneInfo(name)


def calendar_of(value: Value, names: Names) -> Calendar | None:
    given = CALENDAR(value, names)
    return working_hours(given, value.line, names) if given is not None else None


def working_hours(given: dict[str, Any], line: int, names: Names) -> Calendar:
    """What is not said is as in the story's zone from nine to five, Monday to Friday."""
    zone = _zone_named(given.get("timezone") or names.zone.key, line, names)
    start, end = given.get("start") or "09:00", given.get("end") or "17:00"
    if not CLOCK.fullmatch(start) or not CLOCK.fullmatch(end) or start.zfill(5) >= end.zfill(5):
        names.found.say(line, f'Working hours from {start[:20]} until {end[:20]} are none. Write them like start: "09:00", end: "17:00".')
    days = _days(",".join(given.get("days") or ["mon-fri"]))
    if days is None:
        names.found.say(line, f"“{', '.join(given['days'])[:60]}” are no working days. Write mon-fri, or mon, wed, fri.")
    country = (given.get("holidays") or "").strip()
    if country.lower() in ("none", "~"):
        country = ""
    try:
        check_country(country, "")
    except ValueError as error:
        names.found.say(line, str(error))
    return Calendar(days or (True,) * 7, start.zfill(5), end.zfill(5), country, zone.key if zone else "UTC")


def _days(said: str) -> tuple[bool, ...] | None:
    """mon-fri, sun-thu, "mon, wed"; None for what is no weekday."""
    worked: set[int] = set()
    for part in said.lower().split(","):
        first, dash, last = (one.strip() for one in part.partition("-"))
        if first not in WEEKDAYS or (dash and last not in WEEKDAYS):
            return None
        start, end = WEEKDAYS.index(first), WEEKDAYS.index(last if dash else first)
        worked |= {(start + step) % 7 for step in range((end - start) % 7 + 1)}
    return tuple(day in worked for day in range(7))
