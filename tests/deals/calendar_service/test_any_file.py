"""Every file of the shared collections goes through the service, or is refused in one sentence; so does whatever a feed may hold."""

import re
from datetime import UTC, datetime
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from deals.intake.calendar.events import Unreadable
from deals.models import Interaction, Meeting
from deals.services.calendars import Source, take_in
from tests.deals.calendar_service.conftest import calendar, event
from tests.factories import ContactFactory

pytestmark = pytest.mark.django_db
ADDRESS = re.compile(rb"mailto:([^\s\";:,<>]+@[^\s\";:,<>]+)", re.IGNORECASE)


def everybody_is_a_customer(raw, company):
    for address in {one.decode(errors="replace").replace("\x00", "").lower() for one in ADDRESS.findall(raw)}:
        ContactFactory(email=address[:254], account=company.account)


def refused_or(raw, source, now):
    """The sentence, or what was taken in."""
    try:
        return take_in(raw, source=source, now=now)
    except Unreadable as refused:
        return str(refused)


@pytest.mark.parametrize("folder", ["ccs-data", "ccs-imip-mails", "ical.net", "icalendar", "icalendar-fuzz", "libical", "vobject"])
def test_every_shared_file_is_taken_in_twice_or_refused_in_a_sentence(shared, company, folder):
    source = Source(user_id=company.owner.pk, zone=UTC)
    paths = sorted(one for one in (shared / folder).rglob("*") if one.is_file())
    assert paths
    for path in paths:
        raw = path.read_bytes()
        everybody_is_a_customer(raw, company)
        # When many of these meetings were.
        found = refused_or(raw, source, datetime(2007, 6, 1, tzinfo=UTC))
        assert found.endswith(".") if isinstance(found, str) else found.kept <= found.events
        assert isinstance(found, str) or refused_or(raw, source, datetime(2007, 6, 1, tzinfo=UTC)).changed <= found.changed
    connection.check_constraints()


def test_some_of_them_become_meetings(shared, company):
    raw = (shared / "ccs-data" / "2445AllExamples.ics").read_bytes()
    everybody_is_a_customer(raw, company)
    take_in(raw, source=Source(user_id=company.owner.pk, zone=UTC), now=datetime(1997, 9, 1, tzinfo=UTC))
    paths = list(shared.rglob("*.ics"))
    for path in paths[:80]:
        raw = path.read_bytes()
        everybody_is_a_customer(raw, company)
        for year in (1997, 2005, 2012, 2018, 2022):
            try:
                take_in(raw, source=Source(user_id=company.owner.pk, zone=UTC), now=datetime(year, 6, 1, tzinfo=UTC))
            except Unreadable:
                break
    assert Meeting.objects.exists()


SAID = [
    "RRULE:FREQ=WEEKLY", "RRULE:FREQ=SECONDLY;COUNT=9", "RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "EXDATE:20260310T100000Z", "CLASS:PRIVATE",
    "STATUS:CANCELLED", "STATUS:TENTATIVE", "RECURRENCE-ID:20260311T100000Z", "RECURRENCE-ID;RANGE=THISANDFUTURE:20260311T100000Z",
    "RECURRENCE-ID;VALUE=DATE:20260311", "RDATE:20260601T100000Z", "DURATION:P1D", "SEQUENCE:99999999999",
    "DTSTART;TZID=Nowhere:20260401T100000", "ATTENDEE:mailto:" + "x" * 300 + "@a.example",
]  # fmt: skip
TEXT = st.text(max_size=60)
WORDS = st.one_of(
    TEXT.map(lambda text: f"SUMMARY:{text}"), TEXT.map(lambda text: f'ATTENDEE;CN="{text}":mailto:quinn@norwood.example'), TEXT.map("UID:{}".format)
)
LINES = st.lists(st.one_of(st.sampled_from(SAID), WORDS), max_size=6)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(events=st.lists(LINES, min_size=1, max_size=4), method=st.sampled_from(["", "REQUEST", "CANCEL", "REPLY", "COUNTER", "PUBLISH"]))
def test_whatever_a_calendar_holds_twice_is_as_once(company, events, method, now):
    made = [event(*lines, uid="same@norwood.example") for lines in events]
    source = Source(user_id=company.owner.pk, zone=UTC, sender="priya@norwood.example" if method else "")
    take_in(calendar(event(uid="same@norwood.example")), source=source, now=now)
    take_in(calendar(*made, method=method), source=source, now=now)
    before = list(Meeting.objects.order_by("pk").values()), list(Interaction.objects.order_by("pk").values())
    take_in(calendar(*made, method=method), source=source, now=now)
    assert (list(Meeting.objects.order_by("pk").values()), list(Interaction.objects.order_by("pk").values())) == before


def test_the_command_takes_folders_and_says_what_is_refused(company, tmp_path):
    (tmp_path / "good.ics").write_bytes(calendar(event()))
    call_command("import_calendar", str(tmp_path), "--owner", "Owner@salvor.example", stdout=(said := StringIO()))
    assert "1 events, 1 with customers, 1 new or changed." in said.getvalue()
    (tmp_path / "bad.ics").write_text("nothing")
    with pytest.raises(CommandError, match="1 of 2 files were refused"):
        call_command("import_calendar", str(tmp_path), "--owner", "owner@salvor.example", stdout=(said := StringIO()))
    assert "This is no calendar" in said.getvalue()
    with pytest.raises(CommandError, match="Nobody here"):
        call_command("import_calendar", str(tmp_path), "--owner", "quinn@nowhere.example")
