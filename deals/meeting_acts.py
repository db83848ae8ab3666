"""What may be said of a meeting at a moment and by whom, and with whom of theirs it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from django.db.models import Q

from accounts.sight import sight_of
from deals.meeting_words import answer
from deals.models import Deal, Interaction

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet

    from accounts.models import Contact, User

Outcome = Interaction.Outcome
# What may be said of one that has ended, the most common first; and that it is off.
OVER = (Outcome.HELD, Outcome.MISSED_BY_THEM, Outcome.MISSED_BY_US)
OFF = (Outcome.CANCELLED_BY_THEM, Outcome.CANCELLED_BY_US)


class Answer(NamedTuple):
    outcome: str
    words: str


def sayable_by(user: User) -> QuerySet[Interaction]:
    """Meetings on deals the user may see, and those in which they, or somebody whose deals they see, are for us."""
    sight = sight_of(user)
    seen = Q(deal__in=Deal.objects.visible_to(user)) | Q(user_id__in=sight.user_ids) | Q(user__team_id__in=sight.team_ids)
    return Interaction.objects.filter(seen, kind=Interaction.Kind.MEETING, deal__isnull=False)


def answers(meeting: Interaction, now: datetime) -> list[Answer]:
    """One click each, the most common first. Before it begins it can only be called off. What was said already is not offered."""
    if meeting.withdrawn_at is not None or meeting.outcome == Outcome.MOVED:
        return []
    offered = (*OVER, *OFF) if meeting.at <= now else OFF
    return [Answer(one.value, answer(one)) for one in offered if one != meeting.outcome or meeting.outcome_said_by_id is None]


def theirs(meeting: Interaction) -> list[Contact]:
    """The first one first."""
    return [one for one in (meeting.contact, *meeting.others.order_by("pk")) if one is not None]
