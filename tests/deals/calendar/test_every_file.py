"""Every file of the shared collections: events, or one plain sentence; and what their rules amount to stays bounded."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from deals.intake.calendar.events import Unreadable
from deals.intake.calendar.occurrences import occurrences
from deals.intake.calendar.reading import read


@pytest.mark.parametrize("folder", ["ccs-data", "ccs-imip-mails", "ical.net", "icalendar", "icalendar-fuzz", "libical", "vobject"])
def test_events_or_a_plain_sentence(shared, folder):
    paths = [path for path in (shared / folder).rglob("*") if path.is_file()]
    read_ones, said = 0, []
    for path in paths:
        try:
            file = read(path.read_bytes())
        except Unreadable as refused:
            said.append(str(refused))
            continue
        read_ones += 1
        found = occurrences(file.events, since=datetime(1990, 1, 1, tzinfo=UTC), until=datetime(2030, 1, 1, tzinfo=UTC), zone=UTC, at_most=500)
        assert len(found) <= 500
        assert all(one.starts_at <= one.ends_at for one in found)
        assert all(defect.endswith(".") for defect in file.defects)
    assert paths
    assert all(sentence.endswith(".") and ". " not in sentence and "\n" not in sentence for sentence in said)
    # Mails are for the mail; of the rest most are calendars.
    assert read_ones >= (0 if folder == "ccs-imip-mails" else len(paths) // 3)


def moments(path: Path, count: int, years=(1990, 2030)) -> list[str]:
    since, until = (datetime(year, 1, 1, tzinfo=UTC) for year in years)
    found = occurrences(read(path.read_bytes()).events, since=since, until=until, zone=UTC, at_most=count)
    return [one.starts_at.isoformat()[:16] for one in found]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        # As RFC 5545, 3.8.5.3, lists them.
        ("MonthlyCountByDay1", ["1997-09-05T09:00", "1997-10-03T09:00", "1997-11-07T09:00"]),
        ("WeeklyCountWkst3", ["1997-08-05T09:00", "1997-08-10T09:00", "1997-08-19T09:00", "1997-08-24T09:00"]),
        ("WeeklyCountWkst4", ["1997-08-05T09:00", "1997-08-17T09:00", "1997-08-19T09:00", "1997-08-31T09:00"]),
        ("YearlyByWeekNo1", ["1997-05-12T09:00", "1998-05-11T09:00", "1999-05-17T09:00"]),
    ],
)
def test_the_moments_of_the_examples_of_the_standard(shared, name, expected):
    assert moments(shared / "ical.net" / "Recurrence" / f"{name}.ics", len(expected)) == expected
