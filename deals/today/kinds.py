"""The kinds of duties a day is made of. To add one: a line here, its rows in ``sources``, its words in ``rows``.

``minutes`` is what one such duty takes, about, whoever does it. Nobody has measured it here: each is our own
assumption, made from what the duty asks for (read, think, write or speak, note it down), and shown with "about" alone.
Once lengths of calls are recorded by many, the assumption for a call can give way to their median.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.utils.functional import _StrPromise

# Somebody outside waits: these lead the page and are not part of what else is owed.
ANSWER = "answer"
# Who brought us in asked: they wait like a customer, and are answered apart from them.
ASKED = "introducer-asked"
WAITING = (ANSWER, ASKED)
HOW_IT_WENT, MAKE_GOOD, REBOOK = "how-it-went", "make-good", "rebook"
ABOUT_MEETINGS = (HOW_IT_WENT, MAKE_GOOD, REBOOK)


@dataclass(frozen=True, slots=True)
class Kind:
    """``does``: what the one obvious action opens: a form of the row (log, next-step, close-date, task, decline, meeting), or the deal itself."""

    title: _StrPromise
    minutes: int
    does: str
    act: _StrPromise


KINDS: dict[str, Kind] = {
    # Read it, find out what they ask for, write a few sentences or call.
    ANSWER: Kind(_("Answer"), 8, "log", _("Answer")),
    ASKED: Kind(_("Answer who brought us in"), 8, "log", _("Answer")),
    # A short call, or a mail that is more than "just checking in", with a look at what was said last.
    "touch": Kind(_("Get in touch"), 10, "log", _("Log a call")),
    # The thing itself is somebody's plan; most are a call or a mail.
    "step": Kind(_("Next step"), 15, "step", _("Done")),
    "task": Kind(_("To do"), 10, "task", _("Done")),
    # Somebody turned to one because nobody else answered: a word to them, or the deal to somebody who will.
    "turned-to": Kind(_("Answer, or pass it on"), 8, "open", _("Answer")),
    # Read the note, ask back or change a word, and say yes or no.
    "decide": Kind(_("Say whether we decline it"), 5, "open", _("Read the note")),
    # What was approved: a short call, and saying that it was made.
    "say-no": Kind(_("Call them and decline it"), 8, "open", _("Read the note")),
    # Read the brief and the last words, and decide.
    "offered": Kind(_("Accept or decline"), 8, "decline", _("Accept")),
    # One line and a day.
    "name-step": Kind(_("Name the next step"), 3, "next-step", _("Name it")),
    "close-date": Kind(_("Give it a new close date"), 2, "close-date", _("New date")),
    # Look at the deal, and decide: move it on, or be honest about it.
    "stage": Kind(_("Move it on, or close it honestly"), 8, "open", _("Open the deal")),
    "slipping": Kind(_("Find out why it slips"), 8, "open", _("Open the deal")),
    # A word that says whether it took place; an apology and a new date, by mail or phone; a word to whoever brought us in.
    HOW_IT_WENT: Kind(_("Say how the meeting went"), 1, "meeting", _("It was held")),
    MAKE_GOOD: Kind(_("Apologise, and agree on a new date"), 10, "meeting", _("Record the apology")),
    REBOOK: Kind(_("Agree on a new date"), 5, "meeting", _("New date")),
    "handoff": Kind(_("Offered, and not accepted yet"), 2, "open", _("See the offer")),
    "introducer": Kind(_("Tell who brought us in"), 5, "open", _("Open the deal")),
    "nobody": Kind(_("Find somebody for it"), 5, "owner", _("Give it to somebody")),
}

# Which duty a raised signal asks for. One act settles all signals of a deal with the same duty, so they are one row;
# an answer is a contact too.
OF_RULE: Mapping[str, str] = {
    "reply_overdue": ANSWER,
    "customer_silent": "touch",
    "no_contact": "touch",
    "no_next_step": "name-step",
    "close_date_passed": "close-date",
    "stage_overdue": "stage",
    "close_date_slipping": "slipping",
    "meeting_missed": "make-good",
    "meeting_unconfirmed": "how-it-went",
    "meeting_not_rebooked": "rebook",
    "handoff_pending": "handoff",
    "introducer_waiting": "introducer",
    "owner_unavailable": "nobody",
    "unowned": "nobody",
}
