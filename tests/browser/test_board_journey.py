"""A board one works on: by mouse, by keys, by thumb and from a card's menu, each with a way back."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from deals.models import Deal
from deals.services.stages import move_deal
from tests.factories import DealFactory, SignalFactory, make_company, stage


@pytest.fixture
def company():
    company = make_company()
    Deal.objects.filter(pk=company.deal.pk).update(amount=62000, value_at_stake=62000, stage_entered_at=timezone.now() - timedelta(days=20))
    late = DealFactory(name="Fleet renewal", owner=company.teammate, stage=stage("Discovery"), amount=88000, value_at_stake=88000, source="inbound")
    SignalFactory(deal=late, rule="no_next_step", severity=2)
    DealFactory(name="Just asked", owner=company.owner, stage=stage("Inquiry"), stage_entered_at=timezone.now())
    return company


@pytest.fixture
def board(open_page, log_in, company):
    def make(**how):
        page = log_in(open_page(**how), company.manager)
        page.goto(reverse("board"))
        return page

    return make


def card(page, name="Clinics, two more"):
    return page.locator(".deal", has=page.get_by_role("link", name=name, exact=True))


def column(page, name):
    return page.get_by_role("region", name=name, exact=True)


def stands_in(company, name):
    company.deal.refresh_from_db()
    return company.deal.stage.name == name


def drag(page, target, name="Clinics, two more"):
    spot = card(page, name).bounding_box()
    page.mouse.move(spot["x"] + 20, spot["y"] + 8)
    page.mouse.down()
    page.mouse.move(spot["x"] + 40, spot["y"] + 20, steps=3)
    expect(page.locator("body.moving")).to_have_count(1)
    goal = target.bounding_box()
    page.mouse.move(goal["x"] + goal["width"] / 2, goal["y"] + goal["height"] / 2, steps=8)
    page.mouse.move(goal["x"] + goal["width"] / 2 + 3, goal["y"] + goal["height"] / 2 + 3, steps=3)
    expect(target.locator(".deal.ghost")).to_have_count(1)
    page.mouse.up()


def test_a_card_is_dragged_counted_anew_and_taken_back(board, company):
    page = board()
    drag(page, column(page, "Negotiation").locator(".cards"))
    expect(column(page, "Negotiation").locator(".deal")).to_have_count(1)
    expect(page.locator("#toasts")).to_contain_text("Clinics, two more moved from Proposal to Negotiation.")
    expect(column(page, "Negotiation").locator(".sum")).to_have_text("62,000")
    expect(column(page, "Proposal").locator(".count")).to_contain_text("0")
    assert stands_in(company, "Negotiation")
    page.locator("#toasts").get_by_role("button", name="Undo").click()
    expect(page.locator("#toasts")).to_contain_text("stands in Proposal again")
    expect(column(page, "Proposal").locator(".deal")).to_have_count(1)
    assert stands_in(company, "Proposal")


def test_a_card_is_carried_by_keys_and_every_step_is_said(board, company):
    page = board()
    says = page.locator("#board-says")
    link = card(page).get_by_role("link", name="Clinics, two more", exact=True)
    link.focus()
    page.keyboard.press("Space")
    expect(says).to_contain_text("Clinics, two more is picked up. It stands in Proposal, column 4 of 7.")
    page.keyboard.press("ArrowLeft")
    expect(says).to_contain_text("over Discovery, column 3 of 7")
    page.keyboard.press("Escape")
    expect(says).to_contain_text("stays in Proposal")
    assert stands_in(company, "Proposal")
    page.keyboard.press("m")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(page.locator("#toasts")).to_contain_text("moved from Proposal to Negotiation. Undo with Control Z or the button.")
    expect(column(page, "Negotiation").get_by_role("link", name="Clinics, two more", exact=True)).to_be_focused()
    assert stands_in(company, "Negotiation")
    page.keyboard.press("Control+z")
    expect(page.locator("#toasts")).to_contain_text("stands in Proposal again")
    assert stands_in(company, "Proposal")


def test_the_arrows_walk_over_the_board(board):
    page = board()
    card(page).get_by_role("link", name="Clinics, two more", exact=True).focus()
    page.keyboard.press("ArrowLeft")
    expect(page.get_by_role("link", name="Fleet renewal", exact=True)).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/deals/\d+/$"))


def test_dragging_to_won_and_to_lost(board, company):
    page = board()
    drag(page, page.locator(".end.won"), "Fleet renewal")
    expect(page.locator("#toasts")).to_contain_text("Fleet renewal is won. Well done.")
    expect(card(page, "Fleet renewal")).to_have_count(0)
    page.locator("#toasts").get_by_role("button", name="Undo").click()
    expect(column(page, "Discovery").locator(".deal")).to_have_count(1)
    card(page).hover()
    drag(page, page.locator(".end.lost"))
    page.wait_for_url(f"**/deals/{company.deal.pk}/lost/?stage={stage('Lost').pk}")


def test_what_somebody_else_did_meanwhile_is_said(board, company, watcher):
    page = board()
    move_deal(deal=company.deal, stage=stage("Qualification"), by=company.owner, now=timezone.now())
    drag(page, column(page, "Negotiation").locator(".cards"))
    expect(page.locator("#toasts")).to_contain_text("Olaf Owner moved Clinics, two more to Qualification meanwhile.")
    expect(column(page, "Qualification").locator(".deal")).to_have_count(1)
    expect(column(page, "Negotiation").locator(".deal")).to_have_count(0)
    watcher.expect("status of 409")


def test_a_server_that_is_away_puts_the_card_back(board, company, watcher):
    page = board()
    page.route("**/deals/board/move/**", lambda route: route.abort())
    page.reload()  # a page that was there before may still ask past it
    drag(page, column(page, "Negotiation").locator(".cards"))
    expect(page.locator("#toasts")).to_contain_text("Nothing was changed")
    expect(column(page, "Proposal").locator(".deal")).to_have_count(1)
    watcher.expect("Failed to load resource")


def test_a_thumb_moves_a_card_from_its_menu(board, company, axe):
    page = board(size="phone")
    card(page).scroll_into_view_if_needed()
    card(page).get_by_role("link", name="Move Clinics, two more to another stage").tap()
    menu = page.get_by_role("dialog", name="Move Clinics, two more to")
    expect(menu).to_be_visible()
    axe(page)
    menu.get_by_role("button", name="Discovery").tap()
    expect(page.locator("#toasts")).to_contain_text("moved from Proposal to Discovery")
    assert stands_in(company, "Discovery")


def test_a_thumb_that_waits_drags(board, company):
    page = board(size="phone")
    card(page).scroll_into_view_if_needed()
    session = page.context.new_cdp_session(page)
    spot = card(page).bounding_box()
    x, y = spot["x"] + 60, spot["y"] + 20

    def touch(kind, x, y):
        points = [] if kind == "touchEnd" else [{"x": x, "y": y}]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    touch("touchStart", x, y)
    expect(page.locator(".deal.sortable-chosen")).to_have_count(1)
    for step in range(1, 9):
        touch("touchMove", x + step * 5, y + step * 3)
    expect(page.locator("body.moving")).to_have_count(1)
    goal = page.locator(".end.won").bounding_box()
    touch("touchMove", goal["x"] + 40, goal["y"] + 30)
    touch("touchMove", goal["x"] + 46, goal["y"] + 34)
    expect(page.locator(".end.won .deal.ghost")).to_have_count(1)
    touch("touchEnd", 0, 0)
    expect(page.locator("#toasts")).to_contain_text("is won. Well done.")


def test_coming_back_to_the_board_is_coming_back_to_its_column(board):
    page = board(size="phone")
    page.clock.install()
    page.clock.pause_at(timezone.now() + timedelta(minutes=1))
    column(page, "Proposal").evaluate("one => one.scrollIntoView({inline: 'start', block: 'nearest'})")
    card(page).get_by_role("link", name="Clinics, two more", exact=True).tap()
    expect(page.get_by_role("heading", name="Clinics, two more")).to_be_visible()
    page.go_back()
    expect(column(page, "Proposal")).to_be_in_viewport(ratio=0.5)
    page.goto(reverse("board") + "?state=open")
    expect(column(page, "Proposal")).not_to_be_in_viewport()


@pytest.mark.parametrize("refused", [True, False])
def test_going_back_after_a_loss_leads_to_the_column_it_was_recorded_from(board, company, refused):
    page = board(size="phone")
    column(page, "Proposal").evaluate("one => one.scrollIntoView({inline: 'start', block: 'nearest'})")
    card(page).locator(".to").tap()
    page.locator("#move-menu").get_by_role("button", name="Lost").tap()
    if refused:
        page.get_by_role("button", name="Record the loss").tap()
        expect(page.locator("main")).to_contain_text("Say how it was lost.")
    page.get_by_label("They decided nothing").check()
    page.get_by_role("checkbox").first.check()
    page.get_by_role("button", name="Record the loss").tap()
    expect(page.locator("#toasts")).to_contain_text("is lost, and why is kept")
    page.go_back()
    page.wait_for_url("**/board/")
    expect(column(page, "Proposal")).to_be_in_viewport(ratio=0.5)
    expect(page.locator("#board").get_by_role("link", name="Clinics, two more", exact=True)).to_have_count(0)


def test_coming_back_to_the_board_shows_what_was_moved_where_it_stands_now(board):
    page = board(size="phone")
    card(page).locator(".to").tap()
    page.locator("#move-menu").get_by_role("button", name="Negotiation").tap()
    expect(page.locator("#toasts")).to_contain_text("moved from Proposal to Negotiation")
    column(page, "Negotiation").get_by_role("link", name="Clinics, two more", exact=True).tap()
    expect(page.get_by_role("heading", name="Clinics, two more")).to_be_visible()
    page.go_back()
    expect(column(page, "Negotiation").get_by_role("link", name="Clinics, two more", exact=True)).to_have_count(1)
    expect(column(page, "Proposal").get_by_role("link", name="Clinics, two more", exact=True)).to_have_count(0)


def test_an_empty_column_says_so_below_its_head(board, company):
    empty = column(board(), "Negotiation")
    head, words = empty.locator("header").bounding_box(), empty.get_by_text("Nothing stands here.").bounding_box()
    assert words["y"] >= head["y"] + head["height"]


def test_more_of_a_column_comes_where_it_is_asked_for(board, company):
    for number in range(25):
        DealFactory(name=f"Many {number}", owner=company.owner, stage=stage("Qualification"), value_at_stake=number)
    page = board()
    expect(column(page, "Qualification").locator(".deal")).to_have_count(20)
    column(page, "Qualification").get_by_role("link", name="Show more of Qualification").click()
    expect(column(page, "Qualification").locator(".deal")).to_have_count(25)
    expect(page.get_by_role("link", name="Many 4", exact=True)).to_be_focused()


@pytest.mark.parametrize("size", ["desk", "phone"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everybody_can_read_the_board(board, company, axe, size, scheme):
    page = board(size=size, scheme=scheme)
    axe(page)
    card(page).get_by_role("link", name="Clinics, two more", exact=True).focus()
    page.keyboard.press("m")
    page.keyboard.press("ArrowRight")
    axe(page)
    page.keyboard.press("Escape")
    for address in (reverse("board-move", args=[company.deal.pk]), reverse("board-column", args=[company.deal.stage_id])):
        page.goto(address)
        axe(page)


def test_without_script_a_form_moves_the_deal(board, company):
    page = board(javascript=False)
    card(page).get_by_role("link", name="Move Clinics, two more to another stage").click()
    page.get_by_role("button", name="Negotiation").click()
    expect(page.locator("body")).to_contain_text("moved from Proposal to Negotiation")
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("body")).to_contain_text("stands in Proposal again")
    assert stands_in(company, "Proposal")
