"""Asking how a meeting went, once it has ended: each is asked about once, whoever else asks at the same time.

That it was asked and the notice are one transaction. Workers pass over what another one holds; one that is killed in the
middle leaves the meeting as it was, and the next minute asks.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import structlog
from django.contrib.postgres.expressions import ArraySubquery
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts import organisation
from accounts.calendars import TeamCalendars
from accounts.models import Notice, User
from accounts.services.notices import NewNotice, tell
from deals.meeting_words import span, title
from deals.models import Interaction
from deals.models.signals import Severity

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.organisation import Organisation

log = structlog.get_logger(__name__)
KIND = "meeting_asks"
BATCH = 100
# What ended before that, when it is first seen (an old calendar, an import), is nothing to write to anybody about.
# The rule for it holds all the same.
LATE = timedelta(days=7)


def ask(now: datetime) -> int:
    """Ask about every planned meeting that has ended; how many people were asked."""
    asked = 0
    while True:
        done, told = _some(now)
        asked += told
        if done < BATCH:
            return asked


@transaction.atomic
def _some(now: datetime) -> tuple[int, int]:
    waiting = Interaction.objects.filter(
        kind=Interaction.Kind.MEETING, outcome=Interaction.Outcome.PLANNED, withdrawn_at=None, asked_at=None, moment__lte=now
    )
    found = list(waiting.select_for_update(skip_locked=True, of=("self",)).select_related("deal", "contact").order_by("moment", "pk")[:BATCH])
    if not found:
        return 0, 0
    Interaction.objects.filter(pk__in=[one.pk for one in found]).update(asked_at=now)
    company, calendars = organisation.load(at=now), TeamCalendars()
    asked = [_alone(one, company, calendars, now) for one in found if one.moment > now - LATE]
    notices = [one for one in asked if one is not None]
    tell(notices)
    return len(found), len(notices)


def _alone(meeting: Interaction, company: Organisation, calendars: TeamCalendars, now: datetime) -> NewNotice | None:
    """A fault of ours about one must not keep the others from being asked about; the rule for it holds all the same."""
    try:
        person_id = _whom(meeting, company, now)
        return _notice(meeting, person_id, company, calendars, now) if person_id is not None else None
    except DatabaseError:
        raise  # nothing of this batch can be written any more: beat calls again
    except Exception:
        log.exception("meeting_not_asked_about", meeting=meeting.pk)
        return None


def _whom(meeting: Interaction, company: Organisation, now: datetime) -> int | None:
    """Who answers for our person in it; for one without anybody of ours, who answers for the deal."""
    if meeting.deal is None:
        return None
    owner_id = meeting.user_id if meeting.user_id is not None else meeting.deal.owner_id
    return company.responsible(owner_id=owner_id, team_id=meeting.deal.team_id, at=now)


def _notice(meeting: Interaction, person_id: int, company: Organisation, calendars: TeamCalendars, now: datetime) -> NewNotice:
    """In the language and on the clock of whom it is for. Its key names the time, too: moved, it is asked about anew."""
    person = company.people[person_id]
    with translation.override(person.language), timezone.override(calendars.of(person_id, person.team_id).zone):
        them = meeting.contact.name if meeting.contact is not None else ""
        lines = [span(meeting.at, meeting.ends_at), them if meeting.subject else ""]
        return NewNotice(
            user_id=person_id,
            kind=KIND,
            topic=f"deal:{meeting.deal_id}",
            title=_("How did it go? %(what)s") % {"what": title(meeting)},
            body=" · ".join(one for one in (*lines, meeting.deal.name if meeting.deal is not None else "") if one),
            path=reverse("meeting-said", args=[meeting.pk]),
            severity=Severity.LOW,
            created_at=now,
            dedupe_key=f"{KIND}:{meeting.pk}:{meeting.moment:%Y%m%d%H%M}:{person_id}",
        )


def answered(meeting: Interaction, now: datetime) -> None:
    """Nobody needs to be asked any more: its notices are read, and those not mailed yet are not.

    They were written when it was asked about, and lead to it, whatever deal it is on by now. Found by the index on people and
    moments of what is unread: the database takes one short look for each of us.
    """
    if meeting.asked_at is None:
        return
    everybody = ArraySubquery(User.objects.values("pk"))
    asked = Notice.objects.filter(user_id__any_of=everybody, created_at=meeting.asked_at, kind=KIND, path=reverse("meeting-said", args=[meeting.pk]))
    asked.filter(read_at=None).update(read_at=now)
