"""How people and teams are listed: the state each person is in, and the teams as a tree."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db import models
from django.db.models import Case, Count, Exists, OuterRef, Prefetch, Q, Value, When
from django.utils.translation import gettext_lazy as _

from accounts.models import Absence, Team, User

if TYPE_CHECKING:
    from datetime import datetime


class State(models.TextChoices):
    """What can be said of a person's being here; the first that fits counts."""

    LEFT = "left", _("Has left")
    SUSPENDED = "suspended", _("Suspended")
    AWAY = "away", _("Away")
    NO_ADDRESS = "no_address", _("No address")
    INVITED = "invited", _("Invited")
    NOT_INVITED = "not_invited", _("Not invited yet")
    IN = "in", _("Can log in")


CHIPS = {
    State.LEFT: "",
    State.SUSPENDED: "",
    State.AWAY: "medium",
    State.NO_ADDRESS: "",
    State.INVITED: "bird",
    State.NOT_INVITED: "",
    State.IN: "good",
}


def with_state(people: models.QuerySet[User], now: datetime) -> models.QuerySet[User]:
    """The people with ``state``, and ``absences_now``: the present absence with its cover, in one more query."""
    away = Absence.objects.filter(starts_at__lte=now, ends_at__gt=now)
    return (
        people.annotate(
            state=Case(
                When(departure__leaves_at__lte=now, then=Value(State.LEFT.value)),
                When(is_active=False, then=Value(State.SUSPENDED.value)),
                When(Exists(away.filter(user=OuterRef("pk"))), then=Value(State.AWAY.value)),
                When(email__isnull=True, then=Value(State.NO_ADDRESS.value)),
                When(last_login__isnull=False, then=Value(State.IN.value)),
                When(invited_at__isnull=False, then=Value(State.INVITED.value)),
                # Somebody who was given a password without an invitation (the first admin) can log in.
                When(~Q(password__startswith=UNUSABLE_PASSWORD_PREFIX) & ~Q(password=""), then=Value(State.IN.value)),
                default=Value(State.NOT_INVITED.value),
            )
        )
        .select_related("team", "departure")
        .prefetch_related(Prefetch("absences", queryset=away.select_related("cover"), to_attr="absences_now"))
    )


@dataclass(slots=True)
class Branch:
    """A team in the tree, with the branches below it in the order of their names."""

    team: Team
    members: int
    below: list[Branch] = field(default_factory=list)


def tree(teams: models.QuerySet[Team]) -> list[Branch]:
    """The teams as trees; a team whose parent is not among them is a root. One query."""
    found = teams.select_related("manager", "calendar").annotate(members_count=Count("members")).order_by("name")
    branches = {team.pk: Branch(team, team.members_count) for team in found}
    roots: list[Branch] = []
    for branch in branches.values():
        parent = branches.get(branch.team.parent_id) if branch.team.parent_id else None
        (parent.below if parent else roots).append(branch)
    return roots
