"""New deals of an import are looked at as they come in: what that finds is what a refresh finds afterwards."""

from datetime import timedelta

import pytest

from accounts.models import Absence, Account, Notice
from deals.models import Deal, ExchangeRate, Product, RiskSignal, SignalEvent, Task
from deals.risk.refresh import refresh
from deals.services.imports import looking_again

DERIVED = ("alarm_at", "worst_severity", "last_contact_at", "reply_due_at", "value_at_stake")
TITLES = "Id,Name,Owner,Account,Product,Stage,Amount,Currency,Lead source,Opened,Expected close,Close date\n"
OPEN = TITLES + (
    "a,Plain,Olaf Owner,Norwood Clinics,,Proposal,1000.005,USD,,2026-01-01,2026-02-01,\n"
    "b,Priced by its product,Olaf Owner,Norwood Clinics,Press,Engaging,,,,2026-02-20,2026-12-01,\n"
    "c,Of another currency,Tara Teammate,,,Engaging,500,EUR,Web,,2026-12-01,\n"
    'd,"Nobody\'s ""own"", with a \\ in it",,Elsewhere,,Proposal,,,,2025-01-01,,\n'
    "e,Over,Olaf Owner,Norwood Clinics,,Lost,70,USD,,2026-01-01,,2026-02-01\n"
)


def found():
    signals = RiskSignal.objects.order_by("deal_id", "rule").values_list(
        "deal__external_id", "rule", "severity", "facts", "since", "due_at", "climbs_at"
    )
    tasks = Task.objects.order_by("deal_id", "kind").values_list("deal__external_id", "kind", "assignee_id", "due_at", "title")
    deals = Deal.objects.exclude(external_id=None).order_by("external_id").values_list("external_id", "value", *DERIVED)
    return list(deals), list(signals), list(tasks)


@pytest.fixture
def somewhere(company, now):
    Account.objects.filter(pk=company.account.pk).update(lifecycle="customer", recurring_value=7000)
    Product.objects.create(name="Press", name_key="press", list_price=333, currency="EUR")
    ExchangeRate.objects.create(currency="EUR", day=now.date(), rate="1.10", entered_at=now)
    Absence.objects.create(user=company.teammate, starts_at=now - timedelta(days=1), ends_at=now + timedelta(days=5))
    return company


def test_the_first_look_finds_what_a_refresh_finds(somewhere, bring, now, monkeypatch):
    monkeypatch.setattr(looking_again, "refresh", None)  # nothing is left for the end
    done = bring("deals", OPEN)
    assert (done.state, done.counts) == ("done", {"created": 5})
    first = found()
    assert [float(row[1] or 0) for row in first[0]] == [1000, 366.3, 550, 0, 70]
    assert len(first[1]) > 4
    Task.objects.all().delete()
    RiskSignal.objects.all().delete()
    ids = list(Deal.objects.watched().exclude(external_id=None).values_list("pk", flat=True))
    Deal.objects.filter(pk__in=ids).update(**dict.fromkeys(("alarm_at", "last_contact_at"), None), worst_severity=0, value_at_stake=0)
    refresh(ids, now, tell=False)
    assert found() == first


def test_the_first_look_is_remembered_and_told_nobody(somewhere, bring):
    bring("deals", OPEN)
    assert SignalEvent.objects.filter(kind="raised").count() == RiskSignal.objects.count() > 0
    assert not Notice.objects.exists()


def test_nothing_is_owed_for_a_deal_that_is_over(somewhere, bring):
    bring("deals", OPEN)
    over = Deal.objects.get(external_id="e")
    assert (over.alarm_at, over.value_at_stake, over.signals.count()) == (None, 0, 0)


def test_a_file_with_won_deals_is_looked_at_once_it_has_taught(somewhere, bring, monkeypatch):
    seen = []
    monkeypatch.setattr(looking_again.rhythms, "learn", lambda _now: seen.append(RiskSignal.objects.count()))
    bring("deals", OPEN + "f,Done,Olaf Owner,Norwood Clinics,,Won,70,USD,,2026-01-01,,2026-02-01\n")
    assert seen == [0], "nothing was judged by limits that were about to change"
    assert RiskSignal.objects.exists()


def test_a_file_that_changes_deals_has_the_new_ones_looked_at_again(somewhere, bring):
    bring("deals", OPEN)
    before = found()
    bring("deals", OPEN.replace("1000.005", "2000") + "g,Another,Olaf Owner,Norwood Clinics,,Proposal,5,USD,,2026-01-01,,\n")
    after = found()
    assert after[0][0][-1] == before[0][0][-1] + 1000
    assert {row[0] for row in after[1]} == {row[0] for row in before[1]} | {"g"}
