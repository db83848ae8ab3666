"""From an empty Salvor to the first risk desk, as its first admin walks it; and the settings beside it."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from accounts.models import Role, Team, User, WorkingCalendar
from config.celery import app
from deals.models import Deal, Stage
from tests.factories import DealFactory, make_company, stage


@pytest.fixture
def at_once(settings, tmp_path):
    """Tasks run as soon as they are sent, in the server's own thread."""
    settings.MEDIA_ROOT = tmp_path / "media"
    app.conf["task_always_eager"] = True
    yield
    app.conf["task_always_eager"] = False


def export():
    long_ago = timezone.localdate() - timedelta(days=60)
    return (
        "Deal name,Stage,Owner,Account,Amount,Created,Closed\n"
        f"Three pumps,Proposal,Rita Rep,Harbour Works,12000,{long_ago},\n"
        f"Filters,Negotiation,Rita Rep,Mill & Sons,4500,{long_ago},\n"
        f"Old story,Lost,Rita Rep,Mill & Sons,900,{long_ago},{long_ago + timedelta(days=9)}\n"
    )


@pytest.mark.parametrize(("size", "scheme"), [("desk", "light"), ("phone", "dark")])
def test_ten_minutes_to_the_first_risk_desk(open_page, log_in, axe, at_once, tmp_path, size, scheme):
    admin = User.objects.create_user(email="ada@salvor.example", password=None, name="Ada Admin", role=Role.ADMIN)
    page = log_in(open_page(size=size, scheme=scheme), admin)
    page.goto("/")
    expect(page.get_by_role("heading", name="Welcome, Ada Admin")).to_be_visible()
    axe(page)
    page.get_by_label("Time zone").select_option("Europe/Berlin")
    page.get_by_label("Public holidays of").select_option("DE")
    page.get_by_label("Monday to Friday").fill("8-12, 13-17")
    page.get_by_role("button", name="Keep these hours").click()
    expect(page.get_by_text("1 of 4", exact=True)).to_be_visible()
    assert WorkingCalendar.objects.get(is_default=True).time_zone == "Europe/Berlin"
    page.get_by_label("Your teams, one a line").fill("Sales")
    page.get_by_role("button", name="Make the teams").click()
    expect(page.get_by_text("Teams: Sales.")).to_be_visible()
    file = tmp_path / "pipeline.csv"
    file.write_text(export())
    page.get_by_role("link", name="Import deals").click()
    expect(page.get_by_text("Setting up: 1 of 4.")).to_be_visible()
    page.get_by_label("File", exact=True).set_input_files(file)
    page.get_by_role("button", name="Upload and look").click()
    page.get_by_role("button", name="Import 3 rows").click()
    expect(page.get_by_role("heading", name="What came of it")).to_be_visible()
    assert Deal.objects.count() == 3
    page.goto("/welcome/")
    expect(page.get_by_role("heading", name="Salvor is set up")).to_be_visible()
    assert Team.objects.count() == 1
    axe(page)
    page.get_by_role("link", name="Open the risk desk").click()
    expect(page).to_have_url(re.compile("/risk/"))
    expect(page.locator("main")).to_contain_text("Three pumps")
    expect(page.get_by_text("Setting up")).to_have_count(0)


@pytest.mark.parametrize(("size", "scheme"), [("desk", "light"), ("phone", "dark")])
def test_a_stage_is_moved_by_keyboard_and_retired_with_its_deals(open_page, log_in, axe, size, scheme):
    company = make_company()
    DealFactory(owner=company.owner, amount=1500)
    page = log_in(open_page(size=size, scheme=scheme), company.admin)
    page.goto("/settings/pipelines/")
    axe(page)
    up = page.get_by_role("button", name="Move Proposal up")
    up.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Proposal is stage 3 now.")).to_be_visible()
    expect(up).to_be_focused()
    page.get_by_role("link", name="Retire the stage Proposal").click()
    expect(page.get_by_text("2 deals").first).to_be_visible()
    axe(page)
    page.get_by_label("Discovery").check()
    page.get_by_role("button", name="Retire the stage").click()
    expect(page.get_by_text("Its 2 deals go to Discovery")).to_be_visible()
    assert Deal.objects.filter(stage=stage("Discovery")).count() == 2
    assert not Stage.objects.in_use().filter(name="Proposal").exists()


@pytest.mark.parametrize("size", ["desk", "phone"])
def test_the_settings_can_be_read_by_everybody(open_page, log_in, axe, size):
    page = log_in(open_page(size=size), make_company().admin)
    for place in ("/settings/rates/", "/settings/loss-reasons/", "/teams/", f"/calendars/{WorkingCalendar.objects.get(is_default=True).pk}/"):
        page.goto(place)
        axe(page)
        page.emulate_media(color_scheme="dark")
        axe(page)
        page.emulate_media(color_scheme="light")
