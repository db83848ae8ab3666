"""The list as a file: the same deals in the same order, a column or more for each column shown. Flat in memory."""

from __future__ import annotations

import csv
from tempfile import TemporaryFile
from typing import IO, TYPE_CHECKING, Any

from django.conf import settings
from django.db.models import Prefetch
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.utils import get_column_letter

from accounts.models import Account
from deals.cells import weighted
from deals.columns import COLUMNS
from deals.intake.files.rejects import harmless
from deals.models import Deal, NextStep, RiskSignal
from deals.risk.sentences import rule_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import tzinfo

    from deals.columns import Column
    from deals.orders import Order
    from deals.querysets import DealQuerySet

CHUNK = 1000
# Characters a column of the workbook is wide; a narrower one shows a day as a row of #.
WIDTH = 14
WIDTHS = {"name": 44, "account": 30, "severity": 36, "next_step": 36, "owner": 22, "team": 22, "stage": 18, "product": 24, "source": 26}
# A workbook is whole before its first byte leaves, and the request waits for it. A worksheet would hold 20 times as many.
EXCEL_ROWS = 50_000
LONGEST = 32_000  # characters in a cell
# Money is never without its currency and its value in the base currency; a name not without its account.
BESIDE = {
    "name": ("account",),
    "age": ("stage",),
    "at_stake": ("amount", "value"),
    "value": ("amount",),
    "amount": ("value",),
    "weighted": ("amount", "value"),
}


class Sheet:
    """Rows for a file. Made while the reader's language and time zone are in force; read afterwards, while it streams."""

    def __init__(self, deals: DealQuerySet, order: Order, columns: Sequence[Column], zone: tzinfo) -> None:
        self._zone = zone
        self._names = _with_beside([column.name for column in columns])
        self._sources = {key: str(words) for key, words in Deal.Source.choices}
        self._lifecycles = {key: str(words) for key, words in Account.Lifecycle.choices}
        shown = _whole(deals, self._names)
        self._deals = shown.annotate(**order.annotations).order_by(*order.keys)
        self._cells: dict[str, Callable[[Deal], tuple[Any, ...]]] = {
            "name": lambda deal: (deal.name,),
            "account": lambda deal: (deal.account.name if deal.account else None,),
            "owner": lambda deal: (deal.owner.name if deal.owner else None,),
            "team": lambda deal: (deal.team.name if deal.team else None,),
            "stage": lambda deal: (deal.stage.name,),
            "age": lambda deal: (self._day(deal.stage_entered_at),),
            "value": lambda deal: (deal.value,),
            "amount": lambda deal: (deal.amount, deal.currency),
            "at_stake": lambda deal: (deal.value_at_stake if deal.is_watched else None,),
            "weighted": lambda deal: (weighted(deal.value, deal.stage.probability),),
            "probability": lambda deal: (deal.stage.probability,),
            "severity": lambda deal: ("; ".join(words for words in _raised(deal)),),
            "close": lambda deal: (deal.expected_close_on,),
            "closed": lambda deal: (deal.closed_on,),
            "contact": lambda deal: (self._day(deal.last_contact_at),),
            "opened": lambda deal: (deal.opened_on,),
            "source": lambda deal: (self._sources.get(deal.source, deal.source),),
            "product": lambda deal: (deal.product.name if deal.product else None,),
            "next_step": lambda deal: _step(deal, self._day),
            "lifecycle": lambda deal: (self._lifecycles.get(deal.account.lifecycle) if deal.account else None,),
        }
        base = settings.BASE_CURRENCY
        heads: dict[str, tuple[str, ...]] = {
            "age": (_("In stage since"),),
            "value": (_("Value in %(currency)s") % {"currency": base},),
            "amount": (str(COLUMNS["amount"].words), _("Currency")),
            "at_stake": (_("At stake in %(currency)s") % {"currency": base},),
            "weighted": (_("Weighted in %(currency)s") % {"currency": base},),
            "probability": (_("Chance in percent"),),
            "next_step": (str(COLUMNS["next_step"].words), _("Next step due")),
        }
        said = {name: heads.get(name, (str(COLUMNS[name].words),)) for name in self._names}
        self.head = [head for of_column in said.values() for head in of_column]
        # The first of what makes up a column is the wide one.
        self.widths = [
            max(len(head) + 2, WIDTH if n else WIDTHS.get(name, WIDTH)) for name, of_column in said.items() for n, head in enumerate(of_column)
        ]

    def count(self) -> int:
        found: int = self._deals.count()
        return found

    def __iter__(self) -> Iterator[list[Any]]:
        """One row a deal, read from the database in portions by a cursor of its own."""
        cells = [self._cells[name] for name in self._names]
        for deal in self._deals.iterator(chunk_size=CHUNK):
            yield [_safe(value) for cell in cells for value in cell(deal)]

    def _day(self, moment: Any) -> Any:
        """The day of a moment on the reader's clock."""
        return None if moment is None else moment.astimezone(self._zone).date()


def _whole(deals: DealQuerySet, names: Sequence[str]) -> DealQuerySet:
    """The deals with what these columns show of them."""
    found: DealQuerySet = deals.select_related("account", "owner", "stage", *(name for name in ("product", "team") if name in names))
    if "severity" in names:
        signals = RiskSignal.objects.filter(state=RiskSignal.State.RAISED).order_by("-severity", "-times_over")
        found = found.prefetch_related(Prefetch("signals", queryset=signals.only("deal_id", "rule", "severity"), to_attr="raised"))
    if "next_step" in names:
        found = found.prefetch_related(Prefetch("next_steps", queryset=NextStep.objects.filter(ended_at__isnull=True), to_attr="current_steps"))
    return found


def _raised(deal: Deal) -> list[str]:
    signals: list[RiskSignal] = deal.raised  # type: ignore[attr-defined] # prefetched
    return [rule_name(signal.rule) for signal in signals]


def _with_beside(names: list[str]) -> list[str]:
    found = []
    for name in names:
        found.append(name)
        found += [beside for beside in BESIDE.get(name, ()) if beside not in names]
    return list(dict.fromkeys(found))


def _step(deal: Deal, day: Callable[[Any], Any]) -> tuple[Any, ...]:
    step = next(iter(deal.current_steps), None)  # type: ignore[attr-defined] # prefetched
    return (step.what, day(step.due_at)) if step else (None, None)


def _safe(value: Any) -> Any:
    """Words that no spreadsheet takes for a formula; numbers and days as they are."""
    if not isinstance(value, str):
        return value
    return harmless(ILLEGAL_CHARACTERS_RE.sub("", value)[:LONGEST])


class _Line:
    """A file whose ``write`` hands the line back."""

    def write(self, line: str) -> str:
        return line


def as_csv(sheet: Sheet) -> Iterator[str]:
    """The lines of the file, a few hundred at a time, with the mark by which Excel knows UTF-8."""
    writer = csv.writer(_Line())
    lines = ["\ufeff", writer.writerow(sheet.head)]
    for row in sheet:
        lines.append(writer.writerow(row))
        if len(lines) >= CHUNK:
            yield "".join(lines)
            lines = []
    yield "".join(lines)


def as_workbook(sheet: Sheet) -> IO[bytes]:
    """The file, read from its beginning; it is gone when it is closed."""
    book = Workbook(write_only=True)
    page = book.create_sheet(_("Deals"))
    page.freeze_panes = "A2"
    for number, width in enumerate(sheet.widths, 1):
        page.column_dimensions[get_column_letter(number)].width = width
    page.append(sheet.head)
    for row in sheet:
        page.append(row)
    file = TemporaryFile()  # noqa: SIM115 - the answer reads it, and closes it
    book.save(file)
    file.seek(0)
    return file
