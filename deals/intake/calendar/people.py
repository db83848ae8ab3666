"""Who is invited: ATTENDEE and ORGANIZER."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deals.intake.calendar.events import Answer, Attendee

if TYPE_CHECKING:
    from collections.abc import Iterable

    from deals.intake.calendar.lines import Property

ROLES = {"CHAIR": "chair", "OPT-PARTICIPANT": "optional", "NON-PARTICIPANT": "informed"}
KINDS = frozenset(("individual", "group", "resource", "room", "unknown"))
ANSWERS = {one.value: one for one in Answer if one}


def invited(found: Iterable[Property]) -> tuple[Attendee, ...]:
    """Each address once: of several entries the first that has answered, or the first. Those without an address are kept by their names."""
    people: dict[str, Attendee] = {}
    for one in map(attendee, found):
        key = one.address or f" {one.name}"
        if key not in people or (one.answer and not people[key].answer):
            people[key] = one
    return tuple(people.values())


def attendee(found: Property) -> Attendee:
    said = found.parameters
    kind = said.get("CUTYPE", "individual").lower()
    return Attendee(
        address=address(said.get("EMAIL", "")) or address(found.text),
        name=_name(said.get("CN", "")),
        role=ROLES.get(said.get("ROLE", "").upper(), "required"),
        answer=ANSWERS.get(said.get("PARTSTAT", "").lower(), Answer.NONE),
        kind=kind if kind in KINDS else "unknown",
        sent_by=address(said.get("SENT-BY", "")),
    )


def _name(text: str) -> str:
    """Without the quotes that Outlook puts around a name that is an address."""
    plain = " ".join(text.split())
    return (plain[1:-1] if len(plain) > 1 and plain[0] == plain[-1] and plain[0] in "'\"" else plain)[:200]


def address(text: str) -> str:
    """A mail address in lower case; '' for anything else, such as an entry in a directory of the other side's own."""
    plain = text.strip().strip('"').lower()
    scheme, colon, rest = plain.partition(":")
    if colon:
        plain = rest if scheme.strip() == "mailto" else ""
    plain = plain.split("?")[0].strip(" <>'")
    return plain if plain.count("@") == 1 and len(plain) <= 254 and not any(letter.isspace() for letter in plain) else ""
