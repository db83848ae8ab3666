"""An answer goes where the customer's message asks for it, if that is theirs; what is a stranger's is shown, and only chosen."""

from html import unescape
from re import findall

import pytest
from django.utils import timezone

from accounts.models import AccountDomain, ContactAddress
from deals.models import MailMessage, OutgoingMail, RawMail
from deals.outbox.answering import answering
from tests.factories import ContactFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def asks(company, asked, now):
    """``asks("ann@norwood.example")``: Priya's mail asks for answers there; what an answer to it begins with."""

    def make(*addresses):
        asked.refresh_from_db()
        raw = RawMail.objects.get(message=asked)
        raw.content = f"Reply-To: {', '.join(addresses)}\r\n".encode() + bytes(raw.content)
        raw.save()
        return answering(company.deal, asked.interaction_id, now)

    return make


def test_without_a_word_of_it_an_answer_goes_to_who_wrote(company, asks, asked):
    found = asks()
    assert (found.to, found.cc, found.strangers) == ("priya@norwood.example", (), ())


def test_a_further_address_of_theirs_is_taken(company, asks):
    ContactAddress.objects.create(contact=company.contact, email="priya.raman@home.example", added_at=timezone.now())
    found = asks("Priya <Priya.Raman@home.example>")
    assert (found.to, found.theirs["priya.raman@home.example"]) == ("priya.raman@home.example", company.contact)
    assert list(found.theirs) == ["priya.raman@home.example", "priya@norwood.example"]


def test_a_colleague_who_is_known_is_answered_as_themselves(company, asks):
    ann = ContactFactory(name="Ann Ng", email="Ann.Ng@clinics.example", account=company.account)
    found = asks("ann.ng@clinics.example")
    assert (found.to, found.theirs[found.to], found.strangers) == ("ann.ng@clinics.example", ann, ())


@pytest.mark.parametrize("address", ["office@norwood.example", "office@post.norwood-group.example"])
def test_an_address_of_the_company_is_theirs(company, asks, address):
    AccountDomain.objects.create(account=company.account, domain="norwood-group.example")
    found = asks(address)
    assert (found.to, found.theirs[address]) == (address, company.contact)


@pytest.mark.parametrize("address", ["priya@norwood-clinics.example", "pr1ya@mail.example", "ann.ng@elsewhere.example"])
def test_a_strangers_address_is_not_taken_but_shown(company, asks, address):
    ContactFactory(email="ann.ng@elsewhere.example")  # of another customer
    found = asks(address)
    assert (found.to, found.strangers) == ("priya@norwood.example", (address,))


def test_several_are_answered_together_and_ours_are_left_out(company, asks):
    found = asks("owner@salvor.example", "office@norwood.example", "priya@norwood.example", "ann@norwood.example", "x@elsewhere.example")
    others = ("priya@norwood.example", "ann@norwood.example")
    assert (found.to, found.cc, found.strangers) == ("office@norwood.example", others, ("x@elsewhere.example",))


def test_who_asks_to_be_answered_where_they_wrote_from_is(asks):
    found = asks("priya@norwood.example")
    assert (found.to, found.cc, found.strangers) == ("priya@norwood.example", (), ())


def test_a_message_whose_bytes_are_gone_is_answered_to_who_wrote(company, asked, now):
    RawMail.objects.all().delete()
    asked.refresh_from_db()
    assert answering(company.deal, asked.interaction_id, now).to == "priya@norwood.example"


def test_the_form_shows_the_stranger_and_sends_there_only_when_chosen(client, company, asks):
    said = asks("x@elsewhere.example").said
    client.force_login(company.owner)
    page = unescape(client.get(f"/deals/{company.deal.pk}/write/?answers={said.pk}").content.decode())
    assert "Answers are asked for at x@elsewhere.example, which nobody here knows as theirs." in page
    chosen = findall(r'<option value="([^"]*)"( selected)?>', page.split('name="to"')[1].split("</select>")[0])
    assert chosen[0] == ("priya@norwood.example", " selected")
    assert ("x@elsewhere.example", "") in chosen
    form = {"answers": said.pk, "to": "x@elsewhere.example", "subject": "Re: Two more clinics", "body": "Here it is.", "when": "now", "then": "send"}
    client.post(f"/deals/{company.deal.pk}/write/", form)
    mail = OutgoingMail.objects.get()
    assert (mail.to, mail.contact, mail.answers) == (["x@elsewhere.example"], company.contact, MailMessage.objects.get())
