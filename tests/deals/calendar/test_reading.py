"""What a calendar file says, and how it is refused."""

from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from deals.intake.calendar.events import Answer, Unreadable
from deals.intake.calendar.reading import read
from deals.intake.calendar.zones import WINDOWS, known_zone

BERLIN = ZoneInfo("Europe/Berlin")


def test_an_invitation(calendar):
    raw = calendar(
        "DTSTAMP:20260301T080000Z",
        "SEQUENCE:2",
        "DTSTART;TZID=Europe/Berlin:20260304T100000",
        "DTEND;TZID=Europe/Berlin:20260304T113000",
        "SUMMARY:Offer\\, second round",
        "DESCRIPTION:Line one\\nline \n two",
        'ORGANIZER;CN="Ortega, Ana":MAILTO:Ana@Customer.example',
        "ATTENDEE;PARTSTAT=ACCEPTED;ROLE=CHAIR;CN=Bo:mailto:bo@customer.example",
        "ATTENDEE;CUTYPE=ROOM;EMAIL=room@customer.example:urn:uuid:1",
        "TRANSP:TRANSPARENT",
        before=["METHOD:REQUEST", "X-WR-CALNAME:Ana"],
    )
    file = read(raw)
    (event,) = file.events
    assert (file.method, file.name, file.defects) == ("REQUEST", "Ana", ())
    assert (event.summary, event.description, event.sequence, event.transparent) == ("Offer, second round", "Line one\nline two", 2, True)
    assert (event.starts_at, event.ends_at) == (datetime(2026, 3, 4, 10, tzinfo=BERLIN), datetime(2026, 3, 4, 11, 30, tzinfo=BERLIN))
    assert (event.organizer.address, event.organizer.name) == ("ana@customer.example", "Ortega, Ana")
    assert [(one.address, one.role, one.answer, one.kind) for one in event.attendees] == [
        ("bo@customer.example", "chair", Answer.ACCEPTED, "individual"),
        ("room@customer.example", "required", Answer.NONE, "room"),
    ]


@pytest.mark.parametrize(
    ("lines", "length"),
    [
        (["DTEND:20260304T103000"], timedelta(minutes=30)),
        (["DURATION:PT45M"], timedelta(minutes=45)),
        (["DTEND;VALUE=DATE:20260305"], timedelta(hours=14)),
        ([], timedelta(0)),
    ],
)
def test_the_end_in_each_way_of_saying_it(calendar, lines, length):
    (event,) = read(calendar("DTSTART;TZID=Europe/Berlin:20260304T100000", *lines)).events
    assert event.ends_at - event.starts_at == length


def test_an_end_before_the_start_is_told(calendar):
    file = read(calendar("DTSTART:20260304T100000Z", "DTEND:20260304T090000Z"))
    assert file.events[0].ends_at == file.events[0].starts_at
    assert "line 5" in file.defects[0]


@pytest.mark.parametrize(
    ("lines", "last"),
    [([], 4), (["DTEND;VALUE=DATE:20260304"], 4), (["DTEND;VALUE=DATE:20260306"], 5), (["DURATION:P3D"], 6), (["DTEND:20260306T000000"], 5)],
)
def test_whole_days_end_with_their_last_day(calendar, lines, last):
    (event,) = read(calendar("DTSTART;VALUE=DATE:20260304", *lines)).events
    assert event.all_day
    assert (event.first_day, event.last_day) == (date(2026, 3, 4), date(2026, 3, last))


def test_a_time_without_a_zone_is_of_whoever_reads_it(calendar):
    (event,) = read(calendar("DTSTART:20260704T100000"), zone=BERLIN).events
    assert (event.starts_at.isoformat(), event.zone_name) == ("2026-07-04T10:00:00+02:00", "")


def test_the_zone_of_the_whole_calendar_comes_before_that_of_the_reader(calendar):
    (event,) = read(calendar("DTSTART:20260704T100000", before=["X-WR-TIMEZONE:America/New_York"]), zone=BERLIN).events
    assert event.starts_at.isoformat() == "2026-07-04T10:00:00-04:00"


def test_an_unknown_zone_is_told_and_the_readers_counts(calendar):
    file = read(calendar("DTSTART;TZID=Middle/Earth:20260704T100000"), zone=BERLIN)
    assert file.events[0].starts_at.isoformat() == "2026-07-04T10:00:00+02:00"
    assert file.events[0].zone_name == "Middle/Earth"
    assert "Middle/Earth" in file.defects[0]


def test_every_zone_of_windows_is_one_of_ours():
    assert len(WINDOWS) > 130
    assert all(known_zone(name.upper()) is not None for name in WINDOWS)


OWN = (
    "BEGIN:VTIMEZONE TZID:Head_Office BEGIN:STANDARD DTSTART:{0}T030000 TZOFFSETFROM:+0200 TZOFFSETTO:+0100"
    " RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY={1}SU END:STANDARD BEGIN:DAYLIGHT DTSTART:{0}T020000 TZOFFSETFROM:+0100 TZOFFSETTO:+0200"
    " RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY={1}SU END:DAYLIGHT END:VTIMEZONE"
)


def test_a_zone_that_a_file_describes_is_known_again(calendar):
    (event,) = read(calendar("DTSTART;TZID=Head_Office:20260704T100000", before=OWN.format("19700101", "-1").split(" "))).events
    assert event.starts_at.tzinfo == BERLIN
    assert event.zone_name == "Head_Office"


def test_a_zone_of_windows_begins_in_1601_and_holds_today(calendar):
    (event,) = read(calendar("DTSTART;TZID=Head_Office:20260704T100000", before=OWN.format("16010101", "-1").split(" "))).events
    assert event.starts_at.isoformat() == "2026-07-04T10:00:00+02:00"


def test_a_day_that_is_given_a_time_is_a_moment(calendar):
    moment, day = (read(calendar(f"DTSTART;VALUE=DATE:20260304T{clock}")).events[0] for clock in ("200000", "000000"))
    assert (moment.all_day, day.all_day) == (False, True)


def test_a_zone_like_no_other_goes_as_it_is_described(starts):
    before = OWN.format("20200101", "2").split(" ")
    found = starts("DTSTART;TZID=Head_Office:20260302T100000", "RRULE:FREQ=WEEKLY;COUNT=3", before=before)
    assert found == ["2026-03-02T10:00:00+01:00", "2026-03-09T10:00:00+02:00", "2026-03-16T10:00:00+02:00"]


def test_the_zone_of_one_file_is_not_known_in_the_next(calendar):
    read(calendar("DTSTART;TZID=Head_Office:20260704T100000", before=OWN.format("19700101", "-1").split(" ")))
    assert read(calendar("DTSTART;TZID=Head_Office:20260704T100000")).defects


def test_a_zone_with_a_hostile_rule_is_bounded(calendar):
    before = OWN.format("19700101", "-1").replace("FREQ=YEARLY;BYMONTH=10", "FREQ=SECONDLY;BYMONTH=2").split(" ")
    assert read(calendar("DTSTART;TZID=Head_Office:20260704T100000", before=before)).events


def test_an_event_without_a_uid_gets_the_same_one_each_time(calendar):
    raw = calendar("DTSTART:20260304T100000Z", uid="")
    assert read(raw).events[0].uid == read(raw).events[0].uid != ""


def test_a_cancellation_needs_no_time(calendar):
    (event,) = read(calendar("SEQUENCE:3", before=["METHOD:CANCEL"])).events
    assert (event.starts, event.sequence) == (None, 3)


def test_one_bad_line_does_not_cost_the_rest(calendar):
    file = read(calendar("DTSTART:20260304T100000Z", "nonsense", "RRULE:FREQ=SOMETIMES", "SEQUENCE:many", "SUMMARY:Here"))
    assert (file.events[0].summary, file.events[0].rule, file.events[0].sequence) == ("Here", None, 0)
    assert any("line 1" not in one and "5" in one for one in file.defects)
    assert len(file.defects) == 2


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_the_letters_of_each_encoding(calendar, encoding):
    raw = calendar("DTSTART:20260304T100000Z", "SUMMARY:Besprechung über Öl").decode().encode(encoding)
    assert read(raw).events[0].summary == "Besprechung über Öl"


def test_a_letter_folded_in_the_middle(calendar):
    raw = calendar("DTSTART:20260304T100000Z", "SUMMARY:Öl").replace("Ö".encode(), b"\xc3\r\n \x96")
    assert read(raw).events[0].summary == "Öl"


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf\r\n\x00", "empty"),
        (b"Hello there", "BEGIN:VCALENDAR"),
        (b"From: a@b.example\r\nSubject: x\r\n\r\nBEGIN:VCALENDAR", "mail"),
        (b"BEGIN:VCARD\r\nEND:VCARD", "address card"),
        (b"<!DOCTYPE html><html>", "web page"),
        (b"PK\x03\x04rest", "another kind of file"),
        (b"BEGIN:VTIMEZONE\r\nEND:VTIMEZONE", "only VTIMEZONE in line 1"),
        (b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nSUMMARY:x\r\nEND:VEVENT\r\nEND:VCALENDAR", "line 2"),
        (b"BEGIN:VCALENDAR\r\n" + b"BEGIN:VEVENT\r\nEND:VEVENT\r\n" * 20_001, "20001 events"),
        (b"x" * (10 * 1024 * 1024 + 1), "10 MB"),
    ],
)
def test_what_is_no_calendar_is_refused_in_one_sentence(raw, words):
    with pytest.raises(Unreadable, match=words) as refused:
        read(raw)
    assert str(refused.value).endswith(".")
    assert ". " not in str(refused.value)


@pytest.mark.parametrize(
    "raw",
    [
        b"BEGIN:VCALENDAR\n" * 100_000,
        b"\n" * 5_000_000 + b" x",
        b"BEGIN:VCALENDAR\n" + b"SUMMARY:" + b"x\n " * 500_000,
        b"BEGIN:VEVENT\nDTSTART" + b";A=b" * 100_000,
    ],
)
def test_shapes_that_cost_other_readers_dear(raw):
    with suppress(Unreadable):
        assert not read(raw).events


def test_the_older_vcalendar_writes_letters_as_numbers(calendar):
    raw = calendar("DTSTART:20260304T100000Z", "SUMMARY;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=C3=96l und =", "Gas", "DESCRIPTION:a=b")
    assert (read(raw).events[0].summary, read(raw).events[0].description) == ("Öl und Gas", "a=b")


@pytest.mark.parametrize(
    ("line", "address", "name"),
    [
        ("ATTENDEE;CN=Bo:mailto:Bo@Customer.example", "bo@customer.example", "Bo"),
        ('ATTENDEE;CN="Ortega; Bo: x":MAILTO:bo@customer.example', "bo@customer.example", "Ortega; Bo: x"),
        ("ATTENDEE;CN=\"'bo@customer.example'\":mailto:bo@customer.example", "bo@customer.example", "bo@customer.example"),
        ("ATTENDEE;CN=Bo:bo@customer.example", "bo@customer.example", "Bo"),
        ("ATTENDEE;CN=Bo:invalid:nomail", "", "Bo"),
        ("ATTENDEE;CN=Bo ^'B^':mailto:<bo@customer.example>", "bo@customer.example", 'Bo "B"'),
        ("ATTENDEE;CN=Bo;X-NUM-GUESTS=0:mailto:bo@customer.example?subject=x", "bo@customer.example", "Bo"),
    ],
)
def test_who_is_invited_in_each_way_of_writing_it(calendar, line, address, name):
    (found,) = read(calendar("DTSTART:20260304T100000Z", line)).events[0].attendees
    assert (found.address, found.name) == (address, name)


def test_each_address_is_invited_once_with_its_answer(calendar):
    twice = ["ATTENDEE:mailto:bo@customer.example", "ATTENDEE;PARTSTAT=DECLINED:mailto:BO@customer.example"]
    (found,) = read(calendar("DTSTART:20260304T100000Z", *twice)).events[0].attendees
    assert found.answer is Answer.DECLINED


def test_a_calendar_that_has_no_end_does_not_double_the_next(calendar):
    raw = b"BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\n" + calendar("DTSTART:20260304T100000Z", before=["METHOD:REQUEST"])
    file = read(raw)
    assert (len(file.events), file.method) == (1, "REQUEST")


def test_a_calendar_with_nothing_in_it_is_one():
    assert read(b"BEGIN:VCALENDAR\r\nEND:VCALENDAR").events == ()


def test_moments_are_far_from_the_ends_of_time(calendar):
    file = read(calendar("DTSTART:20260304T100000Z", "DTEND:99991231T235959Z", "RDATE:00010101T000000Z", "EXDATE:99991231T235959Z"))
    assert file.events[0].ends_at == datetime(2026, 3, 4, 10, tzinfo=UTC)
    assert file.events[0].rdates == file.events[0].exdates == ()
