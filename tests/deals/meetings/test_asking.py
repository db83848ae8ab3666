"""Asking how a meeting went: once each, of who answers for our person, however many ask at the same time."""

from datetime import timedelta

import pytest
from django.urls import reverse

from accounts.models import Absence, Departure, Notice
from accounts.services import notices
from deals.models import Interaction
from deals.services.interactions import withdraw_interaction
from deals.services.meetings import asking, say_outcome
from tests.at_once import at_once
from tests.deals.meetings.conftest import again, at, make_ended
from tests.factories import DealFactory, make_company

pytestmark = pytest.mark.django_db


def asked():
    return Notice.objects.filter(kind="meeting_asks")


def test_once_it_has_ended_our_person_in_it_is_asked(company, meeting):
    assert asking.ask(at(3, 10, 29)) == 0
    assert asking.ask(at(3, 10, 30)) == 1
    notice = asked().get()
    assert (notice.user, notice.mail, notice.title) == (company.owner, "pending", "How did it go? Walk through the quote")
    assert "Priya Raman" in notice.body
    assert again(meeting).asked_at == at(3, 10, 30)


def test_it_is_asked_once(meeting):
    asking.ask(at(3, 10, 30))
    assert asking.ask(at(3, 10, 31)) == 0
    Interaction.objects.update(asked_at=None)
    asking.ask(at(3, 10, 32))
    assert asked().count() == 1


@pytest.mark.parametrize("outcome", ["held", "missed_by_us", "cancelled_by_them"])
def test_what_was_said_is_not_asked(company, meeting, outcome):
    say_outcome(meeting=meeting, outcome=outcome, by=company.owner, now=at(3, 10, 30))
    assert asking.ask(at(3, 11)) == 0


def test_what_was_withdrawn_is_not_asked(company, meeting):
    withdraw_interaction(interaction=meeting, by=company.owner, now=at(3, 10))
    assert asking.ask(at(3, 11)) == 0


def test_while_our_person_is_away_their_cover_is_asked(company, meeting):
    Absence.objects.create(user=company.owner, starts_at=at(1, 0), ends_at=at(9, 0), cover=company.teammate)
    asking.ask(at(3, 11))
    assert asked().get().user == company.teammate


def test_once_they_have_left_their_manager_is_asked(company, meeting):
    Departure.objects.create(user=company.owner, last_day=at(2, 0).date(), leaves_at=at(3, 0))
    asking.ask(at(3, 11))
    assert asked().get().user == company.manager


def test_a_colleague_in_it_is_asked_and_not_the_owner(company):
    make_ended(company, user=company.teammate)
    asking.ask(at(3, 11))
    assert asked().get().user == company.teammate


def test_without_anybody_of_ours_the_owner_is_asked(company):
    make_ended(company, user=None)
    asking.ask(at(3, 11))
    assert asked().get().user == company.owner


def test_nobody_is_written_to_about_what_ended_long_ago(company):
    old = make_ended(company, start=at(3, 10) - timedelta(days=8))
    assert asking.ask(at(3, 11)) == 0
    assert again(old).asked_at == at(3, 11)


def test_said_meanwhile_no_mail_goes(company, meeting):
    asking.ask(at(3, 11))
    say_outcome(meeting=meeting, outcome="held", by=company.manager, now=at(3, 11))
    notices.drain(at(3, 12))
    assert asked().get().mail == "none"


def test_moved_it_is_asked_about_again(company, meeting):
    asking.ask(at(3, 11))
    Interaction.objects.update(at=at(4, 10), ends_at=at(4, 11), asked_at=None)
    asking.ask(at(4, 12))
    assert asked().count() == 2


def test_more_than_a_batch_are_all_asked(company, monkeypatch):
    monkeypatch.setattr(asking, "BATCH", 2)
    for hour in (8, 9, 10, 11, 12):
        make_ended(company, start=at(3, hour))
    assert asking.ask(at(3, 15)) == 5


@pytest.mark.django_db(transaction=True)
def test_workers_at_the_same_time_ask_about_each_once(monkeypatch):
    monkeypatch.setattr(asking, "BATCH", 3)
    company = make_company()
    meetings = [make_ended(company, start=at(3, 8) + timedelta(minutes=number)) for number in range(20)]
    assert at_once(*[lambda: asking.ask(at(3, 15))] * 4) == []
    asking.ask(at(3, 15))  # what one passed over because another held it
    assert asked().count() == len(meetings)
    assert not Interaction.objects.filter(asked_at=None).exists()


@pytest.mark.django_db(transaction=True)
def test_killed_in_the_middle_it_is_asked_the_next_time(monkeypatch):
    meeting = make_ended(make_company())
    with monkeypatch.context() as patched:
        patched.setattr(asking, "tell", lambda _rows: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            asking.ask(at(3, 11))
    assert again(meeting).asked_at is None
    assert asking.ask(at(3, 11)) == 1


def test_one_that_cannot_be_asked_about_keeps_no_other(company, now, monkeypatch):
    broken, whole = make_ended(company, start=now - timedelta(hours=2)), asking._notice
    sound = make_ended(company, start=now - timedelta(hours=3))

    def notice(meeting, *others):
        if meeting.pk == broken.pk:
            raise ValueError("a fault of ours")
        return whole(meeting, *others)

    monkeypatch.setattr(asking, "_notice", notice)
    assert asking.ask(now) == 1
    assert Notice.objects.get(kind="meeting_asks").path == f"/meetings/said/{sound.pk}/"


def test_given_to_another_deal_meanwhile_its_notice_is_read_and_no_other(company, meeting):
    other = make_ended(company, start=at(3, 9))
    asking.ask(at(3, 11))
    Interaction.objects.filter(pk=meeting.pk).update(deal=DealFactory(owner=company.stranger))
    say_outcome(meeting=again(meeting), outcome="held", by=company.owner, now=at(3, 12))
    assert {one.path: one.read_at for one in asked()} == {
        reverse("meeting-said", args=[meeting.pk]): at(3, 12),
        reverse("meeting-said", args=[other.pk]): None,
    }
