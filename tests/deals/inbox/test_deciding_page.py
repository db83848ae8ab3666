"""Deciding about mail by the forms of the Inbox, and taking it back by the toast's button."""

import re
from html import unescape

import pytest
from django.urls import reverse

from accounts.models import Account, Contact, ContactAddress
from deals.models import Deal, MailMessage
from tests.factories import ContactFactory, DealFactory, stage

STRANGER = "Beatrix Nolan <b.nolan@alder.example>"


@pytest.fixture
def client(client, company):
    client.force_login(company.owner)
    return client


@pytest.fixture
def inquiry(arrives):
    return arrives(sender=STRANGER, subject="Four baths")


def undo_of(page):
    """What the toast's button would send."""
    path, value = re.search(r'formaction="([^"]+)" name="undo" value="([^"]+)"', page.content.decode()).groups()
    return unescape(path), {"undo": value}


def test_the_form_is_filled_in_as_far_as_the_mail_tells(client, inquiry):
    page = client.get(reverse("triage-deal", args=[inquiry.pk])).content.decode()
    assert 'value="Four baths"' in page
    assert 'value="Beatrix Nolan"' in page


def test_one_enter_makes_a_deal_of_it_and_undo_an_inquiry_again(client, company, inquiry):
    form = {"name": "Four baths", "account": "", "contact": "Beatrix Nolan", "stage": stage("Qualification").pk}
    page = client.post(reverse("triage-deal", args=[inquiry.pk]), form, follow=True)
    deal = Deal.objects.get(pk=inquiry.deal_id)
    assert (deal.status, deal.stage.name) == ("open", "Qualification")
    path, data = undo_of(page)
    assert "Taken back" in client.post(path, data, follow=True).content.decode()
    deal.refresh_from_db()
    assert deal.status == "inquiry"


def test_name_account_and_writer_are_as_the_person_says_and_go_back_with_it(client, inquiry):
    form = {"name": "Baths of Alder", "account": "Alder Leisure", "make_account": "on", "contact": "Bea Nolan", "stage": stage("Discovery").pk}
    page = client.post(reverse("triage-deal", args=[inquiry.pk]), form, follow=True)
    deal = Deal.objects.get(pk=inquiry.deal_id)
    assert (deal.name, deal.account.name, inquiry.contact.pk) == ("Baths of Alder", "Alder Leisure", deal.deal_contacts.get().contact_id)
    contact = Contact.objects.get(pk=inquiry.contact_id)
    assert (contact.name, contact.account) == ("Bea Nolan", Account.objects.get(name="Alder Leisure"))
    client.post(*undo_of(page))
    deal.refresh_from_db()
    contact.refresh_from_db()
    assert (deal.name, deal.account, contact.name, contact.account) == ("Four baths", None, "Beatrix Nolan", None)


def test_an_unknown_account_is_asked_for_and_nothing_typed_is_lost(client, inquiry):
    form = {"name": "Baths", "account": "Alder", "contact": "Bea", "stage": stage("Discovery").pk}
    page = client.post(reverse("triage-deal", args=[inquiry.pk]), form)
    assert page.status_code == 422
    assert 'value="Alder"' in page.content.decode()
    assert "tick that it is a new one" in page.content.decode()


def test_attached_with_its_writer_the_next_mail_finds_its_way(client, company, inquiry, arrives):
    form = {"deal": company.deal.pk, "contact": company.contact.pk}
    page = client.post(reverse("triage-attach", args=[inquiry.pk]), form, follow=True)
    assert "what b.nolan@alder.example writes next does, too" in page.content.decode()
    inquiry.refresh_from_db()
    assert inquiry.deal == company.deal
    later = arrives(sender=STRANGER, subject="Another thing")
    assert (later.deal, later.contact) == (company.deal, company.contact)


def test_undo_forgets_the_address_too(client, company, inquiry):
    page = client.post(reverse("triage-attach", args=[inquiry.pk]), {"deal": company.deal.pk, "contact": company.contact.pk}, follow=True)
    assert ContactAddress.objects.filter(contact=company.contact).exists()
    client.post(*undo_of(page))
    inquiry.refresh_from_db()
    assert (inquiry.status, inquiry.deal.status) == ("inquiry", "inquiry")
    assert not ContactAddress.objects.filter(contact=company.contact).exists()


def test_somebody_elses_contact_cannot_be_named(client, company, inquiry):
    form = {"deal": company.deal.pk, "contact": ContactFactory().pk}
    assert client.post(reverse("triage-attach", args=[inquiry.pk]), form).status_code == 422


def test_a_deal_out_of_sight_cannot_be_picked(client, company, inquiry, signed_in):
    hidden = Deal.objects.get(pk=company.deal.pk)
    Deal.objects.filter(pk=hidden.pk).update(owner=company.stranger, team=company.west)
    assert client.post(reverse("triage-attach", args=[inquiry.pk]), {"deal": hidden.pk}).status_code == 404


def test_not_for_us_takes_the_inquiry_away_and_undo_brings_it_back(client, inquiry):
    page = client.post(reverse("triage-refuse", args=[inquiry.pk]), follow=True)
    assert not Deal.objects.filter(pk=inquiry.deal_id).exists()
    client.post(*undo_of(page))
    inquiry.refresh_from_db()
    assert (inquiry.status, inquiry.deal.name) == ("inquiry", "Four baths")


def test_what_somebody_else_decided_is_not_theirs_to_take_back(client, company, inquiry, signed_in):
    path, data = undo_of(client.post(reverse("triage-refuse", args=[inquiry.pk]), follow=True))
    answer = signed_in(company.teammate).post(path, data, follow=True)
    assert "Somebody else decided this" in answer.content.decode()
    assert MailMessage.objects.get(pk=inquiry.pk).status == "not_for_us"


def test_nobody_is_led_out_of_salvor(client, inquiry):
    answer = client.post(reverse("triage-refuse", args=[inquiry.pk]) + "?next=https://evil.example/")
    assert answer.url == reverse("triage")


def test_deals_are_found_while_one_types(client, company, inquiry):
    page = client.get(reverse("triage-deals", args=[inquiry.pk]), {"q": "norw"}).content.decode()
    assert f"?deal={company.deal.pk}&amp;" in page


def test_the_deals_of_the_account_that_wrote_are_offered_first(client, company, arrives):
    elsewhere = DealFactory(owner=company.owner, team=company.owner.team, name="Elsewhere")
    theirs = DealFactory(owner=company.owner, team=company.owner.team, name="Theirs")
    mail = arrives(sender=STRANGER, subject="Your offer")
    MailMessage.objects.filter(pk=mail.pk).update(account=theirs.account)
    page = client.get(reverse("triage-attach", args=[mail.pk])).content.decode()
    assert "Theirs" in page
    assert elsewhere.name not in page


def test_the_deal_where_it_is_already_is_not_offered(client, company, arrives):
    other = DealFactory(name="Clinics, the third", owner=company.owner, account=company.account)
    here = arrives(sender="Priya Raman <priya@norwood.example>", subject="Plans")
    MailMessage.objects.filter(pk=here.pk).update(deal=company.deal)
    for words in ("", "clinics"):
        page = client.get(reverse("triage-deals", args=[here.pk]), {"q": words}).content.decode()
        assert f"?deal={other.pk}&" in page
        assert f"?deal={company.deal.pk}&" not in page


def test_that_an_address_is_learned_is_said_where_it_is_not_known(client, company, arrives, inquiry):
    known = arrives(sender="Priya Raman <priya@norwood.example>", subject="Plans")
    said = [client.get(reverse("triage-attach", args=[one.pk]), {"deal": company.deal.pk}).content.decode() for one in (inquiry, known)]
    assert ["Salvor learns" in page for page in said] == [True, False]
