"""Real pages in a real browser: every page a test visits must be free of console errors, of breaches of the
content policy, and (where ``axe`` is asked) of accessibility findings, on a desk and on a phone, light and dark.

``make browser`` finds the browser and passes it as BROWSER_PATH. Without one these tests are skipped, except
under ``CI=true``, where that is a failure.
"""

import os
import re
import shutil
import threading
from pathlib import Path

import pytest
from axe_playwright_python.base import AxeResults
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings as django_settings
from django.core.signals import request_finished, request_started
from playwright.sync_api import Page, expect, sync_playwright

# Playwright's loop runs beside the ORM in the same thread; Django would refuse that as unsafe.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

PASSWORD = "a long enough password"
SIZES = {"desk": (1280, 900), "phone": (375, 812)}
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-sync",
    "--disable-background-networking",
    "--disable-component-update",
]
# Milliseconds. What works comes at once; on a machine that does much else it may take a while, and is no fault then.
PATIENCE = 30_000
expect.set_options(timeout=PATIENCE)
AXE = Axe()
OPTIONS = {"preload": False, "resultTypes": ["violations"], "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
PICTURES = Path(__file__).resolve().parents[2] / "test-results"


def pytest_collection_modifyitems(items):
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
            # Browser tests look at what other connections have committed.
            item.add_marker(pytest.mark.django_db(transaction=True))


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    report = (yield).get_result()
    if report.when == "call" and report.failed:
        for number, page in enumerate(getattr(item, "pages", [])):
            PICTURES.mkdir(exist_ok=True)
            name = re.sub(r"[^A-Za-z0-9_.-]+", "-", item.name)
            page.screenshot(path=PICTURES / f"{name}-{number}.png", full_page=True)


def browser_path():
    named = os.environ.get("BROWSER_PATH")
    names = [named] if named else ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"]
    return next((path for name in names if (path := shutil.which(name))), None)


@pytest.fixture(scope="session")
def chromium():
    path = browser_path()
    if path is None:
        sentence = "There is no Chromium here for the browser tests. Install one (on Debian: apt-get install chromium), or name it in BROWSER_PATH."
        if os.environ.get("CI") == "true":
            pytest.fail(sentence, pytrace=False)
        pytest.skip(sentence)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


# A form that was refused, as it should be; a question nobody waits for any more (htmx tells of an abandoned search as
# of an error, and of its end with it).
EXPECTED = ("status of 422", "htmx:sendAbort", "htmx:afterRequest")


def settled(page):
    """Waits for what was asked of htmx, until it stands on the page."""
    expect(page.locator(".htmx-request, .htmx-swapping, .htmx-settling")).to_have_count(0)


def until(page, holds, sentence):
    """Lets what the browser tells arrive until ``holds()``: for what handlers gather, which no ``expect`` can wait for."""
    for _time in range(PATIENCE // 20):
        if holds():
            return
        page.wait_for_timeout(20)
    pytest.fail(sentence)


class Watcher:
    """What the browser complained of. It looks away while axe works, which adds styles of its own."""

    def __init__(self):
        self.complaints = []
        self.looking = True
        self.page = None

    def hear(self, words):
        if self.looking and not any(one in words for one in EXPECTED):
            self.complaints.append(words)

    def watch(self, page):
        self.page = page
        page.on("console", lambda message: message.type in ("error", "warning") and self.hear(f"{page.url}: {message.text}"))
        page.on("pageerror", lambda error: self.hear(f"{page.url}: {error}"))
        page.on("response", lambda answer: answer.status >= 500 and self.hear(f"{answer.status} {answer.url}"))

    def expect(self, *words):
        """Takes back complaints that the test provoked; each must be heard, now or in a moment."""
        for word in words:
            until(self.page, lambda word=word: any(word in one for one in self.complaints), f"The browser did not complain of {word!r}")
            self.complaints = [one for one in self.complaints if word not in one]


@pytest.fixture
def watcher():
    return Watcher()


class BeingAnswered:
    """The requests the server is at work on, each in a thread of its own."""

    def __init__(self):
        self.threads = set()
        self.change = threading.Condition()

    def begins(self, **_told):
        with self.change:
            self.threads.add(threading.get_ident())

    def ends(self, **_told):
        with self.change:
            self.threads.discard(threading.get_ident())
            self.change.notify_all()

    def all_done(self):
        with self.change:
            return self.change.wait_for(lambda: not self.threads, PATIENCE / 1000)


@pytest.fixture(scope="session")
def being_answered():
    """What a page had asked for when it was closed is waited for: it would else read and write in the next test."""
    requests = BeingAnswered()
    request_started.connect(requests.begins)
    request_finished.connect(requests.ends)
    yield requests
    request_started.disconnect(requests.begins)
    request_finished.disconnect(requests.ends)


@pytest.fixture
def open_page(chromium, live_server, request, watcher, being_answered):
    """open_page(size="phone", scheme="dark", javascript=True) gives a page whose complaints fail the test."""
    contexts = []
    request.node.pages = []

    def make(*, size="desk", scheme="light", javascript=True) -> Page:
        width, height = SIZES[size]
        context = chromium.new_context(
            base_url=live_server.url,
            viewport={"width": width, "height": height},
            color_scheme=scheme,
            java_script_enabled=javascript,
            has_touch=size == "phone",
            reduced_motion="reduce",
            locale="en-GB",
            timezone_id="UTC",
        )
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        page = context.new_page()
        watcher.watch(page)
        request.node.pages.append(page)
        return page

    yield make
    for context in contexts:
        context.close()
    assert being_answered.all_done(), "The server is still at work on what a page has asked for"
    assert not watcher.complaints, f"The browser complained: {watcher.complaints}"


@pytest.fixture
def log_in(live_server, client):
    """log_in(page, user): the session is made on the server's side; the journey of the log-in page has a test of its own."""

    def make(page: Page, user) -> Page:
        client.force_login(user)
        cookie = client.cookies[django_settings.SESSION_COOKIE_NAME]
        page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])
        return page

    return make


@pytest.fixture
def axe(watcher):
    """axe(page): no accessibility finding on the page as it stands, and nothing that scrolls it sideways.

    What was asked of htmx is waited for; a page that a click leads to is to be expected first.
    """

    def check(page: Page) -> None:
        page.wait_for_load_state()
        settled(page)
        watcher.looking = False
        if not page.evaluate("typeof axe === 'object'"):
            page.evaluate(AXE.axe_script)
        result = AxeResults(page.evaluate("options => axe.run(document, options)", OPTIONS))
        page.evaluate("1")  # what axe set off has been heard by now
        watcher.looking = True
        assert result.violations_count == 0, f"{page.url}\n{result.generate_report()}"
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"{page.url} is {wide} px wider than the window"

    return check
