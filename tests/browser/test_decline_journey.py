"""Declining a bluebird: the rep writes the note and asks, the manager reads and approves it, the mail goes."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone
from playwright.sync_api import expect

from deals.models import Deal, OutgoingMail
from deals.services import outbox
from tests.factories import AccountFactory, ContactFactory, make_company
from winback.decline_note import Note
from winback.services import declines

WORDS = {
    "Say why, plainly": "Nobody of ours can be there within a day.",
    "Name who else may help": "Northern Labs do this every day; ask for Ms Holm.",
}


@pytest.fixture
def company(db):
    made = make_company()
    iris = ContactFactory(name="Iris Vann", email="iris@vann.example", account=AccountFactory(name="Vann Advisers", lifecycle="partner"))
    Deal.objects.filter(pk=made.deal.pk).update(introduced_by=iris, source="introduced")
    made.deal.refresh_from_db()
    return made


def test_a_rep_asks_a_manager_approves_and_the_mail_goes(open_page, log_in, axe, company):
    page = log_in(open_page(), company.owner)
    page.goto(f"/deals/{company.deal.pk}/")
    expect(page.get_by_role("heading", name="Who brought it to us")).to_be_visible()
    page.get_by_role("link", name="Decline").click()
    page.wait_for_url("**/decline/")  # whatever shows the letter listens by now
    letter = page.locator("#letter")
    for label, words in WORDS.items():
        page.get_by_label(label).fill(words)
        expect(letter).to_contain_text(words)
    page.get_by_role("checkbox", name="We could not serve them there").check()
    axe(page)
    page.get_by_role("button", name="Ask Mona Manager").click()
    expect(page.get_by_text("Mona Manager was asked")).to_be_visible()
    axe(page)

    desk = log_in(open_page(), company.manager)
    desk.goto("/today/")
    desk.get_by_role("link", name="Read the note").click()
    expect(desk.get_by_role("heading", name="Olaf Owner asks to decline Clinics, two more")).to_be_visible()
    expect(desk.locator(".letter-paper").first).to_contain_text("Northern Labs do this every day")
    axe(desk)
    desk.locator("summary", has_text="Change a word").click()
    desk.get_by_label("Say why, plainly").fill("Nobody of ours can be on site within a day.")
    axe(desk)
    desk.get_by_role("button", name="Approve with these words").click()
    expect(desk.get_by_text("the note goes out in the name of Olaf Owner")).to_be_visible()

    assert outbox.drain(timezone.now() + timedelta(seconds=30)) == 2
    assert {tuple(one.to) for one in mail.outbox} == {("priya@norwood.example",), ("iris@vann.example",)}
    assert "Nobody of ours can be on site within a day." in mail.outbox[0].body
    desk.goto(f"/deals/{company.deal.pk}/")
    expect(desk.get_by_text("We declined")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_on_a_phone(open_page, log_in, axe, company, scheme):
    page = log_in(open_page(size="phone", scheme=scheme), company.owner)
    page.goto(f"/deals/{company.deal.pk}/decline/")
    expect(page.locator("#letter")).to_contain_text("Dear Priya Raman,")
    axe(page)
    note = Note(subject="About it", thanks="Thank you.", reason="It is too far.", helpers="Northern Labs.", door="Write any time.")
    passing = declines.Passing(note=note, reasons=["coverage"], contact=company.contact)
    made = declines.ask_to_decline(deal=company.deal, by=company.owner, passing=passing, now=timezone.now())
    log_in(page, company.manager).goto(f"/declines/{made.pk}/")
    page.locator("summary", has_text="Say no").click()
    page.get_by_label("Why not").fill("We owe Iris more than that.")
    axe(page)
    page.get_by_role("button", name="Say no, and why").click()
    expect(page.get_by_text("Mona Manager has said no to this already.")).to_be_visible()


def test_who_brought_it_is_told_what_they_have_not_heard(open_page, log_in, axe, company):
    page = log_in(open_page(), company.owner)
    page.goto(f"/deals/{company.deal.pk}/")
    expect(page.locator(".introducer .untold")).to_contain_text("We took it up")
    page.get_by_role("link", name="Tell Iris").click()
    dialog = page.locator("#log-dialog")
    expect(dialog.get_by_label("Words")).to_have_value(re.compile("- We took it up"))
    axe(page)
    dialog.get_by_role("button", name="Send", exact=True).click()
    expect(page.locator("#toasts")).to_contain_text("Goes to Iris Vann")
    OutgoingMail.objects.update(next_try_at=timezone.now())
    assert outbox.drain(timezone.now()) == 1
    page.reload()
    expect(page.locator(".introducer")).to_contain_text("They know where it stands.")
    page.get_by_role("link", name="Iris Vann").first.click()
    expect(page.get_by_role("heading", name="What they brought us")).to_be_visible()
    axe(page)
