"""Mail as it comes in longer stories: a request to somebody who has left, and a partner whose brought deal nobody answers."""

from datetime import UTC, datetime, timedelta

import pytest

from accounts.models import Departure
from deals.models import Deal, Interaction, RiskSignal
from deals.risk.sweep import sweep
from tests.deals.mail_intake.conftest import letter
from tests.factories import AccountFactory, ContactFactory, DealFactory, UserFactory

MONDAY = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)


@pytest.fixture
def write(come, files):
    """``write(hours, sender, to, subject)``: a message that came so many hours after Monday at ten; its row."""

    def write(hours, sender, to, subject, **headers):
        at = MONDAY + timedelta(hours=hours)
        return come(letter(sender=sender.email, to=to.email, subject=subject, date=at, **headers), at=at, into=files)

    return write


def raised(deal, rule):
    signal = RiskSignal.objects.filter(deal=deal, rule=rule, state="raised").first()
    return None if signal is None else (signal.severity, signal.responsible)


class TestARequestToSomebodyWhoLeft:
    @pytest.fixture
    def sam(self, company):
        return UserFactory(name="Sam Otieno", team=company.west)

    @pytest.fixture
    def request_deal(self, company, write):
        """A current customer, who introduced another deal, asks somebody who has left."""
        company.deal.delete()
        company.account.lifecycle = "customer"
        company.account.save()
        DealFactory(name="Tarn pilot", account=AccountFactory(name="Tarn Health"), introduced_by=company.contact, owner=company.teammate)
        Departure.objects.create(user=company.owner, last_day=MONDAY.date(), leaves_at=MONDAY - timedelta(days=2), mail_to=company.executive)
        return write(0, company.contact, company.owner, "Request for a quote").deal

    def test_it_is_a_new_inquiry_with_whom_their_mail_goes_to(self, company, request_deal):
        assert (request_deal.status, request_deal.owner, request_deal.account) == ("inquiry", company.executive, company.account)
        assert request_deal.is_bluebird
        assert request_deal.reply_due_at == MONDAY + timedelta(hours=4)

    def test_an_automatic_answer_is_no_answer(self, company, request_deal, write):
        sweep(MONDAY + timedelta(hours=4))
        write(23, company.executive, company.contact, "Automatic reply: Request for a quote", auto_submitted="auto-replied")
        assert raised(request_deal, "reply_overdue") == (2, company.executive)

    def test_our_answer_is_one(self, company, request_deal, write):
        sweep(MONDAY + timedelta(hours=4))
        assert write(24, company.executive, company.contact, "Re: Request for a quote").deal == request_deal
        assert raised(request_deal, "reply_overdue") is None

    def test_asking_somebody_else_is_a_chase_on_the_same_deal(self, company, request_deal, write, sam):
        sweep(MONDAY + timedelta(hours=4))
        chase = write(50, company.contact, sam, "What is up?")
        assert (chase.deal, chase.user) == (request_deal, sam)
        assert raised(request_deal, "reply_overdue") == (4, company.executive)


class TestAPartnerWhoBroughtADeal:
    @pytest.fixture
    def people(self, company):
        iris = ContactFactory(name="Iris Vann", email="iris@vann.example", account=AccountFactory(name="Vann Advisers", lifecycle="partner"))
        jonas = ContactFactory(name="Jonas Berg", email="jonas@halvorsen.example", account=AccountFactory(name="Halvorsen Foods"))
        deal = DealFactory(name="Halvorsen sourcing", account=jonas.account, introduced_by=iris, owner=company.owner, source="introduced")
        return iris, jonas, deal

    def test_everything_they_and_the_customer_write_is_on_the_deal(self, company, people, write):
        iris, jonas, deal = people
        messages = [
            write(0, iris, company.owner, "Halvorsen next steps"),
            write(20, jonas, company.owner, "Meeting"),
            write(30, jonas, company.owner, "Re: Meeting"),
            write(40, iris, company.stranger, "Halvorsen"),
            write(45, company.owner, jonas, "Re: Meeting", cc="iris@vann.example"),
        ]
        assert {one.deal for one in messages} == {deal}
        assert [one.user for one in messages] == [company.owner, company.owner, company.owner, company.stranger, company.owner]
        assert Interaction.objects.filter(deal=deal, is_human=True).count() == 5
        assert Deal.objects.filter(status="inquiry").count() == 0
