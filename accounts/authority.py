"""Who may change whom: admins everybody, managers the people of the teams they manage and below. And who may steer accounts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from accounts.models.teams import Team
from accounts.models.users import Role
from accounts.sight import subtree

if TYPE_CHECKING:
    from accounts.models.customers import Account
    from accounts.models.users import User

# Who answers for more than their own deals: looks at limits and rates, acts on what waits for others, shares with everybody.
SENIORS = frozenset({Role.MANAGER, Role.EXECUTIVE, Role.ADMIN})
# Who arranges the work: adds people, brings in files, sets limits, reasons and the mailboxes of teams.
ORGANISERS = frozenset({Role.MANAGER, Role.ADMIN})


def managed_teams(user: User) -> frozenset[int]:
    """The ids of the teams this person manages and of all below; none for anybody but a manager. One query."""
    if user.role != Role.MANAGER:
        return frozenset()
    teams = list(Team.objects.values_list("pk", "parent_id", "manager_id"))
    heads = {pk for pk, _parent, manager in teams if manager == user.pk}
    return frozenset(subtree(heads, ((pk, parent) for pk, parent, _manager in teams)))


def may_change(by: User, person: User) -> bool:
    """May ``by`` edit, invite and suspend this person, and record that they leave?

    A manager has no say over executives and admins, even below: an address changed there would be a way up.
    Nor over somebody who manages a team elsewhere, wherever they sit: that too would be a way to see more.
    """
    if by.role == Role.ADMIN:
        return True
    if person.role not in (Role.REP, Role.MANAGER) or person.pk == by.pk:
        return False
    managed = managed_teams(by)
    return person.team_id in managed and managed.issuperset(Team.objects.filter(manager_id=person.pk).values_list("pk", flat=True))


def may_record_absence(by: User, person: User) -> bool:
    """Everybody says themselves when they are away; managers and admins may say it for others."""
    return by.pk == person.pk or may_change(by, person)


def may_steer(by: User, account: Account) -> bool:
    """May ``by`` say who owns this account, what it is to us and what it pays a year?

    These decide who sees the account and how hot its deals are. So: its owner, managers and admins; of an account
    that nobody owns, everybody who sees it. Everything else about an account is edited by whoever sees it.
    """
    return by.role in ORGANISERS or account.owner_id in (by.pk, None)


def may_merge(by: User, first: Account | None, second: Account | None) -> bool:
    """May ``by`` make one of two accounts that they see (of two contacts: their accounts)?

    Nothing undoes a merge. So: admins; the owner of both; and a manager where both are owned in teams they manage and
    below, by themselves or by nobody.
    """
    if by.role == Role.ADMIN:
        return True
    if by.role != Role.MANAGER:
        return all(account is not None and account.owner_id == by.pk for account in (first, second))
    owners = [account.owner for account in (first, second) if account is not None and account.owner_id not in (by.pk, None)]
    managed = managed_teams(by) if owners else frozenset()
    return all(owner is not None and owner.team_id in managed for owner in owners)
