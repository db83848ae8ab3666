"""The sweep twice, twice at once, killed in the middle, and with a deal that cannot be swept."""

import threading
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from accounts.models import Notice
from deals.models import Deal, Import, JobRun, LookAgain, RiskSignal, RuleFailure, SignalEvent
from deals.risk import again
from deals.risk import refresh as refreshing
from deals.risk.sweep import sweep
from tests import factories
from tests.processes import run_python

NOW = datetime(2026, 3, 20, 11, 0, tzinfo=UTC)
SOON = "2026-03-20T11:00:00+00:00"


def due_deals(company, number):
    """Deals with an unanswered message of weeks ago, all due."""
    deals = [factories.DealFactory(owner=company.owner, alarm_at=NOW - timedelta(minutes=n)) for n in range(number)]
    for deal in deals:
        factories.InteractionFactory(deal=deal, user=company.owner, at=NOW - timedelta(days=10))
    return deals


def counted():
    return RiskSignal.objects.count(), SignalEvent.objects.count(), Notice.objects.count()


@pytest.mark.django_db
def test_a_second_sweep_raises_nothing_twice(company):
    due_deals(company, 5)
    assert sweep(NOW).deals == 5
    before = counted()
    assert sweep(NOW).deals == 0
    Deal.objects.filter(alarm_at__isnull=False).update(alarm_at=NOW)
    sweep(NOW)
    assert counted() == before


@pytest.mark.django_db
def test_after_a_sweep_nothing_is_due(company):
    due_deals(company, 5)
    sweep(NOW, batch=2)
    assert not Deal.objects.watched().filter(alarm_at__lte=NOW).exists()
    assert JobRun.objects.get(name="sweep").finished_at >= NOW


@pytest.mark.django_db(transaction=True)
def test_two_sweeps_at_once_share_the_work(company):
    deals = due_deals(company, 40)
    done, together = [], threading.Barrier(2)

    def work():
        together.wait()
        done.append(sweep(NOW, batch=3))
        connection.close()

    threads = [threading.Thread(target=work) for _thread in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert sum(swept.deals for swept in done) == 40
    assert sum(swept.failed for swept in done) == 0
    owed = RiskSignal.objects.filter(rule="reply_overdue")
    assert (owed.count(), owed.values("deal").distinct().count()) == (len(deals), len(deals))
    assert Notice.objects.count() == RiskSignal.objects.count()


@pytest.mark.django_db(transaction=True)
def test_a_sweep_killed_in_the_middle_loses_and_doubles_nothing(company):
    due_deals(company, 6)
    ended = run_python(f"""
from datetime import datetime
from deals.risk import refresh, sweep
real, calls = refresh._derive, []
def killed(*args):
    calls.append(1)
    if len(calls) == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    real(*args)
refresh._derive = killed
sweep.sweep(datetime.fromisoformat("{SOON}"), batch=2)
""")
    assert ended == -9
    assert RiskSignal.objects.filter(rule="reply_overdue").count() == 4
    assert sweep(NOW).deals == 2
    assert RiskSignal.objects.filter(rule="reply_overdue").count() == 6
    assert Notice.objects.count() == RiskSignal.objects.count()


@pytest.mark.django_db
def test_one_deal_that_cannot_be_swept_stops_no_other(company, monkeypatch):
    bad, *_others = due_deals(company, 4)
    real = refreshing._judge_one

    def judge_one(loaded, deal_id, *rest):
        if deal_id == bad.pk:
            raise ValueError("broken row")
        return real(loaded, deal_id, *rest)

    monkeypatch.setattr(refreshing, "_judge_one", judge_one)
    swept = sweep(NOW)
    bad.refresh_from_db()
    assert (swept.deals, swept.failed) == (4, 1)
    assert RiskSignal.objects.filter(rule="reply_overdue").count() == 3
    assert RuleFailure.objects.get(deal=bad).rule == "refresh"
    assert bad.alarm_at == NOW + timedelta(hours=1)


@pytest.mark.django_db
def test_deals_of_an_import_that_still_runs_are_left_to_it(company):
    deal = due_deals(company, 1)[0]
    running = Import.objects.create(kind="deals", state="running", file_name="x.csv", created_at=NOW)
    Deal.objects.filter(pk=deal.pk).update(imported_by=running)
    assert sweep(NOW).deals == 0
    Import.objects.update(state="done")
    assert sweep(NOW).deals == 1


@pytest.mark.django_db
def test_what_a_new_limit_concerns_is_made_due_in_batches(company, monkeypatch):
    monkeypatch.setattr(again, "BATCH", 2)
    deals = [factories.DealFactory(owner=company.owner) for _deal in range(5)]
    assert again.ask(stage_id=deals[0].stage_id, team_id=company.sales.pk, now=NOW) == 6
    assert again.ask(stage_id=deals[0].stage_id, team_id=company.sales.pk, now=NOW) == 6
    assert LookAgain.objects.count() == 1
    assert sweep(NOW).deals == 6
    assert LookAgain.objects.count() == 0


@pytest.mark.django_db
def test_the_command_sweeps_at_a_given_moment(company):
    due_deals(company, 2)
    out = StringIO()
    call_command("sweep", "--now", SOON, stdout=out)
    assert out.getvalue() == "2 deals looked at, 0 failed.\n"


@pytest.mark.django_db
def test_the_command_says_what_a_moment_looks_like():
    with pytest.raises(CommandError, match="2026-03-02T14:00"):
        call_command("sweep", "--now", "tomorrow")


@pytest.mark.django_db(transaction=True)
def test_the_sweep_leaves_alone_what_a_service_holds(company):
    deal = due_deals(company, 1)[0]
    swept = []

    def work():
        swept.append(sweep(NOW))
        connection.close()

    with transaction.atomic():
        assert list(Deal.objects.select_for_update().filter(pk=deal.pk))
        thread = threading.Thread(target=work)
        thread.start()
        thread.join(timeout=30)
        assert swept[0].deals == 0
    assert sweep(NOW).deals == 1
