"""Further guests of a meeting: of the customer, and who introduced the deal."""

import pytest

from deals.models import Interaction
from tests.deals.calendar_service.conftest import event
from tests.factories import AccountFactory, ContactFactory

IRIS = "ATTENDEE;CN=Iris:mailto:iris@vann.example"


@pytest.fixture
def iris(company):
    iris = ContactFactory(name="Iris Vann", email="iris@vann.example", account=AccountFactory(name="Vann", lifecycle="partner"))
    company.deal.introduced_by = iris
    company.deal.save()
    return iris


def guests():
    return list(Interaction.objects.get().others.values_list("name", flat=True))


def test_who_introduced_us_is_a_further_guest(bring, company, iris):
    bring(event(IRIS))
    assert (Interaction.objects.get().contact, guests()) == (company.contact, ["Iris Vann"])


def test_the_customer_is_who_it_is_with_even_where_the_introducer_invites(bring, company, iris):
    company.deal.deal_contacts.create(contact=iris)
    bring(event("ORGANIZER:mailto:iris@vann.example", "ATTENDEE:mailto:priya@norwood.example", "ATTENDEE:mailto:owner@salvor.example"))
    assert (Interaction.objects.get().contact, guests()) == (company.contact, ["Iris Vann"])


def test_a_guest_who_comes_in_later_or_declines(bring, company, iris):
    bring(event())
    assert guests() == []
    bring(event(IRIS, sequence=1))
    assert guests() == ["Iris Vann"]
    bring(event("ATTENDEE;PARTSTAT=DECLINED:mailto:iris@vann.example", sequence=2))
    assert guests() == []


def test_a_meeting_with_the_introducer_alone_is_about_what_they_brought(bring, company, iris):
    bring(event("ORGANIZER:mailto:iris@vann.example", "ATTENDEE:mailto:owner@salvor.example"))
    said = Interaction.objects.get()
    assert (said.deal, said.contact) == (company.deal, iris)
