"""Exchange rates from a CSV: one a row (currency, day, rate), or a table of days by currencies as central banks publish it.

A row gives the worth of one unit in the base currency. A table is quoted the other way round, in units for one euro:
its rates are turned, and where the base is another currency than the euro, taken across the table's column of the base.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.days import near
from accounts.refusals import Refused
from deals.intake.files import dates, delimited
from deals.intake.files.cells import is_blank, text_of
from deals.intake.files.containers import Container, kind_of
from deals.intake.files.encodings import encoding_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from deals.intake.files.cells import Line
    from deals.intake.files.dates import Order

MOST_RATES = 50_000
SHOWN = 200
EURO = "EUR"
CODE = re.compile(r"[A-Z]{3}")
ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
STEP = Decimal("0.00000001")
NOTHING = frozenset({"", "-", "N/A", "NA", "NULL"})
TITLES = {
    "currency": frozenset({"currency", "code", "iso", "iso code", "currency code", "währung", "devise", "moneda", "valuta"}),
    "day": frozenset({"day", "date", "from", "valid from", "datum", "tag", "ab", "jour", "fecha", "data"}),
    "rate": frozenset({"rate", "value", "exchange rate", "kurs", "wechselkurs", "taux", "tipo", "tasso"}),
}


@dataclass(frozen=True, slots=True)
class BadRate:
    """A cell that cannot be read, where it stands and what to do."""

    line: int
    column: str
    value: str
    reason: str


@dataclass(slots=True)
class RateFile:
    """``rates`` as (currency, day, worth of one unit in the base currency). ``quoted_per_euro``: read as a table. ``lines``: where each stands."""

    quoted_per_euro: bool = False
    rates: list[tuple[str, date, Decimal]] = field(default_factory=list)
    bad: list[BadRate] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    lines: dict[tuple[str, date], int] = field(default_factory=dict)

    def reject(self, line: int, column: str, value: str, reason: str) -> None:
        self.bad.append(BadRate(line, column, value[:80], reason))


def read(path: Path, *, base: str, used: frozenset[str] = frozenset()) -> RateFile:
    """Every rate that can be read. Of a table only the currencies in ``used`` are taken, unless it is empty.

    Raises Refused for what is no such file.
    """
    if kind_of(path) is not Container.TEXT:
        raise Refused(_("Save it as CSV first: rates are read from text."))
    encoding = encoding_of(path)
    lines = (line for line in delimited.read(path, encoding, delimited.find_delimiter(path, encoding)) if not is_blank(line.cells))
    head = next(lines, None)
    titles = [text_of(cell).strip() for cell in head.cells] if head else []
    rows = list(_bounded(lines))
    named = {name: place for name, known in TITLES.items() for place, title in enumerate(titles) if title.casefold() in known}
    if len(named) == len(TITLES):
        return _rows(rows, titles, named, base)
    codes = {title: place for place, title in enumerate(titles) if CODE.fullmatch(title)}
    if "day" in named and codes:
        return _table(rows, titles, named["day"], codes, base=base, used=used)
    raise Refused(_("The first line must name the columns: currency, day and rate; or date and the codes of currencies, as the ECB writes it."))


def _bounded(lines: Iterable[Line]) -> Iterable[Line]:
    for number, line in enumerate(lines):
        if number >= MOST_RATES:
            raise _too_many()
        yield line


def _too_many() -> Refused:
    return Refused(_("The file has more than %(most)s rates. Cut it to the years you need.") % {"most": f"{MOST_RATES:,}"})


def _rows(rows: Sequence[Line], titles: Sequence[str], named: dict[str, int], base: str) -> RateFile:
    found = RateFile()
    day_of = _days(_cell(row, named["day"]) for row in rows)
    for row in rows:
        words = {name: _cell(row, place) for name, place in named.items()}
        code = words["currency"].upper()
        if not CODE.fullmatch(code):
            found.reject(row.number, titles[named["currency"]], words["currency"], _("Write the three letters of the currency, like EUR."))
            continue
        day, rate = day_of(words["day"]), number(words["rate"])
        if day is None:
            found.reject(row.number, titles[named["day"]], words["day"], _no_day(words["day"]))
        if rate is None:
            found.reject(row.number, titles[named["rate"]], words["rate"], _("Write a number above zero, like 1.0832."))
        if code == base and rate not in (None, Decimal(1)):
            found.reject(
                row.number, titles[named["rate"]], words["rate"], _("%(base)s is the base currency: it is worth one of itself.") % {"base": base}
            )
        elif day is not None and rate is not None and code != base:
            _keep(found, row, titles[named["rate"]], words["rate"], (code, day, rate))
    return found


def _table(rows: Sequence[Line], titles: Sequence[str], day_at: int, codes: dict[str, int], *, base: str, used: frozenset[str]) -> RateFile:
    if base != EURO and base not in codes:
        raise Refused(_("The table has no column %(base)s, your base currency, and is quoted for one euro. Take one that has it.") % {"base": base})
    wanted = {code: place for code, place in codes.items() if code != base and (not used or code in used)}
    found = RateFile(quoted_per_euro=True, left_out=sorted(set(codes) - set(wanted) - {base}))
    day_of = _days(_cell(row, day_at) for row in rows)
    if len(rows) * (len(wanted) + 1) > MOST_RATES:
        raise _too_many()
    for row in rows:
        day = day_of(_cell(row, day_at))
        if day is None:
            found.reject(row.number, titles[day_at], _cell(row, day_at), _no_day(_cell(row, day_at)))
            continue
        in_base = Decimal(1) if base == EURO else number(_cell(row, codes[base]))
        if in_base is None:
            found.reject(
                row.number, base, _cell(row, codes[base]), _("Without the rate of %(base)s the others of this day cannot be told.") % {"base": base}
            )
            continue
        if base != EURO and (not used or EURO in used):
            _keep(found, row, base, _cell(row, codes[base]), (EURO, day, in_base))
        for code, place in wanted.items():
            words = _cell(row, place)
            if words.upper() in NOTHING:
                continue
            per_euro = number(words)
            if per_euro is None:
                found.reject(row.number, code, words, _("Write a number above zero, like 1.0832."))
            else:
                _keep(found, row, code, words, (code, day, in_base / per_euro))
    return found


def _keep(found: RateFile, row: Line, column: str, words: str, rate: tuple[str, date, Decimal]) -> None:
    """With eight decimals, as it is stored; what is nothing then, or too large, is rejected, and a second one of the same day."""
    code, day, worth = rate
    kept = worth.quantize(STEP) if worth < Decimal(10) ** 9 else worth
    if kept <= 0 or kept >= Decimal(10) ** 9:
        found.reject(row.number, column, words, _("This rate is too small or too large to be one."))
    elif (first := found.lines.setdefault((code, day), row.number)) != row.number:
        found.reject(
            row.number, column, words, _("A rate of %(currency)s for this day stands in line %(line)s already.") % {"currency": code, "line": first}
        )
    else:
        found.rates.append((code, day, kept))


def _cell(row: Line, place: int) -> str:
    return text_of(row.cells[place]).replace("\x00", "") if place < len(row.cells) else ""


def number(words: str) -> Decimal | None:
    """``1.0832``, ``1,0832``, ``1,234.5`` and ``1.234,5``: the last sign parts the decimals. None for anything not above zero."""
    text = re.sub(r"[\s\u00a0\u202f']", "", words)
    last = max(text.rfind("."), text.rfind(","))
    whole, fraction = (text[:last], text[last + 1 :]) if last >= 0 else (text, "")
    grouped = re.fullmatch(r"\d{1,3}([.,]\d{3})*", whole)
    if not (whole.isascii() and (whole.isdecimal() or grouped)) or (fraction and not (fraction.isascii() and fraction.isdecimal())) or len(text) > 40:
        return None
    try:
        found = Decimal(re.sub(r"[.,]", "", whole) + "." + (fraction or "0"))
    except InvalidOperation:
        return None
    return found if found > 0 else None


def _no_day(cell: str) -> str:
    if ISO_DAY.fullmatch(cell):
        return _("Write a day that there is, not too far from today.")
    return _("Write the day like 2026-03-31.")


def _days(cells: Iterable[str]) -> Callable[[str], date | None]:
    """How this column writes days: where the order of day and month is open, the one that reads more cells.

    Where both read as many, dots say the day first; else nobody can tell, and these cells give None.
    """
    open_ones = [cell for cell in cells if cell and _day(cell, None) is None]
    orders: dict[Order, int] = {"dmy": 0, "mdy": 0}
    for order in orders:
        orders[order] = sum(_day(cell, order) is not None for cell in open_ones)
    best: Order = "dmy" if orders["dmy"] >= orders["mdy"] else "mdy"
    told = orders["dmy"] != orders["mdy"] or all("." in cell for cell in open_ones)
    return lambda cell: _day(cell, best if told else None)


def _day(cell: str, order: Order | None) -> date | None:
    found = dates.read(cell, order)
    day = found.date() if isinstance(found, datetime) else found
    if day is None:
        return None
    try:
        near(day)
    except ValidationError:
        return None
    return day
