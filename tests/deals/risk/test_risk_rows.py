"""What risk is ranked by says what the deals say, whoever wrote them."""

from datetime import UTC, datetime

import pytest

from accounts.models import Account
from deals.models import Deal, DealRisk
from tests.factories import DealFactory, UserFactory, stage

NOW = datetime(2026, 3, 20, 11, 0, tzinfo=UTC)
COLUMNS = ("pk", "owner_id", "team_id", "account_id", "worst_severity", "value_at_stake", "value")
pytestmark = pytest.mark.django_db


def kept():
    return set(DealRisk.objects.values_list(*COLUMNS))


def said():
    return set(Deal.objects.watched().values_list(*COLUMNS))


def test_a_new_deal_brings_its_row_unless_it_is_closed():
    deal = DealFactory(amount=500, currency="EUR")
    closed = DealFactory(stage=stage("Won"))
    assert kept() == said()
    assert {row[0] for row in kept()} == {deal.pk} != {closed.pk}


@pytest.mark.parametrize("field", ["worst_severity", "value_at_stake", "amount"])
def test_a_number_that_changes_changes_there(field):
    deal, _other = DealFactory(amount=500), DealFactory(amount=500)
    Deal.objects.filter(pk=deal.pk).update(**{field: 3})
    assert kept() == said()


def test_whose_it_is_changes_there():
    deal = DealFactory()
    deal.owner, deal.team, deal.account = UserFactory(), None, Account.objects.create(name="Another")
    deal.save()
    assert kept() == said()


def test_a_deal_that_closes_loses_its_row_and_has_it_back_opened_again():
    deal = DealFactory(worst_severity=2)
    Deal.objects.filter(pk=deal.pk).update(status="won", closed_on=NOW.date())
    assert kept() == said() == set()
    Deal.objects.filter(pk=deal.pk).update(status="open", closed_on=None)
    assert kept() == said() != set()


def test_many_come_and_go_by_one_statement():
    like = DealFactory()
    rows = [
        Deal(name=f"Deal {n}", stage=like.stage, pipeline=like.pipeline, status=like.status, stage_entered_at=NOW, created_at=NOW) for n in range(4)
    ]
    Deal.objects.bulk_create(rows)
    assert kept() == said()
    Deal.objects.filter(pk__in=[rows[0].pk, rows[1].pk]).delete()
    assert kept() == said()
