"""A request to decline climbs at its moment in a story, and a note that did not go is missed, though nothing else falls due."""

import pytest

from reports.replay.facts import FACTS
from tests.reports.stories import played
from winback.decline_note import Note
from winback.models import Decline
from winback.services.declines import Passing, ask_to_decline

pytestmark = pytest.mark.usefixtures("database")
NOTE = Note(subject="About the plan", thanks="Thank you.", reason="We do not build these.", helpers="Ask others.", door="Come back.")


def ask(given, world, now):
    """The fact declines at once; here it asks first."""
    deal = world.deal(given["deal"])
    ask_to_decline(deal=deal, by=world.user(given["by"]), passing=Passing(NOTE, ["other"], None, Decline.Way.PHONE), now=now)
    return {deal.pk}


def ask_and_never_send(given, world, now):
    concerned = ask(given, world, now)
    Decline.objects.update(state="done", way="mail", ended_at=now)
    return concerned


def failures(*steps):
    told = played("at: 2026-09-14 10:00, decline: {deal: plan, by: petra, note: We do not build these.}", *steps)
    return [(one.expected, one.found) for moment in told.moments for one in moment.failures]


def test_a_request_climbs_after_four_working_hours(monkeypatch):
    monkeypatch.setitem(FACTS, "decline", ask)
    found = failures(
        "at: 2026-09-14 13:59, expect: {deal: plan, task: {for: tomas, due: 2026-09-14 14:00}}",
        "at: 2026-09-14 14:01, expect: {deal: plan, task: {for: noor, due: 2026-09-15 10:00}, told: [noor]}",
    )
    assert found == []


def test_a_note_that_did_not_go_is_missed_after_an_hour(monkeypatch):
    monkeypatch.setitem(FACTS, "decline", ask_and_never_send)
    assert failures("at: 2026-09-14 10:59, expect: {deal: plan, told: [tomas]}", "at: 2026-09-14 11:01, expect: {deal: plan, told: [petra]}") == []
