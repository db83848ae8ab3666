"""Makers of test records: factory-boy for single ones, make_company() for the personas."""

from dataclasses import dataclass
from datetime import UTC, datetime

import factory
from factory.django import DjangoModelFactory

from accounts.models import Account, Contact, Team, User
from deals.models import Deal, DealContact, Interaction, NextStep, Pipeline, Product, RiskSignal, Stage

LONG_AGO = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)


class UserFactory(DjangoModelFactory):
    class Meta:
        model = User

    name = factory.Sequence(lambda n: f"Person {n}")
    email = factory.Sequence(lambda n: f"person{n}@salvor.example")
    role = "rep"


class TeamFactory(DjangoModelFactory):
    class Meta:
        model = Team

    name = factory.Sequence(lambda n: f"Team {n}")


class AccountFactory(DjangoModelFactory):
    class Meta:
        model = Account

    name = factory.Sequence(lambda n: f"Account {n}")


class ContactFactory(DjangoModelFactory):
    class Meta:
        model = Contact

    name = factory.Sequence(lambda n: f"Contact {n}")
    email = factory.Sequence(lambda n: f"contact{n}@customer.example")
    account = factory.SubFactory(AccountFactory)


class ProductFactory(DjangoModelFactory):
    class Meta:
        model = Product

    name = factory.Sequence(lambda n: f"Product {n}")
    name_key = factory.LazyAttribute(lambda o: o.name.lower().replace(" ", ""))


def stage(name="Proposal"):
    """A stage of the default pipeline, by name."""
    return Stage.objects.select_related("pipeline").get(pipeline__is_default=True, name=name)


class DealFactory(DjangoModelFactory):
    """A deal as it stands; give ``stage`` for another stage than Proposal. Writes no history and asks no rule."""

    class Meta:
        model = Deal

    name = factory.Sequence(lambda n: f"Deal {n}")
    account = factory.SubFactory(AccountFactory)
    stage = factory.LazyFunction(stage)
    pipeline = factory.LazyAttribute(lambda o: o.stage.pipeline)
    status = factory.LazyAttribute(lambda o: o.stage.kind)
    team = factory.LazyAttribute(lambda o: o.owner.team if o.owner else None)
    owner = None
    stage_entered_at = LONG_AGO
    created_at = LONG_AGO
    opened_on = factory.LazyAttribute(lambda o: o.created_at.date())
    closed_on = factory.LazyAttribute(lambda o: o.stage_entered_at.date() if o.status in ("won", "lost") else None)


class InteractionFactory(DjangoModelFactory):
    class Meta:
        model = Interaction

    kind = "email"
    direction = "in"
    at = LONG_AGO
    recorded_at = factory.LazyAttribute(lambda o: o.at)


class NextStepFactory(DjangoModelFactory):
    class Meta:
        model = NextStep

    what = "Call"
    created_at = LONG_AGO


class SignalFactory(DjangoModelFactory):
    class Meta:
        model = RiskSignal

    rule = "no_contact"
    severity = 2
    since = due_at = raised_at = worsened_at = LONG_AGO
    responsible = factory.LazyAttribute(lambda o: o.deal.owner)


@dataclass
class Company:
    """Sales has the teams East and West. ``deal`` belongs to ``owner`` in East; ``stranger`` is a rep in West."""

    sales: Team
    east: Team
    west: Team
    owner: User
    teammate: User
    manager: User
    executive: User
    admin: User
    stranger: User
    account: Account
    contact: Contact
    deal: Deal
    pipeline: Pipeline


def make_company() -> Company:
    executive = UserFactory(name="Edda Executive", email="executive@salvor.example", role="executive")
    sales = TeamFactory(name="Sales", manager=executive)
    executive.team = sales
    executive.save()
    manager = UserFactory(name="Mona Manager", email="manager@salvor.example", role="manager")
    east = TeamFactory(name="East", parent=sales, manager=manager)
    manager.team = east
    manager.save()
    west = TeamFactory(name="West", parent=sales)
    owner = UserFactory(name="Olaf Owner", email="owner@salvor.example", team=east)
    account = AccountFactory(name="Norwood Clinics")
    contact = ContactFactory(name="Priya Raman", email="priya@norwood.example", account=account)
    deal = DealFactory(name="Clinics, two more", account=account, owner=owner)
    DealContact.objects.create(deal=deal, contact=contact)
    return Company(
        sales=sales,
        east=east,
        west=west,
        owner=owner,
        teammate=UserFactory(name="Tara Teammate", email="teammate@salvor.example", team=east),
        manager=manager,
        executive=executive,
        admin=UserFactory(name="Ada Admin", email="admin@salvor.example", role="admin"),
        stranger=UserFactory(name="Sven Stranger", email="stranger@salvor.example", team=west),
        account=account,
        contact=contact,
        deal=deal,
        pipeline=deal.pipeline,
    )
