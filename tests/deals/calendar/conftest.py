"""Calendar files: made here, and the shared ones where they are beside the project."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from deals.intake.calendar.occurrences import occurrences
from deals.intake.calendar.reading import read

SHARED = Path(__file__).resolve().parents[3].parent / "shared" / "data" / "calendar"


@pytest.fixture
def shared():
    """The folder of real calendars; it lies beside the project on some machines only."""
    if not SHARED.is_dir():
        pytest.skip("the shared calendars are not on this machine")
    return SHARED


@pytest.fixture
def calendar():
    """A file of one event: ``calendar("DTSTART:20260304T100000Z", "SUMMARY:Lunch")``; ``before`` stands before the event."""

    def made(*lines, before=(), uid="UID:one@customer.example"):
        return "\r\n".join(["BEGIN:VCALENDAR", *before, "BEGIN:VEVENT", *([uid] if uid else []), *lines, "END:VEVENT", "END:VCALENDAR", ""]).encode()

    return made


@pytest.fixture
def starts(calendar):
    """The starts of an event's occurrences in 2026 and 2027, as text in their own zone."""

    def found(*lines, zone=UTC, since=datetime(2026, 1, 1, tzinfo=UTC), until=datetime(2028, 1, 1, tzinfo=UTC), at_most=1000, **options):
        events = read(calendar(*lines, **options), zone=zone).events
        return [one.starts_at.isoformat() for one in occurrences(events, since=since, until=until, zone=zone, at_most=at_most)]

    return found
