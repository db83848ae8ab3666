"""The risk desk's page: what it lists, in which order, for whom, and what it costs."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from redis.exceptions import ConnectionError as RedisConnectionError

from accounts.models import Account
from deals.models import Deal, RiskSignal, SignalEvent
from tests.factories import AccountFactory, DealFactory, ProductFactory, SignalFactory, UserFactory

pytestmark = pytest.mark.django_db
SINCE = "2026-01-05T09:00:00+00:00"
FACTS = {
    "no_contact": {"since": SINCE, "ever": True, "account": "Norwood"},
    "reply_overdue": {"messages": 1, "kind": "email", "contact": "Priya Raman", "since": SINCE, "first": False, "chased": False},
    "stage_overdue": {"stage": "Proposal", "since": SINCE, "learned": False, "limit_days": 10, "opened_on": "2026-01-05", "longest_won_days": 90},
    "unowned": {"since": SINCE},
}


def at_risk(owner, *, rule="no_contact", severity=2, value=0, name=None, times=1.5, facts=None, **deal):
    """A deal with one raised signal, as the refresh would leave it."""
    made = DealFactory(
        owner=owner, value_at_stake=value, worst_severity=severity, amount=deal.pop("amount", value), **({"name": name} if name else {}), **deal
    )
    SignalFactory(deal=made, rule=rule, severity=severity, times_over=times, facts={**FACTS[rule], **(facts or {})})
    return made


@pytest.fixture
def desk(client, company):
    """Open the desk as somebody."""

    def open_as(user, query="", **headers):
        client.force_login(user)
        return client.get(f"/risk/{query}", headers=headers)

    return open_as


def listed(response):
    return [row.deal.name for row in response.context["rows"]]


def test_the_most_severe_come_first_then_the_most_valuable_then_the_furthest_past_the_limit(desk, company):
    at_risk(company.owner, severity=2, value=900, name="medium, large")
    at_risk(company.owner, severity=4, value=10, name="critical, small")
    at_risk(company.owner, severity=3, value=50, times=2, name="high, past twice")
    at_risk(company.owner, severity=3, value=50, times=4, name="high, past four times")
    at_risk(company.owner, severity=3, value=60, name="high, dearer")
    assert listed(desk(company.manager)) == ["critical, small", "high, dearer", "high, past four times", "high, past twice", "medium, large"]


@pytest.mark.parametrize(("who", "sees"), [("owner", 1), ("teammate", 1), ("manager", 1), ("executive", 2), ("admin", 2), ("stranger", 1)])
def test_everybody_sees_the_deals_of_their_own_people(desk, company, who, sees):
    at_risk(company.owner, name="in East")
    at_risk(company.stranger, name="in West")
    response = desk(getattr(company, who))
    assert len(listed(response)) == response.context["deals"] == sees
    assert ("in West" in listed(response)) == (who in ("executive", "admin", "stranger"))


def test_a_deal_is_listed_once_with_its_other_signals_below(desk, company):
    deal = at_risk(company.owner, severity=3)
    SignalFactory(deal=deal, rule="reply_overdue", severity=2, facts=FACTS["reply_overdue"])
    response = desk(company.manager)
    (row,) = response.context["rows"]
    assert (row.lead.signal.rule, row.others) == ("no_contact", 1)
    assert f'hx-get="/deals/{deal.pk}/owed/"' in response.content.decode()
    assert ">and one more</a>" in response.content.decode()


@pytest.mark.parametrize(
    ("deals", "words"), [(1, "One deal needs somebody today"), (3, "Three deals need somebody today"), (21, "21 deals need somebody today")]
)
def test_the_headline_counts_deals_in_words(desk, company, deals, words):
    for _ in range(deals):
        at_risk(company.owner)
    assert words in desk(company.manager).content.decode()


def test_the_value_of_a_deal_counts_once_however_many_signals_it_has(desk, company):
    deal = at_risk(company.owner, value=5000)
    SignalFactory(deal=deal, rule="reply_overdue", severity=2, facts=FACTS["reply_overdue"])
    response = desk(company.manager)
    assert response.context["at_stake"] == 5000
    assert [(one.person.name, one.deals, one.value) for one in response.context["people"]] == [("Olaf Owner", 1, 5000)]


def test_what_hangs_on_a_customer_counts_once_however_many_of_its_deals_are_at_risk(desk, company):
    large, small = AccountFactory(name="Large"), AccountFactory(name="Small")
    at_risk(company.owner, account=large, amount=100, value=1100, severity=3)
    at_risk(company.owner, account=large, amount=200, value=1250, rule="reply_overdue")  # one more referred deal than the first
    at_risk(company.teammate, account=large, amount=None, value=1000)
    at_risk(company.owner, account=small, amount=10, value=15)
    at_risk(company.owner, account=None, amount=7, value=9)
    at_risk(company.owner, account=None, amount=7, value=9)
    at_risk(company.owner, account=small, amount=50, value=0)  # not counted anew yet
    context = desk(company.manager).context
    assert (context["deals"], context["at_stake"]) == (7, 300 + 1050 + 60 + 5 + 18)
    of_person = {one.person.name: (one.deals, one.value, one.worst) for one in context["people"]}
    assert of_person == {company.owner.name: (6, 300 + 1050 + 60 + 5 + 18, 3), company.teammate.name: (1, 1000, 2)}
    of_rule = {one.rule: (one.deals, one.value, one.worst) for one in context["rules"]}
    assert of_rule == {"no_contact": (6, 100 + 1000 + 60 + 5 + 18, 3), "reply_overdue": (1, 1250, 2)}
    narrowed = desk(company.manager, "?signal=reply_overdue").context
    assert (narrowed["deals"], narrowed["at_stake"]) == (1, 1250)
    nothing = desk(company.manager, "?q=zzz").context
    assert (nothing["deals"], nothing["at_stake"], nothing["people"], nothing["rules"]) == (0, 0, [], [])


def test_the_lead_says_what_waits_for_our_answer_and_what_climbed(desk, company):
    deal = at_risk(company.owner, rule="reply_overdue", value=1200)
    at_risk(company.owner, value=300)
    SignalEvent.objects.create(signal=deal.signals.get(), kind="climbed", at=timezone.now() - timedelta(minutes=5), severity=2)
    words = desk(company.manager).content.decode()
    assert "<b>USD 1,500</b> is at stake." in words
    assert "<b>1,200</b> of it waits for an answer from us." in words
    assert "One signal climbed since yesterday evening." in words


def test_an_older_climb_is_not_news(desk, company):
    deal = at_risk(company.owner)
    SignalEvent.objects.create(signal=deal.signals.get(), kind="climbed", at=timezone.now() - timedelta(days=3), severity=2)
    assert "climbed since" not in desk(company.manager).content.decode()


def test_deals_older_than_any_won_are_counted_and_can_be_opened(desk, company):
    at_risk(company.owner, rule="stage_overdue", severity=3, name="ancient", facts={"older_than_any_won": True})
    at_risk(company.owner, rule="stage_overdue", severity=3, name="late", facts={"older_than_any_won": False})
    response = desk(company.manager)
    assert '<a class="older" href="?older=1">One open deal is older than any deal you have won.</a>' in response.content.decode()
    assert listed(desk(company.manager, "?older=1")) == ["ancient"]


@pytest.fixture
def mixed(company):
    east = at_risk(company.owner, rule="no_contact", severity=2, name="Quiet one", value=100)
    SignalFactory(deal=east, rule="stage_overdue", severity=3, facts=FACTS["stage_overdue"], responsible=company.manager)
    east.worst_severity = 3
    east.save()
    at_risk(company.stranger, rule="reply_overdue", severity=4, name="Loud one", value=200, account=Account.objects.create(name="Konex"))
    at_risk(None, rule="unowned", severity=3, name="Nobody’s", value=300, team=company.west)
    return company


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?rule=no_contact", ["Quiet one"]),
        ("?severity=3", ["Loud one", "Nobody’s", "Quiet one"]),
        ("?severity=4", ["Loud one"]),
        ("?text=konex", ["Loud one"]),
        ("?text=quiet", ["Quiet one"]),
        ("?person=0", ["Nobody’s"]),
        ("?rule=nonsense&severity=9&person=x&team=", ["Loud one", "Nobody’s", "Quiet one"]),
        ("?text=%00", ["Loud one", "Nobody’s", "Quiet one"]),
        ("?person=99999999999999999999", ["Loud one", "Nobody’s", "Quiet one"]),
    ],
)
def test_filters_narrow_the_list(desk, mixed, query, found):
    assert listed(desk(mixed.admin, query)) == found


def test_a_person_and_a_team_narrow_it_too(desk, mixed):
    assert listed(desk(mixed.admin, f"?person={mixed.manager.pk}")) == ["Quiet one"]
    assert listed(desk(mixed.admin, f"?team={mixed.west.pk}")) == ["Loud one", "Nobody’s"]
    assert len(listed(desk(mixed.admin, f"?team={mixed.sales.pk}"))) == 3, "a team means all below it, too"


def test_the_signal_asked_for_leads_its_row(desk, mixed):
    (row,) = desk(mixed.admin, "?rule=no_contact").context["rows"]
    assert (row.lead.signal.rule, row.others) == ("no_contact", 1)


def test_a_filter_of_anothers_team_shows_nothing_of_it_and_is_said_to_be_left_out(desk, mixed):
    response = desk(mixed.manager, f"?team={mixed.west.pk}")
    assert listed(response) == ["Quiet one"]
    assert "could not be understood" in response.content.decode()


def test_by_person_sums_what_waits_for_each(desk, mixed):
    response = desk(mixed.admin, "?by=person")
    people = {one.person.name if one.person else None: (one.deals, one.value, one.worst) for one in response.context["people"]}
    assert people == {"Olaf Owner": (1, 100, 2), "Mona Manager": (1, 100, 3), "Sven Stranger": (1, 200, 4), None: (1, 300, 3)}


def test_the_way_to_everybody_says_how_many_as_people_say_it(desk, company):
    at_risk(company.owner)
    assert "By person</a>" in desk(company.manager).content.decode()
    at_risk(company.teammate)
    assert "Both, by person</a>" in desk(company.manager).content.decode()
    at_risk(company.manager)
    assert "All three people</a>" in desk(company.manager).content.decode()


def test_by_rule_sums_each_rule(desk, mixed):
    rules = {rule.name: (rule.deals, rule.value, rule.worst) for rule in desk(mixed.admin, "?by=rule").context["rules"]}
    assert rules == {
        "No contact": (1, 100, 2),
        "Too long in the stage": (1, 100, 3),
        "Answer owed": (1, 200, 4),
        "Nobody owns it": (1, 300, 3),
    }


def test_the_list_to_choose_from_is_not_narrowed_by_what_was_chosen(desk, mixed):
    assert len(desk(mixed.admin, f"?person={mixed.owner.pk}").context["people"]) == 4


def test_what_is_parked_is_not_listed_but_has_its_own_page(desk, company):
    deal = at_risk(company.owner, name="resting")
    until = timezone.now() + timedelta(days=5)
    deal.signals.update(state="parked", park_reason="They are on holiday", parked_until=until, parked_by=company.owner)
    type(deal).objects.update(worst_severity=0)
    assert desk(company.manager).context["rows"] == []
    words = desk(company.manager, "?by=parked").content.decode()
    assert "They are on holiday" in words
    assert "Bring back now" in words


def test_with_nothing_raised_the_page_is_calm_and_says_what_would_be_here(desk, company):
    words = desk(company.manager).content.decode()
    assert "No deal needs anybody today" in words
    assert "it comes up here" in words


def test_an_estimate_is_marked_and_an_unknown_value_said(desk, company):
    at_risk(company.owner, value=550, amount=None, product=ProductFactory(list_price=550))
    at_risk(company.owner, value=0, amount=None)
    words = desk(company.manager).content.decode()
    assert "An estimate from the list price" in words
    assert "not known" in words


def test_marks_of_the_deal_stand_in_its_row(desk, company):
    customer = Account.objects.create(name="Rangreen", lifecycle="customer")
    at_risk(company.owner, source="inbound", account=customer, dates_shifted_by=40)
    words = desk(company.manager).content.decode()
    assert all(mark in words for mark in (">bluebird<", ">customer<", ">dates moved<"))


def test_whom_the_climb_told_and_who_took_it_are_named(desk, company):
    told = at_risk(company.owner, name="told").signals.get()
    told.told.add(company.manager)
    at_risk(company.owner, name="taken").signals.update(taken_by=company.executive, taken_at=timezone.now())
    words = desk(company.admin).content.decode()
    assert "told Mona Manager" in words
    assert "taken by Edda Executive" in words


def test_a_rep_may_not_take_what_waits_for_a_teammate(desk, company):
    at_risk(company.owner)
    assert "data-take" in desk(company.owner).content.decode()
    assert "data-take" not in desk(company.teammate).content.decode()


def crowd(company, people, count):
    """Many deals at risk in two statements: severities, values and times over go round."""
    base = {"account": company.account, "stage": company.deal.stage, "amount": 1}
    deals = Deal.objects.bulk_create(
        DealFactory.build(owner=people[n % len(people)], worst_severity=1 + n % 4, value_at_stake=n % 7, **base) for n in range(count)
    )
    RiskSignal.objects.bulk_create(
        SignalFactory.build(deal=deal, severity=deal.worst_severity, times_over=1 + n % 3, facts=FACTS["no_contact"]) for n, deal in enumerate(deals)
    )
    return deals


def test_pages_of_fifty_follow_each_other_without_gap_or_repetition(desk, company):
    crowd(company, [company.owner], 120)
    seen, query = [], ""
    for size in (50, 50, 20):
        response = desk(company.manager, query)
        assert len(listed(response)) == size
        seen += listed(response)
        query = f"?page={response.context['page'].later}"
    assert len(set(seen)) == 120
    assert response.context["page"].later == ""


def test_pages_work_with_filters_on_signals(desk, company):
    crowd(company, [company.owner], 60)
    first = desk(company.manager, "?rule=no_contact")
    second = desk(company.manager, f"?rule=no_contact&page={first.context['page'].later}")
    assert len({*listed(first), *listed(second)}) == 60


def test_no_more_queries_for_three_hundred_signals_than_for_ten(client, company):
    people = [company.owner, company.teammate, *(UserFactory(team=company.east) for _ in range(5))]
    parked = {"state": "parked", "park_reason": "later", "parked_until": timezone.now() + timedelta(days=3), "facts": FACTS["unowned"]}
    queries = ["", "?by=person", "?by=rule", "?by=parked", "?rule=no_contact&severity=2", "?text=deal"]
    counts = []
    for size in (10, 140):
        deals = crowd(company, people, size)
        RiskSignal.objects.bulk_create(SignalFactory.build(deal=deal, rule="unowned", **parked) for deal in deals)
        told = RiskSignal.objects.bulk_create(
            SignalFactory.build(deal=deal, rule="reply_overdue", severity=1, facts=FACTS["reply_overdue"]) for deal in deals
        )
        RiskSignal.told.through.objects.bulk_create(RiskSignal.told.through(risksignal=signal, user=company.manager) for signal in told)
        counts.append({(who.role, query): asked(client, who, query) for who in (company.manager, company.admin, company.owner) for query in queries})
    assert all(many <= few for few, many in zip(counts[0].values(), counts[1].values(), strict=True)), counts
    assert max(counts[1].values()) <= 15, counts[1]


def test_a_large_desk_is_counted_once_a_minute_and_its_list_is_of_this_moment(desk, company, monkeypatch):
    monkeypatch.setattr("deals.desk_overview.LARGE", 0)
    cache.clear()
    at_risk(company.owner, value=100)
    first = desk(company.admin)
    at_risk(company.owner, value=900, name="new", severity=4)
    second = desk(company.admin)
    assert (first.context["at_stake"], second.context["at_stake"]) == (100, 100)
    assert listed(second)[0] == "new"
    assert "Counted <time" in second.content.decode()
    assert "Counted <time" not in first.content.decode()
    assert desk(company.manager).context["at_stake"] == 1000, "what one person's desk counted is not shown to another"
    cache.clear()


def test_without_a_cache_the_desk_counts_anew(desk, company, monkeypatch):
    at_risk(company.owner, value=100)
    monkeypatch.setattr("django.core.cache.backends.redis.RedisCacheClient.get", refuse)
    assert desk(company.manager).context["at_stake"] == 100


def refuse(*args, **kwargs):
    raise RedisConnectionError


def asked(client, user, query):
    """How many queries the page costs this user."""
    client.force_login(user)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(f"/risk/{query}").status_code == 200
    return len(queries)


def test_a_user_name_and_a_deal_name_are_escaped(desk, company):
    company.owner.name = "<b>Olaf</b>"
    company.owner.save()
    at_risk(company.owner, name="<script>alert(1)</script>")
    words = desk(company.manager).content.decode()
    assert "<script>alert(1)" not in words
    assert "<b>Olaf" not in words


def test_no_style_attribute_is_written(desk, company):
    at_risk(company.owner, value=Decimal("12.50"), last_contact_at=datetime(2026, 2, 1, tzinfo=UTC))
    assert "style=" not in desk(company.manager).content.decode()


def test_ids_above_a_thousand_stay_whole(desk, company):
    at_risk(company.owner, pk=1_234_567)
    words = desk(company.manager).content.decode()
    assert 'id="at-risk-1234567"' in words
    assert "1,234,567" not in words


def test_the_bars_by_rule_are_measured_against_the_largest(desk, company):
    at_risk(company.owner, value=400)
    at_risk(company.owner, rule="unowned", value=100)
    words = desk(company.manager, "?by=rule").content.decode()
    assert 'width="100.0%"' in words
    assert 'width="25.0%"' in words
    assert "A deal can stand in more than one row." in words


def test_the_marks_of_a_deal_stand_behind_its_name(desk, company):
    at_risk(company.owner, name="Depot scanners", source="inbound")
    (row,) = desk(company.manager).context["rows"]
    assert row.place.startswith('Depot scanners <span class="chip bird">')


def test_those_told_are_named_the_nearest_rung_first(desk, company):
    deal = at_risk(company.owner)
    for person in (company.manager, company.admin, company.executive):
        deal.signals.get().told.add(person)
    (row,) = desk(company.manager).context["rows"]
    assert row.lead.told == f"told {company.manager.name} and 2 more"
    assert row.lead.told_all == ", ".join(one.name for one in (company.manager, company.admin, company.executive))
