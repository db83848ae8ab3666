"""The pages of calendars and meetings."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from deals import fetching
from deals.fetching import Fetched, NotFetched
from deals.models import CalendarFeed, Interaction, Meeting, MeetingDoubt, PersonalFeed
from deals.services.calendars import keeping
from deals.services.deals import open_deal
from tests.deals.calendar_service.conftest import BY_THEM, calendar, event

pytestmark = pytest.mark.django_db
PAGE = "/profile/calendars/"
SOON = {"start": "20990310T100000Z", "end": "20990310T110000Z"}


@pytest.fixture
def at(client, company):
    client.force_login(company.owner)
    return client


@pytest.fixture
def feed(company, now):
    return keeping.add_feed(owner=company.owner, name="Olaf at work", url="https://calendar.example/secret-path", now=now)


@pytest.fixture
def there(monkeypatch):
    """What lies at any address: bytes, or the refusal."""

    def there(found):
        def fetch(url, **_named):
            if isinstance(found, Exception):
                raise found
            return Fetched(found, "", "")

        monkeypatch.setattr(fetching, "fetch", fetch)

    return there


def test_a_calendar_is_tried_and_added(at, there, company):
    there(calendar(event()).replace(b"VERSION:2.0", b"VERSION:2.0\r\nX-WR-CALNAME:Olaf"))
    answer = at.post(PAGE, {"url": "https://calendar.example/olaf.ics"}, follow=True)
    assert "“Olaf” is added" in answer.content.decode()
    assert CalendarFeed.objects.get().owner == company.owner


def test_what_is_wrong_with_an_address_stands_at_the_field(at, there):
    there(NotFetched("There is nothing at this address of calendar.example (404); copy it again from where you found it."))
    answer = at.post(PAGE, {"url": "https://calendar.example/olaf.ics"})
    assert answer.status_code == 422
    assert "copy it again" in answer.content.decode()
    assert not CalendarFeed.objects.exists()


def test_the_address_is_never_shown_again(at, feed):
    words = at.get(PAGE).content.decode()
    assert "Olaf at work" in words
    assert "calendar.example" in words
    assert "secret-path" not in words


def test_a_calendar_is_paused_taken_up_and_removed_by_its_owner_alone(at, client, feed, company):
    at.post(f"{PAGE}{feed.pk}/pause/")
    assert "Paused" in at.get(PAGE).content.decode()
    at.post(f"{PAGE}{feed.pk}/again/")
    feed.refresh_from_db()
    assert feed.is_active
    client.force_login(company.admin)
    assert client.post(f"{PAGE}{feed.pk}/remove/").status_code == 404
    client.force_login(company.owner)
    at.post(f"{PAGE}{feed.pk}/remove/")
    assert not CalendarFeed.objects.exists()


def bring_file(at, raw):
    return at.post(f"{PAGE}file/", {"file": SimpleUploadedFile("olaf.ics", raw)}, follow=True)


def test_a_file_is_brought_and_says_what_became_of_it(at):
    assert "One event with customers is in the file; one is new or changed." in bring_file(at, calendar(event(**SOON))).content.decode()
    assert "all of that was known already" in bring_file(at, calendar(event(**SOON))).content.decode()
    assert Meeting.objects.count() == 1


def test_a_file_that_is_no_calendar_is_refused_in_one_sentence(at):
    answer = bring_file(at, b"BEGIN:VCARD\r\nEND:VCARD")
    assert answer.status_code == 422
    assert "This is an address card, not a calendar" in answer.content.decode()


def test_the_own_address_is_shown_once(at):
    made = at.post(f"{PAGE}own/")
    assert made["Cache-Control"] == "no-store"
    address = made.context["own_address"]
    assert address.startswith("http://testserver/calendar/")
    assert at.get(address).status_code == 200
    assert address not in at.get(PAGE).content.decode()
    at.post(f"{PAGE}own/revoke/")
    assert not PersonalFeed.objects.exists()


def test_the_meetings_stand_on_the_deals_page(at, bring, company):
    bring(event("LOCATION:Main street", **SOON))
    words = at.get(f"/deals/{company.deal.pk}/").content.decode()
    for said in ("Tour of the clinics", "Main street", "Priya Raman"):
        assert said in words


def test_another_deal_is_chosen_and_calendars_leave_it(at, bring, company, now):
    bring(event(**SOON))
    other = open_deal(name="Another", owner=company.owner, account=company.account, by=company.owner, now=now)
    meeting = Meeting.objects.get()
    at.post(f"/meetings/{meeting.pk}/", {"deal": other.pk})
    assert (Meeting.objects.get().deal, Interaction.objects.get().deal) == (other, other)
    bring(event(sequence=1, **SOON))
    assert Meeting.objects.get().deal == other
    at.post(f"/meetings/{meeting.pk}/", {"deal": "none"})
    assert (Meeting.objects.get().deal, Interaction.objects.get().deal) == (None, None)


def test_no_meeting_moves_to_a_deal_out_of_sight(at, bring, company, now):
    bring(event(**SOON))
    hidden = open_deal(name="Hidden", owner=company.stranger, by=company.stranger, now=now)
    assert at.post(f"/meetings/{Meeting.objects.get().pk}/", {"deal": hidden.pk}).status_code == 422


def test_a_meeting_without_a_deal_is_asked_about(at, bring, company, now):
    open_deal(name="Another", owner=company.owner, account=company.account, by=company.owner, now=now, contacts=[company.contact])
    bring(event(**SOON))
    assert "Which deal are these about?" in at.get(PAGE).content.decode()


def test_it_is_seen_by_those_in_it_alone_while_it_has_no_deal(at, client, bring, company, now):
    open_deal(name="Another", owner=company.owner, account=company.account, by=company.owner, now=now, contacts=[company.contact])
    bring(event(**SOON))
    pk = Meeting.objects.get().pk
    assert at.get(f"/meetings/{pk}/").status_code == 200
    client.force_login(company.admin)
    assert client.get(f"/meetings/{pk}/").status_code == 404


@pytest.mark.parametrize(("word", "status"), [("yes", "cancelled"), ("no", "confirmed")])
def test_a_person_says_whether_a_strangers_cancellation_counts(at, mail, company, word, status):
    mail(event(BY_THEM, "ATTENDEE:mailto:owner@salvor.example", **SOON))
    mail(event(BY_THEM, "ATTENDEE:mailto:owner@salvor.example", sequence=1, **SOON), method="CANCEL", sender="mallory@elsewhere.example")
    assert "somebody else organises it" in at.get(f"/deals/{company.deal.pk}/").content.decode()
    at.post(f"/meetings/doubts/{MeetingDoubt.objects.get().pk}/", {"counts": word})
    assert Meeting.objects.get().status == status
    assert MeetingDoubt.objects.get().settled_at <= timezone.now()
