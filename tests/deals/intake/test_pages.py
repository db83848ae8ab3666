import csv
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from accounts.models import Account
from accounts.refusals import Refused
from deals.intake.files.plan import Options
from deals.models import Deal, Import
from deals.services import imports

ASKS = b"Id,Name,Stage,Close date,Amount\na,A,Won,03/04/2026,5\n"
CLEAR = b"Id,Name,Owner,Stage,Close date,Amount\na,A,Olaf Owner,Won,2026-01-01,5\nb,=B,Nobody,Won,2026-01-01,5\n"


@pytest.fixture(autouse=True)
def here(settings, tmp_path, monkeypatch):
    settings.MEDIA_ROOT = tmp_path / "media"
    monkeypatch.setattr("deals.services.imports.lifecycle._send", lambda _import_id: None)


@pytest.fixture
def upload(client, company):
    """Upload as the manager; gives the import."""

    def uploaded(content=CLEAR, kind="deals", by=None, name="deals.csv"):
        client.force_login(by or company.manager)
        answer = client.post(reverse("import-new"), {"kind": kind, "file": SimpleUploadedFile(name, content)})
        assert answer.status_code == 302, answer.content.decode()
        return Import.objects.latest("pk")

    return uploaded


def match_form(imported, **changes):
    form = {f"field_{column['index']}": column["field"] for column in imported.plan["file"]["columns"]}
    return {**form, "preset": "", **changes}


def test_a_file_is_looked_at_before_anything_is_written(client, upload):
    imported = upload()
    page = client.get(reverse("import", args=[imported.pk])).content.decode()
    assert "What would come in" in page
    assert "Nobody here has this name" in page
    assert "Import one row" in page
    assert not Deal.objects.filter(external_id="a").exists()


def test_a_question_is_asked_and_answered(client, upload):
    imported = upload(ASKS)
    page = client.get(reverse("import", args=[imported.pk])).content.decode()
    assert imported.state == "uploaded"
    assert "could be read in more than one way" in page
    assert reverse("import-start", args=[imported.pk]) not in page
    answer = client.post(reverse("import-match", args=[imported.pk]), match_form(imported, order_3="dmy"), follow=True)
    imported.refresh_from_db()
    assert imported.state == "ready"
    assert "What would come in" in answer.content.decode()


def test_columns_may_be_matched_by_hand(client, upload):
    imported = upload(b"Nr,Dings,Phase\n1,A,Proposal\n")
    client.post(reverse("import-match", args=[imported.pk]), match_form(imported, field_0="external_id", field_1="name"))
    imported.refresh_from_db()
    assert [column["field"] for column in imported.plan["file"]["columns"]] == ["external_id", "name", "stage"]


def test_a_file_of_another_kind_than_was_said_is_kept_and_read_anew(client, company, upload):
    imported = upload(b"Name,Domain\nMill & Sons,mill.example\n", by=company.admin)
    assert "No column was found" in client.get(reverse("import", args=[imported.pk])).content.decode()
    client.post(reverse("import-kind", args=[imported.pk]), {"kind": "accounts"})
    before, imported = imported, Import.objects.get()
    assert (imported.kind, imported.state, imported.file_path) == ("accounts", "ready", before.file_path)
    client.post(reverse("import-start", args=[imported.pk]))
    imports.run(imported.pk, timezone.now())
    assert Account.objects.filter(name="Mill & Sons").exists()
    client.post(reverse("import-kind", args=[imported.pk]), {"kind": "deals"})
    assert Import.objects.get().kind == "accounts"  # it has run


def test_a_manager_makes_of_a_file_nothing_only_admins_import(client, upload):
    imported = upload()
    answer = client.post(reverse("import-kind", args=[imported.pk]), {"kind": "people"}, follow=True)
    assert "Ask an admin to import this." in answer.content.decode()
    assert Import.objects.get().kind == "deals"


def test_an_import_is_started_as_what_was_seen_of_it(client, company, upload):
    imported = upload(by=company.admin)
    address = reverse("import-start", args=[imported.pk])
    assert '<input type="hidden" name="kind" value="deals">' in client.get(reverse("import", args=[imported.pk])).content.decode()
    Import.objects.update(kind="activities")  # by somebody else, meanwhile
    answer = client.post(address, {"kind": "deals"}, follow=True)
    assert "The file is read as activities by now. Look at its columns again." in answer.content.decode()
    assert Import.objects.get().state == "ready"
    client.post(address, {"kind": "activities"})
    assert Import.objects.get().state == "waiting"


def test_columns_are_matched_of_what_is_there_not_of_what_it_was_when_the_page_was_asked_for(upload, company):
    imported = seen = upload(by=company.admin)
    options, now = Options(**imported.plan["options"]), timezone.now()
    imports.change_kind(imported=imported, kind="accounts", by=company.admin, now=now)
    with pytest.raises(Refused, match="read as accounts by now"):
        imports.look_again(imported=seen, options=options, now=now)
    imports.change_kind(imported=imported, kind="deals", by=company.admin, now=now)
    imports.start(imported=imported, by=company.admin, now=now)
    with pytest.raises(Refused, match="has been started already"):
        imports.look_again(imported=seen, options=options, now=now)
    assert Import.objects.get().state == "waiting"


def test_run_result_and_rejected_rows(client, upload):
    imported = upload()
    address = reverse("import", args=[imported.pk])
    client.post(reverse("import-start", args=[imported.pk]))
    waiting = client.get(address).content.decode()
    assert "Waits for a worker" in waiting
    assert 'hx-trigger="every 1s"' in waiting
    imports.run(imported.pk, timezone.now())
    done = client.get(address).content.decode()
    assert "What came of it" in done
    assert f"{address}undo/" in done.split('id="progress"')[1], "what may be done now comes with the part that is asked for again"
    assert "hx-trigger" not in done.split('id="progress"')[1].split(">")[0]
    rows = list(csv.reader(io.StringIO(b"".join(client.get(reverse("import-rejected", args=[imported.pk]))).decode("utf-8-sig"))))
    assert rows[1][:3] == ["b", "'=B", "Nobody"]
    assert rows[1][-1].startswith("Nobody here has this name")


def test_undo_says_first_what_it_would_do(client, upload):
    imported = upload()
    client.post(reverse("import-start", args=[imported.pk]))
    imports.run(imported.pk, timezone.now())
    page = client.get(reverse("import-undo", args=[imported.pk])).content.decode()
    assert "1 deal would be taken away" in page
    assert Deal.objects.filter(external_id="a").exists()
    client.post(reverse("import-undo", args=[imported.pk]))
    assert "Being undone" in client.get(reverse("import", args=[imported.pk])).content.decode()
    imports.run(imported.pk, timezone.now())
    assert not Deal.objects.filter(external_id="a").exists()
    assert "Undone" in client.get(reverse("import", args=[imported.pk])).content.decode()


def test_an_upload_can_be_thrown_away(client, upload, settings, django_capture_on_commit_callbacks):
    imported = upload()
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("import-discard", args=[imported.pk]))
    assert not Import.objects.exists()
    assert not (settings.MEDIA_ROOT / imported.file_path).exists()


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7", b"<html><body>x"])
def test_a_file_that_cannot_be_read_is_said_at_the_field(client, company, content):
    client.force_login(company.admin)
    answer = client.post(reverse("import-new"), {"kind": "deals", "file": SimpleUploadedFile("x.csv", content or b"\n")})
    assert answer.status_code == 422
    assert "invalid-feedback" in answer.content.decode()
    assert not Import.objects.exists()


def test_managers_are_not_offered_people(client, company):
    client.force_login(company.manager)
    assert "People and teams" not in client.get(reverse("import-new")).content.decode()
    client.force_login(company.admin)
    assert "People and teams" in client.get(reverse("import-new")).content.decode()


def test_reps_and_executives_do_not_import(client, company):
    for person in (company.owner, company.executive):
        client.force_login(person)
        assert client.get(reverse("imports")).status_code == 403


def test_a_strangers_import_is_not_there(client, company, upload):
    imported = upload(by=company.admin)
    client.force_login(company.manager)
    assert client.get(reverse("import", args=[imported.pk])).status_code == 404
    assert imported.file_name not in client.get(reverse("imports")).content.decode()


def test_the_list_says_what_came_of_each(client, upload):
    imported = upload()
    client.post(reverse("import-start", args=[imported.pk]))
    imports.run(imported.pk, timezone.now())
    page = client.get(reverse("imports")).content.decode()
    assert "1 created" in page
    assert "1 rejected" in page
