"""Writing, answering and taking back as pages: nothing typed is lost, nobody writes where they may not look."""

from datetime import UTC, datetime, timedelta
from html import unescape
from re import search

import pytest
from django.contrib.messages import get_messages
from django.utils import timezone

from deals.models import Deal, Interaction, MailTemplate, OutgoingMail, UndeliverableAddress
from deals.outbox.desk import desk_for
from deals.risk.refresh import refresh
from deals.services import outbox
from tests.factories import ContactFactory, InteractionFactory

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true", "HX-Current-URL": "http://testserver/today/"}


@pytest.fixture
def as_owner(client, company):
    client.force_login(company.owner)
    return client


@pytest.fixture
def send(as_owner, company):
    def make(headers=None, **how):
        form = {"to": "priya@norwood.example", "subject": "The quote", "body": "Here it is.", "when": "now", "then": "send"}
        return as_owner.post(f"/deals/{company.deal.pk}/write/", form | how, headers=headers)

    return make


def words(answer):
    return unescape(answer.content.decode())


def told(answer):
    return [str(one) for one in get_messages(answer.wsgi_request)]


def test_a_mail_is_written_and_the_toast_takes_it_back(as_owner, send, company):
    answer = send()
    mail = OutgoingMail.objects.get()
    assert (answer.status_code, answer.url) == (302, company.deal.get_absolute_url())
    assert (mail.to, mail.contact, mail.author, mail.state) == (["priya@norwood.example"], company.contact, company.owner, "waiting")
    assert "Goes to Priya Raman in" in told(answer)[0]
    back = as_owner.post(f"/outbox/{mail.pk}/back/")
    assert back.url == f"/outbox/{mail.pk}/edit/"
    assert "Here it is." in words(as_owner.get(back.url))
    mail.refresh_from_db()
    assert mail.state == "cancelled"


def test_over_today_the_page_is_told_to_look_anew(send):
    answer = send(HTMX, draft="d")
    assert answer.status_code == 200
    assert '"logged-all"' in answer["HX-Trigger"]
    assert "data-seconds" in words(answer)


def test_an_answer_shows_what_it_answers_and_keeps_its_thread(as_owner, send, company, asked):
    asked.refresh_from_db()
    page = words(as_owner.get(f"/deals/{company.deal.pk}/write/?answers={asked.interaction_id}&next=/today/"))
    assert "Could you send the quote for both sites?" in page
    assert 'value="Re: Two more clinics"' in page
    answer = send(answers=str(asked.interaction_id), next="/today/")
    assert answer.url == "/today/"
    assert OutgoingMail.objects.get().in_reply_to == asked.message_id


def test_an_answer_goes_to_everybody_but_us(as_owner, company, asked):
    asked.recipients = [["to", "owner@salvor.example", ""], ["to", "lee@norwood.example", "Lee"], ["cc", "manager@salvor.example", ""]]
    asked.save()
    page = words(as_owner.get(f"/deals/{company.deal.pk}/write/?answers={asked.interaction_id}"))
    assert search(r'name="cc" value="([^"]*)"', page)[1] == "lee@norwood.example"


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ({"to": "stranger@else.example"}, "Choose one of the people"),
        ({"subject": ""}, "Say in a subject"),
        ({"body": ""}, "Write something first"),
        ({"cc": "lee"}, "no e-mail address"),
        ({"when": "at"}, "Say when it is to go"),
        ({"when": "at", "at": "2020-01-01T10:00"}, "That has passed"),
        ({"body": "Dear {first_nam}"}, "{first_nam}"),
    ],
)
def test_a_refused_form_keeps_its_words(send, how, said):
    answer = send(**({"subject": "A subject of mine", "body": "Words of mine"} | how))
    assert answer.status_code == 422
    page = words(answer)
    assert said in page
    assert ("A subject of mine" in page) == ("subject" not in how)
    assert ("Words of mine" in page) == ("body" not in how)
    assert not OutgoingMail.objects.exists()


def test_it_goes_later_in_the_authors_zone(send, company):
    company.owner.time_zone = "Asia/Tokyo"
    company.owner.save()
    day = (timezone.now() + timedelta(days=3)).date()
    answer = send(when="at", at=f"{day}T03:30")
    assert OutgoingMail.objects.get().send_at.isoformat() == f"{day - timedelta(days=1)}T18:30:00+00:00"
    assert "outside your working hours" in told(answer)[0]


def test_the_next_opening_is_offered_and_taken(as_owner, send, company):
    page = words(as_owner.get(f"/deals/{company.deal.pk}/write/"))
    opening = search(r'name="when" value="(\d{4}-[^"]+)"', page)[1]
    send(when=opening)
    assert OutgoingMail.objects.get().send_at.isoformat() == opening


@pytest.mark.parametrize(("hour", "said"), [(10, False), (23, True)])
def test_outside_working_hours_is_said(company, hour, said):
    """A Wednesday of the company's calendar."""
    at = datetime(2026, 3, 4, hour, tzinfo=UTC)
    assert desk_for(company.deal, company.owner, at).form().is_closed == said


def test_a_template_fills_its_fields_above_what_was_typed(send, company):
    template = MailTemplate.objects.create(
        owner=company.owner, name="First", subject="{deal} at {account}", body="Dear {first_name},\n{me}, {my_team}", created_at=timezone.now()
    )
    answer = send(then="fill", template=template.pk, body="My own line.")
    page = words(answer)
    assert answer.status_code == 200
    assert "Dear Priya,\nOlaf Owner, East\n\nMy own line." in page
    assert 'value="Clinics, two more at Norwood Clinics"' in page
    assert not OutgoingMail.objects.exists()


def test_a_field_that_is_not_known_is_pointed_out_and_never_sent(send, company):
    Deal.objects.filter(pk=company.deal.pk).update(account=None)
    template = MailTemplate.objects.create(owner=company.owner, name="First", body="For {account}", created_at=timezone.now())
    assert "Not known here, so write it in or take it out: {account}" in words(send(then="fill", template=template.pk, body=""))
    assert send(body="For {account}").status_code == 422
    send(body="For {contact}")
    assert OutgoingMail.objects.get().body == "For Priya Raman"


def test_a_template_of_another_team_is_not_taken(send, company):
    theirs = MailTemplate.objects.create(
        owner=company.stranger, team=company.west, sharing="team", name="West", body="Secret words", created_at=timezone.now()
    )
    assert "Secret words" not in words(send(then="fill", template=theirs.pk))


def test_a_dead_address_is_warned_of_once(as_owner, send, company):
    UndeliverableAddress.objects.create(address="priya@norwood.example", is_hard=True, at=timezone.now(), words="550 no such user")
    answer = send()
    assert answer.status_code == 422
    assert "550 no such user" in words(answer)
    assert send(all_the_same="on").status_code == 302


def test_whom_nobody_can_write_to_is_said(as_owner, company):
    company.contact.email = ""
    company.contact.save()
    assert "Nobody on this deal has an e-mail address" in words(as_owner.get(f"/deals/{company.deal.pk}/write/"))


def test_the_deal_says_what_is_on_its_way_and_what_to_do(as_owner, send, company):
    send()
    page = words(as_owner.get(company.deal.get_absolute_url()))
    assert "Olaf Owner to Priya Raman" in page
    assert "Take it back" in page
    OutgoingMail.objects.update(state="unknown", claimed_at=timezone.now())
    page = words(as_owner.get(company.deal.get_absolute_url()))
    assert "perhaps sent" in page
    assert "It was sent" in page
    assert "Send it again" in page


def test_it_was_sent_is_said_on_the_page(as_owner, send, company):
    send()
    mail = OutgoingMail.objects.get()
    OutgoingMail.objects.update(state="unknown", claimed_at=timezone.now())
    as_owner.post(f"/outbox/{mail.pk}/settle/", {"was": "sent"})
    assert Interaction.objects.get(direction="out").external_id == f"mail:{mail.message_id}"
    assert "settled already" in told(as_owner.post(f"/outbox/{mail.pk}/settle/", {"was": "again"}))[-1]


def test_a_teammate_sees_it_and_cannot_touch_it(client, send, company):
    send()
    mail = OutgoingMail.objects.get()
    client.force_login(company.teammate)
    page = words(client.get(company.deal.get_absolute_url()))
    assert "The quote" in page
    assert "Take it back" not in page
    OutgoingMail.objects.update(state="unknown", claimed_at=timezone.now())
    assert "Olaf Owner wrote" in told(client.post(f"/outbox/{mail.pk}/settle/", {"was": "sent"}))[-1]


def test_a_deal_out_of_sight_is_not_written_on(client, company):
    client.force_login(company.stranger)
    assert client.get(f"/deals/{company.deal.pk}/write/").status_code == 404
    assert client.post(f"/deals/{company.deal.pk}/write/", {"to": "priya@norwood.example"}).status_code == 404


def test_the_page_asks_again_only_while_something_moves(as_owner, send, company):
    address = f"/deals/{company.deal.pk}/outgoing/"
    send()
    mail = OutgoingMail.objects.get()
    assert "every 4s" in words(as_owner.get(company.deal.get_absolute_url()))
    assert as_owner.get(f"{address}?seen={mail.pk}-waiting", headers=HTMX).status_code == 204
    OutgoingMail.objects.update(state="sent", sent_at=timezone.now())
    gone = as_owner.get(f"{address}?seen={mail.pk}-waiting", headers=HTMX)
    assert "logged" in gone["HX-Trigger"]
    assert "every 4s" not in words(gone)


def test_the_toast_ends_with_what_became_of_it(as_owner, send):
    send()
    mail = OutgoingMail.objects.get()
    assert as_owner.get(f"/outbox/{mail.pk}/", headers=HTMX).status_code == 204
    OutgoingMail.objects.update(state="sent", sent_at=timezone.now())
    assert "Sent to Priya Raman." in words(as_owner.get(f"/outbox/{mail.pk}/", headers=HTMX))


def test_what_i_wrote_is_listed_with_what_waits(as_owner, send, company, now):
    send()
    send(subject="Another")
    mail = OutgoingMail.objects.get(subject="The quote")
    outbox.take_back(mail=mail, by=company.owner)
    page = words(as_owner.get("/profile/mail/"))
    assert page.index("Another") < page.index("The quote")
    assert "taken back" in page


def test_mail_on_a_deal_out_of_sight_by_now_can_still_be_taken_back(as_owner, send, company):
    send()
    mail = OutgoingMail.objects.get()
    Deal.objects.filter(pk=company.deal.pk).update(owner=company.stranger, team=company.west)
    company.account.owner = None
    company.account.save()
    page = words(as_owner.get("/profile/mail/"))
    assert "a deal you do not see any more" in page
    assert as_owner.post(f"/outbox/{mail.pk}/back/").url == "/profile/mail/"
    assert as_owner.get(f"/outbox/{mail.pk}/edit/").status_code == 404


def test_today_leads_to_the_answer_and_says_that_one_is_on_its_way(as_owner, send, company):
    now = timezone.now()
    said = InteractionFactory(deal=company.deal, contact=company.contact, at=now - timedelta(days=9), recorded_at=now, body="Any news?")
    Deal.objects.filter(pk=company.deal.pk).update(created_at=now - timedelta(days=20), stage_entered_at=now - timedelta(days=12))
    refresh([company.deal.pk], now)
    page = words(as_owner.get("/today/"))
    assert f"/deals/{company.deal.pk}/write/?answers={said.pk}&next=%2Ftoday%2F" in page
    assert "goes today" not in page
    assert "/outbox/" not in page
    later = timezone.localtime(now + timedelta(days=1)).replace(hour=9, minute=0)
    send(when="at", at=f"{later:%Y-%m-%dT%H:%M}")
    page = words(as_owner.get("/today/"))
    assert "goes tomorrow 09:00" in page
    assert f'href="/outbox/{OutgoingMail.objects.get().pk}/edit/?next=%2Ftoday%2F"' in page
    assert f"/deals/{company.deal.pk}/write/" not in page


def test_the_mail_of_another_is_named_on_today_and_not_theirs_to_change(as_owner, send, company):
    now = timezone.now()
    InteractionFactory(deal=company.deal, contact=company.contact, at=now - timedelta(days=9), recorded_at=now, body="Any news?")
    Deal.objects.filter(pk=company.deal.pk).update(created_at=now - timedelta(days=20), stage_entered_at=now - timedelta(days=12))
    refresh([company.deal.pk], now)
    send()
    OutgoingMail.objects.update(author=company.manager)
    page = words(as_owner.get("/today/"))
    assert "goes " in page
    assert f"/deals/{company.deal.pk}/write/" in page
    assert "/edit/?next=" not in page


def test_the_address_of_a_person_leads_to_a_mail_to_them(as_owner, company):
    lee = ContactFactory(account=company.account, name="Lee", email="Lee@Norwood.example")
    page = words(as_owner.get(f"/deals/{company.deal.pk}/write/?to={lee.pk}"))
    assert '<option value="lee@norwood.example" selected' in page


def test_what_was_taken_back_lies_as_a_draft_until_it_is_thrown_away(as_owner, send, company):
    send()
    mail = OutgoingMail.objects.get()
    write, edit = f"/deals/{company.deal.pk}/write/", f"/outbox/{mail.pk}/edit/"
    assert "Throw it away" not in words(as_owner.get(edit))
    as_owner.post(f"/outbox/{mail.pk}/back/")
    page = words(as_owner.get(edit))
    assert "Throw it away" in page
    assert "Keep it for later" in page
    assert f'href="{edit}" data-write>Go on with it' in words(as_owner.get(write))
    assert as_owner.post(f"/outbox/{mail.pk}/back/", {"throw_away": "1"}).url == company.deal.get_absolute_url()
    assert not OutgoingMail.objects.exists()


def test_what_still_waits_is_not_thrown_away(as_owner, send):
    send()
    mail = OutgoingMail.objects.get()
    as_owner.post(f"/outbox/{mail.pk}/back/", {"throw_away": "1"})
    mail.refresh_from_db()
    assert mail.state == "waiting"
