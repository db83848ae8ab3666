"""The pages that are measured, each with its target and the bare SQL behind it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.urls import NoReverseMatch, reverse

from bench import statements as sql

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bench.people import Scene

Statement = tuple[str, dict[str, Any]]


@dataclass(frozen=True)
class Case:
    """``target``: milliseconds of the whole page. ``paths``: asked for in turn. ``statements``: the bare SQL of each path."""

    key: str
    words: str
    target: int | None
    leader: bool
    paths: Sequence[str]
    statements: Sequence[Sequence[Statement]]


def cases_of(scene: Scene) -> list[Case]:
    """What there is to measure; pages this Salvor does not have are left out."""
    owner = {"owner": scene.rep.pk}
    teams = {"teams": scene.teams}
    teams_totals, owner_totals = (sql.COUNTS_OF_TEAMS, teams), (sql.COUNTS_OF_OWNER, owner)
    deal, account = [(sql.DEAL, "deal"), (sql.ACTIVITIES, "deal")], [(one, "account") for one in sql.ACCOUNT]
    risk_owner, risk_all = [(sql.RISK_OF_OWNER, owner), (sql.STALLED_OF_OWNER, owner)], [(sql.RISK_OF_TEAMS, teams), (sql.STALLED_OF_TEAMS, teams)]
    mine, everybody = {"query": f"?owner={scene.rep.pk}", "leader": False}, {"query": "", "leader": True}
    made = (
        _case("list-owner", "List, one owner", 20, route="pipeline", statements=[(sql.LIST_OF_OWNER, owner), owner_totals], **mine),
        _case("list-all", "List, everybody", 25, route="pipeline", statements=[(sql.LIST_OF_TEAMS, teams), teams_totals], **everybody),
        _case("board-owner", "Board, one owner", 25, route="board", statements=[(sql.BOARD_OF_OWNER, owner), owner_totals], **mine),
        _case("board-all", "Board, everybody", 30, route="board", statements=[(sql.BOARD_OF_TEAMS, teams), teams_totals], **everybody),
        _each("deal", "Deal with its activities", 20, route="deal", ids=scene.deals, statements=deal),
        _search("search", "Search by name", scene, "?q="),
        _search("search-live", "Search bar", scene, "?live=1&q="),
        _case("risk-owner", "Stalled deals, one owner", 20, route="risk-desk", statements=risk_owner, **mine),
        _case("risk-all", "Stalled deals, all", 25, route="risk-desk", statements=risk_all, **everybody),
        _case("forecast", "Sum by stage, month and owner", 70, route="forecast", query="?by=owner", leader=True, statements=[(sql.BY_MONTH, teams)]),
        _case("today", "Today", 25, route="today", query="", leader=False, statements=[(sql.TODAY, owner), (sql.STEPS_TODAY, owner)]),
        _each("account", "Account", 25, route="customer", ids=scene.accounts, statements=account),
    )
    return [case for case in made if case is not None]


def _case(key: str, words: str, target: int, *, route: str, query: str, statements: Sequence[Statement], leader: bool) -> Case | None:
    try:
        path = reverse(route)
    except NoReverseMatch:
        return None
    return Case(key, words, target, leader, [path + query], [statements])


def _each(key: str, words: str, target: int, *, route: str, ids: Sequence[int], statements: Sequence[tuple[str, str]]) -> Case | None:
    try:
        paths = [reverse(route, args=[pk]) for pk in ids]
    except NoReverseMatch:
        return None
    return Case(key, words, target, False, paths, [[(text, {name: pk}) for text, name in statements] for pk in ids])


def _search(key: str, words: str, scene: Scene, query: str) -> Case:
    paths = [f"{reverse('search')}{query}{word}" for word in scene.words]
    return Case(key, words, 25, True, paths, [[(sql.SEARCH, {"like": f"%{word}%"})] for word in scene.words])
