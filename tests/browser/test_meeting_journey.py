"""After a meeting: said from the mail's link without a log-in; missed, it is apologised for and gets a new date on Today."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone
from playwright.sync_api import expect

from accounts.services import notices
from deals.models import Interaction
from deals.risk.refresh import refresh
from deals.services.meetings import asking, say_outcome
from tests.factories import InteractionFactory, make_company

SHAPES = [("desk", "light"), ("phone", "dark")]


@pytest.fixture
def company():
    return make_company()


def ended(company, ago):
    """A meeting with Priya that ended so long ago."""
    start = timezone.now() - ago
    return InteractionFactory(
        deal=company.deal, account=company.account, contact=company.contact, user=company.owner, kind="meeting", direction="out",
        outcome="planned", at=start - timedelta(minutes=30), ends_at=start, subject="Walk through the quote", recorded_at=start - timedelta(days=2),
    )  # fmt: skip


def link_in_the_mail(words):
    """Where the mail's link with these words leads."""
    asking.ask(timezone.now())
    notices.drain(timezone.now())
    letter = next(one for one in mail.outbox if f"{words}: " in one.body)
    return re.search(rf"^{words}: \S+?(/went/\S+)$", letter.body, re.MULTILINE).group(1)


@pytest.mark.parametrize(("size", "scheme"), SHAPES)
def test_how_it_went_is_said_from_the_mails_link(open_page, company, axe, size, scheme):
    meeting = ended(company, timedelta(minutes=5))
    link, page = link_in_the_mail("They were not there"), open_page(size=size, scheme=scheme)
    page.goto(link)
    axe(page)
    page.get_by_role("button", name="It was moved").click()
    expect(page.get_by_label("Day")).to_be_visible()
    axe(page)
    page.goto(link)
    assert Interaction.objects.get(pk=meeting.pk).outcome == "planned"
    page.get_by_role("button", name="They were not there").click()
    expect(page.get_by_role("heading", name="Noted: they were not there")).to_be_visible()
    axe(page)
    said = Interaction.objects.get(pk=meeting.pk)
    assert (said.outcome, said.outcome_said_by) == ("missed_by_them", company.owner)
    page.goto(link)
    expect(page.get_by_text("Olaf Owner said")).to_be_visible()


@pytest.mark.parametrize(("size", "scheme"), SHAPES)
def test_a_missed_one_is_apologised_for_and_gets_a_new_date_on_today(open_page, log_in, company, axe, size, scheme):
    missed = ended(company, timedelta(days=5))
    say_outcome(meeting=missed, outcome="missed_by_us", by=company.owner, now=missed.ends_at)
    refresh([company.deal.pk], timezone.now())
    page = log_in(open_page(size=size, scheme=scheme), company.owner)
    page.goto("/today/")
    row = page.locator(f"#duty-make-good-{company.deal.pk}")
    expect(row).to_contain_text("Apologise to Priya Raman and offer a new date")
    row.get_by_role("button", name="Record the apology").click()
    row.get_by_role("button", name="Record it").click()
    expect(row.locator(".invalid-feedback")).to_be_visible()
    row.get_by_label("How did you apologise?").fill("Called her; no excuse given.")
    axe(page)
    row.get_by_role("button", name="Record it").click()
    expect(page.locator("#toasts")).to_contain_text("The apology is recorded.")
    expect(row).to_contain_text("Agree on a new date with Priya Raman")
    row.get_by_role("button", name="New date").click()
    row.get_by_label("Day").fill((timezone.localdate() + timedelta(days=7)).isoformat())
    axe(page)
    row.get_by_role("button", name="Set the new date").click()
    expect(page.locator("#toasts")).to_contain_text("Agreed:")
    expect(row).to_have_count(0)
    assert Interaction.objects.get(follows=missed).outcome == "planned"
    assert not company.deal.signals.filter(rule="meeting_missed", state="raised").exists()


def test_one_click_on_today_and_one_to_take_it_back(open_page, log_in, company, axe):
    meeting = ended(company, timedelta(days=5))
    refresh([company.deal.pk], timezone.now())
    page = log_in(open_page(), company.owner)
    page.goto("/today/")
    row = page.locator(f"#duty-how-it-went-{company.deal.pk}")
    axe(page)
    row.get_by_role("button", name="We were not there").click()
    expect(page.locator("#toasts")).to_contain_text("we were not there")
    expect(row).to_have_count(0)
    page.locator("#toasts").get_by_role("button", name="Undo").click()
    expect(row).to_be_visible()
    assert Interaction.objects.get(pk=meeting.pk).outcome == "planned"


def test_the_bell_the_deal_and_the_meetings_page_tell_and_take_it(open_page, log_in, company, axe):
    ended(company, timedelta(minutes=5))
    asking.ask(timezone.now())
    page = log_in(open_page(size="phone", scheme="dark"), company.owner)
    page.goto("/notices/")
    axe(page)
    page.get_by_role("button", name="We were not there").click()
    expect(page.locator("#toasts")).to_contain_text("An apology and a new date are owed now.")
    page.goto(company.deal.get_absolute_url())
    expect(page.locator(".card.meetings")).to_contain_text("we were not there")
    axe(page)
    page.get_by_role("link", name="Walk through the quote").first.click()
    page.get_by_label("How did you apologise?").fill("Called her.")
    axe(page)
    page.get_by_role("button", name="Record the apology").click()
    expect(page.get_by_role("heading", name="Apologised")).to_be_visible()
    axe(page)
