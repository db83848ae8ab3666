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

from accounts.answering import answering
from deals.intake.calendar.writing import Entry, feed
from deals.models import Deal, Interaction, Meeting, MeetingAttendee, NextStep, Task

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from accounts.answering import Answers
    from accounts.models import User

BACK, AHEAD = timedelta(days=30), timedelta(days=180)
AT_MOST = 2000
# A moment by which something is due is drawn as the quarter of an hour before it.
SHOWN = timedelta(minutes=15)
DECLINED = MeetingAttendee.Answer.DECLINED


def own_calendar(user: User, now: datetime) -> bytes:
    """Their own, and that of people they answer for (:mod:`accounts.answering`), as long as they do."""
    answers = answering(user, now)
    others = {pk: until for pk, until in answers.people.items() if pk != user.pk}
    planned = (*_meetings(user, now), *_planned(user, now), *_covered(user, others, now))
    entries = [*planned, *_tasks(user, others), *_steps(user, others), *_answers(user, answers)]
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


def _covered(user: User, others: dict[int, datetime | None], now: datetime) -> Iterator[Entry]:
    """Meetings that people who are not here had planned on deals, as long as that lasts; a meeting one goes to oneself stands there once."""
    if not others:
        return
    goes = MeetingAttendee.objects.filter(meeting=OuterRef("meeting"), user=user)
    found = Interaction.objects.filter(kind="meeting", outcome="planned", withdrawn_at=None, at__gt=now).filter(_theirs("user", "at", others))
    found = found.filter(~Exists(goes), deal__in=Deal.objects.visible_to(user)).select_related("deal__account", "contact", "user")
    for one in found.order_by("at", "pk")[:AT_MOST]:
        yield Entry(
            uid=_uid("planned", one.pk),
            title=_for(one.subject or (_("Meeting with %(name)s") % {"name": one.contact.name} if one.contact else _("Meeting")), one.user, user),
            starts_at=one.at,
            ends_at=one.ends_at or one.at + timedelta(hours=1),
            description=_about(one.deal),
            url=_link(one.deal_id),
            changed_at=one.recorded_at,
        )


def _tasks(user: User, others: dict[int, datetime | None]) -> Iterator[Entry]:
    found = Task.objects.filter(Q(assignee=user) | _theirs("assignee", "due_at", others), ended_at=None).select_related("assignee")
    for one in found.order_by("due_at", "pk")[:AT_MOST]:
        title = _for(one.title, one.assignee, user)
        yield _due("task", title, one.due_at, pk=one.pk, changed_at=one.created_at, url=_link(one.deal_id))


def _steps(user: User, others: dict[int, datetime | None]) -> Iterator[Entry]:
    found = NextStep.objects.filter(Q(owner=user) | _theirs("owner", "due_at", others), ended_at=None).select_related("deal", "owner")
    for one in found.order_by("due_at", "pk")[:AT_MOST]:
        title = _for(f"{one.what} ({one.deal.name})", one.owner, user)
        yield _due("step", title, one.due_at, pk=one.pk, changed_at=one.created_at, url=_link(one.deal_id))


def _answers(user: User, answers: Answers) -> Iterator[Entry]:
    """When the oldest unanswered word on each deal is to be answered."""
    nobodys = Q(team__in=answers.teams) & (Q(owner=None) | Q(owner__in=answers.strays))
    waiting = Deal.objects.watched().filter(Q(owner__in=answers.people) | nobodys, reply_due_at__isnull=False)
    for one in waiting.select_related("account", "owner").order_by("reply_due_at", "pk")[:AT_MOST]:
        if one.reply_due_at is not None:
            title = _for(_("Answer due: %(deal)s") % {"deal": _about(one)}, one.owner, user)
            yield _due("answer", title, one.reply_due_at, pk=one.pk, changed_at=one.created_at, url=_link(one.pk))


def _theirs(person: str, moment: str, others: dict[int, datetime | None]) -> Q:
    """What falls into the time in which one answers for these people: until they are back, or for good."""
    terms = Q(**{f"{person}__in": [pk for pk, until in others.items() if until is None]})
    for pk, until in others.items():
        if until is not None:
            terms |= Q(**{person: pk, f"{moment}__lt": until})
    return terms


def _for(title: str, whose: User | None, reader: User) -> str:
    """Marked where it is somebody else's."""
    if whose is None or whose.pk == reader.pk:
        return title
    return _("%(what)s (for %(name)s)") % {"what": title, "name": whose.name}


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
