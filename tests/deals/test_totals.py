"""Running totals: what each change does to them, and that they are a full count whatever happens at once."""

import random
import threading
from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.utils import timezone

from accounts.models import Notice
from deals import totals_check
from deals.models import Deal, JobRun, PipelineTotal
from deals.services.deals import edit_deal, open_deal
from deals.services.stages import move_deal
from deals.terms import EVERY, Terms
from deals.totals import StageTotal, counted_totals, fold, kept_totals, summary
from tests.again import comes_to_the_same
from tests.at_once import at_once
from tests.factories import DealFactory, ProductFactory, SignalFactory, UserFactory, make_company, stage
from tests.giving import give

NOW = timezone.now()


def kept(user, name, terms=EVERY, **given):
    return kept_totals(user, terms, **given).get(stage(name).pk, StageTotal())


@pytest.mark.django_db
def test_a_move_takes_the_value_from_one_stage_to_the_other(company):
    edit_deal(deal=company.deal, by=company.owner, now=NOW, amount=Decimal(500))
    move_deal(deal=company.deal, stage=stage("Negotiation"), by=company.owner, now=NOW)
    assert kept(company.manager, "Proposal").deals == 0
    moved = kept(company.manager, "Negotiation")
    assert (moved.deals, moved.value) == (1, 500)


@pytest.mark.django_db
def test_a_deal_handed_over_is_in_the_totals_of_its_new_owner(company):
    give(company.deal, company.stranger, by=company.manager, now=NOW)
    assert kept_totals(company.owner) == {}
    assert kept(company.stranger, "Proposal", Terms(owner="somebody"), owner=company.stranger.pk).deals == 1


@pytest.mark.django_db
def test_what_stands_on_a_list_price_and_what_names_no_amount_is_told_apart(company):
    Deal.objects.all().delete()
    DealFactory(owner=company.owner, amount=None, product=ProductFactory(list_price=Decimal(40)))
    DealFactory(owner=company.owner, amount=None)
    DealFactory(owner=company.owner, amount=Decimal(60))
    found = kept(company.owner, "Proposal")
    assert (found.deals, found.value, found.estimated, found.without_value) == (3, 100, 40, 1)


@pytest.mark.django_db
def test_a_deal_that_waits_for_somebody_out_of_its_team_counts_for_them_once(company):
    SignalFactory(deal=company.deal, responsible=company.stranger)
    assert kept(company.stranger, "Proposal").deals == 1
    assert kept_totals(company.stranger) == counted_totals(Deal.objects.visible_to(company.stranger))


@pytest.mark.django_db
@pytest.mark.parametrize("who", ["owner", "teammate", "manager", "executive", "stranger"])
def test_running_totals_and_a_count_agree_for_everybody(company, who):
    for owner in (company.owner, company.teammate, company.stranger, None):
        DealFactory(owner=owner, amount=Decimal(10), worst_severity=2, value_at_stake=12)
    person = getattr(company, who)
    assert kept_totals(person) == counted_totals(Deal.objects.visible_to(person))


@pytest.mark.django_db
def test_folding_changes_no_total_and_leaves_one_row_a_place(company):
    for _time in range(5):
        open_deal(name="One more", owner=company.owner, by=company.owner, now=NOW, amount=Decimal(3))
    before = kept_totals(company.manager)
    assert fold() > 0
    assert kept_totals(company.manager) == before
    assert PipelineTotal.objects.count() == PipelineTotal.objects.values("stage", "owner", "team").distinct().count()
    assert fold() == 0


@pytest.mark.django_db
def test_what_came_to_nothing_leaves_no_row(company):
    move_deal(deal=company.deal, stage=stage("Negotiation"), by=company.owner, now=NOW)
    fold()
    assert not PipelineTotal.objects.filter(stage=stage("Proposal")).exists()


@pytest.mark.django_db
def test_the_summary_leaves_inquiries_out_and_weighs_each_stage(company):
    Deal.objects.all().delete()
    DealFactory(owner=company.owner, amount=Decimal(100), stage=stage("Proposal"))
    DealFactory(owner=company.owner, amount=Decimal(900), stage=stage("Inquiry"))
    of_stage = stage("Proposal")
    found = summary(kept_totals(company.owner), [of_stage, stage("Inquiry")])
    assert (found.counted.value, found.inquiries, found.weighted) == (100, 1, of_stage.probability)


@pytest.mark.django_db
def test_a_difference_is_reported_to_the_log_to_health_and_to_admins(company):
    PipelineTotal.objects.update(deals=7)
    with pytest.raises(CommandError, match="differ"):
        call_command("check_totals")
    assert JobRun.objects.get(name="check-totals").failed == 1
    assert Notice.objects.filter(user=company.admin, kind="totals").count() == 1


@pytest.mark.django_db
def test_a_difference_is_mended_once(company):
    PipelineTotal.objects.all().delete()
    assert totals_check.mend() == 1
    assert totals_check.mend() == 0
    assert totals_check.differences() == []


def changes(seed, people, stages, count):
    """``count`` random changes by one writer: opened, moved, valued, handed over, deleted, some of them rolled back."""
    chance = random.Random(seed)
    for _time in range(count):
        try:
            with transaction.atomic():
                _one_change(chance, people, stages)
                if chance.random() < 0.1:
                    raise RolledBackError
        except RolledBackError:
            continue


class RolledBackError(Exception):
    pass


def _one_change(chance, people, stages):
    what = chance.choice(["open", "move", "value", "hand over", "risk", "delete"])
    owner, where = chance.choice(people), chance.choice(stages)
    one = Deal.objects.select_for_update(skip_locked=True).order_by("?").first() if what != "open" else None
    if one is None:
        DealFactory(owner=owner, stage=where, account=None, amount=chance.choice([None, Decimal(chance.randrange(1000))]))
        return
    if what == "delete":
        one.delete()
        return
    changed = {
        "move": {"stage": where},
        "value": {"amount": chance.choice([None, Decimal(chance.randrange(1000))])},
        "hand over": {"owner": owner, "team_id": owner.team_id if owner else None},
        "risk": {"worst_severity": chance.randrange(5), "value_at_stake": chance.randrange(9)},
    }[what]
    Deal.objects.filter(pk=one.pk).update(**changed)


@pytest.mark.django_db(transaction=True)
def test_totals_are_a_full_count_after_ten_thousand_changes_by_four_writers(company):
    people = [company.owner, company.teammate, company.stranger, None, UserFactory()]
    stages = [stage("Qualification"), stage("Proposal"), stage("Negotiation")]
    broken = []

    def work(seed):
        try:
            changes(seed, people, stages, 2500)
        except Exception as error:  # noqa: BLE001 - a thread's failure must fail the test
            broken.append(error)
        finally:
            connection.close()

    writers = [threading.Thread(target=work, args=(seed,)) for seed in range(4)]
    for writer in writers:
        writer.start()
    while any(writer.is_alive() for writer in writers):
        fold()
        assert totals_check.differences() == []
        for writer in writers:
            writer.join(timeout=0.5)
    assert broken == []
    assert totals_check.differences() == []
    assert kept_totals(company.admin) == counted_totals(Deal.objects.all())


@pytest.mark.django_db(transaction=True)
def test_two_folds_at_once_keep_the_sums(company):
    for _time in range(50):
        DealFactory(owner=company.owner, amount=Decimal(1))
    before = kept_totals(company.manager)
    together = threading.Barrier(2)

    def work():
        together.wait()
        fold()
        connection.close()

    folds = [threading.Thread(target=work) for _thread in range(2)]
    for one in folds:
        one.start()
    for one in folds:
        one.join(timeout=30)
    fold()
    assert kept_totals(company.manager) == before


@pytest.mark.django_db
def test_checked_mended_and_folded_twice_or_after_being_killed_it_is_the_same(company):
    PipelineTotal.objects.update(deals=7)
    comes_to_the_same(lambda: totals_check.check(timezone.now().replace(hour=3, minute=0, second=0, microsecond=0)), Notice, JobRun)
    comes_to_the_same(totals_check.mend, PipelineTotal)
    comes_to_the_same(fold, PipelineTotal)


@pytest.mark.django_db(transaction=True)
def test_two_who_check_at_once_tell_once_and_two_who_mend_add_once():
    make_company()
    PipelineTotal.objects.all().delete()
    now, mended = timezone.now(), []
    assert at_once(*[lambda: totals_check.check(now)] * 2) == []
    assert (Notice.objects.filter(kind="totals").count(), JobRun.objects.count()) == (1, 1)
    assert at_once(*[lambda: mended.append(totals_check.mend())] * 2) == []
    assert (sorted(mended), totals_check.differences()) == ([0, 1], [])
