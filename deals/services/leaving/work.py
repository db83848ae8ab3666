"""Meetings that lie ahead and tasks that are open."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import ngettext

from accounts.leaving import Example, Holding, Rows
from deals.models import Deal, Interaction, Task
from deals.models.signals import OPEN_STATES
from deals.risk.refresh import refresh

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from django.db.models import QuerySet

    from accounts.models import User


def hold_deals(of: Any) -> list[int]:
    """Lock the deals that these rows stand with, in the order of their ids, before the rows: as every writer does."""
    ids = of.filter(deal__isnull=False).order_by().values("deal_id")
    return list(Deal.objects.select_for_update(of=("self",)).filter(pk__in=ids).order_by("pk").values_list("pk", flat=True))


class Meetings(Holding):
    """Whose meeting it will be. Who was to be in one that is over stays: it says who missed it, or was there."""

    key, icon = "meetings", "calendar-days"
    fields = ("deals.Interaction.user",)

    def rows(self, leaver: User, now: datetime) -> Rows:
        planned = Interaction.objects.filter(user=leaver, kind=Interaction.Kind.MEETING, outcome=Interaction.Outcome.PLANNED, withdrawn_at=None)
        return {self.fields[0]: planned.filter(Q(ends_at__gt=now) | Q(ends_at=None, at__gt=now))}

    def words(self, count: int) -> str:
        return ngettext("%(count)d planned meeting", "%(count)d planned meetings", count) % {"count": count}

    def examples(self, leaver: User, now: datetime, most: int) -> Sequence[Example]:
        rows = self.rows(leaver, now)[self.fields[0]].select_related("deal").order_by("at")[:most]
        return [
            Example(one.subject or str(one.deal or one.get_kind_display()), reverse("deal", args=[one.deal_id]) if one.deal_id else "")
            for one in rows
        ]

    def move(self, *, leaver: User, heir: User, by: User | None, now: datetime) -> int:
        rows = self.rows(leaver, now)[self.fields[0]]
        deals = hold_deals(rows)
        moved = rows.update(user=heir)
        refresh(deals, now)
        return moved


def duties_of(leaver: User) -> QuerySet[Task, Task]:
    """Open tasks that came with a signal which waits for them: they go where the signal goes."""
    return Task.objects.filter(assignee=leaver, ended_at=None, signal__responsible=leaver, signal__state__in=OPEN_STATES)


class Tasks(Holding):
    """What is theirs to do, whoever the deal belongs to."""

    key, icon = "tasks", "circle-check"
    fields = ("deals.Task.assignee",)

    def rows(self, leaver: User, now: datetime) -> Rows:
        return {self.fields[0]: Task.objects.filter(assignee=leaver, ended_at=None).exclude(pk__in=duties_of(leaver).values("pk"))}

    def words(self, count: int) -> str:
        return ngettext("%(count)d task", "%(count)d tasks", count) % {"count": count}

    def examples(self, leaver: User, now: datetime, most: int) -> Sequence[Example]:
        rows = self.rows(leaver, now)[self.fields[0]].order_by("due_at")[:most]
        return [Example(one.title, reverse("deal", args=[one.deal_id]) if one.deal_id else "") for one in rows]

    def move(self, *, leaver: User, heir: User, by: User | None, now: datetime) -> int:
        """What the heir has to do already for the same signal ends here instead.

        So does a decision about declining a deal: it is no heir's to take. Whoever may is asked anew within a minute.
        """
        open_tasks = self.rows(leaver, now)[self.fields[0]]
        hold_deals(open_tasks)
        open_tasks.filter(kind=Task.Kind.DECIDE_DECLINE).update(ended_at=now)
        same = Task.objects.filter(assignee=heir, ended_at=None, signal=OuterRef("signal"), kind=OuterRef("kind"))
        twice = open_tasks.filter(Exists(same)).update(ended_at=now)
        return twice + open_tasks.update(assignee=heir)
