"""What was found out about a file and decided for it: enough to read it again row by row. Kept as JSON with the import."""

from __future__ import annotations

import dataclasses
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from deals.intake.files.stages import StageSeen


@dataclass(slots=True)
class Options:
    """What a person said about a file beforehand, by column title; '' leaves it to Salvor."""

    preset: str = ""
    columns: dict[str, str] = dataclasses.field(default_factory=dict)
    date_orders: dict[str, str] = dataclasses.field(default_factory=dict)
    conventions: dict[str, str] = dataclasses.field(default_factory=dict)
    sheet: str = ""
    encoding: str = ""
    create_missing: bool = False
    shift_dates: bool = False


@dataclass(slots=True)
class Column:
    """A column that fills a field, or none (then ``field`` is '')."""

    index: int
    title: str
    field: str = ""
    order: str = ""
    convention: str = ""
    currency: str = ""
    filled: int = 0
    samples: list[str] = dataclasses.field(default_factory=list)


@dataclass(slots=True)
class Question:
    """What the cells cannot say: ``about`` is 'date' or 'number', ``choices`` the possible answers, likeliest first."""

    about: str
    column: str
    choices: list[str]
    samples: list[str]


@dataclass(slots=True)
class Plan:
    kind: str
    container: str = ""
    encoding: str = ""
    delimiter: str = ""
    sheet: int = 0
    sheet_name: str = ""
    sheets: list[str] = dataclasses.field(default_factory=list)
    from_1904: bool = False
    header_line: int = 1
    titles: list[str] = dataclasses.field(default_factory=list)
    columns: list[Column] = dataclasses.field(default_factory=list)
    preset: str = ""
    rows: int = 0
    passed: dict[str, list[int]] = dataclasses.field(default_factory=dict)
    last_day: str = ""
    stages: dict[str, dict[str, StageSeen]] = dataclasses.field(default_factory=dict)
    questions: list[Question] = dataclasses.field(default_factory=list)
    missing: list[list[str]] = dataclasses.field(default_factory=list)

    @property
    def fields(self) -> dict[str, Column]:
        return {column.field: column for column in self.columns if column.field}

    @property
    def unused(self) -> list[Column]:
        return [column for column in self.columns if not column.field]

    @property
    def last_fact(self) -> date | None:
        return date.fromisoformat(self.last_day) if self.last_day else None

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> Plan:
        known = {**kept}
        known["columns"] = [Column(**column) for column in known.get("columns", [])]
        known["questions"] = [Question(**question) for question in known.get("questions", [])]
        known["stages"] = {
            pipeline: {name: StageSeen(**seen) for name, seen in stages.items()} for pipeline, stages in known.get("stages", {}).items()
        }
        return cls(**known)
