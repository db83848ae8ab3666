"""How a handoff stands, in words: for pages, notices and refusals."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from deals.models import Handoff

if TYPE_CHECKING:
    from accounts.models import User

State, EndedWith = Handoff.State, Handoff.EndedWith


def name_of(person: User | None) -> str:
    """Somebody who may not be known any more."""
    return person.name if person is not None else _("Somebody")


def ended_in_words(handoff: Handoff) -> str:
    """Why an offer cannot be answered any more: one sentence, with what to do where there is something."""
    receiver = {"name": handoff.receiver.name}
    if handoff.state == State.ACCEPTED:
        return _("%(name)s has accepted it: the deal is theirs.") % receiver
    if handoff.state == State.DECLINED:
        return _("%(name)s has declined it. Offer the deal anew, if it should still change hands.") % receiver
    if handoff.state == State.EXPIRED:
        return _("Nobody answered in time, so the offer ended. If you want the deal, ask for it to be offered anew.")
    if handoff.ended_by is not None:
        return _("%(name)s took the offer back.") % {"name": handoff.ended_by.name}
    return ended_with_the_deal(handoff)


def ended_with_the_deal(handoff: Handoff) -> str:
    """What ended an offer that nobody took back."""
    if handoff.reason == EndedWith.CLOSED:
        return _("The deal was closed, and the offer ended with it.")
    if handoff.reason == EndedWith.RECEIVER:
        return _("%(name)s is not here any more, so the offer ended.") % {"name": handoff.receiver.name}
    return _("The deal got another owner, and the offer ended with that.")
