"""The table inside a file: where its titles stand, which lines are rows and which are totals, footers or empty."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from deals.intake.files.cells import Cell, Line, is_blank, text_of
from deals.intake.files.columns import match
from deals.intake.files.names import plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from deals.intake.files.presets import Preset

TOTAL = re.compile(
    r"(grand |sub ?)?totals?( general| generale| geral| amount| sum)?|sum|sums|summe|gesamt|gesamtsumme|gesamtbetrag|zwischensumme|"
    r"endsumme|somme|total general|totale|totaal|"
    r"total general|suma|count|anzahl|average|durchschnitt|итого"
)
FOOTER = re.compile(
    r"(generated|exported|printed|created) (by|on|at)\b|copyright|confidential|erstellt (von|am)\b|report generated|\d+ (records|"
    r"rows|results)\b|page \d+|end of report|as of \d"
)
HEADER_WITHIN = 40


@dataclass(frozen=True, slots=True)
class Header:
    line: int
    titles: list[str]


@dataclass(frozen=True, slots=True)
class Passed:
    """A line that is no row, and what it is: 'total', 'footer' or 'titles'."""

    line: int
    what: str


def find_header(kind: str, first: Sequence[Line], preset: Preset | None = None, said: dict[str, str] | None = None) -> tuple[Header, int] | None:
    """The line whose cells name the most fields, and how many; the first full line of texts where none names any."""
    best: tuple[int, Line] | None = None
    for line in first[:HEADER_WITHIN]:
        if is_blank(line.cells):
            continue
        named = len(match(kind, [text_of(cell) for cell in line.cells], preset, said))
        if named and (best is None or named > best[0]):
            best = (named, line)
    if best is None:
        widest = max((_filled(line.cells) for line in first[:HEADER_WITHIN]), default=0)
        full = next((line for line in first if widest and _filled(line.cells) == widest), None)
        if full is None:
            return None
        best = (0, full)
    titles = [text_of(cell) for cell in best[1].cells]
    while titles and not titles[-1]:
        titles.pop()
    return Header(best[1].number, _distinct(titles)), best[0]


def rows(lines: Iterable[Line], header: Header) -> Iterator[Line | Passed]:
    """The lines below the header that are rows, padded to its width; lines that are none come as Passed, empty ones not at all."""
    width = len(header.titles)
    titles = [plain(title) for title in header.titles]
    for line in lines:
        if line.number <= header.line or is_blank(line.cells):
            continue
        cells = line.cells + [None] * (width - len(line.cells)) if len(line.cells) < width else line.cells
        if what := _no_row(cells, titles):
            yield Passed(line.number, what)
        else:
            yield Line(line.number, cells)


def _no_row(cells: list[Cell], titles: list[str]) -> str:
    if len(titles) < 2:
        return ""
    if all(plain(text_of(cell)) == title for cell, title in zip(cells, titles, strict=False)):
        return "titles"
    # Read as far as the answer needs: nearly every line is a row, and its first cell says so.
    filled = (text for cell in cells if (text := text_of(cell)))
    first, second = plain(next(filled, "")).strip(" :()*."), next(filled, "")
    named = TOTAL.fullmatch(re.sub(r"\(.*\)", "", first).strip() if "(" in first else first)
    if named and first and (not second or all(any(sign.isdigit() for sign in text) for text in (second, *filled))):
        return "total"
    if not second and len(titles) > 2 and (FOOTER.search(first) or (len(first) > 60 and " " in first)):
        return "footer"
    return ""


def _filled(cells: list[Cell]) -> int:
    return sum(bool(text_of(cell)) for cell in cells)


def _distinct(titles: list[str]) -> list[str]:
    """Every column gets a title of its own: empty ones their number, repeated ones a count."""
    found: list[str] = []
    for number, title in enumerate(titles, start=1):
        name = re.sub(r"\s+", " ", title) or f"column {number}"
        found.append(name if name not in found else f"{name} #{number}")
    return found
