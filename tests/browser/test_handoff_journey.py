"""Handing a deal over, end to end: by a rep on a desk to somebody on a phone, accepted; and declined with a reason."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from accounts.models import Absence
from deals.models import Deal
from deals.services import handoffs
from tests.browser.scene import make_scene


@pytest.fixture
def company():
    """Somebody waits on the owner's deal; the teammate is away for two days."""
    company, now = make_scene().company, timezone.now()
    Absence.objects.filter(user=company.teammate).delete()
    Absence.objects.create(user=company.teammate, cover=company.manager, starts_at=now, ends_at=now + timedelta(days=2))
    return company


def said(page, words):
    expect(page.locator("#toasts")).to_contain_text(words)


def test_a_rep_hands_over_and_the_other_accepts_on_a_phone(open_page, log_in, company, axe):
    page = log_in(open_page(), company.owner)
    page.goto(company.deal.get_absolute_url())
    page.get_by_role("link", name="Hand over").click()
    expect(page.get_by_role("radio", name="Tara Teammate")).to_be_disabled()
    page.wait_for_load_state()  # whatever listens to typing does so now
    page.get_by_label("Find a person by name or team").press_sequentially("west")
    expect(page.get_by_role("radio")).to_have_count(1)
    page.get_by_role("radio", name="Sven Stranger").check()
    page.get_by_label("What do they need to know?").fill("Priya waits for the quote for both sites.")
    expect(page.locator("#preview")).to_contain_text("What Sven Stranger will see")
    expect(page.locator("#preview blockquote")).to_have_text("Priya waits for the quote for both sites.")
    axe(page)
    page.get_by_role("button", name="Offer it").click()
    said(page, "Offered to Sven Stranger")
    banner = page.get_by_role("region", name="Offered to Sven Stranger")
    expect(banner).to_contain_text("It stays with you until Sven Stranger accepts.")
    axe(page)

    phone = log_in(open_page(size="phone", scheme="dark"), company.stranger)
    phone.goto(reverse("today"))
    row = phone.locator("[data-row]", has_text="Olaf Owner offers you Clinics, two more")
    expect(row).to_contain_text("They have waited since")
    axe(phone)
    row.locator("details.menu > summary").click()
    row.get_by_role("link", name="Read the brief").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Olaf Owner offers you Clinics, two more")
    axe(phone)
    phone.get_by_role("button", name="Accept").click()
    said(phone, "Clinics, two more is yours now.")
    expect(phone.locator(".happened")).to_contain_text("Sven Stranger accepted it and owns it now")
    assert Deal.objects.get(pk=company.deal.pk).owner == company.stranger


def test_an_offer_is_declined_in_its_row_and_the_giver_reads_why(open_page, log_in, company, axe):
    made = handoffs.offer_handoff(deal=company.deal, to=company.stranger, brief="Call Priya first.", by=company.manager, now=timezone.now())
    page = log_in(open_page(scheme="dark"), company.stranger)
    page.goto(reverse("today"))
    row = page.locator("[data-row]", has_text="Mona Manager offers you Clinics, two more")
    row.get_by_role("button", name="Decline").click()
    row.get_by_role("button", name="Decline, and say why").click()
    expect(row).to_contain_text("Say why in a few words")
    axe(page)
    row.get_by_label("Why not?").fill("Full until May.")
    row.get_by_role("button", name="Decline, and say why").click()
    said(page, "Declined. Mona Manager is told why.")
    expect(row).to_have_count(0)

    giver = log_in(open_page(size="phone"), company.owner)
    giver.goto(reverse("notices"))
    expect(giver.locator("main")).to_contain_text("Sven Stranger declined Clinics, two more")
    giver.goto(made.get_absolute_url())
    expect(giver.locator("main")).to_contain_text("“Full until May.”")
    axe(giver)


def test_the_form_works_without_script(open_page, log_in, company):
    page = log_in(open_page(size="phone", javascript=False), company.manager)
    page.goto(reverse("deal-hand-over", args=[company.deal.pk]))
    page.get_by_label("What do they need to know?").fill("Call Priya first.")
    page.get_by_label("Find a person by name or team").fill("sven")
    page.get_by_role("button", name="Find").click()
    page.get_by_role("radio", name="Sven Stranger").check()
    page.get_by_role("button", name="See what they will see").click()
    expect(page.locator("#preview")).to_contain_text("What Sven Stranger will see")
    page.get_by_role("button", name="Offer it").click()
    expect(page.get_by_role("region", name="Offered to Sven Stranger")).to_be_visible()
