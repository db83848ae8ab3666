"""Amounts in any of the usual spellings; whether a comma parts decimals or thousands is decided by the column as a whole."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Literal

from deals.intake.files.cells import Cell, text_of

# Which sign parts the decimals.
Convention = Literal["point", "comma"]

SYMBOLS = {
    "€": "EUR",
    "£": "GBP",
    "¥": "JPY",
    "₹": "INR",
    "₽": "RUB",
    "₺": "TRY",
    "zł": "PLN",
    "Kč": "CZK",
    "R$": "BRL",
    "US$": "USD",
    "C$": "CAD",
    "A$": "AUD",
    "$": "$",
    "Fr.": "CHF",
}
CODE_WORDS = (
    "USD EUR GBP JPY CHF CAD AUD NZD CNY HKD SGD INR BRL MXN ZAR SEK NOK DKK ISK PLN CZK HUF RON BGN TRY RUB UAH ILS AED SAR EGP "
    "KES NGN KRW THB MYR IDR PHP VND TWD CLP COP PEN ARS"
)
CODES = frozenset(CODE_WORDS.split())
# Where people write 1.234,56.
COMMA_COUNTRIES = frozenset(
    {"EUR", "BRL", "PLN", "CZK", "HUF", "RON", "BGN", "TRY", "RUB", "UAH", "SEK", "NOK", "DKK", "ISK", "IDR", "VND", "CLP", "COP", "ARS"}
)
SCALES = {
    "k": 1_000,
    "K": 1_000,
    "M": 1_000_000,
    "Mio": 1_000_000,
    "Mio.": 1_000_000,
    "mln": 1_000_000,
    "bn": 1_000_000_000,
    "Mrd": 1_000_000_000,
    "Mrd.": 1_000_000_000,
}
UNIT = re.compile(
    "|".join(
        [*(re.escape(sign) for sign in sorted(SYMBOLS, key=len, reverse=True)), r"(?<![A-Za-z])(?:" + "|".join(sorted(CODES)) + r")(?![A-Za-z])"]
    )
)
SCALE = re.compile(r"(?<=\d)\s*(k|K|M|Mio\.?|mln|bn|Mrd\.?)$")
SPACE = re.compile(r"[ \u00a0\u202f\u2009'’]")
SPACED = re.compile(r"\d{1,3}(?:[ \u00a0\u202f\u2009'’]\d{3})+(?:[.,]\d+)?")
# Thousands in groups of three, or as in India: 12,34,567.
GROUPED = {sign: re.compile(rf"\d{{1,3}}(?:[{sign}]\d{{3}})+|\d{{1,2}}(?:[{sign}]\d{{2}})+[{sign}]\d{{3}}") for sign in ".,"}
LARGEST = Decimal(10) ** 12
CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Said:
    """An amount's digits and signs, its currency ('$' where only a dollar sign stands there) and scale."""

    digits: str
    negative: bool
    currency: str
    scale: int
    decimal: str = ""  # '.' or ',' where the cell itself leaves no doubt

    def fits(self, convention: Convention) -> bool:
        return self.value(convention) is not None

    def value(self, convention: Convention) -> Decimal | None:
        decimal, group = (".", ",") if (self.decimal or convention) in {".", "point"} else (",", ".")
        whole, dot, fraction = self.digits.partition(decimal)
        if decimal in fraction or group in fraction or (dot and not fraction.isdigit() and fraction):
            return None
        if group in whole and not GROUPED[group].fullmatch(whole):
            return None
        try:
            value = Decimal(whole.replace(group, "") + "." + (fraction or "0")) * self.scale
        except InvalidOperation:
            return None
        return -value if self.negative else value

    @property
    def lone_group(self) -> str:
        """',' or '.' where it stands once before exactly three digits, so that the number alone cannot say what it parts."""
        match = None if self.decimal else re.fullmatch(r"[1-9]\d{0,2}([.,])\d{3}", self.digits)
        return match[1] if match else ""


def look(cell: Cell) -> Said | Decimal | None:
    """What the cell says; a workbook's number is plain. None for what is no amount."""
    if cell is None or isinstance(cell, bool):
        return None
    if isinstance(cell, int | float):
        return Decimal(repr(cell)) if abs(cell) < 1e15 else None
    text = text_of(cell)
    if text.isascii() and text[:1].isdigit() and text.replace(".", "", 1).isdigit():  # as most are
        return Said(text, negative=False, currency="", scale=1)
    return _spelled(text.replace("\u2212", "-").replace("\u2013", "-"))


def _spelled(text: str) -> Said | None:
    units = UNIT.findall(text)
    if len(units) > 2:
        return None
    # "$ 588 USD" says it twice; a code says more than a sign.
    currency = next((unit for unit in units if unit in CODES), SYMBOLS.get(units[0], "") if units else "")
    text = UNIT.sub("", text).strip()
    negative = text.startswith("-") or text.endswith("-") or (text.startswith("(") and text.endswith(")"))
    text = text.strip("()-+ \u00a0\u202f").strip()
    scale = 1
    if match := SCALE.search(text):
        scale, text = SCALES[match[1]], text[: match.start()]
    decimal = ""
    if SPACE.search(text):
        if not SPACED.fullmatch(text):
            return None
        text = SPACE.sub("", text)
        # The thousands are parted already, so a sign that is left parts decimals.
        decimal = next((sign for sign in ".," if sign in text), "")
    if not re.fullmatch(r"[\d.,]*\d[.,]?", text):
        return None
    return Said(text if text[0].isdigit() else "0" + text, negative, currency, scale, decimal)


def read(cell: Cell, convention: Convention | None) -> tuple[Decimal, str] | None:
    """The amount, rounded to cents, and its currency ('' where the cell says none); None for what is no amount."""
    said = look(cell)
    if said is None:
        return None
    value = said if isinstance(said, Decimal) else _either(said, convention)
    currency = "" if isinstance(said, Decimal) else said.currency
    if value is None or abs(value) >= LARGEST:
        return None
    return value.quantize(CENT), currency


def _either(said: Said, convention: Convention | None) -> Decimal | None:
    value = said.value(convention or "point")
    return said.value("comma") if value is None and convention is None else value


def currency_in(header: str) -> str:
    """The currency a column's title names: ``Betrag (€)``, ``Amount USD``; '$' for a bare dollar sign."""
    found = UNIT.findall(header)
    return next((unit for unit in found if unit in CODES), SYMBOLS.get(found[0], "") if found else "")


@dataclass(slots=True)
class MoneyColumn:
    """Looks at every cell of a column and then says which sign parts the decimals."""

    header: str = ""
    fits: dict[str, int] = field(default_factory=lambda: {"point": 0, "comma": 0})
    lone: dict[str, int] = field(default_factory=lambda: {",": 0, ".": 0})
    said: int = 0
    unread: int = 0
    continental: int = 0
    samples: list[str] = field(default_factory=list)

    def see(self, cell: Cell) -> None:
        if cell is None or cell == "" or (isinstance(cell, str) and not cell.strip()):
            return
        said = look(cell)
        if said is None:
            self.unread += 1
        elif isinstance(said, Said) and not said.decimal and ("," in said.digits or "." in said.digits):
            self.said += 1
            self.continental += said.currency in COMMA_COUNTRIES
            if lone := said.lone_group:
                self.lone[lone] += 1
                if len(self.samples) < 5:
                    self.samples.append(text_of(cell))
            else:
                for convention in ("point", "comma"):
                    self.fits[convention] += said.value(convention) is not None

    def convention(self) -> Convention | None:
        """The one that fits; None where no cell asks for one, or where the cells cannot say (see :meth:`is_undecided`)."""
        return None if not self.said or self.is_undecided() else self._likeliest()

    def is_undecided(self) -> bool:
        """Whether a person has to say it: 1.234 alone may be a thousand or one and a bit, and mixed columns say nothing."""
        point, comma = self.fits["point"], self.fits["comma"]
        if point or comma:
            return min(point, comma) > max(point, comma) * 0.1
        if self.lone[","] and self.lone["."]:
            return True
        return bool(self.lone["."]) and not self._is_continental()

    def _likeliest(self) -> Convention:
        point, comma = self.fits["point"], self.fits["comma"]
        if point or comma:
            return "point" if point > comma else "comma"
        # Amounts have no three decimals: the lone sign parts thousands.
        return "point" if self.lone[","] else "comma"

    def _is_continental(self) -> bool:
        return self.continental > 0 or currency_in(self.header) in COMMA_COUNTRIES
