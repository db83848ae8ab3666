"""Where the sweep finds what is due says what the deals say, whoever wrote them."""

from datetime import UTC, datetime, timedelta

import pytest

from deals.models import Deal, DealAlarm
from tests.factories import DealFactory

NOW = datetime(2026, 3, 20, 11, 0, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def kept():
    return dict(DealAlarm.objects.values_list("deal_id", "at"))


def said():
    return dict(Deal.objects.filter(alarm_at__isnull=False).values_list("pk", "alarm_at"))


def test_a_new_deal_brings_its_alarm():
    deal = DealFactory(alarm_at=NOW)
    DealFactory(alarm_at=None)
    assert kept() == {deal.pk: NOW}


def test_an_alarm_moves_goes_and_comes_back():
    deals = [DealFactory(alarm_at=NOW) for _number in range(3)]
    Deal.objects.filter(pk=deals[0].pk).update(alarm_at=NOW + timedelta(hours=1))
    Deal.objects.filter(pk=deals[1].pk).update(alarm_at=None)
    assert kept() == said() == {deals[0].pk: NOW + timedelta(hours=1), deals[2].pk: NOW}
    Deal.objects.update(alarm_at=NOW)
    assert kept() == said() == {deal.pk: NOW for deal in deals}


def test_many_come_by_one_statement():
    like = DealFactory(alarm_at=NOW)
    rows = [
        Deal(name=f"Deal {n}", stage=like.stage, pipeline=like.pipeline, status=like.status, stage_entered_at=NOW, created_at=NOW) for n in range(4)
    ]
    rows[0].alarm_at = rows[3].alarm_at = NOW - timedelta(days=1)
    Deal.objects.bulk_create(rows)
    assert kept() == said() == {like.pk: NOW, rows[0].pk: rows[0].alarm_at, rows[3].pk: rows[3].alarm_at}


def test_a_deal_that_goes_takes_its_alarm_along():
    deal, other = DealFactory(alarm_at=NOW), DealFactory(alarm_at=NOW)
    Deal.objects.filter(pk=deal.pk).delete()
    assert kept() == {other.pk: NOW}
