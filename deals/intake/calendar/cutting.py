"""Single events cut out of a calendar, each as a small file that says the same: what is kept of a meeting, to be read again later."""

from __future__ import annotations

import re
from datetime import UTC, datetime, tzinfo
from typing import TYPE_CHECKING, NamedTuple

from deals.intake.calendar.events import Event, Unreadable
from deals.intake.calendar.lines import Component, Defects, decoded, tree
from deals.intake.calendar.reading import read

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from deals.intake.calendar.lines import Property

UNQUOTABLE = re.compile(r'["\x00-\x1f\x7f]')


class Piece(NamedTuple):
    """One event, and the text it can be read from again."""

    event: Event
    text: str


def key_of(event: Event) -> str:
    """What of its UID an event is about: ``""`` for all of it, else the original start of the one occurrence (ISO 8601, UTC)."""
    at = event.recurrence_id
    return "" if at is None else (at.astimezone(UTC).isoformat() if isinstance(at, datetime) else at.isoformat())


def cut(raw: bytes, uids: Collection[str], *, method: str, zone: tzinfo) -> list[Piece]:
    """The events of these UIDs, in the order of the file. ``method`` and ``zone`` as the file was read with."""
    root = tree(decoded(raw, Defects()), Defects())
    scopes = [one for one in root.children if one.name == "VCALENDAR"] or [root]
    pieces = []
    for scope in scopes:
        zones = {one.text("TZID"): one for one in scope.walk("VTIMEZONE")}
        for component in scope.walk("VEVENT"):
            named = " ".join(component.text("UID").split())
            # One that is made of other things, or shortened, is known only when it is read.
            if named and len(named) < 900 and named not in uids:
                continue
            text = _text(component, zones, scope.text("X-WR-TIMEZONE"), method)
            try:
                events = read(text.encode(errors="replace"), zone=zone).events
            except Unreadable:
                continue  # the whole file was read without this one, too, and said so
            pieces += [Piece(event, text) for event in events if event.uid in uids]
    return pieces


def _text(component: Component, zones: dict[str, Component], own_zone: str, method: str) -> str:
    head = ["BEGIN:VCALENDAR", *([f"METHOD:{method}"] if method else []), *([f"X-WR-TIMEZONE:{own_zone}"] if own_zone else [])]
    used = {one.parameters["TZID"] for same in component.properties.values() for one in same if "TZID" in one.parameters}
    lines = [line for name in sorted(used & zones.keys()) for line in _lines(zones[name])]
    return "\n".join([*head, *lines, *_lines(component), "END:VCALENDAR", ""])


def _lines(component: Component) -> Iterator[str]:
    yield f"BEGIN:{component.name}"
    for same in component.properties.values():
        yield from map(_line, same)
    for child in component.children:
        if child.name != "VALARM":
            yield from _lines(child)
    yield f"END:{component.name}"


def _line(one: Property) -> str:
    """As it was, but for its old way of writing letters, which is undone already."""
    said = "".join(f';{name}="{UNQUOTABLE.sub("", value)}"' for name, value in one.parameters.items() if name not in ("ENCODING", "CHARSET"))
    return f"{one.name}{said}:{one.value}".replace("\r", "").replace("\n", "\\n").replace("\x00", "")
