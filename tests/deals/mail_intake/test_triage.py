"""What a person decides about mail, and takes back."""

import json
from decimal import Decimal

import pytest
from django.core.serializers.json import DjangoJSONEncoder

from accounts.models import Contact, ContactAddress
from accounts.refusals import Refused
from deals.models import Deal, DealContact, Interaction, MailMessage, OutgoingMail
from deals.services.mail.triage import before_of, correct, make_deal, not_for_us, take_back
from tests.deals.mail_intake.conftest import letter
from tests.factories import AccountFactory, ContactFactory, DealFactory, ProductFactory

STRANGER = "Priya at home <p.raman@home.example>"


@pytest.fixture
def inquiry(come):
    """A stranger's mail and what they wrote next in the thread."""
    first = come(letter(sender=STRANGER, message_id="<s1@home.example>"))
    second = come(letter(sender=STRANGER, subject="Re: Two more clinics", in_reply_to="<s1@home.example>", body="Are you there?"))
    return first, second


def kept(decided):
    """As a page keeps it."""
    return before_of(json.loads(json.dumps(decided.before.as_dict(), cls=DjangoJSONEncoder)))


def standing():
    messages = list(MailMessage.objects.order_by("pk").values_list("pk", "status", "deal_id", "contact_id", "interaction_id", "settled_by_id"))
    said = list(Interaction.objects.order_by("pk").values_list("pk", "deal_id", "contact_id", "withdrawn_at"))
    deals = list(Deal.objects.order_by("pk").values_list("pk", "name", "stage_id", "status", "owner_id", "created_at"))
    parts = sorted(DealContact.objects.values_list("deal_id", "contact_id"))
    return messages, said, deals, parts, sorted(Contact.objects.values_list("pk", "email")), sorted(ContactAddress.objects.values_list("email"))


class TestCorrect:
    def test_the_whole_thread_follows_and_the_inquiry_goes(self, company, inquiry, now):
        first, second = inquiry
        gone = first.deal
        correct(message=second, deal=company.deal, contact=company.contact, by=company.owner, now=now)
        for message in inquiry:
            message.refresh_from_db()
            assert (message.status, message.deal, message.contact, message.matched_by) == ("recorded", company.deal, company.contact, "person")
            assert (message.interaction.deal, message.interaction.contact, message.interaction.account) == (
                company.deal,
                company.contact,
                company.account,
            )
        assert not Deal.objects.filter(pk=gone.pk).exists()
        assert not Contact.objects.filter(email="p.raman@home.example").exists()
        company.deal.refresh_from_db()
        assert company.deal.reply_due_at is not None

    def test_the_address_is_learned(self, come, company, inquiry, now):
        correct(message=inquiry[0], deal=company.deal, contact=company.contact, by=company.owner, now=now)
        assert company.contact.addresses.get().email == "p.raman@home.example"
        message = come(letter(sender=STRANGER, subject="Something else"))
        assert (message.deal, message.contact, message.matched_by) == (company.deal, company.contact, "contact")

    def test_what_comes_later_in_the_thread_is_on_the_deal(self, come, company, inquiry, now):
        correct(message=inquiry[0], deal=company.deal, contact=None, by=company.owner, now=now)
        later = come(letter(sender="boss@home.example", in_reply_to="<s1@home.example>"))
        assert (later.deal, later.matched_by) == (company.deal, "thread")

    def test_from_one_deal_to_another_both_are_looked_at(self, come, company, now):
        message = come(letter())
        other = DealFactory(account=company.account, owner=company.owner)
        correct(message=message, deal=other, contact=company.contact, by=company.owner, now=now)
        company.deal.refresh_from_db()
        other.refresh_from_db()
        assert company.deal.reply_due_at is None
        assert other.reply_due_at is not None
        versions = message.interaction.events.order_by("pgh_id").values_list("deal_id", flat=True)
        assert list(versions) == [company.deal.pk, other.pk]

    def test_an_inquiry_that_somebody_worked_on_stays(self, company, inquiry, now):
        deal = inquiry[0].deal
        deal.next_steps.create(what="Call", due_at=now, created_at=now)
        correct(message=inquiry[0], deal=company.deal, contact=None, by=company.owner, now=now)
        assert Deal.objects.filter(pk=deal.pk).exists()

    def test_somebody_elses_address_is_refused(self, come, company, now):
        ContactFactory(account=company.account, email="ann@norwood.example", name="Ann Ng")
        message = come(letter(sender="ann@norwood.example"))
        with pytest.raises(Refused, match="Ann Ng"):
            correct(message=message, deal=company.deal, contact=company.contact, by=company.owner, now=now)

    def test_a_message_that_cannot_be_read_belongs_to_no_deal(self, come, company, now):
        with pytest.raises(Refused, match="cannot be read"):
            correct(message=come(b""), deal=company.deal, contact=None, by=company.owner, now=now)


class TestMakeDeal:
    def test_an_inquiry_becomes_an_open_deal(self, company, inquiry, now):
        decided = make_deal(message=inquiry[0], by=company.owner, now=now)
        assert decided.deal == inquiry[0].deal
        assert (decided.deal.status, decided.deal.stage.kind) == ("open", "open")
        inquiry[0].refresh_from_db()
        assert (inquiry[0].status, inquiry[0].settled_by) == ("recorded", company.owner)

    def test_mail_of_no_deal_gets_one(self, come, company, now):
        DealFactory(account=company.account)
        DealContact.objects.all().delete()
        message = come(letter())
        assert message.status == "unmatched"
        deal = make_deal(message=message, by=company.owner, now=now).deal
        assert (deal.name, deal.owner, deal.account) == ("Two more clinics", company.owner, company.account)
        assert Interaction.objects.get().deal == deal
        deal.refresh_from_db()
        assert deal.reply_due_at is not None


class TestNotForUs:
    def test_the_inquiry_goes_and_nothing_waits(self, company, inquiry, now):
        not_for_us(message=inquiry[0], by=company.owner, now=now)
        assert not Deal.objects.filter(status="inquiry").exists()
        assert set(MailMessage.objects.values_list("status", "deal")) == {("not_for_us", None)}
        assert not Interaction.objects.filter(withdrawn_at__isnull=True).exists()

    def test_what_comes_later_in_the_thread_is_not_for_us_either(self, come, company, inquiry, now):
        not_for_us(message=inquiry[0], by=company.owner, now=now)
        later = come(letter(sender=STRANGER, in_reply_to="<s1@home.example>"))
        assert (later.status, later.deal) == ("not_for_us", None)

    def test_once_more_has_happened_it_is_refused(self, company, inquiry, now):
        inquiry[0].deal.next_steps.create(what="Call", due_at=now, created_at=now)
        with pytest.raises(Refused, match="More has happened"):
            not_for_us(message=inquiry[0], by=company.owner, now=now)
        assert MailMessage.objects.filter(status="inquiry").exists()


class TestTakeBack:
    @pytest.mark.parametrize("what", ["correct", "learn", "make", "refuse"])
    def test_everything_stands_as_before(self, company, inquiry, now, what):
        before = standing()
        message = MailMessage.objects.get(pk=inquiry[0].pk)
        decided = {
            "correct": lambda: correct(message=message, deal=company.deal, contact=None, by=company.owner, now=now),
            "learn": lambda: correct(message=message, deal=company.deal, contact=company.contact, by=company.owner, now=now),
            "make": lambda: make_deal(message=message, by=company.owner, now=now),
            "refuse": lambda: not_for_us(message=message, by=company.owner, now=now),
        }[what]()
        assert standing() != before
        take_back(before=kept(decided), by=company.owner, now=now)
        assert standing() == before

    def test_an_inquiry_comes_back_with_all_that_was_known_of_it(self, company, inquiry, now):
        known = {"product": ProductFactory(), "introduced_by": company.contact, "expected_close_on": now.date(), "amount": Decimal(500)}
        deals = Deal.objects.filter(pk=inquiry[0].deal_id)
        deals.update(**known)
        decided = not_for_us(message=MailMessage.objects.get(pk=inquiry[0].pk), by=company.owner, now=now)
        assert not deals.exists()
        take_back(before=kept(decided), by=company.owner, now=now)
        assert deals.filter(**known).exists()

    def test_a_deal_that_was_opened_goes_again(self, come, company, now):
        come(letter(sender="owner@salvor.example", to="x@elsewhere.example"), role="sent")
        message = MailMessage.objects.get()
        decided = make_deal(message=message, by=company.owner, now=now)
        take_back(before=kept(decided), by=company.owner, now=now)
        message.refresh_from_db()
        assert (message.status, message.deal) == ("ignored", None)
        assert not Deal.objects.filter(pk=decided.deal.pk).exists()

    def test_not_over_what_somebody_else_decided(self, company, inquiry, now):
        decided = not_for_us(message=inquiry[0], by=company.owner, now=now)
        message = MailMessage.objects.get(pk=inquiry[0].pk)
        correct(message=message, deal=DealFactory(account=AccountFactory()), contact=None, by=company.manager, now=now)
        with pytest.raises(Refused, match="Somebody has decided"):
            take_back(before=kept(decided), by=company.owner, now=now)


def test_what_stands_with_a_deal_one_does_not_see_is_left_there(come, company, now):
    hidden = DealFactory(account=AccountFactory(), owner=company.stranger, name="Hidden")
    theirs = come(letter(sender=STRANGER, message_id="<s1@home.example>"))
    mine = come(letter(sender=STRANGER, message_id="<s2@home.example>", in_reply_to="<s1@home.example>"))
    MailMessage.objects.filter(pk=theirs.pk).update(deal=hidden)
    correct(message=mine, deal=company.deal, contact=None, by=company.owner, now=now)
    not_for_us(message=mine, by=company.owner, now=now)
    theirs.refresh_from_db()
    assert (theirs.deal, theirs.status) == (hidden, "inquiry")


def test_an_address_of_ours_is_learned_onto_no_contact(come, company, now):
    ours = come(letter(sender="owner@salvor.example", to="teammate@salvor.example, p.raman@home.example"), role="sent")
    correct(message=ours, deal=company.deal, contact=company.contact, by=company.owner, now=now)
    ours.refresh_from_db()
    assert [one.email for one in company.contact.addresses.all()] == ["p.raman@home.example"]
    assert ours.contact == company.contact


def test_after_an_undo_the_next_mail_takes_the_thread_along_once(come, company, now):
    """What the undo left without a deal is taken up again: it is the same fact, not a second one."""
    DealFactory(account=company.account)
    DealContact.objects.all().delete()
    waiting = come(letter(message_id="<u1@norwood.example>"))
    assert waiting.status == "unmatched"
    decided = correct(message=waiting, deal=company.deal, contact=None, by=company.owner, now=now)
    take_back(before=kept(decided), by=company.owner, now=now)
    DealContact.objects.get_or_create(deal=company.deal, contact=company.contact)
    answer = come(letter(in_reply_to="<u1@norwood.example>"))
    waiting.refresh_from_db()
    assert (answer.status, answer.deal) == ("recorded", company.deal)
    assert (waiting.status, waiting.deal) == ("recorded", company.deal)
    assert Interaction.objects.filter(external_id="mail:<u1@norwood.example>", deal=company.deal, withdrawn_at__isnull=True).count() == 1


def test_a_deal_on_which_somebody_wrote_is_not_undone(come, company, now):
    come(letter(sender="owner@salvor.example", to="x@elsewhere.example"), role="sent")
    decided = make_deal(message=MailMessage.objects.get(), by=company.owner, now=now)
    OutgoingMail.objects.create(
        deal=decided.deal, author=company.owner, message_id="<o@salvor.example>", to=["x@elsewhere.example"], subject="-", body="-",
        created_at=now, send_at=now, next_try_at=now,
    )  # fmt: skip
    with pytest.raises(Refused, match="More has happened"):
        take_back(before=kept(decided), by=company.owner, now=now)
    assert OutgoingMail.objects.exists()
