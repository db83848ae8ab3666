"""Feeds and invitations of our own: what is written is what is read again, whatever people typed."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from deals.intake.calendar.events import Answer, Attendee, Unreadable
from deals.intake.calendar.occurrences import occurrences
from deals.intake.calendar.reading import read
from deals.intake.calendar.writing import Entry, cancellation, feed, invitation, reply

NOW = datetime(2026, 3, 1, 8, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")
CALL = Entry("call@ours.example", "Call; Ana, Bo", starts_at=datetime(2026, 3, 4, 10, tzinfo=BERLIN), ends_at=datetime(2026, 3, 4, 11, tzinfo=BERLIN))
ANA, BO = Attendee("ana@ours.example", "Ortega, Ana"), Attendee("bo@customer.example", 'Bo "Bobby"', role="optional")


def test_a_feed_is_what_calendar_programs_expect():
    raw = feed([CALL], name="Ana's calendar", now=NOW)
    lines = raw.decode().split("\r\n")
    assert {"VERSION:2.0", "REFRESH-INTERVAL;VALUE=DURATION:PT15M", "X-PUBLISHED-TTL:PT15M", "X-WR-CALNAME:Ana's calendar"} <= set(lines)
    assert {"DTSTART:20260304T090000Z", "DTEND:20260304T100000Z", "SUMMARY:Call\\; Ana\\, Bo", "DTSTAMP:20260301T080000Z"} <= set(lines)


def test_long_lines_are_folded_between_letters():
    raw = feed([Entry("one", "Ä" * 200, first_day=date(2026, 3, 4))], name="x", now=NOW)
    assert all(len(line) <= 75 and line.decode() is not None for line in raw.split(b"\r\n"))
    assert read(raw).events[0].summary == "Ä" * 200


def test_a_feed_changes_only_with_what_it_says():
    entry = Entry("one", "x", first_day=date(2026, 3, 4), changed_at=NOW)
    assert feed([entry], name="x", now=NOW) == feed([entry], name="x", now=NOW + timedelta(days=1))


def test_an_address_of_the_web_is_written_as_it_is():
    raw = feed([Entry("one", "x", first_day=date(2026, 3, 4), url="https://ours.example/deals/1/?a=1,2;3")], name="x", now=NOW)
    assert b"\r\nURL:https://ours.example/deals/1/?a=1,2;3\r\n" in raw


def test_a_backslash_before_a_capital_n_is_no_new_line():
    raw = feed([Entry("one", r"C:\New \n", first_day=date(2026, 3, 4))], name="x", now=NOW)
    assert read(raw).events[0].summary == r"C:\New \n"


def test_a_series_is_written_with_its_zone():
    series = Entry("one", "Weekly", starts_at=datetime(2026, 3, 23, 9, tzinfo=BERLIN), rule="FREQ=WEEKLY;COUNT=2", exdates=())
    raw = feed([series], name="x", now=NOW)
    assert b"BEGIN:VTIMEZONE" in raw
    found = occurrences(read(raw).events, since=NOW, until=NOW + timedelta(days=99), zone=UTC)
    assert [one.starts_at.astimezone(UTC).hour for one in found] == [8, 7]


def test_an_invitation_says_who_is_asked():
    file = read(invitation(CALL, organizer=ANA, attendees=[BO], now=NOW))
    (event,) = file.events
    assert (file.method, event.organizer.address, event.organizer.name) == ("REQUEST", ANA.address, ANA.name)
    assert [(one.address, one.name, one.role, one.answer) for one in event.attendees] == [(BO.address, BO.name, "optional", Answer.NONE)]
    assert b"RSVP=TRUE" in invitation(CALL, organizer=ANA, attendees=[BO], now=NOW).replace(b"\r\n ", b"")


def test_a_cancellation_is_of_the_same_meeting():
    file = read(cancellation(CALL, organizer=ANA, attendees=[BO], now=NOW))
    assert (file.method, file.events[0].uid, file.events[0].cancelled) == ("CANCEL", CALL.uid, True)


def test_an_answer_names_the_meeting_and_who_answers():
    (asked,) = read(invitation(CALL, organizer=ANA, attendees=[BO], now=NOW)).events
    file = read(reply(asked, attendee=Attendee(BO.address, "Bo", answer=Answer.TENTATIVE), now=NOW, comment="Perhaps"))
    (event,) = file.events
    assert (file.method, event.uid, event.sequence, event.starts_at, event.comment) == ("REPLY", asked.uid, 0, asked.starts_at, "Perhaps")
    assert [(one.address, one.answer) for one in event.attendees] == [(BO.address, Answer.TENTATIVE)]


def test_nothing_typed_breaks_out_of_its_line():
    bad = "x\r\nEND:VEVENT\r\nBEGIN:VALARM\x00"
    raw = invitation(
        Entry(bad, bad, first_day=date(2026, 3, 4), location=bad, url=bad, kind=bad),
        organizer=Attendee("a@b.example\r\nX:y", bad),
        attendees=[],
        now=NOW,
    )
    assert raw.count(b"\r\nEND:VEVENT\r\n") == raw.count(b"\r\nBEGIN:") == 1
    assert b"BEGIN:VALARM\x00" not in raw


texts = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]) | st.sampled_from("\n;,:\\\"'^"), max_size=120)
zones = st.sampled_from([UTC, BERLIN, ZoneInfo("America/New_York"), ZoneInfo("Australia/Lord_Howe"), ZoneInfo("Asia/Kolkata")])
moments = st.builds(
    lambda moment, zone: moment.replace(second=0, microsecond=0, tzinfo=zone), st.datetimes(datetime(1975, 1, 1), datetime(2090, 1, 1)), zones
)
timed = st.builds(
    lambda start, size, **said: Entry(starts_at=start, ends_at=(start.astimezone(UTC) + size).astimezone(start.tzinfo), **said),
    moments,
    st.timedeltas(timedelta(0), timedelta(days=3)).map(lambda size: timedelta(minutes=size // timedelta(minutes=1))),
    uid=st.uuids().map(str),
    title=texts,
    description=texts,
    location=texts,
    sequence=st.integers(0, 2**31 - 1),
    cancelled=st.booleans(),
    busy=st.booleans(),
    changed_at=st.none() | st.just(NOW),
)
days = st.builds(
    lambda first, more, **said: Entry(first_day=first, last_day=first + timedelta(days=more), **said),
    st.dates(date(1975, 1, 1), date(2090, 1, 1)),
    st.integers(0, 30),
    uid=st.uuids().map(str),
    title=texts,
)
entries = st.lists(timed | days, max_size=6, unique_by=lambda entry: entry.uid)


def told(entry):
    starts, ends = (entry.starts_at.astimezone(UTC), entry.ends_at.astimezone(UTC)) if entry.starts_at else (entry.first_day, entry.last_day)
    return (entry.uid, entry.title.strip(), starts, ends, entry.description.strip(), entry.location.strip(), entry.sequence, entry.cancelled)


def heard(event):
    starts, ends = (event.starts_at, event.ends_at) if event.starts_at else (event.first_day, event.last_day)
    return (event.uid, event.summary, starts, ends, event.description, event.location, event.sequence, event.cancelled)


@settings(max_examples=500, deadline=None)
@given(entries, texts)
def test_what_is_written_is_read_again(written, name):
    raw = feed(written, name=name, now=NOW)
    file = read(raw)
    assert file.defects == ()
    assert [heard(event) for event in file.events] == [told(entry) for entry in written]
    assert all(len(line) <= 75 for line in raw.split(b"\r\n"))


@st.composite
def damaged(draw):
    """A feed in which bytes were changed, lost, doubled or put elsewhere."""
    raw = bytearray(feed(draw(entries), name="x", now=NOW))
    for _time in range(draw(st.integers(1, 8))):
        at = draw(st.integers(0, max(len(raw) - 1, 0)))
        size = draw(st.integers(0, 30))
        piece = draw(
            st.binary(max_size=8)
            | st.sampled_from(
                [b"\r\n", b"RRULE:FREQ=SECONDLY\r\n", b"BEGIN:VEVENT\r\n", b"END:VEVENT\r\n", b";TZID=x", b"\x00", bytes(raw[at : at + 60])]
            )
        )
        raw[at : at + size] = piece
    return bytes(raw)


@settings(max_examples=500, deadline=None)
@given(damaged())
@example(b"BEGIN:VEVENT\nDTSTART:19000101T000000\nRRULE:FREQ=YEARLY;BYDAY=1MO\nEND:VEVENT")
def test_a_damaged_feed_is_read_or_refused(raw):
    try:
        events = read(raw, zone=BERLIN).events
    except Unreadable as refused:
        said = str(refused)
    else:
        said = "read."
        assert len(occurrences(events, since=NOW, until=NOW + timedelta(days=400), zone=BERLIN, at_most=20)) <= 20
    assert said.endswith(".")


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(raw):
    with pytest.raises(Unreadable):
        read(raw)
