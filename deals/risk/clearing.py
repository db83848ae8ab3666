"""What clears a signal, in one word each: kept on the signal and shown in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

BY_RULE = {
    "reply_overdue": "answered",
    "customer_silent": "heard_from_them",
    "no_contact": "contact",
    "stage_overdue": "moved",
    "no_next_step": "next_step",
    "close_date_passed": "new_date",
    "close_date_slipping": "moved",
    "meeting_missed": "made_good",
    "meeting_unconfirmed": "said_how_it_went",
    "meeting_not_rebooked": "rebooked",
    "handoff_pending": "handoff_ended",
    "introducer_waiting": "introducer_told",
    "owner_unavailable": "somebody_there",
    "unowned": "owner",
}
OUTCOME = "outcome"
# Nothing was done about it: a limit, a calendar or the facts it rested on changed.
NOT_DUE = "not_due"


def of(rule: str, *, fact_changed: bool) -> str:
    """What cleared a signal of this rule, where the facts behind it changed; otherwise that it is no longer due."""
    return BY_RULE[rule] if fact_changed else NOT_DUE


WORDS: dict[str, _StrPromise] = {
    "answered": _("answered"),
    "heard_from_them": _("they wrote or spoke"),
    "contact": _("contact was made"),
    "moved": _("it moved on"),
    "next_step": _("a next step was named"),
    "new_date": _("it has a new date"),
    "made_good": _("we apologised and there is a new date"),
    "said_how_it_went": _("somebody said how it went"),
    "rebooked": _("there is a new date, or a word from them"),
    "handoff_ended": _("the handoff was accepted, declined or taken back"),
    "introducer_told": _("the introducer was told"),
    "somebody_there": _("somebody is there for it"),
    "owner": _("it has an owner"),
    "outcome": _("the deal was won or lost"),
    "not_due": _("it is not due any more"),
}
