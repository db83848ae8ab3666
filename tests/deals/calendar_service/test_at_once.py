"""Several workers at the same moment, and one that dies: each meeting once, nothing lost."""

from datetime import UTC, datetime

import pytest

from deals.models import CalendarEntry, Interaction, Mailbox, Meeting
from deals.services.calendars import Source, take_in
from deals.services.interactions import log_interaction
from deals.services.mail import take_in as take_in_message
from tests.at_once import at_once
from tests.deals.calendar_service.conftest import calendar, event, letter_with
from tests.factories import make_company
from tests.processes import run_python

NOW = datetime(2026, 3, 4, 10, 0, tzinfo=UTC)
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def company(transactional_db):
    return make_company()


def everything():
    return CalendarEntry.objects.count(), Meeting.objects.count(), Interaction.objects.filter(kind="meeting").count()


def test_the_same_calendar_by_three_workers_is_there_once(company):
    raw = calendar(*(event(uid=f"{number}@norwood.example") for number in range(60)), event("RRULE:FREQ=WEEKLY", uid="series"))
    source = Source(user_id=company.owner.pk, zone=UTC)
    assert at_once(*[lambda: take_in(raw, source=source, now=NOW)] * 3) == []
    assert everything() == (61, 60 + 25, 60 + 2)


def test_a_mail_a_file_and_a_person_at_once_wait_for_each_other(company):
    box = Mailbox.objects.create(address="owner@salvor.example", owner=company.owner, host="h", login="o", created_at=NOW)
    source = Source(user_id=company.owner.pk, zone=UTC)
    works = [
        lambda: take_in(calendar(event()), source=source, now=NOW),
        lambda: take_in_message(mailbox=box, raw=letter_with(calendar(event(), method="REQUEST")), place="1", now=NOW),
        lambda: log_interaction(deal=company.deal, kind="note", direction="internal", contact=company.contact, by=company.owner, now=NOW),
    ]
    assert at_once(*works) == []
    assert everything() == (1, 1, 1)


KILLED = """
from datetime import UTC, datetime
from deals.services.calendars import Source, steps, take_in
steps.refresh = lambda *_given: os.kill(os.getpid(), signal.SIGKILL)
take_in({raw!r}, source=Source(user_id={owner}, zone=UTC), now=datetime(2026, 3, 4, 10, tzinfo=UTC))
"""


def test_killed_in_the_middle_nothing_is_left_and_it_comes_in_again(company):
    raw = calendar(event())
    assert run_python(KILLED.format(raw=raw, owner=company.owner.pk)) == -9
    assert everything() == (0, 0, 0)
    take_in(raw, source=Source(user_id=company.owner.pk, zone=UTC), now=NOW)
    assert everything() == (1, 1, 1)
