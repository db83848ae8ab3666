"""Meetings among a person's duties on Today: one click, a field, a new date; each with its way back."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from deals.models import Interaction, Task
from deals.risk.refresh import refresh
from deals.services.meetings import record_apology, say_outcome
from tests.deals.meetings.conftest import again, make_ended

pytestmark = pytest.mark.django_db


@pytest.fixture
def ended(company):
    """It ended five days ago, so that the rule has gone off whatever day of the week it is today."""
    meeting = make_ended(company, start=timezone.now() - timedelta(days=5))
    refresh([company.deal.pk], timezone.now())
    return meeting


@pytest.fixture
def today(client, company):
    client.force_login(company.owner)
    return lambda query="": client.get(reverse("today") + query)


@pytest.fixture
def missed(company, ended):
    """Said within the hour: what is said on a Sunday goes off on Monday alone."""
    said = say_outcome(meeting=ended, outcome="missed_by_us", by=company.owner, now=ended.at + timedelta(hours=1))
    refresh([company.deal.pk], timezone.now())
    return said


def row(response, kind):
    return next((one for one in response.context["day"].owed if one.kind == kind), None)


def undo_of(client, done):
    """Presses the undo in the toast of the page that what was done led to."""
    path, value = re.search(r'class="undo" form="undo" formaction="([^"]+)" name="undo" value="([^"]+)"', done.content.decode()).groups()
    return client.post(path.replace("&amp;", "&"), {"undo": value}, follow=True)


def test_how_it_went_is_asked_with_three_answers_at_hand(today, ended):
    found = row(today(), "how-it-went")
    assert found.lead == "How did it go with Priya Raman?"
    assert [act.words for act in (found.act, *found.beside_it)] == ["It was held", "They were not there", "We were not there"]
    assert [act.words for act in found.others][:3] == ["They called it off", "We called it off", "It was moved"]
    assert "Walk through the quote" in found.evidence


def test_one_click_says_it_and_one_takes_it_back(today, client, ended):
    act = row(today(), "how-it-went").act
    done = client.post(act.post, {act.name: act.value}, headers={"HX-Current-URL": "http://testserver/today/"}, follow=True)
    assert again(ended).outcome == "held"
    assert row(done, "how-it-went") is None
    undo_of(client, done)
    assert again(ended).outcome == "planned"
    assert row(today(), "how-it-went") is not None


def test_a_missed_one_asks_for_both_and_says_by_when(today, missed):
    found = row(today(), "make-good")
    assert found.lead == "Apologise to Priya Raman and offer a new date"
    assert [act.words for act in (found.act, *found.beside_it)] == ["Record the apology", "New date"]
    assert re.search(r"The apology is (due|overdue since) .+\. The new date is (due|overdue since) .+\.", found.evidence)
    assert set(Task.objects.filter(ended_at=None, signal__rule="meeting_missed").values_list("kind", flat=True)) == {"apologise", "rebook"}


def test_the_apology_is_one_field_in_the_row(today, client, missed):
    key = row(today(), "make-good").key
    page = today(f"?open={key}&ask=apology").content.decode()
    assert f'id="id_words-{key}"' in page
    done = client.post(reverse("meeting-apology", args=[missed.pk]), {"words": "Called her.", "row": key, "next": "/today/"}, follow=True)
    assert again(missed).apology == "Called her."
    assert row(done, "make-good").act.words == "New date"
    undo_of(client, done)
    assert again(missed).apologised_at is None


def test_an_empty_apology_is_said_in_the_row(today, client, missed):
    key = row(today(), "make-good").key
    response = client.post(reverse("meeting-apology", args=[missed.pk]), {"words": " ", "row": key})
    assert (response.status_code, response.context["opened"]) == (422, key)
    assert "how you apologised" in response.content.decode()


def test_the_new_date_has_the_hour_and_length_of_the_old_one(today, client, missed):
    key = row(today(), "make-good").key
    form = today(f"?open={key}&ask=when").context["form"]
    assert form.initial["minutes"] == 30
    day = timezone.localdate() + timedelta(days=7)
    asked = {"day": day.isoformat(), "begins": "11:00", "minutes": "45", "row": key, "next": "/today/"}
    done = client.post(reverse("meeting-new-date", args=[missed.pk]), asked, follow=True)
    new = Interaction.objects.get(follows=missed)
    assert (new.outcome, new.ends_at - new.at, timezone.localtime(new.at).date()) == ("planned", timedelta(minutes=45), day)
    undo_of(client, done)
    assert Interaction.objects.get(pk=new.pk).withdrawn_at is not None


def test_both_done_the_row_is_gone(today, client, company, missed):
    record_apology(meeting=missed, words="Called her.", by=company.owner, now=timezone.now())
    day = timezone.localdate() + timedelta(days=7)
    client.post(reverse("meeting-new-date", args=[missed.pk]), {"day": day.isoformat(), "begins": "11:00", "minutes": "45"})
    assert row(today(), "make-good") is None


def test_moved_from_the_row_the_old_one_says_so(today, client, ended):
    key = row(today(), "how-it-went").key
    assert today(f"?open={key}&ask=when").context["form"].asks == "when"
    day = timezone.localdate() + timedelta(days=7)
    asked = {"day": day.isoformat(), "begins": "11:00", "minutes": "45", "next": "/today/"}
    done = client.post(reverse("meeting-new-date", args=[ended.pk]), asked, follow=True)
    assert again(ended).outcome == "moved"
    undo_of(client, done)
    assert again(ended).outcome == "planned"


def test_they_did_not_come_so_a_new_date_is_to_be_agreed_on(today, company):
    start = timezone.now() - timedelta(days=6)
    meeting = make_ended(company, start=start)
    say_outcome(meeting=meeting, outcome="missed_by_them", by=company.owner, now=start + timedelta(hours=1))
    refresh([company.deal.pk], timezone.now())
    found = row(today(), "rebook")
    assert (found.lead, found.act.words) == ("Agree on a new date with Priya Raman", "New date")
    assert "They were not there" in found.evidence
