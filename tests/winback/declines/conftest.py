"""The owner's deal as one that Iris, of another company, brought to us; and a note to pass on it."""

import pytest

from deals.models import Deal, RiskSignal, Task
from tests.factories import AccountFactory, ContactFactory
from winback.decline_note import Note
from winback.services import declines


@pytest.fixture
def iris(company):
    """She introduced the owner's deal."""
    iris = ContactFactory(name="Iris Vann", email="iris@vann.example", account=AccountFactory(name="Vann Advisers", lifecycle="partner"))
    Deal.objects.filter(pk=company.deal.pk).update(introduced_by=iris, source="introduced")
    company.deal.refresh_from_db()
    return iris


@pytest.fixture
def note():
    return Note(
        subject="About the two clinics",
        greeting="Dear Priya,",
        thanks="Thank you for asking us.",
        reason="We cannot serve sites that far north well.",
        helpers="Northern Labs do this every day; ask for Ms Holm.",
        door="Should you build further south, write to me at any time.",
        farewell="Kind regards",
    )


@pytest.fixture
def passing(company, note):
    def passing(**given):
        return declines.Passing(**({"note": note, "reasons": ["coverage"], "contact": company.contact} | given))

    return passing


@pytest.fixture
def ask(company, iris, passing, now):
    """The owner asks; anything of it may be given."""

    def ask(*, by=None, at=now, **given):
        return declines.ask_to_decline(deal=company.deal, by=by or company.owner, passing=passing(**given), now=at)

    return ask


@pytest.fixture
def turned_to(company, now):
    """The stranger, of another team: the customer has turned to them, and the signal has given them the task."""
    signal = RiskSignal.objects.create(
        deal=company.deal, rule="introducer_waiting", severity=4, state="raised", since=now, due_at=now, raised_at=now, worsened_at=now,
        responsible=company.owner,
    )  # fmt: skip
    Task.objects.create(
        kind="answer_or_pass_on",
        title="Answer, or pass it on",
        assignee=company.stranger,
        deal=company.deal,
        signal=signal,
        due_at=now,
        created_at=now,
    )
    return company.stranger
