"""Every route that answers with a page is opened in light and dark, on a desk and on a phone: no accessibility finding,
no complaint of the browser, nothing wider than the window. A new route is found by itself."""

from contextlib import suppress
from datetime import timedelta

import pytest
from django.urls import NoReverseMatch, URLPattern, get_resolver, reverse
from django.utils import timezone

from deals.models import Handoff, Interaction, Mailbox, MailMessage
from deals.services.handoffs import offer_handoff
from deals.services.mail import take_in
from tests.browser.conftest import SIZES
from tests.browser.scene import LONG, interaction_of, make_scene
from tests.deals.inbox.test_letter_page import HOSTILE, PNG, with_files
from tests.factories import DealFactory


def letter_of(_scene):
    """An inquiry to the owner, with a picture and a table."""
    found = MailMessage.objects.first()
    if found is not None:
        return found
    now = timezone.now()
    files = [("image", "png", "plan.png", PNG, {"cid": "<one>", "disposition": "inline"}), ("text", "csv", "a very long name " * 8, b"1;2", {})]
    raw = with_files(HOSTILE, *files).replace(b"priya@norwood", b"stranger@alder")
    box, _made = Mailbox.objects.get_or_create(kind="files", defaults={"created_at": now})
    return MailMessage.objects.get(pk=take_in(mailbox=box, raw=raw, place="a.eml", now=now).pk)


def missed_one_of(scene):
    """A meeting that we missed."""
    facts = {"kind": "meeting", "outcome": "missed_by_us", "direction": "out", "subject": LONG, "contact": scene.company.contact}
    now = timezone.now()
    return Interaction.objects.get_or_create(deal=scene.waiting, **facts, defaults={"at": now - timedelta(days=2), "recorded_at": now})[0]


def offer_of(scene):
    """A deal that the teammate offers to whoever looks."""
    found = Handoff.objects.first()
    if found is None:
        deal = DealFactory(name=LONG, account=scene.company.account, owner=scene.company.teammate)
        company, brief = scene.company, "They wait for a price.\n" + "anunusuallylongword" * 9
        found = offer_handoff(deal=deal, to=company.admin, brief=brief, by=company.teammate, now=timezone.now())
    return found


# What stands for the numbers in a route's address, by the name of the route; the rest of deals/<pk>/… is the waiting deal.
OBJECTS = {
    "handoff": offer_of,
    "meeting-said": missed_one_of,
    "mail-html": lambda scene: None,  # stands in a frame of the page "mail" alone
    "mailbox": lambda scene: scene.company.east.mailboxes.get(),
    "mail": letter_of,
    "triage-": letter_of,
    "call": lambda scene: scene.waiting,
    "deal-losses": lambda scene: scene.lost,
    "signal-": lambda scene: scene.waiting.signals.first(),
    "interaction-": interaction_of,
    "deal": lambda scene: scene.waiting,
    "board-move": lambda scene: scene.waiting,
    "person": lambda scene: scene.company.owner,
    "customer": lambda scene: scene.company.account,
    "contact": lambda scene: scene.company.contact,
    "absence-new": lambda scene: scene.company.owner,
    "absence": lambda scene: scene.absence,
    "departure": lambda scene: scene.company.owner,
    "team": lambda scene: scene.company.east,
    "calendar-day-remove": lambda scene: scene.day,
    "calendar": lambda scene: scene.calendar,
    "import-undo": lambda scene: scene.done,
    "import-": lambda scene: scene.imported,
    "import": lambda scene: scene.done,
}
MORE = [
    "/deals/?q=clinic",
    "/risk/?by=person",
    "/risk/?by=rule",
    "/risk/?by=parked",
    "/search/?q=nothing-like-it",
    "/search/?q=clin",
    "/no-such-page/",
    "/training/bluebird/",
]


def addresses(scene):
    for pattern in get_resolver().url_patterns:
        yield from _addresses(pattern, scene)
    yield from MORE
    yield reverse("import", kwargs={"pk": scene.imported.pk})
    yield reverse("board-column", kwargs={"stage_pk": scene.waiting.stage_id})


def _addresses(pattern, scene):
    if not isinstance(pattern, URLPattern):
        for below in pattern.url_patterns:
            yield from _addresses(below, scene)
        return
    name = pattern.name
    if not pattern.pattern.converters and "(?P" not in str(pattern.pattern):
        yield reverse(name)
        return
    make = next((make for begin, make in OBJECTS.items() if name.startswith(begin)), None)
    if make is not None and make(scene) is not None:
        with suppress(NoReverseMatch):  # the mailed link of a password reset, say: the journeys open those
            yield reverse(name, kwargs={"pk": make(scene).pk})


def pages(scene, client, user):
    """The addresses that answer this person with a whole page."""
    client.force_login(user)
    for address in dict.fromkeys(addresses(scene)):
        answer = client.get(address)
        whole = answer.get("Content-Type", "").startswith("text/html") and b"<html" in answer.content
        if whole and answer.status_code in (200, 404):
            yield address


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_has_a_finding(open_page, log_in, axe, client, watcher, scheme):
    scene = make_scene()
    found = list(pages(scene, client, scene.company.admin))
    assert len(found) > 25
    page = log_in(open_page(scheme=scheme), scene.company.admin)
    complaints = []
    for address in found:
        page.set_viewport_size(dict(zip(("width", "height"), SIZES["desk"], strict=True)))
        page.goto(address)
        for width, height in SIZES.values():
            page.set_viewport_size({"width": width, "height": height})
            try:
                axe(page)
            except AssertionError as finding:
                complaints.append(f"{width} px: {finding}")
    watcher.expect("404")
    assert not complaints, "\n\n".join(complaints)


@pytest.mark.parametrize("who", ["owner", "manager", "executive"])
def test_the_first_page_of_each_role_has_no_finding(open_page, log_in, axe, who):
    scene = make_scene()
    page = log_in(open_page(size="phone"), getattr(scene.company, who))
    page.goto("/")
    axe(page)
    page.emulate_media(color_scheme="dark")
    axe(page)
