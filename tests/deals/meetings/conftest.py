"""Meetings of the personas: the owner's with Priya on their deal."""

from datetime import UTC, datetime, timedelta

import pytest

from deals.models import Interaction
from deals.services.meetings import plan_meeting
from tests.factories import InteractionFactory


def at(day, hour, minute=0):
    """March 2026, in UTC; the 4th is a Wednesday."""
    return datetime(2026, 3, day, hour, minute, tzinfo=UTC)


def rules(deal):
    """What has gone off on the deal."""
    return set(deal.signals.filter(state="raised").values_list("rule", flat=True))


@pytest.fixture
def plan(company, now):
    """Plans a meeting with Priya; keywords in place of its facts."""

    def plan(**facts):
        usual = {
            "deal": company.deal, "starts_at": at(5, 10), "ends_at": at(5, 10, 30), "contacts": [company.contact], "user": company.owner,
            "by": company.owner, "now": now, "title": "Walk through the quote",
        }  # fmt: skip
        return plan_meeting(**usual | facts)

    return plan


@pytest.fixture
def meeting(company):
    """One that ended yesterday at half past ten; nobody has said how it went."""
    return make_ended(company)


def make_ended(company, *, start=None, **facts):
    start = start or at(3, 10)
    usual = {
        "deal": company.deal, "account": company.account, "contact": company.contact, "user": company.owner, "kind": "meeting",
        "direction": "out", "outcome": "planned", "at": start, "ends_at": start + timedelta(minutes=30), "subject": "Walk through the quote",
        "recorded_at": start - timedelta(days=3),
    }  # fmt: skip
    return InteractionFactory(**usual | facts)


def again(meeting):
    return Interaction.objects.get(pk=meeting.pk)
