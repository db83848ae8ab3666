"""Calendars: one is added by its address, a file is brought, meetings stand on their deal, one's own address is made and revoked."""

import re
import threading
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from deals.models import CalendarFeed, Meeting, PersonalFeed
from deals.services.calendars import feeds
from deals.services.deals import open_deal
from tests.browser.conftest import SIZES
from tests.deals.calendar_service.conftest import calendar, event
from tests.factories import make_company


@pytest.fixture
def published(settings):
    """An address at which a calendar lies; ``published.body``: what it answers, None for a 404."""
    settings.INTERNAL_HOSTS = frozenset({"127.0.0.1"})

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200 if server.body is not None else 404)
            self.end_headers()
            self.wfile.write(server.body or b"")

        def log_message(self, *args):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Answer) as server:
        server.daemon_threads, server.body = True, None
        server.url = f"http://127.0.0.1:{server.server_port}/olaf.ics"
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        yield server
        server.shutdown()


def tour(*lines, days=3, **more):
    start = timezone.now().replace(minute=0, second=0, microsecond=0) + timedelta(days=days)
    times = {"start": f"{start:%Y%m%dT%H%M%SZ}", "end": f"{start + timedelta(hours=1):%Y%m%dT%H%M%SZ}"}
    return event("LOCATION:Clinic on Main street", *lines, **times, stamp=f"{timezone.now():%Y%m%dT%H%M%SZ}", **more)


def everywhere(page, axe):
    """On a desk and on a phone, light and dark."""
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        for width, height in SIZES.values():
            page.set_viewport_size({"width": width, "height": height})
            axe(page)
    page.emulate_media(color_scheme="light")
    page.set_viewport_size(dict(zip(("width", "height"), SIZES["desk"], strict=True)))


def test_a_calendar_is_added_read_and_its_meetings_stand_on_the_deal(open_page, log_in, axe, published):
    company = make_company()
    page = log_in(open_page(), company.owner)
    page.goto("/profile/")
    page.get_by_role("link", name="Your calendars").click()
    expect(page.get_by_role("heading", name="Your calendars", level=1)).to_be_visible()
    everywhere(page, axe)
    page.get_by_label("Address of the calendar").fill(published.url)
    page.get_by_role("button", name="Try and add it").click()
    expect(page.locator("#add")).to_contain_text("There is nothing at this address")
    everywhere(page, axe)
    published.body = calendar(tour())
    page.get_by_label("Name").fill("Olaf at work")
    page.get_by_role("button", name="Try and add it").click()
    expect(page.locator(".feed")).to_contain_text("read for the first time within a minute")
    feed = CalendarFeed.objects.get()
    feeds.read_feed(feed_id=feed.pk, clock=timezone.now)
    page.reload()
    expect(page.locator(".feed")).to_contain_text("Olaf at work")
    everywhere(page, axe)
    page.goto(company.deal.get_absolute_url())
    meetings = page.locator(".meetings")
    expect(meetings).to_contain_text("Tour of the clinics")
    expect(meetings).to_contain_text("Clinic on Main street")
    everywhere(page, axe)
    published.body = None
    feeds.read_feed(feed_id=feed.pk, clock=timezone.now)
    page.goto("/profile/calendars/")
    expect(page.locator(".feed-fault")).to_contain_text("copy it again from where you found it")
    everywhere(page, axe)
    page.get_by_role("button", name="Pause Olaf at work").click()
    expect(page.locator(".feed")).to_contain_text("Paused")
    page.get_by_role("link", name="Remove Olaf at work").click()
    expect(page.get_by_role("heading", name="Remove Olaf at work?")).to_be_visible()
    everywhere(page, axe)
    page.get_by_role("button", name="Remove the calendar").click()
    expect(page.get_by_role("heading", name="No calendar yet")).to_be_visible()


def test_a_file_brings_a_meeting_whose_deal_a_person_chooses(open_page, log_in, axe, tmp_path):
    company, now = make_company(), timezone.now()
    other = open_deal(name="Another clinic", owner=company.owner, account=company.account, by=company.owner, now=now, contacts=[company.contact])
    (tmp_path / "olaf.ics").write_bytes(calendar(tour()))
    page = log_in(open_page(), company.owner)
    page.goto("/profile/calendars/")
    page.get_by_label("Calendar file").set_input_files(tmp_path / "olaf.ics")
    page.get_by_role("button", name="Read the file").click()
    expect(page.get_by_text("One event with customers is in the file; one is new or changed.")).to_be_visible()
    everywhere(page, axe)
    page.get_by_role("link", name="Choose Tour of the clinics").click()
    expect(page.get_by_label("Norwood Clinics: Another clinic")).to_be_visible()
    everywhere(page, axe)
    page.get_by_label("Norwood Clinics: Another clinic").check()
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".meetings")).to_contain_text("Tour of the clinics")
    assert Meeting.objects.get().deal == other


def test_ones_own_address_is_made_copied_replaced_and_revoked(open_page, log_in, axe, client):
    company = make_company()
    page = log_in(open_page(), company.owner)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto("/profile/calendars/")
    page.get_by_role("button", name="Make an address").click()
    first = page.get_by_label("Your secret address").input_value()
    page.get_by_role("button", name="Copy").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == first
    everywhere(page, axe)
    path = re.sub(r"^https?://[^/]+", "", first)
    assert client.get(path).status_code == 200
    page.get_by_role("link", name="I have kept it").click()
    expect(page.get_by_label("Your secret address")).to_have_count(0)
    everywhere(page, axe)
    page.get_by_role("button", name="Replace it").click()
    expect(page.get_by_label("Your secret address")).to_have_value(re.compile("^http"))
    expect(page.get_by_label("Your secret address")).not_to_have_value(first)
    assert client.get(path).status_code == 404
    page.get_by_role("link", name="I have kept it").click()
    page.get_by_role("button", name="Revoke it").click()
    expect(page.get_by_role("button", name="Make an address")).to_be_visible()
    assert not PersonalFeed.objects.exists()
