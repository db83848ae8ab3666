"""Who else of theirs was in it: the people of the deal and who introduced it, wherever a mail or a meeting names them."""

from datetime import timedelta

import pytest

from accounts.models import ContactAddress
from deals.models import DealContact, Interaction
from deals.services.deals import edit_deal
from deals.services.mail import others
from deals.services.mail.triage import before_of, correct, make_deal, not_for_us, take_back
from deals.services.merging import merge_contacts
from tests.deals.mail_intake.conftest import letter
from tests.factories import AccountFactory, ContactFactory, DealFactory, InteractionFactory


@pytest.fixture
def iris(company):
    """A partner's person, who brought the deal."""
    iris = ContactFactory(name="Iris Vann", email="iris@vann.example", account=AccountFactory(name="Vann", lifecycle="partner"))
    company.deal.introduced_by = iris
    company.deal.save()
    return iris


def names(interaction=None):
    said = interaction or Interaction.objects.get()
    return sorted(said.others.values_list("name", flat=True))


def answer(**more):
    return letter(**{"sender": "owner@salvor.example", "to": "priya@norwood.example", "subject": "Re: Meeting", **more})


def test_our_answer_with_the_introducer_in_copy_is_word_to_both(come, company, iris):
    come(answer(cc="iris@vann.example"), role="sent")
    said = Interaction.objects.get()
    assert (said.contact, names(said)) == (company.contact, ["Iris Vann"])


def test_whoever_of_the_customer_is_in_copy_of_their_mail(come, company):
    ContactFactory(name="Jon Colleague", email="jon@norwood.example", account=company.account)
    come(cc="jon@norwood.example, teammate@salvor.example, stranger@elsewhere.example")
    assert names() == ["Jon Colleague"]


def test_people_of_other_customers_are_not_named(come, company):
    ContactFactory(name="Kay Elsewhere", email="kay@other.example")
    come(cc="kay@other.example")
    assert names() == []


def test_who_is_part_of_the_deal_is_named_whatever_their_account(come, company):
    adviser = ContactFactory(name="Ann Adviser", email="ann@advice.example")
    DealContact.objects.create(deal=company.deal, contact=adviser)
    come(cc="ann@advice.example")
    assert names() == ["Ann Adviser"]


def test_the_sender_is_never_one_of_the_others(come, company, now):
    ContactAddress.objects.create(contact=company.contact, email="priya@home.example", added_at=now)
    come(cc="priya@home.example, Priya Raman <PRIYA@norwood.example>")
    assert (Interaction.objects.get().contact, names()) == (company.contact, [])


def test_two_addresses_of_one_person_are_one(come, company, iris, now):
    ContactAddress.objects.create(contact=iris, email="iris@home.example", added_at=now)
    come(cc="iris@vann.example, iris@home.example")
    assert names() == ["Iris Vann"]


def test_a_copy_in_another_mailbox_changes_nothing(come, company, iris, files):
    raw = letter(cc="iris@vann.example")
    come(raw)
    come(raw, into=files)
    assert names() == ["Iris Vann"]


def test_an_address_in_capitals_is_the_same(come, company, iris):
    come(cc="Iris <IRIS@Vann.Example>")
    assert names() == ["Iris Vann"]


def test_what_followed_its_thread_onto_the_deal_names_them_too(come, company, iris):
    company.deal.introduced_by = None
    company.deal.save()
    come(answer(to="somebody@elsewhere.example", cc="jon@norwood.example", message_id="<a@salvor.example>"), role="sent")
    ContactFactory(name="Jon Colleague", email="jon@norwood.example", account=company.account)
    come(subject="Re: Meeting", in_reply_to="<a@salvor.example>")
    assert "Jon Colleague" in names(Interaction.objects.get(direction="out"))


def test_attached_to_another_deal_the_others_are_of_that_one_and_back_again(come, company, iris, now):
    message = come(cc="iris@vann.example")
    elsewhere = DealFactory(account=AccountFactory(name="Elsewhere"), owner=company.owner)
    decided = correct(message=message, deal=elsewhere, contact=None, by=company.owner, now=now)
    assert names() == []
    take_back(before=before_of(decided.before.as_dict()), by=company.owner, now=now)
    assert names() == ["Iris Vann"]


def test_what_is_not_for_us_names_nobody_and_an_undo_brings_them_back(come, company, iris, now):
    decided = not_for_us(message=come(cc="iris@vann.example"), by=company.owner, now=now)
    take_back(before=decided.before, by=company.owner, now=now)
    assert names() == ["Iris Vann"]


def test_a_deal_made_of_mail_names_who_was_in_copy(come, company, now):
    ContactFactory(name="Jon Colleague", email="jon@norwood.example", account=company.account)
    company.deal.delete()
    message = come(cc="jon@norwood.example")
    make_deal(message=message, by=company.owner, now=now, account=company.account)
    assert names() == ["Jon Colleague"]


def test_an_introducer_named_later_was_in_copy_all_along(come, company, iris, now):
    edit_deal(deal=company.deal, by=company.owner, now=now, introduced_by=None)
    come(cc="iris@vann.example")
    assert names() == []
    edit_deal(deal=company.deal, by=company.owner, now=now, introduced_by=iris)
    assert names() == ["Iris Vann"]


def test_merged_with_who_spoke_they_are_no_other_any_more(come, company, now):
    twin = ContactFactory(name="Priya R.", email="pr@norwood.example", account=company.account)
    come(cc="pr@norwood.example")
    assert names() == ["Priya R."]
    merge_contacts(keep=company.contact, gone=twin, by=company.admin, now=now)
    assert names() == []


def test_what_a_person_logged_keeps_whom_they_named(company, iris):
    said = InteractionFactory(deal=company.deal, contact=company.contact, kind="meeting", outcome="held", recorded_by=company.owner)
    said.others.add(iris)
    assert others.settle([said.pk]) == set()
    assert names(said) == ["Iris Vann"]


def test_it_says_which_deals_are_concerned(come, company, iris):
    come(cc="iris@vann.example")
    Interaction.objects.get().others.clear()
    said = Interaction.objects.get().pk
    assert others.settle([said]) == {company.deal.pk}
    assert others.settle([said]) == set()


class TestTheIntroducersOwnMail:
    @pytest.mark.parametrize(("to", "user"), [("owner@salvor.example", "owner"), ("stranger@salvor.example", "stranger")])
    def test_it_is_on_the_deal_they_brought_with_whom_they_wrote_to(self, come, company, iris, to, user):
        come(sender="iris@vann.example", to=to, subject="Next steps")
        said = Interaction.objects.get()
        assert (said.deal, said.contact, said.user) == (company.deal, iris, getattr(company, user))

    def test_what_we_write_to_a_customer_who_brought_us_to_another_is_about_that(self, come, company):
        brought = DealFactory(account=AccountFactory(name="Tarn Health"), introduced_by=company.contact, owner=company.owner)
        company.deal.delete()
        come(answer(subject="How it goes"), role="sent")
        assert Interaction.objects.get().deal == brought

    def test_their_own_deal_is_nearer(self, come, company):
        DealFactory(account=AccountFactory(name="Tarn Health"), introduced_by=company.contact, owner=company.owner)
        come(answer(subject="How it goes"), role="sent")
        assert Interaction.objects.get().deal == company.deal

    def test_of_several_that_they_brought_it_is_the_one_last_spoken_of(self, come, company, iris):
        second = DealFactory(account=AccountFactory(name="Tarn Health"), introduced_by=iris, owner=company.owner)
        assert come(sender="iris@vann.example", subject="One").status == "unmatched"
        InteractionFactory(deal=second, contact=iris)
        assert come(sender="iris@vann.example", subject="Two").deal == second

    def test_it_comes_once_more_without_a_change(self, come, company, iris, now):
        raw = letter(sender="iris@vann.example", cc="priya@norwood.example")
        come(raw)
        come(raw, at=now + timedelta(hours=1))
        assert names() == ["Priya Raman"]
