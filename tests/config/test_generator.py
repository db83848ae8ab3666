"""The generated company: the same numbers make the same one, and what stands on it is what the rules say."""

import random
from datetime import UTC, datetime
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db.models import F

from accounts.models import Account, Contact, Role, User
from accounts.refusals import Refused
from config.generator import names
from config.generator.deals import Frame, make_batch
from config.generator.load import generate
from config.generator.size import Size, contacts_of, first_contact
from deals import totals
from deals.models import Deal, Interaction, PipelineTotal, RiskSignal
from deals.risk.refresh import refresh

NOW = datetime(2026, 3, 4, 10, tzinfo=UTC)


def frame(deals=500):
    stages = [(1, 1, "inquiry"), (2, 1, "open"), (3, 1, "open")]
    offers = ("Sentinel", "Sentinel Lite", "FlowMap", "Steward", "LabLink", "Tide", "Harbor", "Care Plan")
    products = {name: pk for pk, name in enumerate(offers, start=1)}
    sellers = [(7, 3), (8, 3), (9, 4)]
    return Frame(Size.of(deals), NOW, sellers, stages, (4, 1, "won"), (5, 1, "lost"), products, ["USD", "EUR", "GBP"], 1, 1, 1)


def test_the_same_seed_makes_the_same_rows_and_another_one_others():
    first, again, other = (make_batch(random.Random(seed), frame(), range(500)) for seed in (1, 1, 2))

    assert repr(first) == repr(again)
    assert repr(first) != repr(other)


def test_seven_of_ten_deals_are_watched_and_there_are_about_three_activities_a_deal():
    batch = make_batch(random.Random(3), frame(5000), range(5000))

    assert sum(row[8] in ("inquiry", "open") for row in batch.deals) == 3500
    assert 14_000 < len(batch.talk) < 16_000


def test_nothing_was_said_moved_or_closed_in_the_future():
    batch = make_batch(random.Random(4), frame(2000), range(2000))

    assert all(row[-1] <= NOW for row in batch.talk)
    assert all(row[3] < NOW for row in batch.moves)


def test_no_organisation_comes_twice_among_a_million_deals_customers():
    number = Size.of(1_000_000).accounts

    assert len({names.plain(names.organisation(one)) for one in range(number)}) == number


def test_contacts_of_neighbouring_accounts_follow_each_other():
    for account in range(40):
        assert contacts_of(account).stop == first_contact(account + 1)


@pytest.mark.parametrize(("deals", "users"), [(100, 10), (100_000, 50), (1_000_000, 1000)])
def test_a_company_grows_with_its_deals(deals, users):
    assert Size.of(deals).users == users


@pytest.mark.django_db
def test_a_generated_company_is_whole():
    generate(Size.of(300), seed=1, now=NOW)

    assert (Deal.objects.count(), Deal.objects.watched().count()) == (300, 210)
    assert (Account.objects.count(), Contact.objects.count()) == (60, 120)
    assert User.objects.filter(role=Role.REP).count() >= 7
    assert Interaction.objects.exclude(account=F("deal__account")).count() == 0
    assert RiskSignal.objects.filter(state="raised").exists()


@pytest.mark.django_db
def test_the_rules_find_nothing_to_change_on_a_generated_company():
    generate(Size.of(300), seed=2, now=NOW)
    derived = ("pk", "alarm_at", "worst_severity", "last_contact_at", "reply_due_at", "value_at_stake")
    before = list(Deal.objects.order_by("pk").values_list(*derived))

    refresh([row[0] for row in before], NOW)

    assert list(Deal.objects.order_by("pk").values_list(*derived)) == before
    assert Deal.objects.watched().filter(alarm_at__lte=NOW).count() == 0


@pytest.mark.django_db
def test_totals_of_a_generated_company_are_kept_and_folded():
    made = generate(Size.of(300), seed=3, now=NOW)

    assert totals.kept_totals(made.office.admin) == totals.counted_totals(Deal.objects.all())
    places = PipelineTotal.objects.values_list("stage_id", "owner_id", "team_id")
    assert len(places) == len(set(places))


@pytest.mark.django_db
def test_deals_that_are_there_are_not_mixed_with_invented_ones_unasked():
    generate(Size.of(50), seed=1, now=NOW)

    with pytest.raises(Refused, match="50 deals"):
        generate(Size.of(50), seed=2, now=NOW)

    generate(Size.of(50), seed=2, now=NOW, add=True)
    assert Deal.objects.count() == 100


@pytest.mark.django_db
def test_the_command_prints_log_ins_only_when_asked(client):
    quiet, told = StringIO(), StringIO()
    call_command("generate", deals=20, now=NOW, stdout=quiet)
    call_command("generate", deals=20, now=NOW, add=True, log_ins=True, stdout=told)

    assert "password" not in quiet.getvalue()
    password = told.getvalue().split("Their password: ")[1].strip()
    assert User.objects.get(email="rep-2@generated.example").check_password(password)
    assert not User.objects.get(email="rep@generated.example").has_usable_password()


@pytest.mark.django_db
def test_the_command_refuses_in_one_sentence():
    call_command("generate", deals=20, now=NOW, stdout=StringIO())

    with pytest.raises(CommandError, match="--add"):
        call_command("generate", deals=20, stdout=StringIO())
