"""Who may see what, decided once: the teams and people whose work a user may look at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from django.utils import timezone

from accounts.models.presence import Absence
from accounts.models.users import Role
from accounts.prepared import named

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from django.db.models import QuerySet

    from accounts.models.users import User


@dataclass(frozen=True, slots=True)
class Sight:
    """What a user may look at. ``everything`` is for admins; the other fields then do not matter.

    ``team_ids``: a rep's own team; for managers and executives their own team, the teams they manage and
    all below. ``user_ids``: the user, and those they cover for right now.
    """

    everything: bool
    team_ids: frozenset[int]
    user_ids: frozenset[int]


class NotHere(NamedTuple):
    """Somebody of ours who is away, kept out or gone, as the database tells it; the absence is the present one."""

    id: int
    team_id: int | None
    active: bool
    leaves_at: datetime | None
    start: datetime | None
    end: datetime | None
    cover_id: int | None


class OurSide(NamedTuple):
    """``teams``: (id, parent's id, manager's id)."""

    teams: list[tuple[int, int | None, int | None]]
    not_here: list[NotHere]


OUR_SIDE = named(
    """
SELECT true, t.id, t.parent_id, t.manager_id, true, NULL::timestamptz, NULL::timestamptz, NULL::timestamptz, NULL::bigint FROM accounts_team t
UNION ALL
SELECT false, u.id, u.team_id, NULL, u.is_active, d.leaves_at, a.starts_at, a.ends_at, a.cover_id
FROM accounts_user u
LEFT JOIN accounts_departure d ON d.user_id = u.id
LEFT JOIN accounts_absence a ON a.user_id = u.id AND a.starts_at <= %(now)s AND a.ends_at > %(now)s
WHERE NOT u.is_active OR d.leaves_at <= %(now)s OR a.id IS NOT NULL
""",
    planned=True,
)

NOTHING = Sight(everything=False, team_ids=frozenset(), user_ids=frozenset())


def sight_of(user: User) -> Sight:
    """The user's sight, worked out once a request (kept on the user object); nothing for a stranger.

    For the user of a session none, for a manager's or executive's one; another one for users from elsewhere. None for an admin.
    """
    if not user.is_authenticated or not user.is_active:
        return NOTHING
    known: Sight | None = getattr(user, "_sight", None)
    if known is None:
        known = user._sight = _look(user)  # type: ignore[attr-defined] # noqa: SLF001 - a cache that lives as long as the request's user
    return known


def what_is_seen(user: User) -> Any:
    """The same for everybody who may see the same: for keys of what was counted."""
    sight = sight_of(user)
    return "everything" if sight.everything else (user.pk, sorted(sight.team_ids), sorted(sight.user_ids))


def parents_of_teams(user: User) -> dict[int, int | None]:
    """Every team's parent, whoever's sight it is; see ``every_team``."""
    return {pk: parent for pk, parent, _manager in every_team(user)}


def every_team(user: User) -> list[tuple[int, int | None, int | None]]:
    """Every team as (id, parent's id, manager's id); see ``our_side``."""
    return our_side(user).teams


def our_side(user: User) -> OurSide:
    """The teams and who is not here, asked once a request (kept on the user object) and with one query: who leads asks for both."""
    known: OurSide | None = getattr(user, "_our_side", None)
    if known is None:
        known = user._our_side = load_our_side(timezone.now())  # type: ignore[attr-defined] # noqa: SLF001 - like _sight
    return known


def load_our_side(at: datetime) -> OurSide:
    found = OurSide([], [])
    for is_team, *values in OUR_SIDE.rows(now=at):
        if is_team:
            found.teams.append((values[0], values[1], values[2]))
        else:
            found.not_here.append(NotHere._make((values[0], values[1], *values[3:])))
    return found


def _look(user: User) -> Sight:
    if user.role == Role.ADMIN:
        return Sight(everything=True, team_ids=frozenset(), user_ids=frozenset({user.pk}))
    covered = getattr(user, "covers_for", None)  # told with the user of a session
    if covered is None:
        covered = covering(user, timezone.now()).values_list("user_id", flat=True)
    team_ids: set[int] = {user.team_id} if user.team_id else set()
    if user.role in (Role.MANAGER, Role.EXECUTIVE):
        teams = every_team(user)
        heads = team_ids | {pk for pk, _parent, manager in teams if manager == user.pk}
        team_ids = subtree(heads, ((pk, parent) for pk, parent, _manager in teams))
    return Sight(everything=False, team_ids=frozenset(team_ids), user_ids=frozenset({user.pk, *covered}))


def covering(person: Any, at: Any) -> QuerySet[Absence, Absence]:
    """The absences in which a person answers for somebody at a moment; either may be an expression."""
    return Absence.objects.filter(cover=person, starts_at__lte=at, ends_at__gt=at)


def subtree(heads: set[int], parents: Iterable[tuple[int, int | None]]) -> set[int]:
    """The ids in ``heads`` and of everything below them; ``parents`` are pairs of (id, parent's id)."""
    children: dict[int | None, list[int]] = {}
    for pk, parent in parents:
        children.setdefault(parent, []).append(pk)
    found: set[int] = set()
    waiting = list(heads)
    while waiting:
        pk = waiting.pop()
        if pk not in found:
            found.add(pk)
            waiting.extend(children.get(pk, ()))
    return found
