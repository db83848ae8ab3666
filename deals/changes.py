"""Who changed what on a deal, from the history the database keeps of every version."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Account, Contact, MergedAccount, User
from deals.models import Deal

if TYPE_CHECKING:
    from datetime import datetime

    from django.utils.functional import _StrPromise

LATEST = 100

# The fields a reader cares for, in words; what follows from another (status, pipeline, team) is left out.
FIELDS: dict[str, _StrPromise] = {
    "name": _("Name"),
    "account": _("Account"),
    "owner": _("Owner"),
    "stage": _("Stage"),
    "product": _("Product"),
    "amount": _("Amount"),
    "currency": _("Currency"),
    "source": _("Source"),
    "introduced_by": _("Introduced by"),
    "opened_on": _("Opened"),
    "expected_close_on": _("Expected close"),
    "closed_on": _("Closed"),
}
RELATED = ("account", "owner", "stage", "product", "introduced_by")


@dataclass(frozen=True, slots=True)
class Part:
    name: str
    was: Any
    now: Any


@dataclass(frozen=True, slots=True)
class Change:
    """One version: when, by whom (empty: by a job or an import), and what differs from the one before."""

    at: datetime
    by: str
    first: bool
    parts: list[Part]


def changes_of(deal: Deal, *, reader: User) -> list[Change]:
    """The latest changes first: a few queries.

    An account or introducer that the reader may not see has no name here either.
    """
    events = list(
        apps.get_model("deals", "DealEvent")
        .objects.filter(pgh_obj_id=deal.pk)
        .select_related("pgh_context", *RELATED)
        .order_by("-pgh_id")[: LATEST + 1]
    )
    seen = _seen_by(reader, events)
    seen["account"] |= _name_merged(events, reader)
    authors: dict[int, Any] = {event.pgh_id: (event.pgh_context.metadata or {}).get("user") if event.pgh_context else None for event in events}
    names: dict[Any, str] = dict(User.objects.filter(pk__in={author for author in authors.values() if author}).values_list("pk", "name"))
    found = [
        Change(at=event.pgh_created_at, by=names.get(authors[event.pgh_id], ""), first=False, parts=parts)
        for event, before in pairwise(events)
        if (parts := _parts(before, event, seen))
    ]
    if events and len(events) <= LATEST:
        first = events[-1]
        found.append(Change(at=first.pgh_created_at, by=names.get(authors[first.pgh_id], ""), first=True, parts=[]))
    return found


def _name_merged(events: list[Any], reader: User) -> set[int]:
    """An account that was merged since stands in these versions by the name it had, for who sees what it is part of now.

    Gives the ids of those.
    """
    gone = {event.account_id for event in events if event.account_id is not None and event.account is None}
    if not gone:
        return set()
    parts = MergedAccount.objects.filter(was__id__in=gone, into__in=Account.objects.visible_to(reader))
    kept = apps.get_model("accounts", "AccountEvent").objects.filter(pgh_obj_id__in=list(parts.values_list("was__id", flat=True)))
    names = dict(kept.order_by("pgh_id").values_list("pgh_obj_id", "name"))
    for event in events:
        if event.account_id in names:
            event.account = Account(pk=event.account_id, name=names[event.account_id])
    return set(names)


def _seen_by(reader: User, events: list[Any]) -> dict[str, set[int]]:
    """Which of the accounts and introducers of these versions the reader may see. Two queries at most."""
    seen = {}
    for field, model in (("account", Account), ("introduced_by", Contact)):
        ids = {getattr(event, f"{field}_id") for event in events} - {None}
        seen[field] = set(model.objects.visible_to(reader).filter(pk__in=ids).values_list("pk", flat=True)) if ids else set()
    return seen


def _parts(before: Any, after: Any, seen: dict[str, set[int]]) -> list[Part]:
    found = []
    for field, words in FIELDS.items():
        column = f"{field}_id" if field in RELATED else field
        if getattr(before, column) != getattr(after, column):
            found.append(Part(str(words), _said(before, field, seen), _said(after, field, seen)))
    return found


def _said(event: Any, field: str, seen: dict[str, set[int]]) -> Any:
    if field == "source":
        return Deal.Source(event.source).label
    if field in seen and (pk := getattr(event, f"{field}_id")) is not None and pk not in seen[field]:
        return gettext("another account") if field == "account" else gettext("another contact")
    return getattr(event, field)
