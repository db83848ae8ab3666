"""The first pass over a file: everything that only the whole column can tell."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from accounts.refusals import Refused
from deals.intake.files import columns as matching
from deals.intake.files import source
from deals.intake.files.cells import Cell, Line, text_of
from deals.intake.files.columns import looks_like_ids, title_key
from deals.intake.files.dates import ORDERS, DateColumn
from deals.intake.files.money import MoneyColumn, currency_in
from deals.intake.files.plan import Column, Plan, Question
from deals.intake.files.stages import StageSeen
from deals.intake.files.values import yes_no
from deals.intake.files.vocabulary import NAME_OR_ID, Holds, field_of

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from deals.intake.files.plan import Options

SAMPLES = 5
MOST_STAGES = 200
# What counts as the past when the export's last day is looked for.
PAST_FACTS = {"opened_on", "won_on", "lost_on", "at", "left_on", "stage_entered_on"}


def survey(path: Path, kind: str, options: Options, today: date) -> Plan:
    """Reads the whole file once. Raises Refused where it cannot be read, or where an option names what it does not have."""
    opening, header, preset = source.open_table(path, kind, options)
    plan = Plan(
        kind=kind,
        container="workbook" if opening.sheets else "text",
        encoding=opening.encoding,
        delimiter=opening.delimiter,
        sheet=opening.sheet,
        sheet_name=opening.sheet_name,
        sheets=list(opening.sheets),
        from_1904=opening.from_1904,
        header_line=header.line,
        titles=header.titles,
        preset=preset.key if preset else "",
    )
    _check_options(kind, header.titles, options)
    chosen = matching.match(kind, header.titles, preset, options.columns)
    plan.columns = [Column(index, title, chosen.get(index, "")) for index, title in enumerate(header.titles)]
    _prefer_id_over_name(path, plan, options)
    _Pass(plan, today).read(path)
    _decide(plan, options)
    plan.missing = [list(group) for group in matching.missing(kind, {column.index: column.field for column in plan.columns if column.field})]
    return plan


def _check_options(kind: str, titles: list[str], options: Options) -> None:
    known = {title_key(title) for title in titles}
    for column in [*options.columns, *options.date_orders, *options.conventions]:
        if title_key(column) not in known:
            raise Refused(_("The file has no column %(column)s. It has %(known)s.") % {"column": column, "known": ", ".join(titles[:40])})
    for name in options.columns.values():
        if name and field_of(kind, name) is None:
            raise Refused(_("%(kind)s have no field %(field)s.") % {"kind": kind.capitalize(), "field": name})
    for order in options.date_orders.values():
        if order not in ORDERS:
            raise Refused(_("%(order)s is no date format. Say dmy, mdy or ymd.") % {"order": order})
    for convention in options.conventions.values():
        if convention not in {"point", "comma"}:
            raise Refused(_("%(word)s is no number format. Say point (1,234.56) or comma (1.234,56).") % {"word": convention})


def _prefer_id_over_name(path: Path, plan: Plan, options: Options) -> None:
    """A column titled as the thing itself may hold its number; where no other column does, its values tell."""
    if plan.kind != "deals" or "external_id" in plan.fields:
        return
    column = plan.fields.get("name")
    if column is None or title_key(column.title) not in NAME_OR_ID or title_key(column.title) in {title_key(title) for title in options.columns}:
        return
    values: list[str] = []
    for line in source.lines(path, plan):
        if isinstance(line, Line):
            values.append(text_of(line.cells[column.index]))
            if len(values) == 500:
                break
    if looks_like_ids(values):
        column.field = "external_id"


@dataclass(slots=True)
class _Pass:
    """One reading of all rows, with what each column of days or amounts has shown so far."""

    plan: Plan
    today: date
    days: dict[str, DateColumn] = field(default_factory=dict)
    amounts: dict[str, MoneyColumn] = field(default_factory=dict)

    def read(self, path: Path) -> None:
        fields = self.plan.fields
        for name, column in fields.items():
            about = field_of(self.plan.kind, name)
            if about and about.holds in {Holds.DAY, Holds.MOMENT}:
                self.days[name] = DateColumn(self.today, self.plan.from_1904)
            elif about and about.holds is Holds.MONEY:
                self.amounts[name] = MoneyColumn(column.title)
                column.currency = currency_in(column.title)
        for line in source.lines(path, self.plan):
            if isinstance(line, Line):
                self.plan.rows += 1
                self._see(line.cells)
            else:
                self.plan.passed.setdefault(line.what, []).append(line.line)
        for name, days in self.days.items():
            self._settle_days(fields[name], days)
        for name, amounts in self.amounts.items():
            self._settle_amounts(fields[name], amounts)

    def _see(self, cells: list[Cell]) -> None:
        for column in self.plan.columns:
            cell = cells[column.index]
            if cell is None or cell == "":
                continue
            column.filled += 1
            if len(column.samples) < SAMPLES and (text := text_of(cell)[:80]) and text not in column.samples:
                column.samples.append(text)
        closed = self._see_stage(cells) if self.plan.kind == "deals" else False
        fields = self.plan.fields if not self._by_name else self._by_name
        for name, days in self.days.items():
            days.see(cells[fields[name].index], fact=name in PAST_FACTS or (name == "close_date" and closed))
        for name, amounts in self.amounts.items():
            amounts.see(cells[fields[name].index])

    _by_name: dict[str, Column] = field(default_factory=dict)

    def _cell(self, cells: list[Cell], name: str) -> Cell:
        if not self._by_name:
            self._by_name = self.plan.fields
        column = self._by_name.get(name)
        return cells[column.index] if column else None

    def _see_stage(self, cells: list[Cell]) -> bool:
        """Counts the row's stage and says whether its deal is over."""
        name = text_of(self._cell(cells, "stage")) or text_of(self._cell(cells, "status"))
        status = text_of(self._cell(cells, "status"))
        seen_of = self.plan.stages.setdefault(text_of(self._cell(cells, "pipeline")), {})
        if name not in seen_of and len(seen_of) >= MOST_STAGES:
            raise Refused(_("The stage column has more than %(most)s different values. Is it the right one?") % {"most": MOST_STAGES})
        seen = seen_of.setdefault(name, StageSeen(name))
        seen.rows += 1
        seen.dated += bool(text_of(self._cell(cells, "opened_on")))
        outcome = outcome_of(status if status != name else "", yes_no(self._cell(cells, "is_won")), yes_no(self._cell(cells, "is_closed")))
        if outcome == "won":
            seen.flagged_won += 1
        elif outcome == "lost":
            seen.flagged_lost += 1
        elif outcome == "open":
            seen.flagged_open += 1
        return (outcome or seen.kind) in {"won", "lost"}

    def _settle_days(self, column: Column, days: DateColumn) -> None:
        column.order = days.order() or ""
        if days.is_undecided():
            self.plan.questions.append(Question("date", column.title, list(days.choices()), days.doubtful))
        latest = days.latest(days.order())
        if latest and latest.isoformat() > self.plan.last_day:
            self.plan.last_day = latest.isoformat()

    def _settle_amounts(self, column: Column, amounts: MoneyColumn) -> None:
        column.convention = amounts.convention() or ""
        if amounts.is_undecided():
            self.plan.questions.append(Question("number", column.title, ["point", "comma"], amounts.samples or column.samples))


def outcome_of(status: str, is_won: bool | None, is_closed: bool | None) -> str:
    """Won, lost or open as columns beside the stage say it; '' where they say nothing."""
    from deals.intake.files.stages import kind_of

    if is_won:
        return "won"
    if is_closed:
        return "lost" if is_won is False else ""
    if is_closed is False:
        return "open"
    return (kind_of(status) or "") if status else ""


def _decide(plan: Plan, options: Options) -> None:
    """What a person said settles the questions."""
    orders = {title_key(title): order for title, order in options.date_orders.items()}
    conventions = {title_key(title): word for title, word in options.conventions.items()}
    for column in plan.columns:
        key = title_key(column.title)
        column.order = orders.get(key, column.order)
        column.convention = conventions.get(key, column.convention)
    plan.questions = [
        question for question in plan.questions if title_key(question.column) not in (orders if question.about == "date" else conventions)
    ]
