"""Imports that are killed, started twice, run by two at once, and taken back."""

import threading
from datetime import timedelta

import pytest
from django.db import connection, connections
from django.utils import timezone

from accounts.models import Account, Team, User
from accounts.refusals import Refused
from deals.models import Deal, Import, ImportRow, Interaction, NextStep, OutgoingMail, Pipeline, Product, Stage, StageChange
from deals.services import imports, outbox
from deals.services.imports import looking_again
from deals.services.imports.deals import DealWriter
from deals.services.imports.lifecycle import DEAD_AFTER
from deals.services.imports.standing import Standing
from tests import factories
from winback.models import Loss

MANY = "Id,Name,Account,Stage,Opened,Close date\n" + "".join(
    f"d{number},Deal {number},Account {number % 7},{'Lost' if number % 3 else 'Engaging'},2026-01-01,{'2026-02-01' if number % 3 else ''}\n"
    for number in range(40)
)


@pytest.fixture(autouse=True)
def here(settings, tmp_path, monkeypatch):
    settings.MEDIA_ROOT = tmp_path / "media"
    monkeypatch.setattr(DealWriter, "batch", 7)
    monkeypatch.setattr("deals.services.imports.lifecycle._send", lambda _import_id: None)


@pytest.fixture
def uploaded(company, now):
    return imports.receive(kind="deals", file_name="many.csv", chunks=[MANY.encode()], by=company.admin, now=now)


def whole():
    """Everything is in, and once."""
    assert Deal.objects.filter(external_id__startswith="d").count() == 40
    assert Account.objects.filter(name__startswith="Account ").count() == 7
    assert Loss.objects.count() == Deal.objects.filter(status="lost").count() == 26
    assert StageChange.objects.count() == 40 + 26
    assert ImportRow.objects.filter(model="deals.deal").count() == 40
    assert Pipeline.objects.filter(is_default=False).count() == 1


def test_the_way_of_an_import(uploaded, company, now):
    assert uploaded.state == "ready"
    assert uploaded.plan["preview"]["counts"] == {"created": 40}
    assert not Deal.objects.filter(imported_by=uploaded).exists()
    imports.start(imported=uploaded, by=company.admin, now=now)
    done = imports.run(uploaded.pk, now)
    assert (done.state, done.counts, done.rows_done, done.error) == ("done", {"created": 40}, 40, "")
    whole()


def test_running_it_twice_does_nothing_twice(uploaded, company, now):
    imports.start(imported=uploaded, by=company.admin, now=now)
    imports.run(uploaded.pk, now)
    assert imports.run(uploaded.pk, now).counts == {"created": 40}
    whole()


def test_one_killed_in_the_middle_goes_on_where_it_was(uploaded, company, now, monkeypatch):
    imports.start(imported=uploaded, by=company.admin, now=now)
    write, calls = DealWriter.write, []

    def dies_in_the_third(self, verdicts):
        calls.append(1)
        write(self, verdicts)
        if len(calls) == 3:
            raise KeyboardInterrupt

    monkeypatch.setattr(DealWriter, "write", dies_in_the_third)
    with pytest.raises(KeyboardInterrupt):
        imports.run(uploaded.pk, now)
    stopped = Import.objects.get(pk=uploaded.pk)
    assert (stopped.state, stopped.rows_done) == ("running", 14)
    assert Deal.objects.filter(imported_by=stopped).count() == 14, "the batch it died in left nothing"
    monkeypatch.setattr(DealWriter, "write", write)
    assert imports.resume(timezone.now()) == 0, "its heartbeat is fresh: somebody may be at it"
    assert imports.resume(timezone.now() + DEAD_AFTER + timedelta(seconds=1)) == 1
    assert Import.objects.get(pk=uploaded.pk).counts == {"created": 40}
    whole()


def test_one_killed_while_deals_are_looked_at_goes_on_there(uploaded, company, now, monkeypatch):
    monkeypatch.setattr(Standing, "has_won_deals", lambda _self: True)  # as if the file had won deals: the look waits for the end
    imports.start(imported=uploaded, by=company.admin, now=now)
    monkeypatch.setattr(looking_again, "REFRESH_BATCH", 5)
    refresh, calls = looking_again.refresh, []

    def dies_in_the_second(ids, at, *, tell):
        calls.append(list(ids))
        if len(calls) == 2:
            raise KeyboardInterrupt
        refresh(ids, at, tell=tell)

    monkeypatch.setattr(looking_again, "refresh", dies_in_the_second)
    with pytest.raises(KeyboardInterrupt):
        imports.run(uploaded.pk, now)
    imports.run(uploaded.pk, now)
    assert calls[2] == calls[1], "goes on with the batch it died in"
    assert Import.objects.get(pk=uploaded.pk).state == "done"
    whole()


def test_an_unexpected_exception_stops_it_with_a_sentence_and_it_can_go_on(uploaded, company, now, monkeypatch):
    imports.start(imported=uploaded, by=company.admin, now=now)
    write = DealWriter.write
    monkeypatch.setattr(DealWriter, "write", lambda *_args: 1 / 0)
    failed = imports.run(uploaded.pk, now)
    assert failed.state == "failed"
    assert "ZeroDivisionError" in failed.error
    monkeypatch.setattr(DealWriter, "write", write)
    imports.start(imported=failed, by=company.admin, now=now)
    assert imports.run(uploaded.pk, now).state == "done"
    whole()


def test_a_row_the_database_refuses_costs_only_itself(uploaded, company, now, monkeypatch):
    imports.start(imported=uploaded, by=company.admin, now=now)
    after = DealWriter.after_write

    def breaks(self, verdicts):
        for verdict in verdicts:
            if verdict.instance.external_id == "d10":
                Deal.objects.filter(pk=verdict.instance.pk).update(name="")
        after(self, verdicts)

    monkeypatch.setattr(DealWriter, "after_write", breaks)
    done = imports.run(uploaded.pk, now)
    assert (done.state, done.counts) == ("done", {"created": 39, "rejected": 1})
    assert "deal_has_a_name" in done.rows.get(result="rejected").reason


def test_a_file_that_is_gone_is_a_plain_sentence(uploaded, company, now, settings):
    (settings.MEDIA_ROOT / uploaded.file_path).unlink()
    imports.start(imported=uploaded, by=company.admin, now=now)
    failed = imports.run(uploaded.pk, now)
    assert (failed.state, failed.error) == ("failed", "The file of this import is no longer here. Upload it again.")


def test_what_cannot_be_started_says_so(uploaded, company, now):
    imports.start(imported=uploaded, by=company.admin, now=now)
    with pytest.raises(Refused, match="waiting to run"):
        imports.start(imported=uploaded, by=company.admin, now=now)
    with pytest.raises(Refused, match="started already"):
        imports.discard(imported=uploaded)


def test_managers_do_not_bring_in_people(company, now):
    with pytest.raises(Refused, match="admin"):
        imports.receive(kind="people", file_name="p.csv", chunks=[b"Name\nX\n"], by=company.manager, now=now)


def test_managers_change_only_deals_they_see(company, now):
    company.deal.external_id, company.deal.owner, company.deal.team = "theirs", company.stranger, company.west
    company.deal.save()
    rows = b"Id,Name,Stage\ntheirs,Taken,Negotiation\nnew,New,Negotiation\n"
    theirs = imports.receive(kind="deals", file_name="d.csv", chunks=[rows], by=company.manager, now=now)
    imports.start(imported=theirs, by=company.manager, now=now)
    assert imports.run(theirs.pk, now).counts == {"created": 1, "rejected": 1}
    company.deal.refresh_from_db()
    assert company.deal.name == "Clinics, two more"


def test_too_large_a_file_is_refused_and_not_kept(company, now, settings):
    settings.IMPORT_MAX_BYTES = 10
    with pytest.raises(Refused, match="larger than"):
        imports.receive(kind="deals", file_name="d.csv", chunks=[b"12345678", b"9012"], by=company.admin, now=now)
    assert not list((settings.MEDIA_ROOT / "imports").iterdir())


# --- undo -----------------------------------------------------------------------------------------------------
def test_undo_takes_everything_away(uploaded, company, now):
    imports.start(imported=uploaded, by=company.admin, now=now)
    imports.run(uploaded.pk, now)
    would = imports.undo_preview(uploaded)
    assert (would.deleted, would.kept_count) == ({"deals": 40, "accounts": 7, "stages": 3, "pipelines": 1}, 0)
    imports.ask_undo(imported=uploaded, now=now)
    undone = imports.run(uploaded.pk, now)
    assert (undone.state, undone.plan["undone"]["kept"]) == ("undone", [])
    assert list(Deal.objects.all()) == [company.deal]
    assert (Account.objects.count(), Pipeline.objects.count(), Loss.objects.count()) == (1, 1, 0)


def test_undo_keeps_what_people_have_worked_on(uploaded, company, now):
    imports.start(imported=uploaded, by=company.admin, now=now)
    imports.run(uploaded.pk, now)
    worked = Deal.objects.get(external_id="d0")
    NextStep.objects.create(deal=worked, what="Call", due_at=now, created_at=now)
    Deal.objects.filter(external_id="d3").update(name="Renamed by hand")
    found = imports.undo(imported=uploaded, now=now)
    assert {(one["thing"], one["why"]) for one in found.kept} >= {("Deal 0", "has a next step"), ("Renamed by hand", "was changed since")}
    assert set(Deal.objects.filter(imported_by=uploaded).values_list("external_id", flat=True)) == {"d0", "d3"}
    assert Stage.objects.filter(pk=worked.stage_id).exists()


def test_undo_keeps_a_deal_whose_mail_waits_to_go(uploaded, company, now):
    imports.start(imported=uploaded, by=company.admin, now=now)
    imports.run(uploaded.pk, now)
    words = {"to": ["a@b.example"], "subject": "Your offer", "body": "Here it is.", "send_at": now + timedelta(days=1)}
    mail = outbox.write(deal=Deal.objects.get(external_id="d0"), author=company.owner, now=now, **words)
    found = imports.undo(imported=uploaded, now=now)
    assert found.kept[0] == {"thing": "Deal 0", "why": "has mail that somebody wrote"}
    assert OutgoingMail.objects.get() == mail


def test_undo_puts_fields_back_where_they_still_hold_what_the_import_wrote(company, bring, now):
    company.account.sector = "health"
    company.account.save()
    done = bring("accounts", "Name,Industry,Country\nNorwood Clinics,hospitals,Norway\n")
    Account.objects.filter(pk=company.account.pk).update(country="Sweden")
    found = imports.undo(imported=done, now=now)
    company.account.refresh_from_db()
    assert (company.account.sector, company.account.country) == ("health", "Sweden")
    assert (found.restored, found.kept_count) == (1, 1)


def test_undo_moves_a_deal_back(company, bring, now):
    bring("deals", "Id,Name,Stage,Opened\na,A,Proposal,2026-01-01\n")
    moved = bring("deals", "Id,Name,Stage,Opened,Close date\na,A,Won,2026-01-01,2026-02-01\n")
    imports.undo(imported=moved, now=now)
    deal = Deal.objects.get(external_id="a")
    assert (deal.status, deal.stage.name, deal.closed_on) == ("open", "Proposal", None)
    assert deal.stage_changes.count() == 1


def test_undo_of_people_takes_the_teams_too(db, bring, now):
    done = bring("people", "Name,Manager,Region\nRita,Mona,North\n")
    imports.undo(imported=done, now=now)
    assert (User.objects.count(), Team.objects.count()) == (0, 0)


def test_undo_of_people_keeps_those_who_own_something(db, bring, now):
    done = bring("people", "Name,Manager,Region\nRita,Mona,North\nRosa,Mona,North\n")
    factories.DealFactory(owner=User.objects.get(name="Rita"))
    found = imports.undo(imported=done, now=now)
    assert set(User.objects.values_list("name", flat=True)) >= {"Rita"}
    assert "Rita" in {one["thing"] for one in found.kept}
    assert not User.objects.filter(name="Rosa").exists()


def test_undo_of_activities(company, bring, now):
    done = bring("activities", "Id,Type,Direction,Date,Account\nx,Call,out,2026-01-01,Norwood Clinics\n")
    imports.undo(imported=done, now=now)
    assert not Interaction.objects.exists()


def test_undo_of_products_keeps_those_that_are_sold(company, bring, now):
    done = bring("products", "Name\nSold\nUnsold\n")
    factories.DealFactory(product=Product.objects.get(name="Sold"))
    imports.undo(imported=done, now=now)
    assert list(Product.objects.values_list("name", flat=True)) == ["Sold"]


def test_undo_keeps_what_no_longer_fits(db, bring, now):
    west = Team.objects.create(name="West")
    sven = factories.UserFactory(name="Sven", team=west)
    done = bring("people", "Name,Region\nSven,North\n")
    west.delete()
    imports.ask_undo(imported=done, now=now)
    undone = imports.run(done.pk, now)
    sven.refresh_from_db()
    assert (undone.state, undone.error, sven.team.name) == ("undone", "", "North")
    assert ("Sven", "what it was before no longer fits what is here") in {(one["thing"], one["why"]) for one in undone.plan["undone"]["kept"]}


def test_an_undo_that_breaks_is_not_tried_for_ever(company, bring, now, monkeypatch):
    done = bring("accounts", "Name\nNew\n")
    imports.ask_undo(imported=done, now=now)
    monkeypatch.setattr("deals.services.imports.undoing._loosen", lambda _imported: 1 / 0)
    stopped = imports.run(done.pk, now)
    assert stopped.state == "done"
    assert "ZeroDivisionError" in stopped.error
    assert "undo_wanted" not in stopped.plan


def test_one_import_that_breaks_does_not_stop_the_others(company, bring, now, monkeypatch):
    broken, other = bring("accounts", "Name\nNew\n"), bring("products", "Name\nNew\n")
    for one in (broken, other):
        imports.ask_undo(imported=one, now=now)
    tried = []
    monkeypatch.setattr("deals.services.imports.lifecycle.run", lambda pk, _now: tried.append(pk) or 1 / 0)
    assert imports.resume(now + DEAD_AFTER + timedelta(seconds=1)) == 2
    assert set(tried) == {broken.pk, other.pk}


def test_an_undo_killed_before_the_refresh_leaves_its_deals_to_the_sweep(company, bring, now, monkeypatch):
    bring("deals", "Id,Name,Stage,Opened\na,A,Proposal,2026-01-01\n")
    moved = bring("deals", "Id,Name,Stage,Opened,Close date\na,A,Won,2026-01-01,2026-02-01\n")

    def dies(_now):
        raise KeyboardInterrupt

    monkeypatch.setattr("deals.services.imports.undoing.rhythms.learn", dies)
    with pytest.raises(KeyboardInterrupt):
        imports.undo(imported=moved, now=now)
    deal = Deal.objects.get(external_id="a")
    assert (deal.status, deal.alarm_at) == ("open", now)


def test_throwing_away_twice_is_refused(uploaded):
    imports.discard(imported=Import.objects.get(pk=uploaded.pk))
    with pytest.raises(Refused, match="gone already"):
        imports.discard(imported=uploaded)


def test_an_import_at_work_cannot_be_undone(uploaded, company, now):
    imports.start(imported=uploaded, by=company.admin, now=now)
    with pytest.raises(Refused, match="done or stopped"):
        imports.ask_undo(imported=uploaded, now=now)


# --- two at once ------------------------------------------------------------------------------------------------
@pytest.mark.django_db(transaction=True)
def test_two_at_once_take_turns(company, now):
    one = imports.receive(kind="deals", file_name="many.csv", chunks=[MANY.encode()], by=company.admin, now=now)
    imports.start(imported=one, by=company.admin, now=now)
    broken = []

    def work():
        try:
            imports.run(one.pk, now)
        except Exception as error:  # noqa: BLE001 - shown by the assertion below
            broken.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work) for _worker in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert broken == []
    assert Import.objects.get(pk=one.pk).counts == {"created": 40}
    whole()
    connection.close()
