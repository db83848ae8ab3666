"""Whoever is to call them after an approval is reminded of it: an approved no that nobody says is a silence."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils import translation
from django.utils.translation import gettext as _

from accounts.calendars import working_time_for
from deals.models import Task

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import User
    from winback.models import Decline

# Working time of who calls: a day of theirs.
CALLED_WITHIN = timedelta(hours=8)


def give_call(decline: Decline, caller: User, now: datetime) -> Task:
    """The task takes the place of the decision's, and ends with the request as that would. The deal is locked."""
    with translation.override(caller.language):
        whom = decline.contact.name if decline.contact is not None else _("The customer")
        title = _("Call them and decline %(deal)s: %(name)s") % {"deal": decline.deal.name, "name": whom}
    return Task.objects.create(
        kind=Task.Kind.CALL_AND_DECLINE,
        title=title[:250],
        assignee=caller,
        deal=decline.deal,
        due_at=working_time_for(caller).later(now, CALLED_WITHIN),
        created_at=now,
        created_by=decline.approved_by,
    )
