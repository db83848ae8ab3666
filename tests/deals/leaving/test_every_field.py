"""Nothing is left that names somebody who left as responsible: over every foreign key to a person, present and future."""

from datetime import timedelta

import pytest

from accounts import leaving
from accounts.models import Bequest
from accounts.services.leaving.moving import leave, move_everything
from tests.deals.leaving.conftest import held_rows, named


def test_every_field_that_leads_to_a_person_is_held_or_stays_theirs():
    """Fails for a new one: see accounts/leaving.py for what to do."""
    assert leaving.unclassified() == []


def test_no_field_is_both_and_none_is_gone():
    held = {name for one in leaving.HOLDINGS.values() for name in one.fields}
    assert held & leaving.STAYS.keys() == set()
    assert (held | leaving.STAYS.keys()) & leaving.KEPT_BY_DATABASE == set()
    assert held | leaving.STAYS.keys() | leaving.KEPT_BY_DATABASE <= {name for name, _history in leaving.fields_to_people()}


def test_a_forgotten_field_is_found(monkeypatch):
    """The proof that a new one cannot be forgotten."""
    monkeypatch.delitem(leaving.STAYS, "winback.Loss.recorded_by")
    assert leaving.unclassified() == ["winback.Loss.recorded_by"]


def test_the_rows_of_a_holding_are_those_of_its_fields(leaver, now):
    for (key, field), rows in held_rows(leaver, now).items():
        assert set(leaving.HOLDINGS[key].fields) == set(leaving.HOLDINGS[key].rows(leaver, now)), key
        assert set(rows.values_list("pk")) <= set(named(leaver, field).values_list("pk")), field


def test_the_leaver_of_these_tests_holds_one_of_everything(leaver, now):
    """Fails for a new holding: put a row of it into the leaver's life (conftest), so that the next test says something of it."""
    assert [key for key, rows in held_rows(leaver, now).items() if not rows.exists()] == []
    assert [field for field in leaving.STAYS if not named(leaver, field).exists()] == []


@pytest.fixture
def left(leaver, company, now):
    """Gone since yesterday, everything to the manager. What stands with somebody by field, before."""
    before = {field: set(named(leaver, field).values_list("pk", flat=True)) for field in leaving.STAYS}
    leave(leaver=leaver, last_day=(now - timedelta(days=1)).date(), mail_to=company.manager, choices={}, by=company.admin, now=now)
    return before


def test_nothing_that_is_held_names_somebody_who_left(left, leaver, now):
    assert [key for key, rows in held_rows(leaver, now).items() if rows.exists()] == []


def test_what_they_did_says_so_for_ever(left, leaver):
    for field, before in left.items():
        assert before - set(named(leaver, field).values_list("pk", flat=True)) == set(), field


def test_what_the_database_keeps_follows(left, leaver):
    assert [row.deal.name for row in named(leaver, "deals.DealRisk.owner").filter(deal__status__in=["open", "inquiry"])] == []


def test_closed_deals_keep_their_name(left, leaver):
    assert [deal.name for deal in leaver.deals.all()] == ["Won long ago"]


def test_doing_it_again_moves_nothing(left, leaver, company, now):
    before = Bequest.objects.count()
    move_everything(leaver=leaver, choices={}, by=company.admin, now=now)
    assert Bequest.objects.count() == before


def test_what_went_is_written_down_with_its_heir(left, leaver, company):
    went = {one.kind: (one.count, one.heir) for one in leaver.bequests.exclude(told_at=None, by=leaver) if one.by == company.admin}
    assert went["deals"] == (2, company.manager)
    assert went["inquiries"] == (1, company.manager)
    assert went["sessions"] == (1, None)
