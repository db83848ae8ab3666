"""A file opened as a table: container, encoding, sheet and header found, rows on demand."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from accounts.refusals import Refused
from deals.intake.files import delimited, presets, table, workbook
from deals.intake.files.cells import is_blank, text_of
from deals.intake.files.containers import Container, kind_of
from deals.intake.files.encodings import encoding_of
from deals.intake.files.presets import PRESETS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from deals.intake.files.cells import Line
    from deals.intake.files.plan import Options, Plan
    from deals.intake.files.presets import Preset

MOST_COLUMNS = 1000


@dataclass(slots=True)
class Opening:
    """How to read a file again, and its first lines."""

    first: list[Line]
    encoding: str = ""
    delimiter: str = ""
    sheet: int = 0
    sheet_name: str = ""
    sheets: tuple[str, ...] = ()
    from_1904: bool = False


def open_table(path: Path, kind: str, options: Options) -> tuple[Opening, table.Header, Preset | None]:
    """Finds the table. Raises Refused where there is none, or where a named preset or sheet does not exist."""
    if options.preset and options.preset not in PRESETS:
        raise Refused(_("There is no preset %(name)s. Known are %(known)s.") % {"name": options.preset, "known": ", ".join(PRESETS)})
    preset = PRESETS.get(options.preset)
    said = options.columns or None
    is_text = kind_of(path) is Container.TEXT
    opening = _open_text(path, options.encoding) if is_text else _open_workbook(path, kind, preset, options)
    found = table.find_header(kind, opening.first, preset, said)
    if found is None:
        raise Refused(_("The file has no row with anything in it."))
    header = found[0]
    if len(header.titles) > MOST_COLUMNS:
        raise Refused(_("The file has more than %(most)s columns. This does not look like a table.") % {"most": MOST_COLUMNS})
    return opening, header, preset or presets.guess(kind, header.titles)


def _open_text(path: Path, encoding: str) -> Opening:
    encoding = encoding or encoding_of(path)
    try:
        "".encode(encoding)
    except LookupError as error:
        raise Refused(_("There is no encoding %(name)s. Use a name like utf-8 or cp1252.") % {"name": encoding}) from error
    delimiter = delimited.find_delimiter(path, encoding)
    first = list(islice((line for line in delimited.read(path, encoding, delimiter) if not is_blank(line.cells)), table.HEADER_WITHIN))
    if any("\x00" in text_of(cell) or text_of(cell).count("\ufffd") > 20 for line in first for cell in line.cells):
        raise Refused(_("The file does not hold text. Export it again as CSV or XLSX."))
    return Opening(first, encoding=encoding, delimiter=delimiter)


def _open_workbook(path: Path, kind: str, preset: Preset | None, options: Options) -> Opening:
    """The named sheet, or the one whose titles fit best; visible ones first, then the one with the most rows."""
    found = workbook.sheets(path)
    names = tuple(sheet.name for sheet in found)
    if options.sheet:
        found = [sheet for sheet in found if sheet.name.casefold() == options.sheet.casefold()]
        if not found:
            raise Refused(
                _("The workbook has no sheet %(name)s with anything in it. It has %(known)s.") % {"name": options.sheet, "known": ", ".join(names)}
            )

    def fits(sheet: workbook.Sheet) -> tuple[int, bool, int]:
        header = table.find_header(kind, sheet.first, preset, options.columns or None)
        return (header[1] if header else 0, sheet.visible, sheet.rows)

    best = max(found, key=fits)
    return Opening(best.first, sheet=best.index, sheet_name=best.name, sheets=names, from_1904=best.from_1904)


def lines(path: Path, plan: Plan) -> Iterator[Line | table.Passed]:
    """The rows of the planned table, and what stands between them."""
    raw = delimited.read(path, plan.encoding, plan.delimiter) if plan.container == "text" else workbook.rows(path, plan.sheet)
    return table.rows(raw, table.Header(plan.header_line, plan.titles))
