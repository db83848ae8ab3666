"""A file comes in and goes out again, by the worker's own task."""

import pytest
from playwright.sync_api import expect

from config.celery import app
from deals.models import Deal
from tests.factories import make_company

EXPORT = """deal name,account,stage,amount,created,close date,owner
Bakery line,Norwood Clinics,Proposal,"1,200.50",2025-09-01,2026-12-24,Olaf Owner
Second bakery line,Norwood Clinics,Proposal,900.00,2025-09-31,2026-12-24,Olaf Owner
Cold store,Norwood Clinics,Proposal,"15,000.00",2025-10-15,2026-12-31,Olaf Owner
"""


@pytest.fixture
def at_once(settings, tmp_path):
    """Tasks run as soon as they are sent, in the server's own thread."""
    settings.MEDIA_ROOT = tmp_path / "media"
    app.conf["task_always_eager"] = True
    yield
    app.conf["task_always_eager"] = False


def test_upload_match_preview_run_and_undo(open_page, log_in, axe, at_once, tmp_path):
    company = make_company()
    export = tmp_path / "pipeline.csv"
    export.write_text(EXPORT)
    page = log_in(open_page(), company.admin)
    page.goto("/imports/")
    page.get_by_role("link", name="Import a file").first.click()
    expect(page.get_by_role("heading", name="Import a file")).to_be_visible()
    page.get_by_text("Deals", exact=True).click()
    page.get_by_label("File", exact=True).set_input_files(export)
    page.get_by_role("button", name="Upload and look").click()
    expect(page.get_by_role("heading", name="What would come in")).to_be_visible()
    expect(page.locator(".problems")).to_contain_text("2025-09-31")
    axe(page)
    page.emulate_media(color_scheme="dark")
    axe(page)
    page.get_by_role("button", name="Import 2 rows").click()
    expect(page.get_by_role("heading", name="What came of it")).to_be_visible()
    assert set(Deal.objects.exclude(pk=company.deal.pk).values_list("name", flat=True)) == {"Bakery line", "Cold store"}
    axe(page)
    with page.expect_download() as download:
        page.get_by_role("link", name="Download the rejected rows").click()
    assert "Second bakery line" in download.value.path().read_text()
    page.get_by_role("link", name="Undo").click()
    expect(page.get_by_role("heading", name="Undo this import?")).to_be_visible()
    axe(page)
    page.get_by_role("button", name="Undo the import").click()
    expect(page.get_by_role("heading", name="Undone")).to_be_visible()
    assert list(Deal.objects.all()) == [company.deal]


def test_a_file_that_is_none_is_refused_in_words(open_page, log_in, axe, at_once, tmp_path):
    export = tmp_path / "pipeline.xlsx"
    export.write_bytes(b"PK\x03\x04 this is no workbook")
    page = log_in(open_page(size="phone"), make_company().admin)
    page.goto("/imports/new/")
    page.get_by_label("File", exact=True).set_input_files(export)
    page.get_by_role("button", name="Upload and look").click()
    expect(page.locator("#file-error")).to_be_visible()
    axe(page)
