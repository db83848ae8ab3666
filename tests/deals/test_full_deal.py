"""The page of a deal with everything on it at once: how many questions it asks, and that nothing of it is missing."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Absence
from deals.meetings_on import meetings_on
from deals.models import CalendarEntry, Deal, Handoff, Meeting, MeetingAttendee, MeetingDoubt, OutgoingMail, Task
from deals.one_deal import deal_or_404
from tests.factories import AccountFactory, ContactFactory, InteractionFactory, NextStepFactory, SignalFactory

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def series(company, now):
    """What a calendar tells: a weekly meeting that was held twice and comes three times more, and what somebody doubts of it."""
    entry = CalendarEntry.objects.create(uid="u", zone="UTC", deal=company.deal, created_at=now, changed_at=now)
    for week in (-2, -1, 1, 2, 3):
        start = now + week * 7 * DAY
        facts = {"occurrence_at": start, "starts_at": start, "ends_at": start + HOUR, "created_at": now, "changed_at": now}
        meeting = Meeting.objects.create(entry=entry, uid="u", deal=company.deal, title=f"Week {week}", **facts)
        MeetingAttendee.objects.create(meeting=meeting, address="x@norwood.example", answer="declined")
        MeetingAttendee.objects.create(meeting=meeting, address="priya@norwood.example", contact=company.contact)
        MeetingAttendee.objects.create(meeting=meeting, address="olaf@salvor.example", user=company.owner, answer="tentative")
    MeetingDoubt.objects.create(entry=entry, kind="proposal", digest="d", text="", sender="z@z.example", starts_at=now, said_at=now)
    return entry


@pytest.fixture
def full(company, series, now):
    """Brought to us by somebody else, away its owner, offered, and to be declined; with mail that waits and meetings of both kinds."""
    deal, owner = company.deal, company.owner
    iris = ContactFactory(name="Iris Vann", account=AccountFactory(name="Vann Advisers"))
    Deal.objects.filter(pk=deal.pk).update(introduced_by=iris, source="introduced")
    Absence.objects.create(user=owner, starts_at=now - DAY, ends_at=now + DAY, cover=company.teammate)
    offered = {"giver": owner, "receiver": company.stranger, "offered_by": owner, "brief": "They wait.", "offered_at": now, "expires_at": now + DAY}
    Handoff.objects.create(deal=deal, **offered)
    for kind in ("decide_decline", "answer_or_pass_on", "todo"):
        Task.objects.create(kind=kind, title=kind, assignee=company.stranger, deal=deal, due_at=now, created_at=now)
    mail = {"to": ["priya@norwood.example"], "subject": "Prices", "body": "Here.", "created_at": now, "send_at": now + DAY, "next_try_at": now + DAY}
    OutgoingMail.objects.create(deal=deal, author=owner, message_id="<1@s.example>", contact=company.contact, **mail)
    for days, outcome in ((-3, "missed_by_us"), (-2, "held"), (3, "planned")):
        said = {"outcome_said_by": company.manager, "outcome_said_at": now} if outcome != "planned" else {}
        InteractionFactory(deal=deal, contact=company.contact, user=owner, kind="meeting", outcome=outcome, at=now + days * DAY, **said)
    NextStepFactory(deal=deal, due_at=now)
    for rule in ("unowned", "no_next_step", "close_date_slipping"):
        SignalFactory(deal=deal, rule=rule, facts={"since": "2026-03-02T09:00:00+00:00", "pushes": 2, "days": 30}).told.add(company.manager)
    return deal


@pytest.mark.parametrize("who", ["owner", "teammate", "stranger", "manager", "executive", "admin"])
def test_it_takes_at_most_fifteen_queries(client, company, full, who, django_assert_max_num_queries):
    client.force_login(getattr(company, who))
    client.get(full.get_absolute_url())  # the reader's time zone is asked for once a minute
    with django_assert_max_num_queries(15):
        assert client.get(full.get_absolute_url()).status_code == 200


def test_one_with_nothing_on_it_takes_ten(client, company, django_assert_max_num_queries):
    client.force_login(company.owner)
    client.get(company.deal.get_absolute_url())
    with django_assert_max_num_queries(10):
        assert client.get(company.deal.get_absolute_url()).status_code == 200


def test_all_of_it_is_said(client, company, full):
    client.force_login(company.stranger)
    page = client.get(full.get_absolute_url()).content.decode()
    for words in (
        "Prices",
        "Iris Vann",
        "They wait.",
        "Week 1",
        "then 2 times more",
        "z@z.example proposes another time",
        "Tara Teammate answers for",
    ):
        assert words in page


def test_a_series_stands_once_with_whoever_is_invited(company, series, now):
    found = meetings_on(deal_or_404(company.owner, company.deal.pk), now)
    [line] = found.to_come
    assert (line.title, line.following, found.more) == ("Week 1", 2, 0)
    assert line.told.people == (("Olaf Owner", "tentative"), ("x@norwood.example", "declined"), ("Priya Raman", ""))
    assert [line.title for line in found.before] == ["Week -1", "Week -2"]
    assert [(one.about, one.kind, one.starts_at) for one in found.doubts] == [("Week 3", "proposal", now)]


def test_what_a_calendar_calls_off_is_among_none_to_come(company, series, now):
    Meeting.objects.filter(starts_at__gt=now).update(status="cancelled")
    found = meetings_on(deal_or_404(company.owner, company.deal.pk), now)
    assert (found.to_come, len(found.before)) == ([], 2)
