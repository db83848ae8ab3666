"""Asking a manager whether we may pass on a deal, and taking that back."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from accounts import organisation
from accounts.calendars import working_time_for
from accounts.models import User
from accounts.refusals import Refused
from deals.models import Task
from winback.models import Decline
from winback.services.declines.allowed import approval_for
from winback.services.declines.ending import end
from winback.services.declines.holding import hold, hold_open
from winback.services.declines.passing_on import new_decline
from winback.services.declines.telling import tell_asked, tell_withdrawn

if TYPE_CHECKING:
    from datetime import datetime

    from deals.models import Deal
    from winback.services.declines.passing_on import Passing

# Working time of who decides: they read a note of a few lines.
DECIDES_WITHIN = timedelta(hours=4)


@transaction.atomic
def ask_to_decline(*, deal: Deal, by: User, passing: Passing, now: datetime) -> Decline:
    """Keep the note, and ask who decides. Until then everything on the deal runs on as before.

    Refused where somebody has asked already, where nobody needs to be asked, and for what cannot be sent.
    """
    deal = hold(deal, passing.contact)
    open_one = Decline.objects.open().filter(deal=deal).select_related("asked_by").first()
    if open_one is not None:
        raise Refused(_("%(name)s has asked for this already. Read their note first.") % {"name": open_one.asked_by.name})
    company = organisation.load(at=now)
    needed = approval_for(deal=deal, by=by, company=company, now=now)
    if needed is None:
        raise Refused(_("You can decide this yourself: send the note."))
    decline = new_decline(deal, by, passing, now)
    approver = User.objects.get(pk=needed.approver_id)
    decline.task = give_task(decline, approver, now)
    decline.save()
    tell_asked(decline, approver_id=approver.pk, why=needed.why, company=company, now=now)
    return decline


@transaction.atomic
def withdraw_decline(*, decline: Decline, by: User, now: datetime) -> Decline:
    """It was a mistake, or is not needed any more. Whoever asked takes it back; a manager refuses it, with a reason."""
    decline = hold_open(decline)
    if decline.asked_by_id != by.pk:
        raise Refused(_("Only %(name)s, who asked, can take it back.") % {"name": decline.asked_by.name})
    end(decline, Decline.State.WITHDRAWN, by=by, now=now)
    tell_withdrawn(decline, company=organisation.load(at=now), now=now)
    return decline


def give_task(decline: Decline, approver: User, now: datetime) -> Task:
    with translation.override(approver.language):
        title = _("%(name)s asks to decline %(deal)s") % {"name": decline.asked_by.name, "deal": decline.deal.name}
    due_at = working_time_for(approver).later(now, DECIDES_WITHIN)
    return Task.objects.create(
        kind=Task.Kind.DECIDE_DECLINE,
        title=title[:250],
        assignee=approver,
        deal=decline.deal,
        due_at=due_at,
        created_at=now,
        created_by=decline.asked_by,
    )
