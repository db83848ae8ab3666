"""A story's file read whole: every mistake is named with its line and the reason, or there is none and a story comes of it. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from reports.replay import fitting, shapes
from reports.replay.hours import calendar_of, working_hours, zone_of
from reports.replay.mistakes import Found, Mistake, UnreadableError
from reports.replay.names import Names
from reports.replay.nodes import Mapping, Scalar, Sequence, read
from reports.replay.story import Account, Calendar, Contact, Deal, Step, Story, Team, User
from reports.replay.values import line, moment, text

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from reports.replay.nodes import Value

HEAD = ("title", "about", "timezone", "calendar", "teams", "users", "accounts", "contacts", "deals", "steps")
BESIDE_A_FACT = ("at", "refused")


def read_story(content: bytes | str) -> Story:
    """The story in a file. Raises ``UnreadableError`` with every mistake, and nothing else whatever the file holds."""
    found = Found([])
    try:
        story = _story(read(_decoded(content), found), found)
    except RecursionError as error:
        raise UnreadableError([Mistake(1, "This lies too deep to be a story.")]) from error
    if found.mistakes:
        raise UnreadableError(found.mistakes)
    return story


def _decoded(content: bytes | str) -> str:
    if isinstance(content, str):
        return content
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableError([Mistake(content.count(b"\n", 0, error.start) + 1, "This is no text in UTF-8.")]) from error


def _story(value: Value, found: Found) -> Story:
    if not isinstance(value, Mapping):
        raise UnreadableError([Mistake(value.line, f"A story is keys with values: {', '.join(HEAD)}.")])
    for name in value.entries.keys() - set(HEAD):
        found.say(value.lines[name], f"A story has no “{name[:80]}”. It may have: {', '.join(HEAD)}.")
    for name in ("title", "timezone", "steps"):
        if name not in value.entries:
            found.say(value.line, f"A story wants “{name}”.")
    names = Names(found, ZoneInfo("UTC"))
    names.zone = zone_of(value, names)
    title = line(200)(value.entries["title"], names) if "title" in value.entries else ""
    about = text(value.entries["about"], names) if "about" in value.entries else ""
    calendar = calendar_of(value.entries["calendar"], names) if "calendar" in value.entries else None
    teams = [(_team(given, at, names), at) for given, at in _all(value, "teams", shapes.TEAM, names, "key", "name")]
    users = [(User(**given), at) for given, at in _all(value, "users", shapes.USER, names, "key", "name", "email", "role", "team")]
    accounts = [(_account(given), at) for given, at in _all(value, "accounts", shapes.ACCOUNT, names, "key", "name")]
    contacts = [(_contact(given), at) for given, at in _all(value, "contacts", shapes.CONTACT, names, "key", "name")]
    fitting.check_people(teams, users, contacts, names)
    fitting.check_domains(accounts, names)
    deals = [deal_of(given, at) for given, at in _all(value, "deals", shapes.DEAL, names, "key", "name")]
    for one in deals:
        fitting.check_deal(one, names)
    steps = _steps(value, names)
    if not teams or not users:
        found.say(value.line, "A story needs teams and users of ours.")
    return Story(
        title=title or "",
        about=(about or "").strip(),
        zone=names.zone,
        calendar=calendar or Calendar(time_zone=names.zone.key),
        teams=tuple(one for one, _at in teams),
        users=tuple(one for one, _at in users),
        accounts=tuple(one for one, _at in accounts),
        contacts=tuple(one for one, _at in contacts),
        deals=tuple(deals),
        steps=tuple(steps),
    )


def _all(value: Mapping, name: str, look: Callable[[Value, Names], Any], names: Names, *wanted: str) -> list[tuple[dict[str, Any], int]]:
    """Every entry of a list of the head that has what must be there, with its line; what is missing has been said."""
    listed = value.entries.get(name)
    if listed is None or (isinstance(listed, Scalar) and listed.kind == "null"):
        return []
    if not isinstance(listed, Sequence):
        names.found.say(listed.line, f"“{name}” is a list.")
        return []
    read_ones = [(look(one, names), one.line) for one in listed.items]
    return [(given, at) for given, at in read_ones if given is not None and all(given.get(field) is not None for field in wanted)]


def _team(given: dict[str, Any], at: int, names: Names) -> Team:
    calendar = working_hours(given["calendar"], at, names) if given.get("calendar") else None
    return Team(given["key"], given["name"], given.get("parent"), given.get("manager"), calendar)


def _account(given: dict[str, Any]) -> Account:
    return Account(
        given["key"], given["name"], tuple(given.get("domains") or ()), given.get("lifecycle") or "prospect", given.get("recurring_value") or 0
    )


def _contact(given: dict[str, Any]) -> Contact:
    plain = {name: given.get(name) or "" for name in ("email", "title", "seniority")}
    return Contact(given["key"], given["name"], given.get("account"), **plain)


def deal_of(given: dict[str, Any], at: int) -> Deal:
    """A deal with what is said of it; what is not said keeps its default."""
    said = {name: value for name, value in given.items() if value is not None}
    if said.get("status") in ("inquiry", "won", "lost"):
        said.setdefault("stage", said["status"])
    return Deal(line=at, **said)


def _steps(value: Mapping, names: Names) -> list[Step]:
    listed = value.entries.get("steps")
    if not isinstance(listed, Sequence):
        if listed is not None:
            names.found.say(listed.line, "“steps” is a list.")
        return []
    steps: list[Step] = []
    before: datetime | None = None
    for one in listed.items:
        step = _step(one, names)
        if step is None:
            continue
        if before is not None and step.at < before:
            names.found.say(step.line, "This is before the step above it. Steps stand in the order of their times.")
        before = step.at
        steps.append(step)
    return steps


def _step(value: Value, names: Names) -> Step | None:
    if not isinstance(value, Mapping):
        names.found.say(value.line, "A step has “at” and one fact, or “at” and “expect”.")
        return None
    at = moment(value.entries["at"], names) if "at" in value.entries else None
    if "at" not in value.entries:
        names.found.say(value.line, "A step wants “at”: when it is.")
    refused = text(value.entries["refused"], names) if "refused" in value.entries else None
    kinds = [name for name in value.entries if name not in BESIDE_A_FACT]
    for name in kinds:
        if name not in shapes.FACTS and name != "expect":
            names.found.say(value.lines[name], f"There is no fact “{name[:80]}”. The facts are: {', '.join(shapes.FACTS)}.")
    if len(kinds) != 1:
        names.found.say(value.line, "A step holds one fact, or one “expect”.")
    if not kinds or kinds[0] not in (*shapes.FACTS, "expect"):
        return None
    kind = kinds[0]
    # What is refused names nothing: the same key may be given to the next attempt.
    before = {one: dict(keys) for one, keys in names.of.items()}
    given = (shapes.EXPECT if kind == "expect" else shapes.FACTS[kind])(value.entries[kind], names)
    if refused is not None:
        names.of = before
    if kind == "expect" and isinstance(given, dict):
        _check_expect(given, value, names)
    if kind == "expect" and refused is not None:
        names.found.say(value.lines["refused"], "Only a fact can be refused.")
    return Step(value.line, at, kind, given, refused) if at is not None and isinstance(given, dict) else None


def _check_expect(given: dict[str, Any], value: Mapping, names: Names) -> None:
    if not given:
        names.found.say(value.line, "Nothing is expected here.")
    for name in shapes.OF_A_DEAL:
        if name in given and "deal" not in given and name != "stage":
            names.found.say(value.line, f"“{name}” is said of a deal. Say which, by “deal”.")
