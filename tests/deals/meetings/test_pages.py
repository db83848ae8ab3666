"""The page of a meeting, the bell, and the page behind a link in the mail."""

import re
from datetime import timedelta

import pytest
from django.core import mail, signing
from django.urls import reverse
from django.utils import timezone

from accounts.models import Departure, Notice
from accounts.services import notices
from deals import meeting_links
from deals.models import Deal, Interaction
from deals.services.meetings import asking, record_apology, say_outcome
from tests.deals.meetings.conftest import again, make_ended

pytestmark = pytest.mark.django_db


@pytest.fixture
def ended(company):
    """It ended an hour ago."""
    return make_ended(company, start=timezone.now() - timedelta(minutes=90))


@pytest.fixture
def path(ended, company):
    return lambda answer="held", person=company.owner: meeting_links.link(ended, person_id=person.pk, answer=answer)


def words(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def test_the_mail_asks_with_five_links(ended, settings):
    asking.ask(timezone.now())
    notices.drain(timezone.now())
    letter = next(one for one in mail.outbox if one.to == ["owner@salvor.example"])
    for text in (letter.body, letter.alternatives[0].content):
        assert text.count(f"{settings.SITE_URL}/went/") == 5
        assert "They were not there" in text


def test_following_a_link_changes_nothing(client, path, ended):
    page = client.get(path())
    assert page.status_code == 200
    assert "Nothing is recorded before you choose" in words(page)
    assert (again(ended).outcome, page["Cache-Control"]) == ("planned", "no-store")


def test_the_chosen_answer_is_the_one_button(client, path):
    page = client.get(path("missed_by_them")).content.decode()
    assert re.search(r'class="btn go" name="outcome" value="missed_by_them"[^>]*>They were not there', page)
    assert 'class="btn" name="outcome" value="held"' in page


def test_its_button_records_it_in_that_persons_name(client, path, ended, company):
    page = client.post(path(), {"outcome": "held"})
    assert (again(ended).outcome, again(ended).outcome_said_by) == ("held", company.owner)
    assert "it was held" in words(page)


def test_another_answer_may_be_chosen_on_the_page(client, path, ended):
    page = client.post(path(), {"outcome": "missed_by_us"})
    assert again(ended).outcome == "missed_by_us"
    assert "An apology and a new date are owed" in words(page)


def test_a_second_click_says_the_same(client, path, ended):
    client.post(path(), {"outcome": "held"})
    said_at = again(ended).outcome_said_at
    assert client.post(path(), {"outcome": "held"}).status_code == 200
    assert again(ended).outcome_said_at == said_at


def test_used_it_says_what_was_said(client, path, ended):
    client.post(path(), {"outcome": "held"})
    assert "Olaf Owner said" in words(client.get(path("missed_by_us")))


def test_what_a_colleague_said_meanwhile_stands(client, path, ended, company):
    say_outcome(meeting=ended, outcome="missed_by_us", by=company.manager, now=timezone.now())
    page = client.post(path(), {"outcome": "held"})
    assert page.status_code == 422
    assert "Mona Manager has said it already" in words(page)
    assert again(ended).outcome == "missed_by_us"


def test_moved_since_it_says_to_when(client, path, ended):
    address = path()
    Interaction.objects.update(at=timezone.now() + timedelta(days=1), ends_at=timezone.now() + timedelta(days=1, hours=1))
    assert "It was moved since" in words(client.get(address))
    client.post(address, {"outcome": "held"})
    assert again(ended).outcome == "planned"


def test_moved_asks_for_the_new_time(client, path, ended):
    page = client.get(path("moved")).content.decode()
    assert 'name="day"' in page
    day = timezone.localdate() + timedelta(days=7)
    client.post(path("moved"), {"outcome": "moved", "day": day.isoformat(), "begins": "11:00", "minutes": "30"})
    assert again(ended).outcome == "moved"
    assert Interaction.objects.get(follows=ended).outcome == "planned"


def test_moved_to_no_time_is_asked_again(client, path, ended):
    page = client.post(path("moved"), {"outcome": "moved", "day": "", "begins": "11:00", "minutes": "30"})
    assert page.status_code == 422
    assert again(ended).outcome == "planned"


def test_what_a_colleague_called_off_is_not_moved_by_an_old_link(client, path, ended, company):
    say_outcome(meeting=ended, outcome="cancelled_by_them", by=company.manager, now=timezone.now())
    day = timezone.localdate() + timedelta(days=7)
    page = client.post(path("moved"), {"outcome": "moved", "day": day.isoformat(), "begins": "11:00", "minutes": "30"})
    assert "Mona Manager said" in words(page)
    assert again(ended).outcome == "cancelled_by_them"


def test_moved_twice_it_is_moved_once(client, path, ended):
    day = timezone.localdate() + timedelta(days=7)
    asked = {"outcome": "moved", "day": day.isoformat(), "begins": "11:00", "minutes": "30"}
    assert [client.post(path("moved"), asked).status_code for _time in range(2)] == [200, 200]
    assert Interaction.objects.filter(follows=ended).count() == 1


def test_too_old_it_says_so(client, path, monkeypatch):
    address = path()
    monkeypatch.setattr(meeting_links, "GOOD_FOR", timedelta(seconds=-1))
    page = client.get(address)
    assert page.status_code == 410
    assert "too old" in words(page)


# Named: a signature has the second in it, and every process that runs tests must call them the same.
FORGED = {
    "nonsense": "nonsense",
    "elsewhere": signing.dumps([1, 2, "held", 3], salt="other"),
    "other": signing.dumps("held", salt=meeting_links.SALT),
}


@pytest.mark.parametrize("token", FORGED.values(), ids=FORGED)
def test_forged_it_is_not_there(client, ended, token):
    address = reverse("meeting-asked", args=[token])
    assert client.get(address).status_code == client.post(address).status_code == 404


def test_changed_it_is_not_there(client, path):
    address = path()
    assert client.get(address[:-3] + ("aa/" if address[-3:] != "aa/" else "bb/")).status_code == 404


def test_for_somebody_who_may_not_see_the_meeting_it_is_not_there(client, path, company):
    assert client.get(path(person=company.stranger)).status_code == 404


def test_a_colleague_who_goes_for_us_says_it_though_the_deal_is_not_theirs_to_see(client, company):
    meeting = make_ended(company, start=timezone.now() - timedelta(minutes=90), user=company.stranger)
    client.post(meeting_links.link(meeting, person_id=company.stranger.pk, answer="held"), {"outcome": "held"})
    assert again(meeting).outcome_said_by == company.stranger
    client.force_login(company.stranger)
    assert client.get(reverse("meeting-said", args=[meeting.pk])).status_code == 200
    assert client.get(company.deal.get_absolute_url()).status_code == 404


def test_once_they_have_left_it_is_not_there(client, path, company):
    Departure.objects.create(user=company.owner, last_day=timezone.localdate(), leaves_at=timezone.now() - timedelta(hours=1))
    assert client.post(path(), {"outcome": "held"}).status_code == 404


def test_somebody_else_who_is_logged_in_speaks_in_nobodys_name(client, path, company, ended):
    client.force_login(company.manager)
    assert client.post(path(), {"outcome": "held"}).status_code == 404
    client.force_login(company.owner)
    assert client.post(path(), {"outcome": "held"}).status_code == 200


def test_the_history_does_not_keep_the_link(client, path, ended, company):
    client.post(path(), {"outcome": "held"})
    event = Interaction.pgh_event_model.objects.filter(pgh_obj=ended, outcome="held").get()
    assert event.pgh_context.metadata["user"] == company.owner.pk
    assert "/went/" not in str(event.pgh_context.metadata)


def test_the_bell_offers_the_answers_until_one_is_given(client, ended, company):
    asking.ask(timezone.now())
    client.force_login(company.owner)
    said = reverse("meeting-said", args=[ended.pk])
    page = client.get(reverse("notices")).content.decode()
    assert page.count(f'formaction="{said}"') == 3
    assert f'href="{said}?answer=moved#answer"' in page
    response = client.post(said, {"outcome": "held"}, headers={"Referer": "http://testserver" + reverse("notices")})
    assert response["Location"] == "http://testserver" + reverse("notices")
    assert f'formaction="{said}"' not in client.get(reverse("notices") + "?show=all").content.decode()
    assert not Notice.objects.filter(kind="meeting_asks", read_at=None).exists()


def test_said_from_anywhere_it_is_undone_there(client, ended, company):
    client.force_login(company.owner)
    people = reverse("people")
    page = client.post(reverse("meeting-said", args=[ended.pk]), {"outcome": "held"}, headers={"Referer": "http://testserver" + people}, follow=True)
    path, value = re.search(r'formaction="([^"]+)" name="undo" value="([^"]+)"', page.content.decode()).groups()
    assert page.content.decode().count('id="undo"') == 1
    assert client.post(path.replace("&amp;", "&"), {"undo": value})["Location"].endswith(people)
    assert again(ended).outcome == "planned"


def test_the_panel_under_the_bell_offers_them_too(client, ended, company):
    asking.ask(timezone.now())
    client.force_login(company.owner)
    page = client.get(reverse("notices-panel"), headers={"HX-Request": "true"}).content.decode()
    assert f'formaction="{reverse("meeting-said", args=[ended.pk])}"' in page


def test_the_panel_offers_them_below_what_was_told_later_of_the_same_deal(client, ended, company):
    asking.ask(timezone.now())
    later = {"kind": "signal_raised", "title": "A later word", "path": "/", "topic": f"deal:{company.deal.pk}"}
    Notice.objects.create(user=company.owner, created_at=timezone.now(), dedupe_key="later", **later)
    client.force_login(company.owner)
    page = client.get(reverse("notices-panel"), headers={"HX-Request": "true"}).content.decode()
    assert page.index("A later word") < page.index("How did it go?") < page.index(reverse("meeting-said", args=[ended.pk]))


def test_before_it_begins_it_can_only_be_called_off(client, plan, company):
    meeting = plan(now=timezone.now(), starts_at=timezone.now() + timedelta(days=1), ends_at=timezone.now() + timedelta(days=1, hours=1))
    client.force_login(company.owner)
    page = client.get(reverse("meeting-said", args=[meeting.pk]))
    assert [one.outcome for one in page.context["answers"]] == ["cancelled_by_them", "cancelled_by_us"]


def test_the_page_corrects_what_was_said(client, ended, company):
    say_outcome(meeting=ended, outcome="held", by=company.owner, now=timezone.now())
    client.force_login(company.manager)
    said = reverse("meeting-said", args=[ended.pk])
    assert "It went otherwise" in words(client.get(said))
    client.post(said, {"outcome": "missed_by_us", "corrects": "1"})
    assert (again(ended).outcome, again(ended).outcome_said_by) == ("missed_by_us", company.manager)


def test_the_page_takes_an_apology_back(client, ended, company):
    say_outcome(meeting=ended, outcome="missed_by_us", by=company.owner, now=timezone.now())
    client.force_login(company.owner)
    client.post(reverse("meeting-apology", args=[ended.pk]), {"words": "Called her."})
    assert "Called her." in words(client.get(reverse("meeting-said", args=[ended.pk])))
    client.post(reverse("meeting-apology-remove", args=[ended.pk]))
    assert again(ended).apologised_at is None


def test_a_form_that_is_wrong_comes_back_as_it_was(client, ended, company):
    say_outcome(meeting=ended, outcome="missed_by_us", by=company.owner, now=timezone.now())
    client.force_login(company.owner)
    page = client.post(reverse("meeting-new-date", args=[ended.pk]), {"day": "", "begins": "11:15", "minutes": "30"})
    assert page.status_code == 422
    assert 'value="11:15"' in page.content.decode()


def test_a_night_without_that_hour_is_said(client, ended, company, settings):
    say_outcome(meeting=ended, outcome="missed_by_us", by=company.owner, now=timezone.now())
    client.force_login(company.owner)
    Deal.objects.update(name="Clinics")
    from deals.meeting_forms import WhenForm

    with timezone.override("America/New_York"):
        form = WhenForm({"day": "2027-03-14", "begins": "02:30", "minutes": "30"})
        assert "no such time" in str(form.errors)
        assert WhenForm({"day": "2027-11-07", "begins": "01:30", "minutes": "30"}).is_valid()


def test_a_stranger_sees_no_meeting(client, ended, company):
    client.force_login(company.stranger)
    for name in ("meeting-said", "meeting-apology", "meeting-new-date"):
        assert client.get(reverse(name, args=[ended.pk])).status_code == 404
        assert client.post(reverse(name, args=[ended.pk]), {"outcome": "held"}).status_code == 404


def test_a_correction_that_took_an_apology_with_it_offers_no_undo(client, ended, company):
    client.force_login(company.owner)
    say_outcome(meeting=ended, outcome="missed_by_us", by=company.owner, now=timezone.now())
    record_apology(meeting=ended, words="By phone", by=company.owner, now=timezone.now())
    said = {"outcome": "held", "corrects": "1", "without_apology": "1"}
    page = client.post(reverse("meeting-said", args=[ended.pk]), said, follow=True).content.decode()
    assert (again(ended).outcome, again(ended).apology) == ("held", "")
    assert "Noted: it was held." in page
    assert 'name="undo"' not in page


def test_the_page_asks_in_words_too_and_keeps_them(client, ended, company):
    client.force_login(company.owner)
    said = reverse("meeting-said", args=[ended.pk])
    assert re.search(r'<textarea[^>]* name="note"[^>]* maxlength="20000"', client.get(said).content.decode())
    client.post(said, {"outcome": "held", "note": "They want two clinics."})
    assert again(ended).body == "They want two clinics."


def test_words_that_come_too_late_stand_in_the_form_again(client, ended, company):
    say_outcome(meeting=ended, outcome="missed_by_us", by=company.manager, now=timezone.now())
    client.force_login(company.owner)
    page = client.post(reverse("meeting-said", args=[ended.pk]), {"outcome": "held", "note": "They want two clinics."})
    assert (page.status_code, again(ended).body) == (422, "")
    assert "Mona Manager has said it already" in words(page)
    assert ">They want two clinics.</textarea>" in page.content.decode()
