"""Which column of a file fills which field."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from deals.intake.files.names import plain
from deals.intake.files.vocabulary import FIELDS, NAME_OR_ID, NEEDED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from deals.intake.files.presets import Preset

# Words before a title that say no more than the kind does.
PREFIXES = (
    "property hs ",
    "property ",
    "hs ",
    "deal ",
    "opportunity ",
    "account ",
    "company ",
    "contact ",
    "organization ",
    "person ",
    "product ",
    "user ",
    "activity ",
    "engagement ",
)
IGNORED = ""


def title_key(title: str) -> str:
    """``Betrag (€)`` and ``betrag`` are the same title; so are ``CloseDate``, ``close_date`` and ``Close Date``."""
    text = re.sub(r"[(\[{][^)\]}]*[)\]}]", " ", title) if re.sub(r"[(\[{][^)\]}]*[)\]}]", "", title).strip(" *") else title
    text = re.sub(r"(?<=[a-z])(?=[A-Z][a-z])", " ", text)
    return re.sub(r"[^a-z0-9а-яα-ω]+", " ", plain(text)).strip()


@dataclass(frozen=True, slots=True)
class Match:
    """``certainty``: 4 said by a person, 3 by the preset, 2 by the vocabulary, 1 without its prefix."""

    column: int
    field: str
    certainty: int
    # Where the title stands among the field's own: the plainer ones come first.
    place: int = 0


def match(kind: str, titles: Sequence[str], preset: Preset | None = None, said: dict[str, str] | None = None) -> dict[int, str]:
    """The field each column fills; columns that fill none are missing. A field is filled by one column.

    ``said`` is what a person chose: a column's title and the field, '' for none.
    """
    said_keys = {title_key(column): field for column, field in (said or {}).items()}
    found = [one for index, title in enumerate(titles) for one in _candidates(kind, index, title, preset, said_keys)]
    columns: dict[int, str] = {}
    taken: set[str] = set()
    for one in sorted(found, key=lambda one: (-one.certainty, one.place, one.column)):
        if one.column not in columns and (one.field == IGNORED or one.field not in taken):
            columns[one.column] = one.field
            taken.add(one.field)
    return {column: field for column, field in sorted(columns.items()) if field != IGNORED}


def _candidates(kind: str, index: int, title: str, preset: Preset | None, said: dict[str, str]) -> list[Match]:
    key = title_key(title)
    if not key:
        return []
    if key in said:
        return [Match(index, said[key], 4)]
    short = next((key.removeprefix(prefix) for prefix in PREFIXES if key.startswith(prefix)), "")
    found: list[Match] = []
    known = preset.titles.get(kind, {}) if preset else {}
    for spelling in (key, short):
        if spelling and spelling in known:
            # What a preset ignores is ignored outright, whatever the vocabulary thinks.
            return [Match(index, known[spelling], 3)]
    for spelling, certainty in ((key, 2), (short, 1)):
        found += [Match(index, field.key, certainty, field.titles.index(spelling)) for field in FIELDS[kind] if spelling in field.titles]
    if kind == "deals" and key in NAME_OR_ID:
        found.append(Match(index, "name", 1))
    return found


def missing(kind: str, columns: dict[int, str]) -> list[tuple[str, ...]]:
    """The groups of fields of which a file of this kind needs one and has none."""
    present = set(columns.values())
    return [group for group in NEEDED[kind] if not present.intersection(group)]


def looks_like_ids(values: Sequence[str]) -> bool:
    """Codes rather than names: all different, without spaces, nearly all of one length and with a digit in most."""
    filled = [value for value in values if value]
    if len(filled) < 2 or len(set(filled)) != len(filled) or any(" " in value for value in filled):
        return False
    with_digit = sum(any(letter.isdigit() for letter in value) for value in filled)
    lengths = [len(value) for value in filled]
    common = max(lengths.count(length) for length in set(lengths))
    return with_digit >= len(filled) * 0.8 and common >= len(filled) * 0.6
