"""The links by which a mail asks how a meeting went: signed, for one person, one meeting at one time, and some days.

They work without a log-in, so they open nothing but this one question; and what reads mail before people do follows links,
so following one changes nothing.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from django.core import signing
from django.urls import reverse

if TYPE_CHECKING:
    from deals.models import Interaction

SALT = "deals.meetings.asked"
GOOD_FOR = timedelta(days=14)


class Asked(NamedTuple):
    """``moment``: when the meeting ended, as it was when it was asked. ``answer``: an outcome."""

    meeting_id: int
    person_id: int
    answer: str
    moment: datetime


def link(meeting: Interaction, *, person_id: int, answer: str) -> str:
    """The path of the page that offers this answer."""
    return reverse("meeting-asked", args=[signing.dumps([meeting.pk, person_id, answer, int(meeting.moment.timestamp())], salt=SALT)])


def read(token: str) -> Asked:
    """Raises ``SignatureExpired`` for one that is too old, ``BadSignature`` for one that was never given."""
    meeting_id, person_id, answer, moment = signing.loads(token, salt=SALT, max_age=GOOD_FOR)
    return Asked(meeting_id, person_id, answer, datetime.fromtimestamp(moment).astimezone())


def is_about(asked: Asked, meeting: Interaction) -> bool:
    """Is the meeting still when it was as it was asked about?"""
    return int(meeting.moment.timestamp()) == int(asked.moment.timestamp())
