"""Losing a deal, by every door."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.refusals import Refused
from deals.models import StageChange
from deals.services.board_moves import move_from
from deals.services.stages import move_deal
from deals.signals import LostByImport, deals_imported_as_lost
from tests import factories
from winback.models import Loss
from winback.services.losses import lose_deal

pytestmark = pytest.mark.django_db


def lose(company, now, **changes):
    fields = {"kind": "competitor", "reasons": ["price", "product", "price"], "competitor": "Otherworks", "customer_words": "Too dear. "}
    return lose_deal(deal=company.deal, by=company.owner, now=now, **{**fields, **changes})


def test_a_loss_is_its_own_row_and_closes_the_deal(company, now):
    loss = lose(company, now)
    company.deal.refresh_from_db()
    assert (company.deal.status, company.deal.closed_on) == ("lost", date(2026, 3, 4))
    assert (loss.reasons, loss.customer_words, loss.recorded_by) == (["price", "product"], "Too dear.", company.owner)
    assert StageChange.objects.get(deal=company.deal).to_stage.kind == "lost"


@pytest.mark.parametrize(("changes", "words"), [({"reasons": []}, "why it was lost"), ({"competitor": " "}, "which vendor")])
def test_a_loss_without_its_reasons_is_refused_and_changes_nothing(company, now, changes, words):
    with pytest.raises(Refused, match=words):
        lose(company, now, **changes)
    company.deal.refresh_from_db()
    assert (company.deal.status, Loss.objects.count()) == ("open", 0)


def test_a_lost_deal_is_not_lost_twice(company, now):
    lose(company, now)
    with pytest.raises(Refused, match="lost already"):
        lose(company, now)


def test_the_loss_stays_when_the_deal_is_opened_again_and_it_can_be_lost_again(company, now):
    lose(company, now)
    move_deal(deal=company.deal, stage=factories.stage("Proposal"), by=company.owner, now=now)
    lose(company, now, kind="no_decision", competitor="")
    assert list(Loss.objects.order_by("pk").values_list("kind", flat=True)) == ["competitor", "no_decision"]


def test_an_import_that_knows_no_reason_brings_not_recorded(company, now):
    deals_imported_as_lost.send(sender=None, losses=[LostByImport(company.deal.pk, now, "went quiet")])
    loss = Loss.objects.get()
    assert (loss.kind, loss.reasons, loss.our_view) == ("not_recorded", ["not_recorded"], "went quiet")


def test_a_move_and_a_loss_hold_the_deal_once(company, now, monkeypatch):
    monkeypatch.setitem(connection.settings_dict, "DISABLE_SERVER_SIDE_CURSORS", True)  # each statement is sent with its text
    seen, onward = company.deal.stage_id, factories.stage("Negotiation")
    with CaptureQueriesContext(connection) as moving:
        move_from(deal=company.deal, stood_in=seen, stage=onward, by=company.owner, now=now)
    with CaptureQueriesContext(connection) as losing:
        lose(company, now, stood_in=onward.pk)
    for asked in (moving, losing):
        assert len([one for one in asked if 'FROM "deals_deal"' in one["sql"] and "FOR UPDATE" in one["sql"]]) == 1
