"""A manager's import reaches as far as the manager sees, and no other import than theirs."""

from datetime import UTC, datetime

import pytest
from django.urls import reverse

from deals.models import Deal, Import, Interaction
from deals.services import imports
from tests import factories

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 4, 10, tzinfo=UTC)


@pytest.fixture(autouse=True)
def own_media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def west(company):
    """A deal, an account and a mail of the team the manager of East does not see."""
    account = factories.AccountFactory(name="Westwind", owner=company.stranger)
    deal = factories.DealFactory(name="Western deal", owner=company.stranger, account=account, external_id="W-1")
    mail = factories.InteractionFactory(deal=deal, external_id="M-1", subject="Secret")
    return deal, account, mail


def run(kind, text, by):
    imported = imports.receive(kind=kind, file_name="file.csv", chunks=[text.encode()], by=by, now=NOW)
    imports.start(imported=imported, by=by, now=NOW)
    return imports.run(imported.pk, NOW)


@pytest.mark.parametrize(
    "row",
    [
        "N-1,New,Olaf Owner,Westwind,Proposal",  # the account of another team
        "N-2,New,Sven Stranger,Norwood Clinics,Proposal",  # its person
        "W-1,Taken,Olaf Owner,Norwood Clinics,Proposal",  # its deal
    ],
)
def test_a_manager_reaches_no_other_team_by_a_file_of_deals(company, west, row):
    done = run("deals", f"Id,Name,Owner,Account,Stage\n{row}\nN-9,Fine,Olaf Owner,Norwood Clinics,Proposal\n", company.manager)
    assert (done.counts["created"], done.counts["rejected"]) == (1, 1)
    assert "Ask an admin" in done.rows.get(result="rejected").reason
    assert Deal.objects.get(external_id="W-1").name == "Western deal"


def test_a_manager_does_not_move_another_teams_mail(company, west):
    company.deal.external_id = "E-1"
    company.deal.save()
    run("activities", "Id,Type,Date,Deal Id,Subject\nM-1,Email,2026-02-01,E-1,Mine now\n", company.manager)
    assert Interaction.objects.get(external_id="M-1").subject == "Secret"


@pytest.mark.parametrize("kind", ["people", "products", "accounts", "contacts"])
def test_what_is_everybodys_is_imported_by_admins(company, kind):
    from accounts.refusals import Refused

    with pytest.raises(Refused, match="Ask an admin"):
        imports.receive(kind=kind, file_name="file.csv", chunks=[b"Name\nA\n"], by=company.manager, now=NOW)


def test_an_admins_import_is_not_a_managers_to_run_or_undo(company, client):
    company.admin.team = company.east
    company.admin.save()
    imported = Import.objects.create(kind="deals", state="done", file_name="x.csv", created_by=company.admin, created_at=NOW)
    client.force_login(company.manager)
    assert client.get(reverse("import", args=[imported.pk])).status_code == 404
    assert client.post(reverse("import-undo", args=[imported.pk])).status_code == 404


def test_an_upload_is_gone_when_its_import_is_done(company, settings):
    done = run("deals", "Id,Name,Owner,Account,Stage\nN-9,Fine,Olaf Owner,Norwood Clinics,Proposal\n", company.manager)
    assert done.state == "done"
    assert not (settings.MEDIA_ROOT / done.file_path).exists()


def test_deals_nobody_could_look_at_are_the_sweeps(company, monkeypatch):
    from deals.services.imports import running

    def stop(*_arguments):
        raise RuntimeError("stopped")

    monkeypatch.setattr(running, "look_again", stop)
    rows = "N-8,Won,Olaf Owner,Norwood Clinics,Won,2026-03-01\nN-9,Fine,Olaf Owner,Norwood Clinics,Proposal,\n"
    done = run("deals", f"Id,Name,Owner,Account,Stage,Close date\n{rows}", company.manager)
    assert done.state == "failed"
    assert Deal.objects.get(external_id="N-9").alarm_at == NOW


def test_a_deal_closed_by_an_import_has_no_next_step_left(company):
    text = "Id,Name,Owner,Account,Stage,Close Date\n"
    run("deals", text + "N-9,Fine,Olaf Owner,Norwood Clinics,Proposal,\n", company.manager)
    deal = Deal.objects.get(external_id="N-9")
    factories.NextStepFactory(deal=deal, due_at=NOW)
    run("deals", text + "N-9,Fine,Olaf Owner,Norwood Clinics,Won,2026-03-01\n", company.manager)
    deal.refresh_from_db()
    assert deal.status == "won"
    assert not deal.next_steps.filter(ended_at__isnull=True).exists()


def test_undoing_what_was_said_has_its_deals_looked_at_again(company):
    from deals.services.imports.undoing import undo

    company.deal.external_id = "E-1"
    company.deal.save()
    done = run("activities", "Id,Type,Date,Deal Id,Subject,Direction\nM-2,Email,2026-02-01,E-1,Question,incoming\n", company.manager)
    Deal.objects.update(alarm_at=None)
    undo(imported=done, now=NOW)
    company.deal.refresh_from_db()
    assert (company.deal.alarm_at, company.deal.interactions.count()) == (NOW, 0)
