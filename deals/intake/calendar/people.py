"""Who is invited: ATTENDEE and ORGANIZER."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deals.intake.calendar.events import Answer, Attendee

if TYPE_CHECKING:
    from deals.intake.calendar.lines import Property

ROLES = {"CHAIR": "chair", "OPT-PARTICIPANT": "optional", "NON-PARTICIPANT": "informed"}
KINDS = frozenset(("individual", "group", "resource", "room", "unknown"))
ANSWERS = {one.value: one for one in Answer}


def attendee(found: Property) -> Attendee:
    said = found.parameters
    kind = said.get("CUTYPE", "individual").lower()
    return Attendee(
        address=address(said.get("EMAIL", "")) or address(found.text),
        name=" ".join(said.get("CN", "").strip("'\" ").split())[:200],
        role=ROLES.get(said.get("ROLE", "").upper(), "required"),
        answer=ANSWERS.get(said.get("PARTSTAT", "").lower(), Answer.NONE),
        kind=kind if kind in KINDS else "unknown",
        sent_by=address(said.get("SENT-BY", "")),
    )


def address(text: str) -> str:
    """A mail address in lower case; '' for anything else, such as an entry in a directory of the other side's own."""
    plain = text.strip().strip('"').lower()
    scheme, colon, rest = plain.partition(":")
    if colon:
        plain = rest if scheme.strip() == "mailto" else ""
    plain = plain.split("?")[0].strip(" <>'")
    return plain if plain.count("@") == 1 and len(plain) <= 254 and not any(letter.isspace() for letter in plain) else ""
