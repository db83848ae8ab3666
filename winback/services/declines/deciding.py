"""The manager's word: yes, yes with other words, or no with a reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import organisation
from accounts.refusals import Refused
from deals.handoff_words import name_of
from winback.decline_note import Note
from winback.models import Decline
from winback.services.declines.allowed import may_decide
from winback.services.declines.calling import give_call
from winback.services.declines.ending import end, end_task
from winback.services.declines.holding import hold_open
from winback.services.declines.passing_on import author_of, checked, pass_on
from winback.services.declines.telling import tell_approved, tell_refused

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import User
    from accounts.organisation import Organisation

State = Decline.State
REASON_AT_MOST = 1000


@transaction.atomic
def approve_decline(*, decline: Decline, by: User, now: datetime, note: Note | None = None, introducer_words: str | None = None) -> Decline:
    """Yes: the note goes in the name of who asked, and the deal is closed. ``note``: with other words than they chose.

    By phone, who asked is told to call and has it as a task; the deal is closed once they say that they did.
    """
    decline = hold_open(decline)
    company = organisation.load(at=now)
    _check(decline, by, company, now)
    if decline.state == State.APPROVED:
        raise Refused(_("%(name)s has approved it already.") % {"name": name_of(decline.approved_by)})
    _change(decline, note, introducer_words)
    decline.approved_by, decline.approved_at = by, now
    end_task(decline, by=by, now=now)
    if decline.way == Decline.Way.PHONE:
        decline.state = State.APPROVED
        decline.task = give_call(decline, author_of(decline, else_by=by, now=now), now)
        decline.save()
    else:
        pass_on(decline, author=author_of(decline, else_by=by, now=now), by=by, now=now)
    tell_approved(decline, company=company, now=now)
    return decline


@transaction.atomic
def refuse_decline(*, decline: Decline, reason: str, by: User, now: datetime) -> Decline:
    """No: the deal stays as it is, and who asked is told why. Refused without a reason."""
    decline = hold_open(decline)
    company = organisation.load(at=now)
    _check(decline, by, company, now)
    reason = reason.replace("\x00", "").strip()
    if not reason:
        raise Refused(_("Say why in a few words, so that they know what to do instead."))
    if len(reason) > REASON_AT_MOST:
        raise Refused(_("Say it in at most %(most)s characters.") % {"most": REASON_AT_MOST})
    end(decline, State.REFUSED, by=by, now=now, words=reason)
    tell_refused(decline, company=company, now=now)
    return decline


def _check(decline: Decline, by: User, company: Organisation, now: datetime) -> None:
    if not may_decide(decline=decline, by=by, company=company, now=now):
        raise Refused(_("Only the managers of the deal’s team decide this, and never who asks. Leave it to them."))


def _change(decline: Decline, note: Note | None, introducer_words: str | None) -> None:
    if note is not None:
        note = checked(note, way=decline.way)
        decline.changed = note != Note.of(decline)
        for name, words in note.parts().items():
            setattr(decline, name, words)
    if introducer_words is not None and decline.introducer is not None:
        words = introducer_words.replace("\x00", "").replace("\r\n", "\n").strip()
        decline.changed = decline.changed or words != decline.introducer_words
        decline.introducer_words = words
