"""What the writers of every kind share: judging rows without writing, and writing what was judged."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar

from django.db import models
from django.utils.translation import gettext as _

from deals.copying import copy_instances, copy_rows
from deals.intake.files.values import Problem, Record
from deals.models import ImportRow
from deals.services.imports.frame import Lookups, pk_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from deals.services.imports.frame import Frame

CREATED, UPDATED, UNCHANGED, REJECTED, SKIPPED = "created", "updated", "unchanged", "rejected", "skipped"
CHUNK = 500


class Rejected(Exception):  # noqa: N818 - it reads as what happened
    """A row that cannot come in: the field to blame ('' for none), the value and the reason."""

    def __init__(self, name: str, value: str, reason: str) -> None:
        super().__init__(reason)
        self.name, self.value, self.reason = name, value, reason


@dataclass(slots=True)
class Verdict:
    """What becomes of a row. ``changes`` are the fields an update sets, by the model's names.

    ``companions`` are rows it makes along the way (an account named in a deal), saved before it.
    """

    record: Record
    result: str
    instance: Any = None
    before: dict[str, Any] = field(default_factory=dict)
    changes: dict[str, Any] = field(default_factory=dict)
    companions: list[models.Model] = field(default_factory=list)
    problem: Problem | None = None
    extra: Any = None


def plain(value: Any) -> Any:
    """As JSON can hold it and :func:`deals.services.imports.undoing` can put it back."""
    if isinstance(value, models.Model):
        return value.pk
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value


def fingerprint(*parts: str) -> str:
    return hashlib.blake2b("\x1f".join(parts).encode(), digest_size=10).hexdigest()


class Writer:
    """One kind's writer. ``judge`` only reads; ``write`` saves what it found, in the caller's transaction."""

    model: ClassVar[type[models.Model]]
    batch = 1000

    def __init__(self, frame: Frame) -> None:
        self.frame = frame
        self.lookups = Lookups()
        # The line on which each identity was first seen; keys are small, and the lines of the file decide.
        self.seen: dict[int, int] = {}

    # --- for the runner -------------------------------------------------------------------------------------
    def read_lookups(self) -> None:
        """Read the names that are here. Called before the first batch, and again when somebody else wrote."""

    def pass_over(self, records: Iterable[Record]) -> None:
        """Rows another run did already: remember their identities, so that later rows get the same keys as ever, and their lines,
        so that what stands in the file twice is refused as ever."""
        for record in records:
            if not record.problems and not record.values.get("deleted") and (key := self.identity(record)):
                self._first_line(record, key)

    def judge(self, records: list[Record]) -> list[Verdict]:
        good = [record for record in records if not record.problems and not record.values.get("deleted")]
        self.load(good)
        return [self._judge(record) for record in records]

    def _judge(self, record: Record) -> Verdict:
        if record.values.get("deleted"):
            self.frame.notes.facts[_("marked as deleted in the file")] += 1
            return Verdict(record, SKIPPED)
        if record.problems:
            return _refused(record, record.problems)
        try:
            key = self.identity(record)
            self._meet_once(record, key)
            return self.judge_one(record)
        except Rejected as error:
            title = self.frame.title(error.name) if error.name else ""
            return _refused(record, [Problem(title, error.value[:500], error.reason)])

    def _first_line(self, record: Record, key: str) -> int:
        return self.seen.setdefault(hash(key), record.line)

    def _meet_once(self, record: Record, key: str) -> None:
        if not key:
            return
        first = self._first_line(record, key)
        if first != record.line:
            name = "external_id" if record.text("external_id") else "name"
            raise Rejected(name, record.text(name), _("The same stands in line %(line)s already.") % {"line": first})

    def write(self, verdicts: list[Verdict]) -> None:
        """Save companions, new rows and changes, each kind in bulk."""
        companions = [one for verdict in verdicts for one in verdict.companions]
        for model in dict.fromkeys(type(one) for one in companions):
            model._default_manager.bulk_create([one for one in companions if type(one) is model], batch_size=CHUNK)
        made = [verdict.instance for verdict in verdicts if verdict.result == CREATED]
        for instance in made:
            _take_ids_of_relations(instance)
        self.add(made)
        self._update([verdict for verdict in verdicts if verdict.result == UPDATED])
        self.after_write(verdicts)

    def add(self, instances: list[Any]) -> None:
        copy_instances(self.model, instances)

    def _update(self, verdicts: list[Verdict]) -> None:
        groups: dict[tuple[str, ...], list[Any]] = {}
        for verdict in verdicts:
            for name, value in verdict.changes.items():
                setattr(verdict.instance, name, value)
            groups.setdefault(tuple(sorted(verdict.changes)), []).append(verdict.instance)
        for names, instances in groups.items():
            if names:
                self.model._default_manager.bulk_update(instances, names, batch_size=200)

    # --- for each kind --------------------------------------------------------------------------------------
    def identity(self, record: Record) -> str:
        """What makes the row this one and no other, '' where only the row itself can tell."""
        raise NotImplementedError

    def load(self, records: list[Record]) -> None:
        """Fetch what the rows may already be, in a fixed number of queries."""

    def judge_one(self, record: Record) -> Verdict:
        raise NotImplementedError

    def after_write(self, verdicts: list[Verdict]) -> None:
        """What hangs on the rows: history, links, losses."""

    def finish(self, records: list[Record]) -> None:
        """A second look at all rows, for kinds whose rows point at each other."""

    needs_second_look = False

    # --- shared ---------------------------------------------------------------------------------------------
    def differences(self, instance: Any, wanted: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
        """What differs: as it was (plain), and as it shall be. Texts are cut to what fits only after :meth:`fitting`."""
        before: dict[str, Any] = {}
        changes: dict[str, Any] = {}
        for name, value in wanted.items():
            attribute: Any = self.model._meta.get_field(name)
            current = getattr(instance, attribute.attname)
            new = pk_of(value) if attribute.is_relation else value
            if new is None and value is not None:  # a companion that has no id yet
                new = object()
            if current != new:
                before[attribute.attname] = plain(current)
                if attribute.is_relation and isinstance(value, int):
                    changes[attribute.attname] = value
                else:
                    changes[name] = value
        return before, changes

    def compared(self, record: Record, instance: Any, wanted: dict[str, Any]) -> Verdict:
        before, changes = self.differences(instance, wanted)
        if not changes:
            return Verdict(record, UNCHANGED, instance)
        return Verdict(record, UPDATED, instance, before=before, changes=changes)

    def created(self, record: Record, wanted: dict[str, Any], **more: Any) -> Verdict:
        return Verdict(record, CREATED, self.model(**self.arguments({**wanted, **more})))

    def arguments(self, wanted: dict[str, Any]) -> dict[str, Any]:
        """Relations given by id go under their column's name."""
        return {
            f"{name}_id" if self.model._meta.get_field(name).is_relation and isinstance(value, int) else name: value for name, value in wanted.items()
        }

    def fitting(self, record: Record, name: str, attribute: str | None = None) -> str:
        """The text of a field; Rejected where it is longer than the database keeps."""
        text = record.text(name)
        longest = getattr(self.model._meta.get_field(attribute or name), "max_length", None)
        if longest and len(text) > longest:
            raise Rejected(name, text[:500], _("The text is longer than %(longest)s letters.") % {"longest": longest})
        return text


def _take_ids_of_relations(instance: Any) -> None:
    """Relations that were made along the way have their ids only now."""
    for name, related in list(instance._state.fields_cache.items()):  # noqa: SLF001 - only what was given as an instance
        if related is not None:
            setattr(instance, f"{name}_id", related.pk)


def _refused(record: Record, problems: list[Problem]) -> Verdict:
    first, *more = problems
    if more:
        also = "; ".join(f"{one.column} {one.value!r}: {one.reason}" for one in more[:3])
        first = Problem(first.column, first.value, f"{first.reason} " + _("Also: %(also)s") % {"also": also})
    return Verdict(record, REJECTED, problem=first)


ROW_COLUMNS = ("imported_id", "line", "result", "model", "object_id", "before", "after", "cells", "column", "value", "reason")


def keep_rows(verdicts: Iterable[Verdict], import_id: int) -> None:
    """What the import keeps of a batch: what it made, what it changed and how it was before, and what it refused."""
    copy_rows(ImportRow, ROW_COLUMNS, (row for verdict in verdicts for row in _rows_of(verdict, import_id)))


def _rows_of(verdict: Verdict, import_id: int) -> Iterator[tuple[Any, ...]]:
    line, instance, problem = verdict.record.line, verdict.instance, verdict.problem
    if verdict.result == REJECTED and problem is not None:
        cells = json.dumps([plain(cell) for cell in verdict.record.cells])
        yield import_id, line, REJECTED, "", None, None, None, cells, problem.column[:200], problem.value[:500], problem.reason[:500]
        return
    for one in verdict.companions:
        yield import_id, line, CREATED, one._meta.label_lower, one.pk, None, None, None, "", "", ""
    if verdict.result == CREATED:
        yield import_id, line, CREATED, instance._meta.label_lower, instance.pk, None, None, None, "", "", ""
    elif verdict.result == UPDATED:
        before, after = json.dumps(verdict.before), json.dumps({name: plain(getattr(instance, name)) for name in verdict.before})
        yield import_id, line, UPDATED, instance._meta.label_lower, instance.pk, before, after, None, "", "", ""
