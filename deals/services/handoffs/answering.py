"""What ends an offer by somebody's word: accepting, declining, taking it back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import organisation
from accounts.models import User
from accounts.refusals import Refused, still_there
from deals.handoff_words import ended_in_words
from deals.models import Handoff, Task
from deals.risk.refresh import refresh
from deals.services.deals import give, lock
from deals.services.handoffs.allowed import may_withdraw
from deals.services.handoffs.telling import tell_accepted, tell_declined, tell_withdrawn

if TYPE_CHECKING:
    from datetime import datetime

State = Handoff.State
REASON_AT_MOST = 500


@transaction.atomic
def accept_handoff(*, handoff: Handoff, by: User, now: datetime) -> Handoff:
    """The deal is theirs from this moment. Only the named person accepts, no cover or manager for them: a deal changes hands
    by the word of who gets it, and while they are away the giver answers, is reminded, and can offer it to somebody else.

    Refused once the offer has ended, in words that say how. An offer past its time can be accepted until it is ended.
    """
    handoff = _lock_open(handoff)
    _only_the_receiver(handoff, by)
    if not User.objects.here(now).filter(pk=by.pk).exists():
        raise Refused(_("%(name)s cannot take deals any more. Choose somebody else.") % {"name": by.name})
    # Ended before the deal changes hands: what is open then ends with the old owner.
    _end(handoff, State.ACCEPTED, by, now)
    give(handoff.deal, by, now)
    # Whoever was to answer or pass it on has passed it on.
    passed_on = Task.objects.filter(deal=handoff.deal, assignee_id=handoff.offered_by_id, kind=Task.Kind.ANSWER_OR_PASS_ON, ended_at__isnull=True)
    if handoff.offered_by_id not in (None, by.pk):
        passed_on.update(ended_at=now, done_by=handoff.offered_by_id)
    refresh([handoff.deal_id], now)
    tell_accepted(handoff, company=organisation.load(at=now), now=now)
    return handoff


@transaction.atomic
def decline_handoff(*, handoff: Handoff, reason: str, by: User, now: datetime) -> Handoff:
    """It stays with the giver, who is told why. Refused without a reason, and once the offer has ended."""
    handoff = _lock_open(handoff)
    _only_the_receiver(handoff, by)
    reason = reason.strip()
    if not reason:
        raise Refused(_("Say why in a few words, so that they can find somebody else."))
    if len(reason) > REASON_AT_MOST:
        raise Refused(_("Say it in at most %(most)s characters.") % {"most": REASON_AT_MOST})
    _end(handoff, State.DECLINED, by, now, reason)
    refresh([handoff.deal_id], now)
    tell_declined(handoff, company=organisation.load(at=now), now=now)
    return handoff


@transaction.atomic
def withdraw_handoff(*, handoff: Handoff, by: User, now: datetime) -> Handoff:
    """Take an offer back. Refused once it has ended, and for those who have no say over the deal."""
    handoff = _lock_open(handoff)
    if not may_withdraw(handoff=handoff, by=by, now=now):
        raise Refused(_("Only who offered it, who answers for the deal and their managers can take it back. Ask one of them."))
    _end(handoff, State.WITHDRAWN, by, now)
    refresh([handoff.deal_id], now)
    tell_withdrawn(handoff, company=organisation.load(at=now), now=now)
    return handoff


def _lock_open(handoff: Handoff) -> Handoff:
    """The offer as the database has it now, its deal locked. Refused in words where it has ended."""
    deal = lock(handoff.deal)
    handoff = still_there(Handoff.objects.select_related("receiver", "ended_by").filter(pk=handoff.pk).first())
    if handoff.state != State.OFFERED:
        raise Refused(ended_in_words(handoff))
    handoff.deal = deal
    return handoff


def _only_the_receiver(handoff: Handoff, by: User) -> None:
    if by.pk != handoff.receiver_id:
        raise Refused(_("It is offered to %(name)s, and only they can answer.") % {"name": handoff.receiver.name})


def _end(handoff: Handoff, state: Handoff.State, by: User, now: datetime, reason: str = "") -> None:
    handoff.state, handoff.ended_at, handoff.ended_by, handoff.reason = state, now, by, reason
    handoff.save(update_fields=["state", "ended_at", "ended_by", "reason"])
