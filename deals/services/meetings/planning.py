"""Agreeing on a meeting, moving it, and a new date for one that did not take place."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.refusals import Refused
from accounts.services.contacts import lock_contact
from deals.models import DealContact, Interaction
from deals.risk.refresh import refresh
from deals.services.deals import lock
from deals.services.interactions import TOLERANCE
from deals.services.meetings.holding import hold, settle
from deals.services.reopening import put_back_signals

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from accounts.models import Contact
    from deals.models import Deal
    from deals.services.meetings.outcomes import Before

Outcome = Interaction.Outcome
LONGEST = timedelta(days=31)
LONGEST_TITLE = 300
# What may be moved: it has not taken place, and nobody is to blame.
MOVABLE = frozenset({Outcome.PLANNED, *Interaction.CALLED_OFF})


@transaction.atomic
def plan_meeting(
    *,
    deal: Deal,
    starts_at: datetime,
    ends_at: datetime,
    contacts: Iterable[Contact],
    user: User,
    by: User | None,
    now: datetime,
    title: str = "",
    follows: Interaction | None = None,
) -> Interaction:
    """A meeting was agreed on. ``user``: our person who goes; ``contacts``: theirs, the first one first.

    ``follows``: the meeting this is the new date for. What stands there already, by another click or brought by a calendar, is
    the same meeting. Refused for a time that has passed or that is none, for somebody of ours who has left, and for a
    contact who was merged or removed meanwhile.
    """
    _check(starts_at, ends_at, now)
    if not User.objects.here(now).filter(pk=user.pk).exists():
        raise Refused(_("%(name)s does not work here any more. Choose somebody else.") % {"name": user.name})
    people = _held(contacts)
    deal = lock(deal)
    before = hold(follows) if follows is not None else None
    if before is not None and before.deal_id != deal.pk:
        raise Refused(_("The meeting this is the new date for belongs to another deal."))
    meeting = _same(deal, starts_at, people)
    if meeting is None:
        meeting = _made(deal, before, starts_at=starts_at, ends_at=ends_at, people=people, user=user, by=by, now=now, title=title)
    elif before is not None and meeting.follows_id is None and meeting.pk != before.pk:
        meeting.follows = before
        meeting.save(update_fields=["follows"])
    refresh([deal.pk], now)
    return meeting


@transaction.atomic
def move_meeting(*, meeting: Interaction, starts_at: datetime, ends_at: datetime, by: User, now: datetime) -> Interaction:
    """It takes place at another time: the new one follows it, with the same people. A second click finds the new one.

    Refused for one that took place or that somebody missed: that one gets a new date by :func:`plan_meeting`.
    """
    _check(starts_at, ends_at, now)
    people = _held([one for one in (meeting.contact, *meeting.others.order_by("pk")) if one is not None])
    meeting = hold(meeting)
    if meeting.outcome == Outcome.MOVED:
        found = Interaction.objects.filter(follows=meeting, at=starts_at, withdrawn_at=None).first()
        if found is not None:
            return found
        raise Refused(_("This meeting was moved before. Move the one that follows it."))
    if meeting.outcome not in MOVABLE:
        raise Refused(_("This meeting is over. Agree on a new date with them instead."))
    if starts_at == meeting.at:
        raise Refused(_("It is planned for this time already. Choose another one."))
    if meeting.deal is None:
        raise Refused(_("This meeting is about no deal. Say first which one."))
    meeting.outcome, meeting.outcome_said_at, meeting.outcome_said_by = Outcome.MOVED, now, by
    meeting.save(update_fields=["outcome", "outcome_said_at", "outcome_said_by"])
    ours = meeting.user if meeting.user is not None and User.objects.here(now).filter(pk=meeting.user_id).exists() else by
    new = _same(meeting.deal, starts_at, people) or _made(
        meeting.deal, meeting, starts_at=starts_at, ends_at=ends_at, people=people, user=ours, by=by, now=now, title=meeting.subject
    )
    settle(meeting, now)
    return new


@transaction.atomic
def take_back_move(*, meeting: Interaction, new: Interaction, before: Before, by: User, now: datetime) -> Interaction:
    """Moved by mistake: it stands as it did, and the new one is withdrawn. Refused once something was said of either."""
    meeting = hold(meeting)
    new = hold(new)
    moved_at = meeting.outcome_said_at
    if meeting.outcome != Outcome.MOVED or meeting.outcome_said_by_id != by.pk or moved_at is None or new.outcome != Outcome.PLANNED:
        raise Refused(_("Something else was said of this meeting since. Open it and put it right there."))
    new.withdrawn_at, new.withdrawn_by = now, by
    new.save(update_fields=["withdrawn_at", "withdrawn_by"])
    meeting.outcome, meeting.outcome_said_at, meeting.outcome_said_by_id = before.outcome, before.said_at, before.said_by_id
    meeting.save(update_fields=["outcome", "outcome_said_at", "outcome_said_by"])
    if meeting.deal_id is not None:
        put_back_signals(deal_id=meeting.deal_id, settled_at=moved_at, now=now)
    settle(meeting, now)
    return meeting


def _check(starts_at: datetime, ends_at: datetime, now: datetime) -> None:
    if ends_at <= starts_at:
        raise Refused(_("It ends before it begins. Check the two times."))
    if ends_at - starts_at > LONGEST:
        raise Refused(_("A meeting of more than a month is none. Check the two times."))
    if starts_at < now - TOLERANCE:
        raise Refused(_("This time has passed. Choose one that lies ahead, or log the meeting if it took place."))


def _held(contacts: Iterable[Contact]) -> list[Contact]:
    """Their rows before the deal's, in one order, as a merge takes them: so that no two wait for each other."""
    wanted = list(dict.fromkeys(contacts))
    held = {one.pk: lock_contact(one) for one in sorted(wanted, key=lambda one: one.pk)}
    return [held[one.pk] for one in wanted]


def _same(deal: Deal, starts_at: datetime, people: list[Contact]) -> Interaction | None:
    """The meeting that is planned with them at this time already."""
    planned = Interaction.objects.select_for_update().filter(
        deal=deal, kind=Interaction.Kind.MEETING, outcome=Outcome.PLANNED, at=starts_at, withdrawn_at=None
    )
    return planned.filter(contact=people[0] if people else None).order_by("pk").first()


def _made(
    deal: Deal,
    before: Interaction | None,
    *,
    starts_at: datetime,
    ends_at: datetime,
    people: list[Contact],
    user: User,
    by: User | None,
    now: datetime,
    title: str,
) -> Interaction:
    meeting = Interaction.objects.create(
        deal=deal,
        account_id=deal.account_id,
        contact=people[0] if people else None,
        user=user,
        kind=Interaction.Kind.MEETING,
        direction=Interaction.Direction.OUT,
        outcome=Outcome.PLANNED,
        at=starts_at,
        ends_at=ends_at,
        subject=(" ".join(title.split()) or (before.subject if before is not None else ""))[:LONGEST_TITLE],
        follows=before,
        recorded_by=by,
        recorded_at=now,
    )
    meeting.others.set(people[1:])
    for contact in people:
        DealContact.objects.get_or_create(deal=deal, contact=contact)
    return meeting
