"""Recording what was said, taking back what was logged by mistake, and saying that no answer is needed."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.refusals import Refused
from accounts.services.contacts import lock_contact
from deals.models import DealContact, Interaction
from deals.risk.refresh import refresh
from deals.services.deals import lock
from deals.services.reopening import put_back_signals

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from accounts.models import Contact, User
    from deals.models import Deal

# Clocks of two machines differ a little; anything beyond is a typing mistake.
TOLERANCE = timedelta(minutes=5)
Kind, Outcome = Interaction.Kind, Interaction.Outcome
OUTCOMES = {
    Kind.CALL: {Outcome.CONNECTED, Outcome.NO_ANSWER},
    Kind.MEETING: {Outcome.PLANNED, Outcome.HELD, Outcome.MISSED_BY_US, Outcome.MISSED_BY_THEM, *Interaction.CALLED_OFF},
}


@transaction.atomic
def log_interaction(
    *,
    deal: Deal,
    kind: str,
    direction: str,
    by: User | None,
    now: datetime,
    at: datetime | None = None,
    ends_at: datetime | None = None,
    outcome: str = "",
    contact: Contact | None = None,
    user: User | None = None,
    subject: str = "",
    body: str = "",
    is_human: bool = True,
) -> Interaction:
    """Record one fact of contact. ``user`` is our person in it (default: ``by``).

    Refused: something that has not happened yet (other than a planned meeting), an end before the start,
    an outcome that does not go with the kind, a contact who was merged or removed meanwhile.
    """
    at = at or now
    _check(kind=kind, outcome=outcome, at=at, ends_at=ends_at, now=now)
    # The contact's row before the deal's, as a merge takes them: so that no two wait for each other.
    if contact is not None:
        contact = lock_contact(contact)
    deal = lock(deal)
    said_at, said_by = (now, by) if kind == Kind.MEETING and outcome != Outcome.PLANNED else (None, None)
    interaction = Interaction.objects.create(
        outcome_said_at=said_at,
        outcome_said_by=said_by,
        deal=deal,
        account_id=deal.account_id,
        contact=contact,
        user=user or by,
        kind=kind,
        direction=direction,
        outcome=outcome,
        is_human=is_human,
        at=at,
        ends_at=ends_at,
        subject=subject,
        body=body.replace("\x00", ""),
        recorded_by=by,
        recorded_at=now,
    )
    if contact is not None:
        DealContact.objects.get_or_create(deal=deal, contact=contact)
    refresh([deal.pk], now)
    return interaction


def _check(*, kind: str, outcome: str, at: datetime, ends_at: datetime | None, now: datetime) -> None:
    allowed: set[str] = {str(one) for one in OUTCOMES.get(Kind(kind), {Outcome.NONE})}
    if outcome not in allowed:
        raise Refused(_("Say how it went."))
    if ends_at is not None and ends_at < at:
        raise Refused(_("It ends before it begins. Check the two times."))
    if outcome not in (Outcome.PLANNED, *Interaction.CALLED_OFF) and (ends_at or at) > now + TOLERANCE:
        raise Refused(_("That is in the future. Only a planned meeting can be."))


@transaction.atomic
def withdraw_interaction(*, interaction: Interaction, by: User, now: datetime) -> Interaction:
    """Logged by mistake: it stays in the history, struck through, and counts no more. What it had settled is open as before."""
    interaction = _lock(interaction)
    if interaction.withdrawn_at is None:
        interaction.withdrawn_at, interaction.withdrawn_by = now, by
        interaction.save(update_fields=["withdrawn_at", "withdrawn_by"])
        if interaction.deal_id is not None:
            put_back_signals(deal_id=interaction.deal_id, settled_at=interaction.recorded_at, now=now)
        _refresh(interaction, now)
    return interaction


@transaction.atomic
def no_answer_needed(*, interaction: Interaction, by: User, now: datetime) -> Interaction:
    """A person says that this message needs no answer; who said it is kept."""
    interaction = _lock(interaction)
    if interaction.direction != Interaction.Direction.IN:
        raise Refused(_("Only a message from the customer can wait for an answer."))
    if interaction.no_answer_needed_at is None:
        interaction.no_answer_needed_at, interaction.no_answer_needed_by = now, by
        interaction.save(update_fields=["no_answer_needed_at", "no_answer_needed_by"])
        _refresh(interaction, now)
    return interaction


@transaction.atomic
def take_back_no_answer_needed(*, deal: Deal, messages: Iterable[int], by: User, now: datetime) -> None:
    """Said by mistake, by the same person: these messages of the deal wait for their answer as before."""
    lock(deal)
    said = Interaction.objects.select_for_update().filter(deal=deal, pk__in=list(messages), no_answer_needed_by=by).order_by("pk")
    for moment in {one.no_answer_needed_at for one in said if one.no_answer_needed_at is not None}:
        put_back_signals(deal_id=deal.pk, settled_at=moment, now=now)
    for one in said:
        one.no_answer_needed_at, one.no_answer_needed_by = None, None
        one.save(update_fields=["no_answer_needed_at", "no_answer_needed_by"])
    refresh([deal.pk], now)


@transaction.atomic
def nothing_to_answer(*, deal: Deal, messages: Iterable[int], by: User, now: datetime) -> list[int]:
    """None of these messages of the deal needs an answer; those that were said so before stay as they are.

    Returns the ids that were marked. A message that came meanwhile, and that nobody has seen yet, is not among them.
    """
    lock(deal)
    theirs = Interaction.objects.select_for_update().filter(deal=deal, direction=Interaction.Direction.IN, pk__in=list(messages))
    marked = list(theirs.filter(no_answer_needed_at__isnull=True).order_by("pk"))
    for one in marked:
        one.no_answer_needed_at, one.no_answer_needed_by = now, by
        one.save(update_fields=["no_answer_needed_at", "no_answer_needed_by"])
    refresh([deal.pk], now)
    return [one.pk for one in marked]


def _lock(interaction: Interaction) -> Interaction:
    """The deal's row first, as the refresh does, then the message's: so that no two wait for each other."""
    if interaction.deal is not None:
        lock(interaction.deal)
    return Interaction.objects.select_for_update().get(pk=interaction.pk)


def _refresh(interaction: Interaction, now: datetime) -> None:
    if interaction.deal_id is not None:
        refresh([interaction.deal_id], now)
