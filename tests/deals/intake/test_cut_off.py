"""What an import that was cut off, or ran beside another one, comes to: the same as in one go."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings as of_project
from django.utils import timezone

from accounts.models import Account, Notice, WorkingCalendar
from deals.intake.files.plan import Options
from deals.models import Deal, Import, RiskSignal, Stage
from deals.risk.sweep import sweep
from deals.services import imports
from deals.services.imports import running
from deals.services.imports.deals import DealWriter
from deals.services.imports.lifecycle import DEAD_AFTER

HEAD = "Id,Name,Account,Stage,Amount,Opened,Close date\n"


@pytest.fixture(autouse=True)
def here(settings, tmp_path, monkeypatch):
    settings.MEDIA_ROOT = tmp_path / "media"
    monkeypatch.setattr(DealWriter, "batch", 5)
    monkeypatch.setattr("deals.services.imports.lifecycle._send", lambda _import_id: None)


def rows(*names, account="", stage="Proposal", closed=""):
    return "".join(f"{name},Deal {name},{account},{stage},1,2026-01-01,{closed}\n" for name in names)


def dies(monkeypatch, name, after=0):
    """The function of running.py, from its call after so many on."""
    known, calls = getattr(running, name), []

    def dying(*given):
        calls.append(1)
        if len(calls) > after:
            raise KeyboardInterrupt
        return known(*given)

    monkeypatch.setattr(running, name, dying)
    return lambda: monkeypatch.setattr(running, name, known)


def test_a_row_that_stood_before_the_cut_is_refused_after_it(write, company, now, monkeypatch):
    path = write("deals.csv", HEAD + rows(*"abcde") + "a,Second,,Proposal,99,2026-01-01,\n")
    planned = imports.planned(kind="deals", path=path, options=Options(), now=now)
    mended = dies(monkeypatch, "_one_batch", after=1)
    planned.state = "waiting"
    planned.save()
    with pytest.raises(KeyboardInterrupt):
        imports.run(planned.pk, now, path=path)
    mended()
    assert imports.run(planned.pk, now, path=path).counts == {"created": 5, "rejected": 1}
    assert Deal.objects.get(external_id="a").name == "Deal a"


def test_what_another_import_made_meanwhile_is_found(write, bring, company, now):
    """Its account is the same, though this one read the names before it was there."""
    other = HEAD + rows("x", account="Twin")
    path = write("deals.csv", HEAD + rows(*"abcde") + rows("f", account="Twin"))
    planned = imports.planned(kind="deals", path=path, options=Options(create_missing=True), now=now)
    planned.state = "waiting"
    planned.save()

    def beside(done, _of):
        if done == 5:
            bring("deals", other, name="other.csv", create_missing=True)

    imports.run(planned.pk, now, path=path, progress=beside)
    assert Account.objects.filter(name="Twin").count() == 1
    assert set(Deal.objects.filter(account__name="Twin").values_list("external_id", flat=True)) == {"x", "f"}


def test_undo_puts_back_moments_of_any_zone(company, bring, now):
    WorkingCalendar.objects.filter(is_default=True).update(time_zone="America/New_York")
    first = bring("deals", HEAD + rows("a"))
    entered = Deal.objects.get(external_id="a").stage_entered_at
    found = imports.undo(imported=bring("deals", HEAD + rows("a", stage="Won", closed="2026-02-01")), now=now)
    deal = Deal.objects.get(external_id="a")
    assert (deal.status, deal.stage_entered_at, found.kept_count) == ("open", entered, 0)
    imports.undo(imported=first, now=now)
    assert not Deal.objects.filter(external_id="a").exists()


def test_a_stage_with_a_very_long_name_is_cut(company, bring):
    done = bring("deals", HEAD + rows("a", stage="s" * 121) + rows("b", stage="s" * 120 + "t"))
    assert (done.state, done.counts) == ("done", {"created": 2})
    assert set(Deal.objects.filter(external_id__in="ab").values_list("stage__name", flat=True)) == {"s" * 120}
    assert Stage.objects.filter(name="s" * 120).count() == 1


def test_one_that_cannot_go_on_tells_nobody_of_the_past(company, now, monkeypatch):
    text = HEAD + rows(*"abc") + rows("w", stage="Won", closed="2026-02-01")
    uploaded = imports.receive(kind="deals", file_name="deals.csv", chunks=[text.encode()], by=company.admin, now=now)
    imports.start(imported=uploaded, by=company.admin, now=now)
    mended = dies(monkeypatch, "look_again")
    with pytest.raises(KeyboardInterrupt):
        imports.run(uploaded.pk, now)
    mended()
    (Path(of_project.MEDIA_ROOT) / Import.objects.get(pk=uploaded.pk).file_path).unlink()
    later = timezone.now() + DEAD_AFTER + timedelta(seconds=1)
    imports.resume(later)
    assert Import.objects.get(pk=uploaded.pk).state == "failed"
    sweep(later + timedelta(seconds=1))
    assert RiskSignal.objects.filter(deal__external_id__in="abc").exists()
    assert not Deal.objects.watched().filter(external_id__in="abc", alarm_at=None).exists()
    assert not Notice.objects.filter(kind__startswith="signal").exists()
