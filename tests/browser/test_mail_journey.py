"""A customer's mail is answered on Today through a real mail server and the clock stops; undo, later, templates; by hand and keyboard."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from deals.models import Interaction, MailTemplate, OutgoingMail
from deals.services import outbox
from tests.browser.scene import make_scene
from tests.deals.outbox.conftest import Server


@pytest.fixture
def mail_server(settings):
    server = Server()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
    server.start()
    yield server
    server.stop()


@pytest.fixture
def scene():
    return make_scene()


@pytest.fixture
def rep(open_page, log_in, scene, mail_server):
    return lambda **how: log_in(open_page(**how), scene.company.owner)


def waits(scene):
    return scene.waiting.signals.filter(rule="reply_overdue", state="raised").exists()


def ten_seconds_pass():
    assert outbox.drain(timezone.now() + timedelta(seconds=11)) == 1


@pytest.mark.parametrize(("size", "scheme"), [("desk", "light"), ("desk", "dark"), ("phone", "light"), ("phone", "dark")])
def test_the_rep_answers_on_today_and_the_clock_stops(rep, scene, mail_server, axe, size, scheme):
    page = rep(size=size, scheme=scheme)
    page.goto("/today/")
    row = page.locator(f"#duty-answer-{scene.waiting.pk}")
    row.get_by_role("link", name="Answer", exact=True).click()
    dialog = page.locator("#log-dialog")
    expect(dialog.get_by_label("What you answer")).to_contain_text("Any news? We have to decide this week.")
    expect(dialog.get_by_label("Subject")).to_have_value("Re: Two more clinics")
    axe(page)
    dialog.get_by_label("Words").fill("The quote for both sites goes out today.")
    dialog.get_by_label("Words").press("Control+Enter")
    expect(page.locator("#toasts")).to_contain_text(re.compile(r"Goes to Priya Raman in \d+ seconds"))
    expect(dialog).not_to_be_visible()
    expect(row).to_contain_text("goes today")
    axe(page)
    assert waits(scene)
    ten_seconds_pass()
    assert [(letter["To"], letter["Subject"]) for letter in mail_server.letters] == [("priya@norwood.example", "Re: Two more clinics")]
    expect(page.locator("#toasts")).to_contain_text("Sent to Priya Raman")
    expect(row).to_have_count(0)
    assert not waits(scene)


def test_what_is_on_its_way_is_told_to_its_end_however_long_that_takes(rep, scene):
    page = rep()
    page.goto(scene.waiting.get_absolute_url())
    page.clock.install()
    page.get_by_role("link", name="Write", exact=True).click()
    dialog = page.locator("#log-dialog")
    dialog.get_by_label("Subject").fill("The quote")
    dialog.get_by_label("Words").fill("It goes out today.")
    dialog.get_by_role("button", name="Send", exact=True).click()
    expect(page.locator("#toasts")).to_contain_text("Goes to Priya Raman")
    page.clock.run_for(30_000)
    expect(page.locator("#toasts")).to_contain_text("On its way to Priya Raman")
    ten_seconds_pass()
    page.clock.run_for(4000)
    expect(page.locator("#toasts")).to_contain_text("Sent to Priya Raman")
    page.clock.run_for(7000)
    expect(page.locator("#toasts")).not_to_contain_text("Priya Raman")


def test_undo_brings_the_words_back_and_they_go_later(rep, scene, mail_server, axe):
    page = rep()
    page.goto(scene.waiting.get_absolute_url())
    page.get_by_role("link", name="Write", exact=True).click()
    dialog = page.locator("#log-dialog")
    dialog.get_by_label("Subject").fill("The quote")
    dialog.get_by_label("Words").fill("Too early.")
    dialog.get_by_role("button", name="Send", exact=True).click()
    page.locator("#toasts").get_by_role("button", name="Undo").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Change your mail")
    expect(page.get_by_label("Words")).to_have_value("Too early.")
    axe(page)
    page.get_by_label("Words").fill("At the right time.")
    page.get_by_label("Another time", exact=True).first.check()
    later = timezone.now() + timedelta(days=2)
    page.locator("input[name=at]").fill(later.strftime("%Y-%m-%dT%H:%M"))
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.locator("#outgoing")).to_contain_text("goes")
    axe(page)
    assert mail_server.letters == []
    assert outbox.drain(later + timedelta(minutes=1)) == 1
    assert mail_server.letters[0].get_body(("plain",)).get_content().strip() == "At the right time."


def test_without_script_it_is_written_sent_and_taken_back(rep, scene):
    page = rep(javascript=False)
    page.goto("/today/")
    page.locator(f"#duty-answer-{scene.waiting.pk}").get_by_role("link", name="Answer", exact=True).click()
    page.get_by_label("Words").fill("We come on Monday.")
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page).to_have_url(re.compile("/today/$"))
    page.locator("#toasts").get_by_role("button", name="Undo").click()
    expect(page.get_by_label("Words")).to_have_value("We come on Monday.")
    assert OutgoingMail.objects.get().state == "cancelled"


def test_a_refused_form_and_a_closed_dialog_lose_no_words(rep, scene, axe):
    page = rep()
    page.goto(scene.waiting.get_absolute_url())
    page.get_by_role("link", name="Write", exact=True).click()
    dialog = page.locator("#log-dialog")
    dialog.get_by_label("Words").fill("Half a thought")
    dialog.get_by_role("button", name="Send", exact=True).click()
    expect(dialog.get_by_text("Say in a subject what it is about.")).to_be_visible()
    expect(dialog.get_by_label("Words")).to_have_value("Half a thought")
    axe(page)
    page.keyboard.press("Escape")
    page.get_by_role("link", name="Write", exact=True).click()
    expect(dialog.get_by_label("Words")).to_have_value("Half a thought")


def test_a_template_is_written_previewed_and_taken(rep, scene, axe):
    page = rep()
    page.goto("/settings/templates/")
    page.get_by_role("link", name="New template").click()
    page.get_by_label("Name").fill("Reminder")
    page.get_by_label("Words").fill("Dear {first_name}, about {deal}. {me}")
    page.get_by_role("button", name="Preview").click()
    expect(page.locator(".preview")).to_have_text("Dear Priya, about Clinics, two more. Olaf Owner")
    axe(page)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("link", name="Reminder", exact=True)).to_be_visible()
    axe(page)
    page.goto(scene.waiting.get_absolute_url())
    page.get_by_role("link", name="Write", exact=True).click()
    dialog = page.locator("#log-dialog")
    dialog.get_by_label("Template").select_option(str(MailTemplate.objects.get().pk))
    dialog.get_by_role("button", name="Take its words").click()
    expect(dialog.get_by_label("Words")).to_have_value("Dear Priya, about Clinics, two more. Olaf Owner")
    axe(page)


@pytest.mark.parametrize(("size", "scheme"), [("desk", "light"), ("phone", "dark")])
def test_what_may_have_gone_is_settled_by_a_person(rep, scene, mail_server, axe, size, scheme):
    then = timezone.now() - timedelta(minutes=1)
    outbox.write(deal=scene.waiting, author=scene.company.owner, to=["priya@norwood.example"], subject="The quote", body="Here it is.", now=then)
    mail_server.cut = "after"
    outbox.drain(timezone.now())
    page = rep(size=size, scheme=scheme)
    page.goto("/profile/mail/")
    expect(page.get_by_text("perhaps sent")).to_be_visible()
    axe(page)
    page.goto(scene.waiting.get_absolute_url())
    axe(page)
    page.get_by_role("button", name="It was sent").click()
    expect(page.locator("#toasts")).to_contain_text("Priya Raman has heard from you")
    assert Interaction.objects.filter(deal=scene.waiting, direction="out", body="Here it is.").exists()
    assert not waits(scene)
