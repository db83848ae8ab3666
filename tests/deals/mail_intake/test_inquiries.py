"""What belongs to no open deal and comes from a customer-side human becomes an inquiry, with whom it was sent to."""

from datetime import timedelta

import pytest

from accounts.models import AccountDomain, Contact, Departure
from deals.models import Deal, Interaction, Mailbox, StageChange
from tests.deals.mail_intake.conftest import letter
from tests.factories import TeamFactory

STRANGER = "Quinn Vale <quinn@unknown.example>"


def leave(user, now, mail_to=None):
    Departure.objects.create(user=user, last_day=now.date() - timedelta(days=2), leaves_at=now - timedelta(days=1), mail_to=mail_to)


def test_a_strangers_mail_opens_an_inquiry(come, company, now):
    message = come(letter(sender=STRANGER, subject="Re: FW: A quote for our plant"))
    deal = message.deal
    assert (message.status, deal.status, deal.stage.kind, deal.name, deal.source) == (
        "inquiry",
        "inquiry",
        "inquiry",
        "A quote for our plant",
        "inbound",
    )
    assert (deal.owner, deal.team, deal.account) == (company.owner, company.east, None)
    contact = Contact.objects.get(email="quinn@unknown.example")
    assert (contact.name, contact.account) == ("Quinn Vale", None)
    assert list(deal.contacts.all()) == [contact]
    assert StageChange.objects.filter(deal=deal, to_stage=deal.stage, at=now).exists()
    assert Interaction.objects.get().deal == deal
    assert deal.reply_due_at is not None


def test_a_customer_without_an_open_deal_opens_one_of_their_account(come, company):
    company.deal.delete()
    message = come(letter())
    assert (message.status, message.deal.account, message.contact) == ("inquiry", company.account, company.contact)


def test_somebody_new_of_a_known_domain_opens_one_of_the_account(come, company):
    company.deal.delete()
    AccountDomain.objects.create(account=company.account, domain="norwood.example")
    message = come(letter(sender="ann@norwood.example"))
    assert (message.deal.account, message.contact.account) == (company.account, company.account)


def test_what_they_write_next_is_on_the_inquiry(come):
    first = come(letter(sender=STRANGER))
    second = come(letter(sender=STRANGER, subject="One more thing"))
    assert (second.status, second.deal) == ("recorded", first.deal)
    assert Deal.objects.filter(status="inquiry").count() == 1


def test_without_a_subject_it_is_named_by_who_wrote(come):
    assert come(letter(sender=STRANGER, subject="")).deal.name == "Mail from Quinn Vale"


@pytest.mark.parametrize(
    ("to", "cc", "owner"),
    [
        ("teammate@salvor.example, owner@salvor.example", None, "teammate"),
        ("other@elsewhere.example", "manager@salvor.example, owner@salvor.example", "manager"),
        ("Stranger+fair@salvor.example", None, "stranger"),
        ("nobody-of-ours@elsewhere.example", None, "owner"),  # whose mailbox it is
    ],
)
def test_it_is_with_the_first_of_ours_it_was_sent_to(come, company, to, cc, owner):
    more = {"cc": cc} if cc else {}
    assert come(letter(sender=STRANGER, to=to, **more)).deal.owner == getattr(company, owner)


class TestLeft:
    def test_it_goes_where_the_departure_says(self, come, company, now):
        leave(company.owner, now, mail_to=company.executive)
        message = come(letter(sender=STRANGER))
        assert (message.deal.owner, message.user) == (company.executive, company.executive)

    def test_else_to_the_manager_of_their_team(self, come, company, now):
        leave(company.owner, now)
        assert come(letter(sender=STRANGER)).deal.owner == company.manager

    def test_whoever_takes_over_may_have_left_as_well(self, come, company, now):
        leave(company.owner, now, mail_to=company.teammate)
        leave(company.teammate, now, mail_to=company.executive)
        assert come(letter(sender=STRANGER)).deal.owner == company.executive

    def test_a_circle_ends_at_the_manager(self, come, company, now):
        leave(company.owner, now, mail_to=company.teammate)
        leave(company.teammate, now, mail_to=company.owner)
        assert come(letter(sender=STRANGER)).deal.owner == company.manager

    def test_where_the_manager_left_too_it_goes_further_up(self, come, company, now):
        leave(company.owner, now)
        leave(company.manager, now)
        assert come(letter(sender=STRANGER)).deal.owner == company.executive

    def test_who_is_away_keeps_it(self, come, company, now):
        company.owner.absences.create(starts_at=now - timedelta(days=1), ends_at=now + timedelta(days=5))
        assert come(letter(sender=STRANGER)).deal.owner == company.owner


def test_mail_to_a_team_is_the_teams_and_nobodys_yet(come, company, now):
    team = TeamFactory(name="Front desk", parent=company.sales)
    desk = Mailbox.objects.create(address="hello@salvor.example", team=team, host="imap.salvor.example", login="hello", created_at=now)
    deal = come(letter(sender=STRANGER, to="hello@salvor.example"), into=desk).deal
    assert (deal.owner, deal.team) == (None, team)


@pytest.mark.parametrize(
    ("headers", "kind", "status"),
    [
        ({"auto_submitted": "auto-replied", "subject": "Automatic reply: hello"}, "auto_reply", "noted"),
        ({"list_unsubscribe": "<mailto:off@shop.example>", "precedence": "bulk"}, "bulk", "ignored"),
    ],
)
def test_what_no_person_wrote_becomes_nothing(come, headers, kind, status):
    message = come(letter(sender="shop@unknown.example", **headers))
    assert (message.kind, message.status, message.deal) == (kind, status, None)
    assert not Contact.objects.filter(email="shop@unknown.example").exists()


def test_among_us_nothing_becomes_of_it(come):
    message = come(letter(sender="manager@salvor.example"))
    assert (message.direction, message.status, message.deal) == ("internal", "internal", None)


def test_our_own_domains_are_ours(come, settings):
    settings.MAIL_DOMAINS = ["salvor-group.example"]
    assert come(letter(sender="payroll@salvor-group.example")).status == "internal"


def test_a_form_on_our_website_is_from_whom_it_says_to_answer_to(come, company, settings):
    settings.MAIL_DOMAINS = ["salvor.example"]
    message = come(letter(sender="Website <website@salvor.example>", reply_to=STRANGER, subject="Contact form"))
    assert (message.direction, message.status, message.sender, message.contact.name) == ("in", "inquiry", "quinn@unknown.example", "Quinn Vale")


def test_a_colleague_who_names_another_address_to_answer_to_is_still_one_of_us(come):
    assert come(letter(sender="manager@salvor.example", reply_to=STRANGER)).status == "internal"


def test_what_we_write_to_strangers_is_nobodys_business(come):
    message = come(letter(sender="owner@salvor.example", to="dentist@teeth.example"), role="sent")
    assert (message.direction, message.status, message.deal) == ("out", "ignored", None)


def test_once_the_stranger_answers_what_we_wrote_belongs_to_the_inquiry(come):
    ours = come(letter(sender="owner@salvor.example", to="quinn@unknown.example", message_id="<cold@salvor.example>"), role="sent")
    answer = come(letter(sender=STRANGER, subject="Re: Two more clinics", in_reply_to="<cold@salvor.example>"))
    ours.refresh_from_db()
    assert (ours.status, ours.deal, ours.interaction.direction) == ("recorded", answer.deal, "out")
    assert Interaction.objects.filter(deal=answer.deal).count() == 2


def test_the_same_message_in_two_mailboxes_is_said_once(come, company, now):
    second = Mailbox.objects.create(address="teammate@salvor.example", owner=company.teammate, host="h", login="t", created_at=now)
    raw = letter(sender=STRANGER, to="owner@salvor.example, teammate@salvor.example")
    one, two = come(raw), come(raw, into=second)
    assert (one.status, two.status) == ("inquiry", "recorded")
    assert (one.deal, one.interaction, one.thread) == (two.deal, two.interaction, two.thread)
    assert Interaction.objects.count() == 1
