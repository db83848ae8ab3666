"""Declines in words."""

from __future__ import annotations

from django.utils.translation import gettext as _

from deals.handoff_words import name_of
from winback.models import Decline

State = Decline.State


def ended_in_words(decline: Decline) -> str:
    """How a request ended, in a sentence."""
    name = name_of(decline.ended_by)
    if decline.state == State.DONE:
        return _("%(name)s has declined this deal already.") % {"name": name}
    if decline.state == State.REFUSED:
        return _("%(name)s has said no to this already.") % {"name": name}
    if decline.state == State.WITHDRAWN:
        return _("%(name)s has taken this back.") % {"name": name}
    return overtaken_in_words(decline)


def outcome_in_words(decline: Decline) -> str:
    """The same on the page of the request, where nobody is too late: who approved it is named as such."""
    if decline.state == State.DONE and decline.approved_by_id not in (None, decline.asked_by_id):
        return _("%(name)s approved it.") % {"name": name_of(decline.approved_by)}
    return ended_in_words(decline)


def overtaken_in_words(decline: Decline) -> str:
    if decline.words == Decline.EndedWith.OWNER:
        return _("The deal got another owner meanwhile, who decides anew.")
    return _("The deal was closed meanwhile.")
