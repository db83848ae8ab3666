"""What comes in later for somebody who is away or gone: mail and meetings follow, and what is due waits for who is there."""

from datetime import UTC, timedelta

import pytest

from accounts.models import Absence, Departure
from accounts.services.departures import record_departure
from accounts.services.leaving.moving import leave, move_everything
from deals.models import Interaction, Mailbox, MailMessage, RiskSignal
from deals.risk.sweep import sweep
from deals.services.calendars import Source, take_in
from deals.services.mail import ours
from deals.services.mail import take_in as take_in_mail
from tests.deals.calendar_service.conftest import calendar, event
from tests.deals.mail_intake.conftest import letter
from tests.factories import UserFactory

DAY = timedelta(days=1)
STRANGER = "Quinn Vale <quinn@unknown.example>"


def gone(user, now, mail_to=None):
    Departure.objects.create(user=user, last_day=(now - 2 * DAY).date(), leaves_at=now - DAY, mail_to=mail_to)


def away(user, now, cover=None):
    Absence.objects.create(user=user, starts_at=now - DAY, ends_at=now + 30 * DAY, cover=cover)


@pytest.fixture
def waits_for(db, now):
    """A stranger writes to the owner; whose deal it is, and whom it waits for once the answer is overdue."""

    def of():
        files, _made = Mailbox.objects.get_or_create(kind="files", defaults={"created_at": now})
        message = MailMessage.objects.get(pk=take_in_mail(mailbox=files, raw=letter(sender=STRANGER), place="a.eml", now=now).pk)
        sweep(now + 3 * DAY)
        signal = RiskSignal.objects.get(deal=message.deal, rule="reply_overdue")
        return message.deal.owner, signal.responsible

    return of


def test_mail_of_somebody_away_is_theirs_and_waits_for_the_cover(company, now, waits_for):
    away(company.owner, now, company.teammate)
    assert waits_for() == (company.owner, company.teammate)


def test_where_the_cover_is_away_too_it_waits_up_the_line(company, now, waits_for):
    away(company.owner, now, company.teammate)
    away(company.teammate, now)
    assert waits_for() == (company.owner, company.manager)


def test_where_the_cover_left_it_waits_up_the_line(company, now, waits_for):
    away(company.owner, now, company.teammate)
    gone(company.teammate, now)
    assert waits_for() == (company.owner, company.manager)


def test_mail_of_a_leaver_whose_heir_is_away_waits_for_the_heirs_cover(company, now, waits_for):
    gone(company.owner, now, mail_to=company.teammate)
    away(company.teammate, now, company.manager)
    assert waits_for() == (company.teammate, company.manager)


def test_when_the_heir_leaves_by_the_assistant_the_mail_goes_on(company, now, waits_for):
    gone(company.owner, now, mail_to=company.teammate)
    leave(
        leaver=company.teammate,
        last_day=(now - 2 * DAY).date(),
        mail_to=None,
        choices={"mail_of_leavers": company.stranger},
        by=company.admin,
        now=now,
    )
    assert waits_for() == (company.stranger, company.stranger)


def test_when_heir_and_manager_are_gone_it_goes_further_up(company, now, waits_for):
    gone(company.owner, now, mail_to=company.teammate)
    gone(company.teammate, now)
    gone(company.manager, now)
    assert waits_for() == (company.executive, company.executive)


def test_a_suspended_heir_gets_no_mail(company, now):
    gone(company.owner, now, mail_to=company.teammate)
    company.teammate.is_active = False
    company.teammate.save()
    assert ours.load(now).heir(company.owner.pk) == company.manager.pk


# --- meetings ---------------------------------------------------------------------------------------------------


@pytest.fixture
def bring(company, now):
    """The calendar of the owner says it, for the first time or again with a new word."""

    def of(stamp, *lines):
        raw = calendar(event(*lines, stamp=stamp, start="20260320T100000Z", end="20260320T110000Z"))
        take_in(raw, source=Source(user_id=company.owner.pk, zone=UTC), now=now)
        return Interaction.objects.get(kind="meeting")

    return of


def test_a_meeting_that_was_passed_on_does_not_come_back_with_the_calendar(company, now, bring):
    assert bring("20260304T090000Z").user == company.owner
    record_departure(user=company.owner, last_day=(now + 5 * DAY).date(), mail_to=None, by=company.admin, now=now)
    move_everything(leaver=company.owner, choices={"meetings": company.teammate}, by=company.admin, now=now)
    again = bring("20260304T093000Z", "SUMMARY:Tour of all clinics")
    assert (again.subject, again.user) == ("Tour of all clinics", company.teammate)


def test_a_new_meeting_of_somebody_who_left_is_with_whom_their_mail_goes_to(company, now, bring):
    gone(company.owner, now, mail_to=company.teammate)
    assert bring("20260304T090000Z").user == company.teammate


def test_of_somebody_who_stays_the_calendar_says_whose_it_is(company, now, bring):
    said = bring("20260304T090000Z")
    Interaction.objects.filter(pk=said.pk).update(user=UserFactory())
    assert bring("20260304T093000Z", "SUMMARY:Another tour").user == company.owner
