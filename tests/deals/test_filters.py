"""One definition of filters: the same names and the same meaning on the list, the board, the risk desk and in the file."""

from datetime import date

import pytest
from django.core.cache import cache
from django.http import QueryDict
from django.urls import reverse

from deals.filters import as_named_now
from deals.models import Pipeline, Stage
from deals.narrowed import narrowed, terms_of, totals_for, values_of
from deals.totals import counted_totals, kept_totals
from tests.factories import DealFactory, ProductFactory, SignalFactory, stage

pytestmark = pytest.mark.django_db
SINCE = "2026-01-05T09:00:00+00:00"
QUIET = {"since": SINCE, "ever": True, "account": "Norwood"}
OLDER = {"stage": "Proposal", "since": SINCE, "learned": False, "limit_days": 10, "opened_on": "2026-01-05", "longest_won_days": 90}


@pytest.fixture
def deals(company):
    """Two deals in sight, one of them with raised signals, and an inquiry of nobody's."""
    product = ProductFactory(name="Field kit", list_price=500)
    loud = DealFactory(name="Loud", owner=company.owner, product=product, worst_severity=3, amount=900, source="inbound")
    SignalFactory(deal=loud, rule="no_contact", severity=3, facts=QUIET)
    SignalFactory(deal=loud, rule="stage_overdue", severity=2, responsible=company.manager, facts={**OLDER, "older_than_any_won": True})
    DealFactory(name="Asked", team=company.east, stage=stage("Inquiry"), expected_close_on=date(2020, 1, 1))
    return {"product": product, "loud": loud}


def found(rf, user, **query):
    request = rf.get("/deals/", query)
    request.user = user
    return narrowed(request)


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({"signal": "no_contact", "severity": "3"}, ["Loud"]),
        ({"signal": "stage_overdue", "severity": "3"}, []),
        ({"severity": "2"}, ["Loud"]),
        ({"older": "on"}, ["Loud"]),
        ({"source": "inbound", "value_from": "900"}, ["Loud"]),
        ({"rule": "no_contact"}, ["Loud"]),
        ({"text": "loud"}, ["Loud"]),
        ({"q": "loud", "severity": "4"}, []),
    ],
)
def test_list_desk_and_file_understand_the_same_address(client, company, deals, query, names):
    client.force_login(company.manager)
    assert [row.name for row in client.get(reverse("pipeline"), query).context["page"].rows] == names
    assert [row.deal.name for row in client.get(reverse("risk-desk"), query).context["rows"]] == names
    file = b"".join(client.get(reverse("deals-export"), query).streaming_content).decode()
    assert [line.split(",")[0] for line in file.splitlines()[1:]] == names


def test_what_waits_for_somebody_can_be_asked_for_everywhere(client, company, deals):
    client.force_login(company.manager)
    query = {"person": company.manager.pk}
    assert [row.name for row in client.get(reverse("pipeline"), query).context["page"].rows] == ["Loud"]
    assert [row.deal.name for row in client.get(reverse("risk-desk"), query).context["rows"]] == ["Loud"]


def test_every_filter_at_once_costs_no_query_more(client, company, deals, django_assert_max_num_queries):
    client.force_login(company.manager)
    client.get(reverse("pipeline"))
    query = {
        "owner": company.owner.pk,
        "team": company.east.pk,
        "pipeline": company.pipeline.pk,
        "stage": stage().pk,
        "product": deals["product"].pk,
        "person": company.owner.pk,
        "signal": "no_contact",
        "severity": "2",
        "source": "inbound",
        "value_from": "1",
        "q": "loud",
        "cols": "name,severity,age,team,product,next_step",
    }
    for route in ("pipeline", "risk-desk", "board"):
        with django_assert_max_num_queries(15):
            client.get(reverse(route), query)


@pytest.mark.parametrize("route", ["pipeline", "board", "risk-desk"])
def test_each_filter_is_a_chip_that_can_be_taken_away(client, company, deals, route):
    client.force_login(company.manager)
    html = client.get(reverse(route), {"source": "inbound", "q": "loud"}).content.decode()
    assert 'href="?q=loud"' in html
    assert 'href="?source=inbound"' in html
    assert f"screen={route}" in html, "the dialog leads back to the screen it was opened on"


def test_the_dialog_leads_back_to_its_screen(client, company):
    client.force_login(company.manager)
    for route in ("pipeline", "board", "risk-desk"):
        assert f'action="{reverse(route)}"' in client.get(reverse("pipeline-filter"), {"screen": route}).content.decode()
    assert f'action="{reverse("pipeline")}"' in client.get(reverse("pipeline-filter"), {"screen": "https://elsewhere.example"}).content.decode()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("rule=unowned&text=x", {"signal": "unowned", "q": "x"}),
        ("person=0", {"person": "nobody"}),
        ("q=a&text=b", {"q": "a"}),
        ("sort=age", {"sort": "age"}),
    ],
)
def test_addresses_of_before_keep_working(old, new):
    assert as_named_now(QueryDict(old)).dict() == new


@pytest.mark.parametrize("route", ["pipeline", "board", "risk-desk"])
def test_a_nul_is_asked_for_nowhere_and_comes_back_on_no_page(client, company, deals, route):
    client.force_login(company.owner)
    for query in ("q=%00", "q=Lo%00ud", "text=%00"):
        page = client.get(f"{reverse(route)}?{query}")
        assert page.status_code == 200
        assert b"\x00" not in page.content


def test_what_is_retired_is_not_offered(client, company, now):
    Stage.objects.filter(name="Proposal").update(retired_at=now)
    other = Pipeline.objects.create(name="Old ways", retired_at=now)
    client.force_login(company.manager)
    html = client.get(reverse("pipeline-filter")).content.decode()
    assert ">Proposal<" not in html
    assert other.name not in html


@pytest.mark.parametrize("query", [{}, {"state": "all"}, {"state": "won"}, {"owner": "nobody"}, {"state": "inquiry"}])
def test_running_totals_answer_what_they_know_as_a_count_would(rf, company, deals, query):
    DealFactory(owner=company.owner, stage=stage("Won"), amount=70)
    asked = found(rf, company.manager, **query)
    assert totals_for(company.manager, asked) == counted_totals(asked.qs) == kept_totals(company.manager, terms_of(asked), **values_of(asked))


def test_totals_of_an_owner_a_team_and_a_stage_too(rf, company, deals):
    for query in ({"owner": company.owner.pk}, {"team": company.sales.pk}, {"stage": stage().pk, "pipeline": company.pipeline.pk}):
        asked = found(rf, company.admin, **query)
        assert totals_for(company.admin, asked) == counted_totals(asked.qs)


def test_a_count_that_takes_long_is_asked_for_by_the_page_and_kept_for_a_minute(client, company, deals, monkeypatch):
    monkeypatch.setattr("deals.narrowed.LARGE", 0)
    cache.clear()
    client.force_login(company.manager)
    query = {"severity": "3"}
    html = client.get(reverse("pipeline"), query).content.decode()
    assert "Counting so many deals takes a moment" in html
    assert "count=1" in html, "without script there is a way, too"
    assert "1 deal" in client.get(reverse("deals-totals"), query).content.decode()
    assert "1 deal" in client.get(reverse("pipeline"), query).content.decode(), "it is known by now"
    cache.clear()


@pytest.mark.parametrize("route", ["pipeline", "board", "board-totals", "risk-desk", "deals-totals", "deals-export"])
@pytest.mark.parametrize("typed", ["?", "%", "_", "{}"])
def test_signs_alone_find_nothing_on_every_screen(client, company, deals, route, typed):
    client.force_login(company.owner)
    answer = client.get(reverse(route), {"q": typed})
    assert answer.status_code == 200
    assert b"Loud" not in (b"".join(answer.streaming_content) if answer.streaming else answer.content)


@pytest.mark.django_db
def test_what_is_asked_for_is_said_as_people_write_it(rf, company):
    asked = found(rf, company.manager, close_from="2031-12-01", value_to="500000", closing="quarter").in_words()
    assert asked == [("value_to", "Value to", "500,000"), ("closing", "Closing this quarter", ""), ("close_from", "Close from", "1 December 2031")]
