"""Invariants the database itself keeps, whoever writes."""

import pytest
from django.db import IntegrityError, connection, transaction

from deals.models import Deal
from tests import factories

pytestmark = pytest.mark.django_db


def check_deferred_constraints():
    connection.cursor().execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_a_deals_status_cannot_differ_from_its_stage(company):
    with pytest.raises(IntegrityError, match="deal_status_and_pipeline_are_the_stages"), transaction.atomic():
        Deal.objects.filter(pk=company.deal.pk).update(status="inquiry")
        check_deferred_constraints()


def test_no_deal_is_lost_without_a_loss(company):
    with pytest.raises(IntegrityError, match="without a loss"), transaction.atomic():
        factories.DealFactory(stage=factories.stage("Lost"))
        check_deferred_constraints()


def test_a_deal_and_rule_have_one_open_signal(company):
    factories.SignalFactory(deal=company.deal)
    with pytest.raises(IntegrityError, match="signal_one_open_per_rule"), transaction.atomic():
        factories.SignalFactory(deal=company.deal)
