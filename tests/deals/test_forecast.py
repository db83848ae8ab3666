"""The forecast: which month a close date falls into, what stands in each cell, and that every figure leads to its own deals."""

import re
from datetime import date, timedelta
from decimal import Decimal
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from deals import forecast_sums
from deals.forecast import LINES_AT_MOST, Found, Kind, edges_of, forecast, spans_from
from tests.factories import DealFactory, UserFactory, stage

TODAY = date(2026, 11, 22)
CHANCES = {1: 20, 2: 50}


def found(line=1, where=1, column=1, deals=1, value=100):
    return Found(line, where, column, deals, Decimal(value))


def test_columns_begin_today_and_go_on_by_months_over_the_end_of_the_year():
    spans = spans_from(TODAY)
    assert [(one.kind.value, one.first, one.last) for one in spans[:3]] == [
        ("passed", None, date(2026, 11, 21)),
        ("month", TODAY, date(2026, 11, 30)),
        ("month", date(2026, 12, 1), date(2026, 12, 31)),
    ]
    assert [one.kind.value for one in spans[6:]] == ["month", "later", "none"]
    assert spans[7].first == date(2027, 5, 1)


@given(st.dates(date(1990, 1, 1), date(2090, 1, 1)), st.integers(-900, 900))
def test_every_close_date_lies_in_exactly_the_column_its_edges_say(today, away):
    spans, day = spans_from(today), today + timedelta(days=away)
    column = sum(edge <= day for edge in edges_of(spans))
    inside = [place for place, one in enumerate(spans[:-1]) if (one.first or date.min) <= day <= (one.last or date.max)]
    assert inside == [column]


def test_what_has_no_close_date_stands_in_a_column_of_its_own():
    shown = forecast([found(column=None)], spans_from(TODAY), CHANCES)
    assert shown.spans[-1].kind is Kind.NO_DATE
    assert shown.lines[0].cells[-1].value == 100


def test_months_are_shown_though_empty_and_the_other_columns_only_where_something_stands_in_them():
    assert [one.kind for one in forecast([found()], spans_from(TODAY), CHANCES).spans] == [Kind.MONTH] * 6


def test_values_are_weighted_by_the_chance_of_each_stage():
    shown = forecast([found(line=7, where=1, value=100), found(line=7, where=2, value=100)], spans_from(TODAY), CHANCES)
    assert (shown.lines[0].total.deals, shown.lines[0].total.value, shown.lines[0].total.weighted) == (2, 200, 70)
    assert shown.weighted == 70


def test_a_stage_without_a_part_in_the_sums_is_left_out():
    assert not forecast([found(where=3)], spans_from(TODAY), CHANCES).lines


def test_stages_stand_in_their_order_and_owners_by_what_they_bring():
    rows = [found(line=1, value=10), found(line=2, value=90), found(line=None, value=50)]
    assert [line.keys[0] for line in forecast(rows, spans_from(TODAY), CHANCES).lines] == [2, None, 1]
    assert [line.keys[0] for line in forecast(rows, spans_from(TODAY), CHANCES, order=[None, 1, 2]).lines] == [None, 1, 2]


def test_more_owners_than_one_compares_stand_together_and_nothing_of_them_is_lost():
    shown = forecast([found(line=pk, value=pk) for pk in range(1, 81)], spans_from(TODAY), CHANCES)
    assert len(shown.lines) == LINES_AT_MOST
    assert len(shown.lines[-1].keys) == 80 - LINES_AT_MOST + 1
    assert sum(line.total.value for line in shown.lines) == shown.all.total.value == sum(range(1, 81))


@pytest.fixture
def look(client, company):
    client.force_login(company.manager)

    def page(**query):
        answer = client.get(reverse("forecast"), query)
        assert answer.status_code == 200
        return answer

    return page


def close_in(days, **facts):
    return DealFactory(expected_close_on=timezone.localdate() + timedelta(days=days), **facts)


def links(answer):
    """Of each figure: how many deals it says, and where it leads."""
    return [(int(deals), unescape(href)) for href, deals in re.findall(r'<a href="([^"]+)" title="(\d+) deals?">', answer.content.decode())]


@pytest.mark.django_db
@pytest.mark.parametrize("by", ["stage", "owner"])
def test_every_figure_leads_to_its_own_deals(look, client, company, by):
    for days in (-40, 0, 20, 45, 90, 400):
        close_in(days, owner=company.owner, stage=stage("Discovery"), amount=1000 + days)
    close_in(5, owner=None, team=company.east, amount=10)
    close_in(5, owner=company.owner, stage=stage("Inquiry"), amount=10)
    shown = links(look(by=by))
    assert len(shown) > 12
    for deals, href in shown:
        assert len(client.get(href).context["page"].rows) == deals, href


@pytest.mark.django_db
@pytest.mark.parametrize("by", ["stage", "owner"])
def test_of_all_there_ever_were_no_figure_leads_to_inquiries_it_does_not_count(look, client, company, by):
    close_in(5, owner=company.owner, stage=stage("Discovery"), amount=10)
    assert len(links(look(by=by, state="all"))) > 4
    close_in(5, owner=company.owner, stage=stage("Inquiry"), amount=10)
    for deals, href in links(look(by=by, state="all")):
        assert len(client.get(href).context["page"].rows) == deals, href


@pytest.mark.django_db
@pytest.mark.parametrize("by", ["stage", "owner"])
def test_what_no_filter_finds_is_said_without_leading_to_other_deals(look, company, by):
    gone = stage("Discovery")
    close_in(20, owner=company.stranger, team=company.east, stage=gone, amount=77)
    gone.retired_at = timezone.now()
    gone.save(update_fields=["retired_at"])
    assert look(by=by).content.decode().count('<td class="num">77<span') == 2


@pytest.mark.django_db
def test_what_is_closed_is_not_weighted(look, company):
    close_in(-20, owner=company.owner, stage=stage("Won"), amount=80)
    assert "weighted" in look().content.decode()
    assert "weighted" not in look(state="won").content.decode()


@pytest.mark.django_db
def test_the_sum_of_all_is_the_one_above_it(look, company):
    close_in(20, owner=company.owner, stage=stage("Discovery"), amount=333)
    answer = look()
    total = answer.context["total"]
    assert answer.context["forecast"].all.total.value == total.counted.value
    assert answer.context["forecast"].weighted == total.weighted


@pytest.mark.django_db
def test_inquiries_have_no_part_in_it_unless_they_are_asked_for(look, company):
    close_in(20, name="Just asked", owner=company.owner, stage=stage("Inquiry"), amount=50)
    assert look(state="inquiry").context["forecast"].all.total.deals == 1
    assert "Inquiry" not in re.findall(r'scope="row" class="c-line">([^<]+)', look().content.decode())


@pytest.mark.django_db
def test_a_stranger_finds_nothing_of_it(client, company):
    client.force_login(company.stranger)
    answer = client.get(reverse("forecast"), {"by": "owner"})
    assert "No deals yet" in answer.content.decode()
    assert company.owner.name not in answer.content.decode()


@pytest.mark.django_db
def test_dates_that_are_asked_for_already_stay_within_the_figures(look, client, company):
    day = timezone.localdate() + timedelta(days=1)
    for days in (1, 400, 500):
        close_in(days, owner=company.owner, amount=10)
    until = (day + timedelta(days=420)).isoformat()
    for deals, href in links(look(close_to=until)):
        assert len(client.get(href).context["page"].rows) == deals, href


@pytest.mark.django_db
def test_it_costs_the_same_for_any_number_of_deals(look, client, company):
    look(by="owner")
    for number in range(8):
        close_in(number * 30, owner=UserFactory(team=company.east), amount=5)
    with CaptureQueriesContext(connection) as asked:
        look(by="owner")
    assert len(asked) <= 15


@pytest.mark.django_db
def test_where_summing_takes_long_the_page_asks_for_it_once_more(look, company, monkeypatch):
    monkeypatch.setattr(forecast_sums, "LARGE", 0)
    waiting = look().content.decode()
    assert "takes a moment" in waiting
    assert 'hx-get="?count=1"' in waiting
    assert look(count=1).context["forecast"].lines
    assert look().context["forecast"].lines


@pytest.mark.django_db
def test_an_owner_leads_to_the_stages_of_their_own(look, client, company):
    href = re.search(rf'href="([^"]+)">{company.owner.name}<', look(by="owner").content.decode())[1]
    shown = client.get(reverse("forecast") + unescape(href))
    assert shown.context["by"] == "stage"
    assert shown.context["forecast"].all.total.deals == 1
