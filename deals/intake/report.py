"""What an import did or would do, said in lines for a terminal and as JSON for a program."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from deals.intake.files.plan import Plan
from deals.intake.files.presets import PRESETS
from deals.intake.files.vocabulary import field_of
from deals.templatetags.imports import things

if TYPE_CHECKING:
    from deals.models import Import
    from deals.services.imports.lifecycle import Preview

RESULTS = ("created", "updated", "unchanged", "rejected", "skipped")
SEPARATORS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
ORDERS = {"dmy": "day, month, year", "mdy": "month, day, year", "ymd": "year, month, day"}
SHOWN = 50


def read_as(plan: Plan) -> str:
    """How the file was read: 'CSV, utf-8, comma; titles in line 1'."""
    if plan.container == "text":
        said = f"text in {plan.encoding}, parted by {SEPARATORS.get(plan.delimiter, plan.delimiter)}"
    elif len(plan.sheets) > 1:
        said = f"workbook, sheet {plan.sheet_name} of {', '.join(plan.sheets)}"
    else:
        said = f"workbook, sheet {plan.sheet_name}"
    return f"{said}; titles in line {plan.header_line}" + (f"; an export of {PRESETS[plan.preset].label}" if plan.preset else "")


def formats(plan: Plan) -> list[str]:
    """What was decided from columns as a whole."""
    said = [f"{column.title}: dates as {ORDERS[column.order]}" for column in plan.columns if column.order]
    return said + [f"{column.title}: decimals after a {column.convention}" for column in plan.columns if column.convention]


def passed_over(plan: Plan) -> list[str]:
    words = {"total": "Totals", "footer": "Remarks below the table", "titles": "Repeated titles"}
    return [
        f"{words[what]} passed over: line {', '.join(map(str, lines[:10]))}{' and more' if len(lines) > 10 else ''}"
        for what, lines in plan.passed.items()
    ]


@dataclass(slots=True)
class Report:
    kind: str
    file: str
    dry_run: bool = False
    error: str = ""
    import_id: int | None = None
    counts: dict[str, int] = field(default_factory=dict)
    rows: int = 0
    problems: list[dict[str, Any]] = field(default_factory=list)
    notes: dict[str, Any] = field(default_factory=dict)
    plan: Plan | None = None
    shifted_by: int = 0
    made: list[dict[str, Any]] = field(default_factory=list)

    def refused(self, why: str) -> None:
        self.error = why

    def would(self, imported: Import, preview: Preview) -> None:
        self._about(imported)
        self.counts, self.problems, self.notes, self.made = preview.counts, preview.problems, preview.notes, preview.made

    def did(self, imported: Import) -> None:
        self._about(imported)
        self.import_id = imported.pk
        self.counts, self.notes, self.error = imported.counts, imported.plan.get("notes", {}), imported.error
        rejected = imported.rows.filter(result="rejected").order_by("line").values("line", "column", "value", "reason")
        self.problems = [{**one} for one in rejected[:500]]

    def _about(self, imported: Import) -> None:
        self.plan = Plan.from_json(imported.plan["file"])
        self.rows, self.shifted_by = imported.rows_total, imported.dates_shifted_by

    @property
    def exit_status(self) -> int:
        """0 all in, 2 some rejected, 1 nothing done."""
        came_in = sum(self.counts.get(result, 0) for result in ("created", "updated", "unchanged", "skipped"))
        if self.error or (self.counts.get("rejected") and not came_in):
            return 1
        return 2 if self.counts.get("rejected") else 0

    def as_json(self) -> dict[str, Any]:
        plan = self.plan
        said: dict[str, Any] = {
            "kind": self.kind,
            "file": self.file,
            "dry_run": self.dry_run,
            "import": self.import_id,
            "error": self.error,
            "rows": self.rows,
            **{result: self.counts.get(result, 0) for result in RESULTS},
            "problems": self.problems,
            "notes": self.notes,
            "dates_shifted_by": self.shifted_by,
        }
        if plan is not None:
            said |= {
                "read_as": read_as(plan),
                "preset": plan.preset,
                "columns": {column.title: column.field for column in plan.columns if column.field},
                "unused_columns": [column.title for column in plan.unused],
                "formats": formats(plan),
                "passed_over": plan.passed,
                "last_day": plan.last_day,
                "new_pipelines": self.made,
            }
        return said

    def lines(self) -> list[str]:
        said = [f"{self.file}: {self.kind}{' (dry run: nothing was written)' if self.dry_run else ''}"]
        plan = self.plan
        if plan is not None:
            said.append(f"  Read as {read_as(plan)}.")
            for column in plan.columns:
                if column.field and (about := field_of(self.kind, column.field)):
                    said.append(f"  {column.title} -> {about.label}")
            if plan.unused:
                kept = "kept as details" if self.kind == "accounts" else "not used"
                said.append(f"  {', '.join(column.title for column in plan.unused)}: {kept}")
            said += [f"  {line}" for line in [*formats(plan), *passed_over(plan)]]
        said += [f"  New pipeline {one['pipeline']}: {', '.join(stage['name'] for stage in one['stages'])}" for one in self.made]
        said += [
            f"  {one['column']}: {one['value']} found to be {one['found']} ({one['rows']:,} rows)" for one in self.notes.get("found", [])[:SHOWN]
        ]
        would = "would be " if self.dry_run else ""
        counted = ", ".join(
            f"{self.counts.get(result, 0):,} {would}{result}" for result in RESULTS if self.counts.get(result) or result in ("created", "rejected")
        )
        said.append(f"  {self.rows:,} rows: {counted}.")
        said += [f"  {number:,} {what}" for what, number in self.notes.get("facts", {}).items()]
        said += [f"  {things(number, what)} made along the way" for what, number in self.notes.get("made", {}).items()]
        if self.shifted_by:
            said.append(f"  All dates were moved forward by {self.shifted_by:,} days.")
        for problem in self.problems[:SHOWN]:
            place = f", {problem['column']}" if problem["column"] else ""
            value = f" “{problem['value'][:80]}”" if problem["value"] else ""
            said.append(f"  Line {problem['line']}{place}:{value} {problem['reason']}")
        if self.counts.get("rejected", 0) > SHOWN:
            said.append(f"  … and {self.counts['rejected'] - SHOWN:,} more rejected rows.")
        return said
