"""Whether what a story names fits together: what only the whole list can tell. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reports.replay.names import Names
    from reports.replay.story import Account, Contact, Deal, Team, User


def check_people(teams: Sequence[tuple[Team, int]], users: Sequence[tuple[User, int]], contacts: Sequence[tuple[Contact, int]], names: Names) -> None:
    """Each with its line. Managers and parents stand elsewhere in the file; a key is one person, an address one of us."""
    for team, at in teams:
        for kind, key in (("user", team.manager), ("team", team.parent)):
            if key is not None and not names.knows(key, kind):
                names.found.say(at, f"There is no {kind} “{key}”.")
    _check_tree(teams, names)
    seen: dict[str, int] = {}
    for user, at in users:
        if user.email.lower() in seen:
            names.found.say(at, f"{user.email} is somebody else's address already, in line {seen[user.email.lower()]}.")
        seen.setdefault(user.email.lower(), at)
    for contact, at in contacts:
        if names.knows(contact.key, "user"):
            names.found.say(at, f"“{contact.key}” is one of us already. Give this contact another key.")
        if contact.email.lower() in seen:
            names.found.say(at, f"{contact.email} is the address of one of us.")


def _check_tree(teams: Sequence[tuple[Team, int]], names: Names) -> None:
    above = {team.key: team.parent for team, _at in teams}
    placed: set[tuple[str | None, str]] = set()
    for team, at in teams:
        walked, up = {team.key}, team.parent
        while up is not None and up not in walked:
            walked.add(up)
            up = above.get(up)
        if up is not None:
            names.found.say(at, f"The team “{team.key}” would be above itself.")
        if (team.parent, team.name) in placed:
            names.found.say(at, f"There is a team {team.name} in the same place already.")
        placed.add((team.parent, team.name))


def check_domains(accounts: Sequence[tuple[Account, int]], names: Names) -> None:
    """A mail domain is one account's."""
    seen: dict[str, str] = {}
    for account, at in accounts:
        for domain in account.domains:
            if seen.setdefault(domain, account.key) != account.key:
                names.found.say(at, f"{domain} is the domain of “{seen[domain]}” already.")


def check_deal(one: Deal, names: Names) -> None:
    closed = one.stage in ("won", "lost")
    if one.status and one.status != (one.stage if one.stage in ("won", "lost", "inquiry") else "open"):
        names.found.say(one.line, f"A deal in the stage {one.stage or 'named by nobody'} is not {one.status}.")
    if closed and one.closed is None:
        names.found.say(one.line, f"A deal that is {one.stage} wants “closed”: the day it was.")
    if not closed and one.closed is not None:
        names.found.say(one.line, "Only a deal that is won or lost has the day it was closed.")
    if one.opened is not None and one.closed is not None and one.closed < one.opened:
        names.found.say(one.line, "It was closed before it was opened.")
