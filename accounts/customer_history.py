"""Who changed what about an account: the versions the database keeps, in words; and what was merged into it."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Account, MergedAccount, User

if TYPE_CHECKING:
    from datetime import datetime

FIELDS = {
    "name": _("Name"),
    "lifecycle": _("What they are to us"),
    "recurring_value": _("Recurring value"),
    "owner_id": _("Owner"),
    "parent_id": _("Part of"),
    "sector": _("Sector"),
    "country": _("Country"),
}


@dataclass(frozen=True, slots=True)
class Part:
    name: str
    was: Any
    now: Any


@dataclass(frozen=True, slots=True)
class Change:
    """``by`` is empty where no person did it. ``merged``: the name of another account that became part of this one."""

    at: datetime
    by: str
    first: bool = False
    merged: str = ""
    parts: tuple[Part, ...] = ()


def changes_of(account: Account, *, reader: User, limit: int = 50) -> list[Change]:
    """The latest changes first: a few queries, asked for only when somebody opens them.

    A parent that the reader may not see has no name here either.
    """
    events = list(
        apps.get_model("accounts", "AccountEvent")
        .objects.filter(pgh_obj_id=account.pk)
        .select_related("pgh_context")
        .order_by("-pgh_id")[: limit + 1]
    )
    merged = list(MergedAccount.objects.filter(into=account).order_by("-at")[:limit])
    actors = {event.pgh_id: (event.pgh_context.metadata or {}).get("user") if event.pgh_context else None for event in events}
    ids = {*actors.values(), *(record.by_id for record in merged), *(event.owner_id for event in events)} - {None}
    people: dict[Any, str] = dict(User.objects.filter(pk__in=ids).values_list("pk", "name"))
    parents: dict[Any, str] = dict(
        Account.objects.visible_to(reader).filter(pk__in={event.parent_id for event in events} - {None}).values_list("pk", "name")
    )
    found = [Change(record.at, people.get(record.by_id, ""), merged=record.was.get("name") or record.name) for record in merged]
    for after, before in pairwise(events):
        if parts := _parts(before, after, people, parents):
            found.append(Change(after.pgh_created_at, people.get(actors[after.pgh_id], ""), parts=tuple(parts)))
    if events and len(events) <= limit:
        found.append(Change(events[-1].pgh_created_at, people.get(actors[events[-1].pgh_id], ""), first=True))
    return sorted(found, key=lambda change: change.at, reverse=True)[:limit]


def _parts(before: Any, after: Any, people: dict[Any, str], parents: dict[Any, str]) -> list[Part]:
    return [
        Part(str(words), _said(before, field, people, parents), _said(after, field, people, parents))
        for field, words in FIELDS.items()
        if getattr(before, field) != getattr(after, field)
    ]


def _said(event: Any, field: str, people: dict[Any, str], parents: dict[Any, str]) -> Any:
    value = getattr(event, field)
    if field == "lifecycle":
        return event.get_lifecycle_display()
    if field == "owner_id":
        return people.get(value, gettext("somebody who is not here any more")) if value else ""
    if field == "parent_id":
        return parents.get(value, gettext("another account")) if value else ""
    return value
