"""Calendars of the personas: events as files, feeds and invitations by mail."""

from datetime import UTC
from email.message import EmailMessage
from itertools import count
from pathlib import Path

import pytest

from deals.models import CalendarEntry, Mailbox
from deals.services.calendars import Source, take_in
from deals.services.mail import take_in as take_in_message

NUMBERS = count(1)
SHARED = Path(__file__).resolve().parents[3].parent / "shared" / "data" / "calendar"
PRIYA = "ATTENDEE;PARTSTAT=NEEDS-ACTION:mailto:priya@norwood.example"
BY_US = "ORGANIZER;CN=Olaf:mailto:owner@salvor.example"
BY_THEM = "ORGANIZER;CN=Priya:mailto:priya@norwood.example"


def event(*lines, uid="one@norwood.example", start="20260310T100000Z", end="20260310T110000Z", stamp="20260304T090000Z", sequence=0):
    """One VEVENT of a meeting that Priya and the owner are invited to; further lines as they are."""
    people = [] if any(line.startswith("ORGANIZER") for line in lines) else [BY_US, PRIYA, "ATTENDEE:mailto:owner@salvor.example"]
    times = [f"DTSTART:{start}" if "T" in start else f"DTSTART;VALUE=DATE:{start}"] if start else []
    times += [f"DTEND:{end}"] if end and start and "T" in start else []
    title = [] if any(line.startswith("SUMMARY") for line in lines) else ["SUMMARY:Tour of the clinics"]
    return ["BEGIN:VEVENT", f"UID:{uid}", f"DTSTAMP:{stamp}", f"SEQUENCE:{sequence}", *times, *title, *people, *lines, "END:VEVENT"]


def calendar(*events, method=""):
    lines = [line for one in events for line in one]
    return "\r\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", *([f"METHOD:{method}"] if method else []), *lines, "END:VCALENDAR", ""]).encode()


def letter_with(raw, *, sender="priya@norwood.example", to="owner@salvor.example", method="REQUEST"):
    """A mail that brings a calendar part."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, to, "Invitation"
    message["Message-ID"], message["Date"] = f"<cal{next(NUMBERS)}@made.example>", "Wed, 04 Mar 2026 09:30:00 +0000"
    message.set_content("See the invitation.")
    message.add_alternative(raw, maintype="text", subtype="calendar", params={"method": method})
    return message.as_bytes()


@pytest.fixture
def shared():
    """The folder of real calendars; it lies beside the project on some machines only."""
    if not SHARED.is_dir():
        pytest.skip("the shared calendars are not on this machine")
    return SHARED


@pytest.fixture
def bring(company, now):
    """A calendar comes in from a file of the owner's; the entry it made, or None."""

    def bring(*events, method="", at=now, **source):
        take_in(calendar(*events, method=method), source=Source(**{"user_id": company.owner.pk, "zone": UTC} | source), now=at)
        return CalendarEntry.objects.first()

    return bring


@pytest.fixture
def mailbox(company, now):
    return Mailbox.objects.create(address="owner@salvor.example", owner=company.owner, host="imap.salvor.example", login="owner", created_at=now)


@pytest.fixture
def mail(mailbox, now):
    """A mail with a calendar comes into the owner's mailbox."""

    def mail(*events, method="REQUEST", at=now, **of_letter):
        raw = letter_with(calendar(*events, method=method), method=method, **of_letter)
        return take_in_message(mailbox=mailbox, raw=raw, place="INBOX/1", now=at)

    return mail
