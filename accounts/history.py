"""Who changed what about a person: the audit rows of the database triggers, in words."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Team, User

if TYPE_CHECKING:
    from datetime import datetime

# What is told, in this order; the rest (theme, language) is the person's own business.
FIELDS = {
    "name": _("Name"),
    "email": _("Address"),
    "role": _("Role"),
    "team_id": _("Team"),
    "is_active": _("May log in"),
    "time_zone": _("Time zone"),
    "invited_at": _("Invited"),
}


@dataclass(frozen=True, slots=True)
class Change:
    """``by`` is None where no person did it: an import, a command, the database itself."""

    at: datetime
    by: User | None
    words: list[str]


def changes_of(person: User, *, limit: int = 12) -> list[Change]:
    """The latest changes, newest first. Three queries."""
    events = list(
        apps.get_model("accounts", "UserEvent").objects.filter(pgh_obj=person).select_related("pgh_context").order_by("-pgh_id")[: limit + 1]
    )
    people = User.objects.in_bulk([pk for event in events if (pk := _actor(event)) is not None])
    teams = dict(Team.objects.values_list("pk", "name"))
    found = []
    for after, before in pairwise([*events, None] if len(events) <= limit else events):
        words = [gettext("Added")] if before is None else _differences(before, after, teams)
        if words:
            found.append(Change(after.pgh_created_at, people.get(_actor(after) or 0), words))
    return found


def _actor(event: Any) -> int | None:
    found: int | None = event.pgh_context.metadata.get("user") if event.pgh_context else None
    return found


def _differences(before: Any, after: Any, teams: dict[int, str]) -> list[str]:
    words = []
    for field, words_of in FIELDS.items():
        old, new = getattr(before, field), getattr(after, field)
        if old == new:
            continue
        if field == "invited_at":
            words.append(gettext("Invited"))
        elif field == "is_active":
            words.append(gettext("Let in again") if new else gettext("Suspended"))
        else:
            words.append(
                gettext("%(what)s: %(old)s, now %(new)s")
                % {"what": words_of, "old": _value(before, field, teams), "new": _value(after, field, teams)}
            )
    return words


def _value(event: Any, field: str, teams: dict[int, str]) -> str:
    value = getattr(event, field)
    if field == "team_id":
        return teams.get(value, gettext("none"))
    if field == "role":
        return str(event.get_role_display())
    return value or gettext("none")
