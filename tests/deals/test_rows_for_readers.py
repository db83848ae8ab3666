"""Rows of the desk and of Today are written once and kept: what one reader gets never reaches another, nor yesterday's words today."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone, translation

from deals.desk_rows import reader_of
from deals.models import Deal, RiskSignal
from deals.risk.refresh import refresh
from tests.factories import DealFactory, InteractionFactory, SignalFactory

pytestmark = pytest.mark.django_db
EVIL = "<script>alert(1)</script>"


def page(client, user, path):
    client.force_login(user)
    return client.get(path).content.decode()


@pytest.fixture
def at_risk(company):
    """A deal of the owner's with a signal that the manager has taken."""
    deal = DealFactory(owner=company.owner, worst_severity=2, value_at_stake=70_000, name="Depot scanners")
    signal = SignalFactory(deal=deal, severity=2, times_over=1.5, responsible=company.owner, rule="unowned", facts={"since": "2026-01-05"})
    RiskSignal.objects.filter(pk=signal.pk).update(taken_by=company.manager, taken_at=timezone.now())
    return deal


def test_a_kept_row_of_the_desk_is_its_readers_own(client, company, at_risk):
    for _again in range(2):
        assert "taken by you" in page(client, company.manager, "/risk/")
        assert f"taken by {company.manager.name}" in page(client, company.executive, "/risk/")
        assert "data-take" not in page(client, company.teammate, "/risk/")


def test_a_kept_row_of_the_desk_follows_its_deal(client, company, at_risk):
    assert "70,000" in page(client, company.manager, "/risk/")
    Deal.objects.filter(pk=at_risk.pk).update(value_at_stake=80_500, name="Depot printers")
    html = page(client, company.manager, "/risk/")
    assert "80,500" in html
    assert "Depot scanners" not in html


def test_a_kept_row_is_of_one_day_and_language(company):
    reader = reader_of(company.owner)
    other = reader._replace(today=reader.today - timedelta(days=1))
    assert reader != other
    with translation.override("de"):
        assert reader_of(company.owner) != reader


def test_what_people_type_is_escaped_on_today(client, company):
    now = timezone.now()
    Deal.objects.filter(pk=company.deal.pk).update(name=EVIL, created_at=now - timedelta(days=20), stage_entered_at=now - timedelta(days=12))
    company.contact.name = EVIL
    company.contact.save()
    company.account.name = EVIL
    company.account.save()
    InteractionFactory(deal=company.deal, contact=company.contact, at=now - timedelta(days=6), recorded_at=now - timedelta(days=6), body=EVIL)
    refresh([company.deal.pk], now, tell=False)
    html = page(client, company.owner, "/today/")
    assert "data-row" in html
    assert EVIL not in html
    assert "&lt;script&gt;alert(1)" in html


def test_what_people_type_is_escaped_on_the_desks_map_and_list(client, company, at_risk):
    company.account.name = EVIL
    company.account.save()
    Deal.objects.filter(pk=at_risk.pk).update(name=EVIL, account=company.account)
    html = page(client, company.manager, "/risk/")
    assert EVIL not in html
    assert html.count("&lt;script&gt;alert(1)") >= 4
