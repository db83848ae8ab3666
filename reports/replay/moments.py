"""Times of a story: without an offset they are in its own time zone."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

# Within these years every calendar has its working time.
FIRST_YEAR, LAST_YEAR = 1990, 2190


def moment_of(text: str, zone: ZoneInfo) -> datetime:
    """A moment such as ``2026-03-02 14:00`` or ``2026-03-02T14:00+01:00``, in UTC. Raises ``ValueError`` with the reason."""
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        read = None
    if read is None or len(text) <= len("2026-03-02"):
        raise ValueError(f"“{text}” is no moment. Write it as 2026-03-02 14:00.")
    _check_year(read.year)
    if read.tzinfo is not None:
        return read.astimezone(UTC)
    there = read.replace(tzinfo=zone).astimezone(UTC)
    if there.astimezone(zone).replace(tzinfo=None) != read:
        raise ValueError(f"The clocks of {zone.key} skip {text} on that day. Choose another time.")
    return there


def day_of(text: str) -> date:
    """A day such as ``2026-03-02``. Raises ``ValueError`` with the reason."""
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise ValueError(f"“{text}” is no day. Write it as 2026-03-02.") from error
    _check_year(day.year)
    return day


def _check_year(year: int) -> None:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise ValueError(f"The year {year} is out of reach. Stories play between {FIRST_YEAR} and {LAST_YEAR}.")
