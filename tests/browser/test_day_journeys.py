"""A working day, end to end: a rep's and a manager's, by mouse and by keys, wide and narrow, light and dark."""

import csv
import io
from datetime import timedelta
from pathlib import Path

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from accounts.models import Account
from deals.models import Deal, Interaction, RiskSignal, SavedView
from deals.risk.refresh import refresh
from deals.services.interactions import log_interaction
from tests.factories import ContactFactory, DealFactory, make_company, stage
from winback.models import Loss

NAMES = ["Fleet renewal", "North depots", "Mill line", "Scanner pilot", "Rate card"]


@pytest.fixture
def company():
    """An owner for whom Priya waits since last week, with five more deals, and twenty of their teammate's."""
    company, now = make_company(), timezone.now()
    Deal.objects.filter(pk=company.deal.pk).update(created_at=now - timedelta(days=30), amount=62000)
    for days, direction, words in [(20, "out", "The offer is attached."), (6, "in", "Is anybody there?")]:
        log_interaction(
            deal=company.deal,
            kind="email",
            direction=direction,
            by=company.owner,
            now=now,
            at=now - timedelta(days=days),
            contact=company.contact,
            body=words,
        )
    rest = [DealFactory(name=name, owner=company.owner, stage=stage("Discovery"), amount=1000 * n) for n, name in enumerate(NAMES, 1)]
    konex = Account.objects.create(name="Konex")
    rest += [DealFactory(name=f"Konex site {n}", owner=company.teammate, account=konex, amount=500 + n) for n in range(1, 21)]
    ContactFactory(name="Wesley Hill", email="wes@larkspur.example", account=rest[0].account)
    refresh([company.deal.pk, *[deal.pk for deal in rest]], now)
    return company


def named(name):
    return Deal.objects.select_related("stage").get(name=name)


def said(page, words):
    expect(page.locator("#toasts")).to_contain_text(words)


# --- a rep ------------------------------------------------------------------------------------------------------


def answer_what_waits(page, company):
    page.goto(reverse("today"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("One person is waiting for you")
    row = page.locator("[data-row]", has_text="Is anybody there?")
    row.locator("details.menu > summary").click()
    row.get_by_role("button", name="I have answered").click()
    row.get_by_label("What did you answer?").fill("The quote goes out today.")
    row.get_by_role("button", name="Log it").click()
    expect(row).to_have_count(0)
    assert not RiskSignal.objects.filter(deal=company.deal, rule="reply_overdue", state="raised").exists()


def log_three_calls(page):
    """From anywhere, without leaving the page: the deal by a few letters, the words, and on to the next."""
    page.goto(reverse("today"))
    page.get_by_role("link", name="Log").and_(page.locator(":visible")).first.click()
    for number, name in enumerate(NAMES[:3]):
        letters = name[:6].strip().lower()
        page.get_by_label("On which deal?").fill(letters)
        expect(page.locator(f'#log-sheet [data-words="{letters}"]')).to_be_visible()  # what was found, not what stood there before
        page.locator("[data-log-body]").get_by_role("option", name=name).click()
        page.locator("[data-log-body] textarea").fill(f"We spoke, number {number}.")
        last = number == 2
        page.locator("[data-log-body]").get_by_role("button", name="Log it" if last else "Log it, and another", exact=False).and_(
            page.locator(f"[name=then][value={'done' if last else 'another'}]")
        ).click()
        said(page, name)
    assert Interaction.objects.filter(kind="call", direction="out", body__startswith="We spoke, number").count() == 3


def carry_by_keys(page, name, presses=1):
    link = page.get_by_role("link", name=name, exact=True)
    link.focus()
    page.keyboard.press("m")
    for _time in range(presses):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    said(page, f"{name} moved from Discovery to")


def by_menu(page, name, to):
    page.get_by_role("link", name=f"Move {name} to another stage").click()
    page.get_by_role("dialog").get_by_role("button", name=to).click()
    said(page, f"{name} moved from Discovery to {to}")


def move_five_deals(page):
    """One by keys, the others from their menus; the last one is taken back."""
    page.goto(f"{reverse('board')}?owner={Deal.objects.get(name=NAMES[0]).owner_id}")
    carry_by_keys(page, NAMES[0])
    for name in NAMES[1:]:
        by_menu(page, name, "Negotiation")
    expect(page.get_by_role("region", name="Negotiation", exact=True).locator(".deal")).to_have_count(4)
    page.locator("#toasts .toast-line", has_text=NAMES[4]).get_by_role("button", name="Undo").click()
    said(page, f"{NAMES[4]} stands in Discovery again")
    assert [named(name).stage.name for name in NAMES] == ["Proposal", "Negotiation", "Negotiation", "Negotiation", "Discovery"]


def lose_one(page, name):
    page.goto(named(name).get_absolute_url() + "lost/")
    page.get_by_label("They chose another vendor").check()
    page.get_by_label("the other vendor", exact=False).fill("Otherworks")
    page.get_by_label("Our price", exact=True).check()
    page.get_by_role("button", name="Record the loss").click()
    page.wait_for_url(f"**{named(name).get_absolute_url()}*")
    assert Loss.objects.get(deal__name=name).reasons == ["price"]


def find_by_three_letters(page, letters, name):
    page.keyboard.press("/")
    box = page.get_by_role("combobox", name="Search", exact=False).first
    box.fill("")
    box.press_sequentially(letters)
    expect(page.locator("#found-sheet").get_by_role("option", name=name)).to_be_visible()
    box.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text(name)


@pytest.mark.parametrize(("size", "scheme"), [("desk", "light"), ("phone", "dark")])
def test_a_reps_day(open_page, log_in, axe, company, size, scheme):
    page = log_in(open_page(size=size, scheme=scheme), company.owner)
    answer_what_waits(page, company)
    axe(page)
    log_three_calls(page)
    axe(page)
    move_five_deals(page)
    axe(page)
    lose_one(page, NAMES[3])
    axe(page)
    # One letter beside the one that was meant.
    find_by_three_letters(page, "wea", "Wesley Hill")
    axe(page)


# --- a manager --------------------------------------------------------------------------------------------------


def save_a_view(page):
    page.goto(f"{reverse('pipeline')}?q=konex&sort=value")
    page.locator(".views-menu summary").click()
    page.get_by_role("link", name="Save this as a view").click()
    page.get_by_label("Name", exact=True).fill("Monday review")
    page.get_by_label("My team, with all below").check()
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".views-menu summary")).to_contain_text("View: Monday review")
    assert SavedView.objects.get().sharing == "team"


def export_it(page):
    page.get_by_text("Export", exact=True).click()
    with page.expect_download() as started:
        page.get_by_role("link", name="As CSV").click()
    rows = list(csv.reader(io.StringIO(Path(started.value.path()).read_text(encoding="utf-8-sig"))))
    assert len(rows) == 21
    assert all("Konex" in " ".join(row) for row in rows[1:])


def reassign_twenty(page, company):
    expect(page.locator("[data-select]")).to_have_count(20)
    page.wait_for_load_state()  # whatever counts the selected ones does so now
    for box in page.locator("[data-select]").all():
        box.check()
    expect(page.locator("[data-selected]")).to_contain_text("20 deals selected")
    page.get_by_role("button", name="Reassign").click()
    dialog = page.locator("#bulk-dialog")
    owner = dialog.get_by_role("combobox").first
    owner.select_option(owner.locator("option", has_text=company.owner.name).get_attribute("value"))
    dialog.get_by_role("button", name="Give them over").click()
    said(page, f"20 deals are {company.owner.name}’s now.")
    assert Deal.objects.filter(name__startswith="Konex site", owner=company.owner).count() == 20


@pytest.mark.parametrize(("size", "scheme"), [("desk", "dark"), ("phone", "light")])
def test_a_managers_day(open_page, log_in, axe, company, size, scheme):
    page = log_in(open_page(size=size, scheme=scheme), company.manager)
    page.goto(reverse("home"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("26 deals need somebody today")
    axe(page)
    save_a_view(page)
    axe(page)
    export_it(page)
    reassign_twenty(page, company)
    axe(page)


def test_a_managers_day_by_keys_alone(open_page, log_in, company):
    page = log_in(open_page(), company.manager)
    page.goto(reverse("home"))
    page.keyboard.press("g")
    page.keyboard.press("p")
    page.wait_for_url(f"**{reverse('pipeline')}*")
    for _row in range(3):
        page.keyboard.press("j")
        page.keyboard.press("x")
    expect(page.locator("[data-selected]")).to_contain_text("3 deals selected")
    page.keyboard.press("g")
    page.keyboard.press("b")
    page.wait_for_url(f"**{reverse('board')}*")
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()
