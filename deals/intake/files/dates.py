"""Dates and moments in any of the usual spellings; which comes first, day or month, is decided by the column as a whole.

Nothing here knows a time zone: a moment without an offset stays naive, and the caller says whose clock it was.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Literal

from deals.intake.files.cells import Cell, text_of
from deals.intake.files.names import plain

Order = Literal["dmy", "mdy", "ymd"]
ORDERS: tuple[Order, ...] = ("dmy", "mdy", "ymd")

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan januar janner janvier janv enero ene gennaio gen januari janeiro",
            "february feb februar fevrier fevr fev febrero febbraio februari fevereiro",
            "march mar marz mrz maerz mars marzo maart mrt marco",
            "april apr avril avr abril abr aprile",
            "may mai mayo maggio mag mei maio",
            "june jun juni juin junio giugno giu junho",
            "july jul juli juillet juil julio luglio lug julho",
            "august aug aout agosto ago augustus",
            "september sep sept septembre septiembre settembre set setembro",
            "october oct oktober okt octobre octubre ottobre ott outubro out",
            "november nov novembre noviembre novembro",
            "december dec dezember dez decembre diciembre dic dicembre dezembro",
        ),
        start=1,
    )
    for name in names.split()
}
TIME = (
    r"(?:[T ,]+(?:um |at |a )?(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,](?P<fraction>\d{1,9}))?)?"
    r"\s*(?P<half>[ap]\.?m\.?)?\s*(?P<zone>Z|UTC|GMT|[+-]\d{2}:?\d{2}|[+-]\d{2})?)?"
)
YEAR_FIRST = re.compile(r"(?P<y>\d{4})(?P<s>[-/.])(?P<m>\d{1,2})(?P=s)(?P<d>\d{1,2})" + TIME, re.IGNORECASE)
TRIPLE = re.compile(r"(?P<a>\d{1,2})(?P<s>[-/.])\s?(?P<b>\d{1,2})(?P=s)\s?(?P<c>\d{4}|\d{2})" + TIME, re.IGNORECASE)
COMPACT = re.compile(r"(?P<y>(?:19|20)\d{2})(?P<m>\d{2})(?P<d>\d{2})(?:T(?P<hour>\d{2})(?P<minute>\d{2})(?P<second>\d{2})?(?P<zone>Z)?)?")
DAY_MONTH = re.compile(
    r"(?:[^\W\d]{2,}[.,]? )?(?P<d>\d{1,2})(?:st|nd|rd|th|er|º|\.)?[ \-./]*(?:de |of )?(?P<w>[^\W\d]{3,})\.?,?[ \-./]*(?:de |of )?(?P<y>\d{4}|\d{2})"
    + TIME,
    re.IGNORECASE,
)
MONTH_DAY = re.compile(
    r"(?:[^\W\d]{2,}[.,]? )?(?P<w>[^\W\d]{3,})\.?[ \-./]*(?P<d>\d{1,2})(?:st|nd|rd|th)?,?[ \-./]+(?P<y>\d{4})" + TIME, re.IGNORECASE
)
NUMBER = re.compile(r"\d+(?:\.\d+)?")

# A bare number is a spreadsheet's day within these (1927 to 2119): any smaller is an amount or a year.
SERIALS = (10_000, 80_000)
EPOCH_SECONDS = (100_000_000, 4_200_000_000)
EPOCH_MILLISECONDS = (100_000_000_000, 4_200_000_000_000)


def two_digit_year(year: int) -> int:
    """00 to 68 are of this century, 69 to 99 of the last, as in POSIX."""
    return year + (2000 if year < 69 else 1900) if year < 100 else year


@dataclass(frozen=True, slots=True)
class Triple:
    """Three numbers of which only the column can say which is the day and which the month, and the time after them."""

    first: int
    second: int
    third: int
    long_year: bool
    rest: re.Match[str]

    def as_date(self, order: Order) -> datetime | None:
        if order == "ymd":
            if self.long_year or self.rest["s"] != "-":  # nobody writes 17/03/09 or 17.03.09 for a day of 2017
                return None
            year, month, day = self.first, self.second, self.third
        elif order == "dmy":
            day, month, year = self.first, self.second, self.third
        else:
            month, day, year = self.first, self.second, self.third
        return _moment(two_digit_year(year), month, day, self.rest)


def read(cell: Cell, order: Order | None = None, *, from_1904: bool = False) -> date | datetime | None:
    """The date, or the moment where the cell has a time of day; None for what is neither.

    Without ``order`` a triple such as 03/04/2017 gives None.
    """
    found = _look(cell, from_1904=from_1904)
    if isinstance(found, Triple):
        return found.as_date(order) if order else None
    return found


def _look(cell: Cell, *, from_1904: bool = False) -> date | datetime | Triple | None:
    if isinstance(cell, date):
        return cell
    if isinstance(cell, bool) or cell is None:
        return None
    if isinstance(cell, int | float):
        return _from_number(float(cell), from_1904=from_1904)
    text = " ".join(cell.split())
    if len(text) > 60 or not any(letter.isdigit() for letter in text):
        return None
    if NUMBER.fullmatch(text):
        compact = COMPACT.fullmatch(text)
        return (_parts(compact) if compact else None) or _from_number(float(text), from_1904=from_1904)
    return _from_text(text)


def _from_text(text: str) -> date | datetime | Triple | None:
    if match := TRIPLE.fullmatch(text):
        return Triple(int(match["a"]), int(match["b"]), int(match["c"]), len(match["c"]) == 4, match)
    match = YEAR_FIRST.fullmatch(text) or COMPACT.fullmatch(text)
    return _parts(match) if match else _with_month_name(text)


def _with_month_name(text: str) -> datetime | date | None:
    for pattern in (DAY_MONTH, MONTH_DAY):
        match = pattern.fullmatch(text)
        month = MONTHS.get(plain(match["w"])) if match else None
        if match and month:
            return _moment(two_digit_year(int(match["y"])), month, int(match["d"]), match)
    return None


def _parts(match: re.Match[str]) -> datetime | date | None:
    return _moment(int(match["y"]), int(match["m"]), int(match["d"]), match)


def _moment(year: int, month: int, day: int, match: re.Match[str]) -> datetime | None:
    """Midnight where no time is said; see :func:`day_of`. Years before 1900 and after 2200 are no dates of deals."""
    said = match.groupdict()
    if not 1900 <= year <= 2200:
        return None
    hour, minute, second = int(said.get("hour") or 0), int(said.get("minute") or 0), int(said.get("second") or 0)
    if half := said.get("half"):
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half.lower().startswith("p") else 0)
    try:
        moment = datetime(year, month, day, hour, minute, second)  # noqa: DTZ001 - a wall clock; the caller knows whose
    except ValueError:
        return None
    zone = said.get("zone")
    return moment if not zone else moment.replace(tzinfo=UTC) - _offset(zone)


def _offset(zone: str) -> timedelta:
    if zone.upper() in {"Z", "UTC", "GMT"}:
        return timedelta()
    digits = zone[1:].replace(":", "")
    size = timedelta(hours=int(digits[:2]), minutes=int(digits[2:] or 0))
    return -size if zone.startswith("-") else size


def _from_number(number: float, *, from_1904: bool) -> datetime | None:
    if SERIALS[0] <= number < SERIALS[1]:
        start = datetime(1904, 1, 1) if from_1904 else datetime(1899, 12, 30)  # noqa: DTZ001 - a wall clock, as above
        return start + timedelta(days=int(number), seconds=round((number % 1) * 86_400))
    if EPOCH_SECONDS[0] <= number < EPOCH_SECONDS[1]:
        return datetime.fromtimestamp(number, tz=UTC)
    if EPOCH_MILLISECONDS[0] <= number < EPOCH_MILLISECONDS[1]:
        return datetime.fromtimestamp(number / 1000, tz=UTC)
    return None


@dataclass(slots=True)
class DateColumn:
    """Looks at every cell of a column and then says in which order day, month and year stand.

    ``latest`` holds, by order, the last day among the cells that were seen as past facts, none after ``today``.
    """

    today: date
    from_1904: bool = False
    triples: int = 0
    read: int = 0
    unread: int = 0
    fits: dict[Order, int] = field(default_factory=lambda: dict.fromkeys(ORDERS, 0))
    doubtful: list[str] = field(default_factory=list)
    _latest: dict[Order | None, date] = field(default_factory=dict)
    _known: dict[tuple[type, Cell], date | datetime | Triple | None] = field(default_factory=dict)

    def see(self, cell: Cell, *, fact: bool = True) -> None:
        if cell is None or cell == "" or (isinstance(cell, str) and not cell.strip()):
            return
        found = self._looked(cell)
        if isinstance(found, Triple):
            readings = {order: day for order in ORDERS if (day := found.as_date(order))}
            self.triples += bool(readings)
            self.unread += not readings
            for order, day in readings.items():
                self.fits[order] += 1
                self._keep(order, day, fact=fact)
            if len(set(readings.values())) > 1 and len(self.doubtful) < 5 and text_of(cell) not in self.doubtful:
                self.doubtful.append(text_of(cell))
        elif found is None:
            self.unread += 1
        else:
            self.read += 1
            self._keep(None, found, fact=fact)

    def _looked(self, cell: Cell) -> date | datetime | Triple | None:
        """Columns repeat themselves: each spelling is looked at once, up to a bound."""
        spelling = (type(cell), cell)
        if spelling not in self._known:
            if len(self._known) > 20_000:
                self._known.clear()
            self._known[spelling] = _look(cell, from_1904=self.from_1904)
        return self._known[spelling]

    def _keep(self, order: Order | None, found: date, *, fact: bool) -> None:
        day = day_of(found)
        if fact and day <= self.today and day > self._latest.get(order, date.min):
            self._latest[order] = day

    def order(self) -> Order | None:
        """The one order that fits; None where no cell asks for one, or where the cells cannot say (see :meth:`is_undecided`)."""
        return None if not self.triples or self.is_undecided() else self._ranking()[0]

    def is_undecided(self) -> bool:
        """Whether a person has to say it: two orders fit about as well and give different days."""
        if not self.triples:
            return False
        best, second = self._ranking()[:2]
        missed, missed_by_second = self.triples - self.fits[best], self.triples - self.fits[second]
        if not missed_by_second:
            return bool(self.doubtful)
        return missed > missed_by_second * 0.1

    def choices(self) -> list[Order]:
        """The orders a person may choose between: those that read at least half of what the best one reads."""
        ranking = self._ranking()
        return [order for order in ranking if self.fits[order] * 2 >= self.fits[ranking[0]] > 0]

    def latest(self, order: Order | None) -> date | None:
        found = [day for day in (self._latest.get(None), self._latest.get(order)) if day]
        return max(found, default=None)

    def _ranking(self) -> list[Order]:
        return sorted(ORDERS, key=lambda order: -self.fits[order])


def day_of(found: date | datetime) -> date:
    return found.date() if isinstance(found, datetime) else found
