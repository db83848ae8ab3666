"""Loading the demo company: repeatable, all or nothing, and never on top of real data."""

import hashlib
import random
from datetime import UTC, datetime

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from accounts.models import Account, Team, User
from config.demo_company.customers import make_customers
from config.demo_company.load import load
from config.demo_company.people import make_people
from deals.models import Deal, Interaction, NextStep, RiskSignal, StageChange
from tests import factories
from winback.models import Loss

NOW = datetime(2026, 3, 4, 15, 0, tzinfo=UTC)


def digest():
    """Everything the demo wrote, without keys, in an order of its own."""
    rows = [
        *Deal.objects.order_by("pk").values_list(
            "name", "account__name", "owner__email", "stage__name", "amount", "created_at", "value_at_stake", "alarm_at"
        ),
        *Interaction.objects.order_by("pk").values_list("deal__name", "at", "kind", "subject", "body", "contact__email", "recorded_at"),
        *NextStep.objects.order_by("pk").values_list("what", "due_at", "created_at", "ended_at"),
        *StageChange.objects.order_by("pk").values_list("deal__name", "to_stage__name", "at"),
        *Loss.objects.order_by("pk").values_list("deal__name", "kind", "reasons", "customer_words", "lost_at"),
        *RiskSignal.objects.order_by("pk").values_list(
            "deal__name", "rule", "state", "severity", "raised_at", "responsible__email", "level", "taken_at"
        ),
        *Account.objects.order_by("pk").values_list("name", "recurring_value", "created_at"),
        *User.objects.order_by("pk").values_list("name", "email", "role", "team__name", "created_at"),
    ]
    return hashlib.sha256(repr(rows).encode()).hexdigest()


def loaded_and_forgotten(**how):
    with transaction.atomic():
        load(**how)
        found = digest()
        transaction.set_rollback(True)
    return found


@pytest.mark.django_db
def test_the_same_seed_and_moment_make_the_same_company():
    # Whoever set Salvor up may be there already.
    factories.UserFactory(name="First Admin", email="first@mycompany.example", role="admin")
    first = loaded_and_forgotten(seed=3, now=NOW, deals=100)
    assert loaded_and_forgotten(seed=3, now=NOW, deals=100) == first


def names(seed):
    people = make_people(now=NOW, password="")
    customers = make_customers(random.Random(seed), people, now=NOW, a_team=10)
    return [contact.name for customer in customers.everyone for contact in customer.contacts]


def test_another_seed_makes_another_company():
    assert names(3) == names(3) != names(4)


@pytest.mark.django_db
def test_it_does_not_move_in_with_real_data(company):
    with pytest.raises(CommandError, match="1 deals"):
        call_command("load_demo", deals=100)
    assert not Team.objects.filter(external_id="demo-company").exists()


@pytest.mark.django_db
def test_a_load_that_fails_leaves_nothing(monkeypatch):
    monkeypatch.setattr("config.demo_company.load.write_deals", lambda *_, **__: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        load(seed=1, now=NOW, deals=100)
    assert not User.objects.exists()
    assert not Deal.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("arguments", [["--deals", "12"], ["--deals", "many"], ["--now", "yesterday"]])
def test_what_cannot_be_made_is_refused_in_a_sentence(arguments):
    with pytest.raises(CommandError, match=r"Between 100 and|is no moment"):
        call_command("load_demo", *arguments)
