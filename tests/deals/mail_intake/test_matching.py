"""Where a message belongs: by its thread, by who wrote, by their account; nothing is guessed among several."""

from datetime import timedelta

import pytest

from accounts.models import AccountDomain, Contact, ContactAddress
from deals.models import Deal, DealContact, Interaction
from tests.deals.mail_intake.conftest import letter
from tests.factories import AccountFactory, ContactFactory, DealFactory, InteractionFactory, stage


def test_a_customers_mail_is_recorded_on_their_deal(come, company):
    message = come(letter())
    said = Interaction.objects.get()
    assert (message.status, message.matched_by, message.deal) == ("recorded", "contact", company.deal)
    assert (said.deal, said.contact, said.user, said.account) == (company.deal, company.contact, company.owner, company.account)
    assert (said.kind, said.direction, said.is_human, said.at) == ("email", "in", True, message.sent_at)
    assert said.body == "Could you quote two more clinics?"
    assert message.interaction == said


def test_their_mail_starts_the_clock_and_ours_stops_it(come, company):
    first = come(letter(message_id="<ask@norwood.example>"))
    company.deal.refresh_from_db()
    assert company.deal.reply_due_at is not None
    come(
        letter(sender="owner@salvor.example", to="priya@norwood.example", subject="Re: Two more clinics", in_reply_to="<ask@norwood.example>"),
        role="sent",
        at=first.sent_at + timedelta(hours=1),
    )
    company.deal.refresh_from_db()
    assert company.deal.reply_due_at is None


def test_the_quoted_words_are_not_what_was_said(come):
    come(letter(body="Yes, please.\n\nOn Tue, Mar 3, 2026 at 9:00 AM Olaf <owner@salvor.example> wrote:\n> Shall we?\n"))
    assert Interaction.objects.get().body == "Yes, please."


def test_an_answer_goes_where_its_thread_is(come, company):
    other = DealFactory(name="Another", account=company.account, owner=company.owner)
    InteractionFactory(deal=other, contact=company.contact)
    come(letter(sender="owner@salvor.example", to="stranger@elsewhere.example", message_id="<start@salvor.example>"), role="sent")
    first = come(letter(message_id="<one@norwood.example>"))
    assert first.deal == other
    answer = come(letter(sender="colleague@elsewhere.example", subject="Fw: clinics", references="<one@norwood.example>"))
    assert (answer.deal, answer.matched_by, answer.thread) == (other, "thread", first.thread)
    assert answer.contact.name == "Colleague"


def test_one_more_address_of_a_contact_is_theirs(come, company, now):
    ContactAddress.objects.create(contact=company.contact, email="priya@home.example", added_at=now)
    assert come(letter(sender="Priya <Priya@Home.example>")).deal == company.deal


def test_somebody_new_of_a_known_domain_becomes_a_contact_of_the_account(come, company):
    AccountDomain.objects.create(account=company.account, domain="norwood.example")
    message = come(letter(sender='"Ann Ng" <ann.ng@mail.norwood.example>'))
    assert (message.deal, message.matched_by) == (company.deal, "domain")
    ann = Contact.objects.get(email="ann.ng@mail.norwood.example")
    assert (ann.name, ann.account) == ("Ann Ng", company.account)
    assert DealContact.objects.filter(deal=company.deal, contact=ann).exists()


def test_a_public_mail_host_belongs_to_no_account(come, company):
    AccountDomain.objects.bulk_create([AccountDomain(account=company.account, domain="gmail.com")])
    assert come(letter(sender="someone@gmail.com")).status == "inquiry"


def test_of_several_deals_it_is_the_one_last_spoken_of_with_them(come, company, now):
    second = DealFactory(name="Second", account=company.account, owner=company.owner)
    DealContact.objects.create(deal=second, contact=company.contact)
    InteractionFactory(deal=company.deal, contact=company.contact, at=now - timedelta(days=9))
    InteractionFactory(deal=second, contact=company.contact, at=now - timedelta(days=3))
    assert come(letter()).deal == second


def test_of_several_deals_never_spoken_of_a_person_decides(come, company):
    second = DealFactory(name="Second", account=company.account, owner=company.owner)
    DealContact.objects.create(deal=second, contact=company.contact)
    message = come(letter())
    assert (message.status, message.deal, message.contact) == ("unmatched", None, company.contact)
    assert message.reason == "Priya Raman may mean one of 2 open deals, and none of them was spoken of with them before."
    assert not Interaction.objects.exists()


def test_who_introduced_a_deal_asks_for_themselves(come, company):
    company.deal.delete()
    DealFactory(name="Tarn pilot", account=AccountFactory(name="Tarn Health"), introduced_by=company.contact)
    assert come(letter(subject="Request for a quote")).status == "inquiry"


def test_a_partners_mail_is_about_the_deal_they_brought(come, company):
    iris = ContactFactory(email="iris@vann.example", account=AccountFactory(lifecycle="partner"))
    brought = DealFactory(name="Halvorsen sourcing", account=AccountFactory(name="Halvorsen Foods"), introduced_by=iris, owner=company.owner)
    assert come(letter(sender="iris@vann.example", subject="When can you meet?")).deal == brought


def test_a_subject_that_names_the_customer_is_about_the_deal_they_brought(come, company):
    brought = DealFactory(name="Sourcing", account=AccountFactory(name="Halvorsen Foods"), introduced_by=company.contact, owner=company.owner)
    DealContact.objects.all().delete()
    assert come(letter(subject="Halvorsen, next steps")).deal == brought


def test_mail_to_several_of_us_is_with_the_owner(come, company):
    come(letter(to="teammate@salvor.example, owner@salvor.example"))
    assert Interaction.objects.get().user == company.owner


def test_mail_to_another_of_us_is_with_them(come, company):
    come(letter(to="teammate@salvor.example"))
    assert Interaction.objects.get().user == company.teammate


class TestClosed:
    @pytest.fixture
    def won(self, company, now):
        InteractionFactory(deal=company.deal, contact=company.contact, at=now - timedelta(days=99))
        won = stage("Won")
        return lambda days: Deal.objects.filter(pk=company.deal.pk).update(
            stage=won, status="won", closed_on=(now - timedelta(days=days)).date(), alarm_at=None
        )

    def test_thanks_after_the_end_stay_on_the_deal_and_its_owner_is_told(self, come, company, won):
        come(letter(message_id="<a@norwood.example>"))
        won(3)
        message = come(letter(subject="Re: Two more clinics", in_reply_to="<a@norwood.example>", body="Thank you!"))
        assert (message.deal, message.status) == (company.deal, "recorded")
        assert company.owner.notices.get(kind="mail_on_closed_deal").title == "Priya Raman wrote about a deal that is closed"
        company.deal.refresh_from_db()
        assert company.deal.status == "won"

    def test_much_later_it_is_a_new_inquiry(self, come, company, won):
        first = come(letter(message_id="<a@norwood.example>"))
        won(60)
        message = come(letter(subject="Re: Two more clinics", in_reply_to="<a@norwood.example>", body="And a third one?"))
        assert message.status == "inquiry"
        assert message.deal != company.deal
        assert message.thread == first.thread
        message.thread.refresh_from_db()
        assert message.thread.deal == message.deal

    def test_ours_on_a_closed_thread_stays_there(self, come, company, won):
        come(letter(message_id="<a@norwood.example>"))
        won(60)
        message = come(letter(sender="owner@salvor.example", to="priya@norwood.example", in_reply_to="<a@norwood.example>"), role="sent")
        assert message.deal == company.deal
