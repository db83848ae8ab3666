"""A mail written here is word to everybody of theirs it went to."""

import pytest

from deals.models import Interaction, OutgoingMail
from deals.services.outbox import it_was_sent, write
from tests.factories import AccountFactory, ContactFactory


@pytest.fixture
def iris(company):
    iris = ContactFactory(name="Iris Vann", email="iris@vann.example", account=AccountFactory(name="Vann", lifecycle="partner"))
    company.deal.introduced_by = iris
    company.deal.save()
    return iris


def go(company, now, **to):
    mail = write(deal=company.deal, author=company.owner, subject="Re: Meeting", body="May I call at four?", now=now, **to)
    OutgoingMail.objects.filter(pk=mail.pk).update(state="unknown", claimed_at=now)
    mail.refresh_from_db()
    it_was_sent(mail=mail, by=company.owner, now=now)
    return Interaction.objects.get()


def test_the_introducer_in_copy_is_one_of_the_others(company, iris, now):
    said = go(company, now, to=["priya@norwood.example"], cc=["iris@vann.example"])
    assert (said.contact, list(said.others.all())) == (company.contact, [iris])


def test_a_mail_to_the_introducer_is_theirs(company, iris, now):
    said = go(company, now, to=["iris@vann.example"], cc=["priya@norwood.example"])
    assert (said.contact, list(said.others.all())) == (iris, [company.contact])
