"""Mail that comes in: it shows on Today, an inquiry becomes a deal by one key, a wrong match is corrected and learned, two keys log a call."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from deals.models import Deal, Interaction, Mailbox, MailMessage
from deals.services.mail import take_in
from tests.browser.conftest import settled, until
from tests.browser.scene import make_scene
from tests.deals.inbox.test_letter_page import HOSTILE, PNG, with_files
from tests.deals.mail_intake.conftest import letter
from tests.factories import DealFactory

STRANGER = "Beatrix Nolan <b.nolan@alder.example>"
BOTH = pytest.mark.parametrize(("size", "scheme"), [("desk", "light"), ("desk", "dark"), ("phone", "light"), ("phone", "dark")])


@pytest.fixture
def scene():
    return make_scene()


@pytest.fixture
def arrives(scene):
    """``arrives(sender=...)``: a message comes into the owner's mailbox, just now."""

    def arrives(raw=None, **of_letter):
        now = timezone.now()
        box = Mailbox.objects.filter(owner=scene.company.owner).first() or Mailbox.objects.create(
            address="owner@salvor.example", owner=scene.company.owner, host="imap.salvor.example", login="owner", is_active=False, created_at=now
        )
        raw = raw if raw is not None else letter(date=now - timedelta(minutes=2), **of_letter)
        return MailMessage.objects.get(pk=take_in(mailbox=box, raw=raw, place="INBOX/1", now=now).pk)

    return arrives


@pytest.fixture
def at(open_page, log_in, scene):
    def at(path, **how):
        page = log_in(open_page(**how), scene.company.owner)
        page.goto(path)
        return page

    return at


def test_a_customers_mail_arrives_and_shows_on_today_with_its_due_time(at, arrives, scene):
    deal = DealFactory(name="Pump house", owner=scene.company.owner, account=scene.company.account)
    scene.company.owner.refresh_from_db()
    deal.deal_contacts.create(contact=scene.company.account.contacts.create(name="Gwen Harper", email="gwen@norwood.example"))
    arrives(sender="Gwen Harper <gwen@norwood.example>", subject="The pump house", body="Could you come on Thursday?")
    page = at("/today/")
    row = page.locator(f"#duty-answer-{deal.pk}")
    expect(row).to_contain_text("Gwen Harper")
    expect(row).to_contain_text("Could you come on Thursday?")
    expect(row.locator(".when")).to_contain_text("due")
    expect(row.locator("[data-act]")).to_have_text("Answer")


@BOTH
def test_the_inbox_and_its_forms(at, arrives, axe, size, scheme):
    arrives(sender=STRANGER, subject="Water monitoring for four baths", body="What does it cost for four sites?")
    page = at("/triage/", size=size, scheme=scheme)
    expect(page.locator("[data-row]").first).to_contain_text("Beatrix Nolan")
    axe(page)
    page.get_by_role("button", name="Make a deal").click()
    expect(page.get_by_label("Name")).to_be_focused()
    axe(page)
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Attach").click()
    expect(page.get_by_role("combobox", name="To which deal?")).to_be_focused()
    axe(page)


def test_an_inquiry_becomes_a_deal_by_one_key_and_undo_makes_it_one_again(at, arrives):
    message = arrives(sender=STRANGER, subject="Four baths")
    page = at("/triage/")
    expect(page.locator("#nav-inbox")).to_have_text("1")
    page.keyboard.press("d")
    expect(page.get_by_label("Name")).to_have_value("Four baths")
    page.keyboard.press("Enter")
    expect(page.locator("#toasts")).to_contain_text("Four baths is a deal now.")
    expect(page.get_by_text("Nothing waits for a decision")).to_be_visible()
    assert Deal.objects.get(pk=message.deal_id).status == "open"
    page.wait_for_load_state()  # whatever listens to keys does so now
    page.keyboard.press("u")
    expect(page.locator("#toasts")).to_contain_text("Taken back")
    expect(page.locator("[data-row]")).to_have_count(1)
    assert Deal.objects.get(pk=message.deal_id).status == "inquiry"


def test_one_walks_the_rows_and_says_not_for_us(at, arrives):
    for number in range(3):
        arrives(sender=f"Someone {number} <s{number}@alder{number}.example>", subject=f"Letter {number}")
    page = at("/triage/")
    page.keyboard.press("j")  # the first one is chosen already
    second = page.locator("[data-row]").nth(1).locator(".subject").inner_text()
    page.keyboard.press("i")
    expect(page.locator("[data-row]")).to_have_count(2)
    expect(page.locator("#toasts")).to_contain_text(f"Noted: {second} is not for us.")
    expect(page.locator("#nav-inbox")).to_have_text("2")
    expect(page.locator("[data-row].sel a.say")).to_be_focused()
    page.locator("#toasts").get_by_role("button", name="Undo").click()
    expect(page.locator("[data-row]")).to_have_count(3)


def test_a_wrong_match_is_corrected_and_learned(at, arrives, scene):
    message = arrives(sender="Priya at home <p.raman@home.example>", subject="About the clinics")
    page = at(f"/mail/{message.pk}/")
    page.keyboard.press("a")
    page.get_by_role("combobox", name="To which deal?").press_sequentially("norw")
    expect(page.get_by_role("option").first).to_contain_text("Clinics, two more")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="It belongs to Clinics, two more")).to_be_visible()
    page.get_by_label("Who wrote it").select_option("Priya Raman")
    page.get_by_role("button", name="Put it there").click()
    expect(page.locator("#toasts")).to_contain_text("what p.raman@home.example writes next does, too")
    expect(page.locator(".letter-deal")).to_contain_text("Clinics, two more")
    later = arrives(sender="p.raman@home.example", subject="Something else")
    assert (later.deal, later.contact, later.matched_by) == (scene.waiting, scene.company.contact, "contact")


@BOTH
def test_a_message_of_hostile_html_has_a_harmless_page(at, arrives, axe, size, scheme, watcher):
    files = [
        ("image", "png", "plan.png", PNG, {"cid": "<one>", "disposition": "inline"}),
        ("text", "html", "<b>evil</b>.html", b"<script>1</script>", {}),
    ]
    message = arrives(with_files(HOSTILE, *files))
    page = at(f"/mail/{message.pk}/", size=size, scheme=scheme)
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.get_by_text("The whole text, quotes included").click()
    expect(page.get_by_text("2 quoted lines")).to_be_visible()
    page.get_by_text("As it was laid out").click()
    frame = page.frame_locator(".letter-frame")
    expect(frame.get_by_text("Hello")).to_be_visible()
    expect(frame.locator("script, form, iframe, style, svg")).to_have_count(0)
    axe(page)
    assert not [url for url in asked if "example" in url]


def test_two_keys_log_a_call_and_it_can_be_undone(at, scene):
    page = at(f"/deals/{scene.waiting.pk}/")
    page.keyboard.press("c")
    expect(page.locator("[data-letter=o]")).to_be_focused()
    page.keyboard.press("n")
    expect(page.locator("#toasts")).to_contain_text("Call logged: nobody answered.")
    expect(page.locator("#log-dialog")).to_be_hidden()
    said = Interaction.objects.latest("pk")
    assert (said.kind, said.direction, said.outcome, said.contact) == ("call", "out", "no_answer", scene.company.contact)
    page.keyboard.press("u")
    expect(page.locator("#toasts")).to_contain_text("Withdrawn")
    said.refresh_from_db()
    assert said.withdrawn_at is not None


def test_the_next_call_is_not_kept_waiting_by_the_page_that_looks_at_itself_anew(at, scene):
    page, held = at("/today/"), []
    address = scene.waiting.get_absolute_url()
    page.route(f"**{address}", lambda route: held.append(route) if "hx-request" in route.request.headers else route.continue_())
    page.goto(address)
    page.keyboard.press("c")
    expect(page.locator("[data-letter=o]")).to_be_focused()
    page.keyboard.press("n")
    until(page, lambda: held, "The page did not look at itself anew.")
    page.keyboard.press("c")
    expect(page.locator("[data-letter=o]")).to_be_focused()
    held[0].continue_()
    settled(page)
    expect(page.locator("[data-letter=o]")).to_be_focused()


def test_from_a_row_of_today_two_keys_do_too_and_words_can_be_typed(at, scene):
    page = at("/today/")
    page.keyboard.press("j")
    page.keyboard.press("c")
    expect(page.locator("[data-letter=o]")).to_be_focused()
    page.keyboard.press("w")
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    page.keyboard.press("c")
    expect(page.locator("[data-letter=o]")).to_be_focused()
    page.keyboard.press("o")
    expect(page.locator("#toasts")).to_contain_text("Call logged: you spoke.")
    assert Interaction.objects.filter(kind="call", outcome="connected", recorded_by=scene.company.owner).count() == 2


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_on_a_phone_one_calls_and_says_how_it_went(at, scene, axe, scheme):
    scene.company.contact.phone = "+1 555 0117"
    scene.company.contact.save()
    page = at(f"/deals/{scene.waiting.pk}/", size="phone", scheme=scheme)
    page.get_by_role("link", name="Call", exact=True).tap()
    expect(page.get_by_role("heading", name="Call Priya Raman")).to_be_visible()
    expect(page.locator("a.call")).to_have_attribute("href", "tel:+15550117")
    axe(page)
    page.get_by_role("button", name="I left a voicemail").tap()
    expect(page.locator("#toasts")).to_contain_text("Voicemail logged: you left one.")
    assert Interaction.objects.latest("pk").kind == "voicemail"


def test_without_script_it_is_decided_too(at, arrives):
    message = arrives(sender=STRANGER, subject="Four baths")
    page = at("/triage/", javascript=False)
    page.get_by_role("button", name="Make a deal").click()
    page.get_by_role("button", name="Make the deal").click()
    expect(page.locator("#toasts")).to_contain_text("Four baths is a deal now.")
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("button", name="Not for us")).to_be_visible()
    assert Deal.objects.get(pk=message.deal_id).status == "inquiry"
    page.get_by_role("button", name="Not for us").click()
    expect(page.locator("#toasts")).to_contain_text("is not for us")
