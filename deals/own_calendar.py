"""What stands in a person's own calendar: their meetings, what they are reminded of, next steps, and answers that are due.

A fixed number of queries. Each thing keeps its UID for as long as it exists, and the bytes change only with what they say.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import Exists, OuterRef, Prefetch, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from deals.intake.calendar.writing import Entry, feed
from deals.models import Deal, Interaction, Meeting, MeetingAttendee, NextStep, Task

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from accounts.models import User

BACK, AHEAD = timedelta(days=30), timedelta(days=180)
AT_MOST = 2000
# A moment by which something is due is drawn as the quarter of an hour before it.
SHOWN = timedelta(minutes=15)
DECLINED = MeetingAttendee.Answer.DECLINED


def own_calendar(user: User, now: datetime) -> bytes:
    entries = [*_meetings(user, now), *_planned(user, now), *_tasks(user), *_steps(user), *_answers(user)]
    return feed(entries, name=_("Salvor: %(name)s") % {"name": user.name}, now=now)


def _meetings(user: User, now: datetime) -> Iterator[Entry]:
    """From calendars; those that this person declined are not theirs. What they are about is told to who sees that deal."""
    here = MeetingAttendee.objects.filter(meeting=OuterRef("pk"), user=user)
    mine = Q(Exists(here.exclude(answer=DECLINED))) | Q(entry__user=user) & ~Q(Exists(here.filter(answer=DECLINED)))
    found = Meeting.objects.filter(mine, starts_at__gt=now - BACK, starts_at__lt=now + AHEAD).select_related("deal__account")
    found = found.annotate(sees_deal=Exists(Deal.objects.visible_to(user).filter(pk=OuterRef("deal_id"))))
    people = Prefetch("attendees", MeetingAttendee.objects.order_by("pk").select_related("contact"))
    for one in found.prefetch_related(people).order_by("starts_at", "pk")[:AT_MOST]:
        deal = one.deal if one.sees_deal else None
        comes = ", ".join(person.contact.name if person.contact else person.name or person.address for person in one.attendees.all())
        yield Entry(
            uid=_uid("meeting", one.pk),
            title=one.title or _("Meeting"),
            starts_at=one.starts_at,
            ends_at=one.ends_at,
            description="\n".join(part for part in (_about(deal), comes) if part),
            location=one.place,
            url=_link(deal.pk if deal is not None else None),
            cancelled=one.status == Meeting.Status.CANCELLED,
            sequence=one.sequence,
            changed_at=one.changed_at,
        )


def _planned(user: User, now: datetime) -> Iterator[Entry]:
    """Meetings that were written down here by hand."""
    found = Interaction.objects.filter(user=user, kind="meeting", outcome="planned", withdrawn_at=None, at__gt=now - BACK, meeting=None)
    found = found.annotate(sees_deal=Exists(Deal.objects.visible_to(user).filter(pk=OuterRef("deal_id"))))
    for one in found.select_related("deal__account", "contact").order_by("at", "pk")[:AT_MOST]:
        yield Entry(
            uid=_uid("planned", one.pk),
            title=one.subject or (_("Meeting with %(name)s") % {"name": one.contact.name} if one.contact else _("Meeting")),
            starts_at=one.at,
            ends_at=one.ends_at or one.at + timedelta(hours=1),
            description=_about(one.deal if one.sees_deal else None),
            url=_link(one.deal_id if one.sees_deal else None),
            changed_at=one.recorded_at,
        )


def _tasks(user: User) -> Iterator[Entry]:
    for one in Task.objects.filter(assignee=user, ended_at=None).order_by("due_at", "pk")[:AT_MOST]:
        yield _due("task", one.title, one.due_at, pk=one.pk, changed_at=one.created_at, url=_link(one.deal_id))


def _steps(user: User) -> Iterator[Entry]:
    for one in NextStep.objects.filter(owner=user, ended_at=None).select_related("deal").order_by("due_at", "pk")[:AT_MOST]:
        yield _due("step", f"{one.what} ({one.deal.name})", one.due_at, pk=one.pk, changed_at=one.created_at, url=_link(one.deal_id))


def _answers(user: User) -> Iterator[Entry]:
    """When the oldest unanswered word on each deal is to be answered."""
    waiting = Deal.objects.watched().filter(owner=user, reply_due_at__isnull=False)
    for one in waiting.select_related("account").order_by("reply_due_at", "pk")[:AT_MOST]:
        if one.reply_due_at is not None:
            title = _("Answer due: %(deal)s") % {"deal": _about(one)}
            yield _due("answer", title, one.reply_due_at, pk=one.pk, changed_at=one.created_at, url=_link(one.pk))


def _due(kind: str, title: str, due_at: datetime, *, pk: int, changed_at: datetime, url: str) -> Entry:
    return Entry(_uid(kind, pk), title, starts_at=due_at - SHOWN, ends_at=due_at, url=url, kind=kind, busy=False, changed_at=changed_at)


def _uid(kind: str, pk: int) -> str:
    return f"{kind}-{pk}@{urlsplit(settings.SITE_URL).hostname}"


def _about(deal: Deal | None) -> str:
    if deal is None:
        return ""
    return f"{deal.account.name}: {deal.name}" if deal.account else deal.name


def _link(deal_id: int | None) -> str:
    return f"{settings.SITE_URL}{reverse('deal', args=[deal_id])}" if deal_id is not None else f"{settings.SITE_URL}{reverse('today')}"
