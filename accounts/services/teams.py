"""The tree of teams. Every change locks the whole tree, so that two moves cannot close a circle."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from accounts.models import Team, User
from accounts.refusals import Refused, constraint_of, still_there
from accounts.services.presence import tell_presence_changed
from accounts.sight import subtree
from accounts.signals import team_dissolved

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import WorkingCalendar

EDITABLE = frozenset({"name", "parent", "manager", "calendar"})


@transaction.atomic
def create_team(
    *, name: str, parent: Team | None, by: User, now: datetime, manager: User | None = None, calendar: WorkingCalendar | None = None
) -> Team:
    team = Team(name=name.strip(), parent=parent, manager=manager, calendar=calendar)
    _check(team, now, new_manager=True)
    _save(team)
    return team


@transaction.atomic
def edit_team(*, team: Team, by: User, now: datetime, **changes: Any) -> Team:
    """Change name, parent (a move), manager or calendar. Refused where a team would come below itself."""
    unknown = changes.keys() - EDITABLE
    if unknown:
        raise TypeError(f"edit_team() does not change {', '.join(sorted(unknown))}")
    teams = {one.pk: one for one in Team.objects.select_for_update(no_key=True).order_by("pk")}
    team = still_there(teams.get(team.pk))
    changed = [field for field, value in changes.items() if getattr(team, field) != value]
    for field in changed:
        setattr(team, field, changes[field])
    below = subtree({team.pk}, ((one.pk, one.parent_id) for one in teams.values() if one.pk != team.pk))
    if team.parent_id in below:
        raise Refused(_("%(team)s cannot move below itself. Choose a team outside of it.") % {"team": team.name})
    _check(team, now, new_manager="manager" in changed)
    if changed:
        _save(team, changed)
    if set(changed) - {"name"}:
        # Manager, place in the line and working hours count for everybody below.
        tell_presence_changed(user_ids=User.objects.filter(team__in=below).values_list("pk", flat=True), now=now)
    return team


@transaction.atomic
def remove_team(*, team: Team, by: User, now: datetime, into: Team | None = None) -> None:
    """Take the team out of the tree: ``into`` takes over its people and deals, the team above those below it.

    Without ``into`` only a team that nobody is in and no deal belongs to can go. Refused where ``into`` is the team itself,
    and where a team below it would meet another one of its name.
    """
    teams = {one.pk: one for one in Team.objects.select_for_update().order_by("pk")}
    held = teams.get(team.pk)
    if held is None:
        raise Refused(_("It is gone already."))
    if into is not None and (into.pk == held.pk or into.pk not in teams):
        raise Refused(_("Choose another team to take over."))
    concerned = set(
        User.objects.filter(team__in=subtree({held.pk}, ((one.pk, one.parent_id) for one in teams.values()))).values_list("pk", flat=True)
    )
    for below in (one for one in teams.values() if one.parent_id == held.pk):
        below.parent_id = held.parent_id
        _check(below, now, new_manager=False)
        _save(below, ["parent"])
    if into is not None:
        User.objects.filter(team=held).update(team=into)
        team_dissolved.send(sender=Team, team=held, into=teams[into.pk], now=now)
    try:
        held.delete()
    except ProtectedError as error:
        raise Refused(_("%(team)s still has people or deals. Say which team takes them over.") % {"team": held.name}) from error
    tell_presence_changed(user_ids=concerned, now=now)


def _save(team: Team, fields: list[str] | None = None) -> None:
    """Where somebody else gave the name away at this moment, the database says so, and we in words."""
    try:
        with transaction.atomic():
            team.save(update_fields=fields)
    except IntegrityError as error:
        if constraint_of(error) == "team_name_once_per_parent":
            raise _taken(team) from error
        raise


def _taken(team: Team) -> Refused:
    return Refused(_("There is already a team %(team)s at this place. Give it another name.") % {"team": team.name})


def _check(team: Team, now: datetime, *, new_manager: bool) -> None:
    if not team.name:
        raise Refused(_("A team needs a name."))
    if Team.objects.filter(parent=team.parent, name__iexact=team.name).exclude(pk=team.pk).exists():
        raise _taken(team)
    if new_manager and team.manager is not None and not User.objects.here(now).filter(pk=team.manager.pk).exists():
        raise Refused(_("%(name)s is not here any more. Choose somebody else as manager.") % {"name": team.manager.name})
