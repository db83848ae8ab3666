"""The team that stands with a signal is always its deal's: it decides what lies beyond somebody's sight."""

from __future__ import annotations

import pytest

from accounts.models import Team
from deals.models import Deal, RiskSignal
from deals.querysets import seen_by, shape_of
from tests.factories import DealFactory, SignalFactory, make_company

pytestmark = pytest.mark.django_db


def test_a_new_signal_takes_the_team_of_its_deal() -> None:
    company = make_company()
    signal = SignalFactory(deal=DealFactory(owner=company.owner, team=company.east))
    signal.refresh_from_db()
    assert signal.team_id == company.east.pk


def test_a_new_signal_brings_no_other_team() -> None:
    company = make_company()
    elsewhere = Team.objects.create(name="Elsewhere")
    signals = [SignalFactory.build(deal=DealFactory(owner=company.owner, team=team), team=elsewhere) for team in (company.east, None)]
    RiskSignal.objects.bulk_create(signals)
    assert list(RiskSignal.objects.order_by("pk").values_list("team_id", flat=True)) == [company.east.pk, None]


def test_a_deal_that_changes_teams_takes_its_signals_along() -> None:
    company = make_company()
    deal = DealFactory(owner=company.owner, team=company.east)
    signal = SignalFactory(deal=deal)
    other = Team.objects.create(name="Elsewhere")
    Deal.objects.filter(pk=deal.pk).update(team=other)
    signal.refresh_from_db()
    assert signal.team_id == other.pk


def test_nobody_writes_another_team_into_a_signal() -> None:
    company = make_company()
    signal = SignalFactory(deal=DealFactory(owner=company.owner, team=company.east))
    RiskSignal.objects.filter(pk=signal.pk).update(team=None)
    signal.refresh_from_db()
    assert signal.team_id == company.east.pk


def test_a_prepared_statement_sees_what_visible_to_sees() -> None:
    from accounts.prepared import prepare

    company = make_company()
    SignalFactory(deal=DealFactory(owner=company.owner, team=company.east), responsible=company.stranger)
    DealFactory(owner=company.stranger, team=company.stranger.team)
    for user in (company.owner, company.teammate, company.manager, company.executive, company.stranger, company.admin):
        statement = prepare(Deal.objects.in_shape(shape_of(user)).order_by("pk").values_list("pk"))
        assert [pk for (pk,) in statement.rows(**seen_by(user))] == list(Deal.objects.visible_to(user).order_by("pk").values_list("pk", flat=True))
