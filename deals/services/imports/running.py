"""Running an import: batches of rows, each one transaction, so that it may be killed anywhere and go on where it was.

The row lock on the import is the claim: two processes at the same import take turns and neither does a
row twice. ``rows_done`` is where to go on; an advisory lock keeps two different imports from making the
same account at the same moment.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import structlog
from django.conf import settings
from django.db import DataError, IntegrityError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.refusals import Refused
from deals.copying import commit_without_waiting
from deals.intake.files.plan import Options, Plan
from deals.intake.files.values import Problem
from deals.models import Deal, Import
from deals.services.imports.accounts import AccountWriter
from deals.services.imports.activities import ActivityWriter
from deals.services.imports.contacts import ContactWriter
from deals.services.imports.deals import DealWriter
from deals.services.imports.frame import Frame, Notes, company_zone, newest
from deals.services.imports.heartbeat import beat
from deals.services.imports.looking_again import look_again
from deals.services.imports.people import PeopleWriter
from deals.services.imports.products import ProductWriter
from deals.services.imports.reading import batches, read_ahead, records_of
from deals.services.imports.writer import REJECTED, Verdict, Writer, keep_rows

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from deals.intake.files.values import Record

    Progress = Callable[[int, int], None]

log = structlog.get_logger(__name__)

WRITERS: dict[str, type[Writer]] = {
    "people": PeopleWriter,
    "products": ProductWriter,
    "accounts": AccountWriter,
    "contacts": ContactWriter,
    "deals": DealWriter,
    "activities": ActivityWriter,
}
# Any number; every import takes it for the time of one batch.
ONE_BATCH_AT_A_TIME = 5_417_703
# Set in the plan of an import that somebody asked to be undone.
UNDO_WANTED = "undo_wanted"


def unexpected() -> str:
    return _("Something went wrong that Salvor did not expect (%(error)s). What came in until then is kept. Start the import again, or undo it.")


def frame_for(imported: Import, now: datetime) -> Frame:
    """The frame of an import that is kept (or, without an id, of one that only looks)."""
    return Frame(
        plan=Plan.from_json(imported.plan["file"]),
        options=Options(**imported.plan["options"]),
        now=now,
        zone=company_zone(),
        file_name=imported.file_name,
        by=imported.created_by,
        import_id=imported.pk,
        shift=imported.dates_shifted_by,
    )


def path_of(imported: Import) -> Path:
    if not imported.file_path:
        raise Refused(_("The file of this import was not kept. Run the command again; rows that are in already stay as they are."))
    path = Path(settings.MEDIA_ROOT) / imported.file_path
    if not path.exists():
        raise Refused(_("The file of this import is no longer here. Upload it again."))
    return path


def run(import_id: int, now: datetime, *, path: Path | None = None, progress: Progress | None = None) -> Import:
    """Run a waiting import to its end, or go on with one that was cut off. Safe to call twice, at once or one after the other.

    Ends in the states done or failed; a failure keeps what was done and says why in ``error``.
    """
    if (to_undo := Import.objects.filter(pk=import_id, **{f"plan__{UNDO_WANTED}": True}).first()) is not None:
        return _undo(to_undo, now)
    imported = _claim(import_id, now)
    if imported is None:
        return Import.objects.get(pk=import_id)
    try:
        _rows(imported, path or path_of(imported), now, progress)
        _second_look(imported, path, now)
        look_again(import_id, now)
        _finish(import_id, now)
    except Refused as refusal:
        _fail(import_id, str(refusal), now)
    except Exception as error:
        log.exception("import failed", import_id=import_id)
        _fail(import_id, unexpected() % {"error": type(error).__name__}, now)
    _throw_away(import_id)
    return Import.objects.get(pk=import_id)


def _undo(imported: Import, now: datetime) -> Import:
    from deals.services.imports.undoing import undo

    try:
        undo(imported=imported, now=now)
    except Refused as refusal:  # somebody else did it meanwhile
        log.info("nothing to undo", import_id=imported.pk, why=str(refusal))
    except Exception as error:
        log.exception("undo failed", import_id=imported.pk)
        _give_up_undo(imported.pk, type(error).__name__)
    return Import.objects.get(pk=imported.pk)


@transaction.atomic
def _give_up_undo(import_id: int, why: str) -> None:
    """It is not tried for ever: somebody has to ask again."""
    held = Import.objects.select_for_update().get(pk=import_id)
    held.plan = {name: value for name, value in held.plan.items() if name != UNDO_WANTED}
    held.error = _(
        "Undoing stopped at something that Salvor did not expect (%(error)s). What is undone until then stays so; undo it again to go on."
    ) % {"error": why}
    held.save(update_fields=["plan", "error"])


@transaction.atomic
def _claim(import_id: int, now: datetime) -> Import | None:
    imported = Import.objects.select_for_update(of=("self",)).select_related("created_by").get(pk=import_id)
    if imported.state not in (Import.State.WAITING, Import.State.RUNNING):
        return None
    imported.state = Import.State.RUNNING
    imported.started_at = imported.started_at or now
    beat(imported)
    imported.save(update_fields=["state", "started_at", "heartbeat_at"])
    return imported


def _rows(imported: Import, path: Path, now: datetime, progress: Progress | None) -> None:
    frame = frame_for(imported, now)
    writer = WRITERS[imported.kind](frame)
    done = 0
    fresh = True
    known: tuple[int, ...] = ()
    for batch in read_ahead(batches(records_of(path, frame), writer.batch)):
        with transaction.atomic():
            held = _hold(imported.pk)
            if held is None:
                return
            ahead = held.rows_done - done
            if ahead >= len(batch):
                writer.pass_over(batch)
                done += len(batch)
                fresh = True
                continue
            if ahead > 0:
                writer.pass_over(batch[:ahead])
            if fresh or ahead > 0 or known != newest():  # another import, or somebody by hand, made some since
                writer.read_lookups()
                if isinstance(writer, DealWriter):
                    writer.begin()
            fresh = False
            _one_batch(held, writer, batch[max(ahead, 0) :])
            done += len(batch)
            held.rows_done = done
            known = newest()
            beat(held)
            held.save(update_fields=["rows_done", "counts", "plan", "heartbeat_at"])
        if progress:
            progress(done, imported.rows_total)


def _hold(import_id: int) -> Import | None:
    """The import, locked, if it is still to be run; and the turn to write.

    What a crash of the database takes away, the rows that are counted as done with it, comes in when the import goes on.
    """
    commit_without_waiting()
    imported = Import.objects.select_for_update().get(pk=import_id)
    if imported.state != Import.State.RUNNING:
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ONE_BATCH_AT_A_TIME])
    return imported


def _one_batch(imported: Import, writer: Writer, records: list[Record]) -> None:
    frame = writer.frame
    frame.notes = Notes()
    verdicts = _written(writer, records)
    keep_rows(verdicts, imported.pk)
    count(imported.counts, verdicts)
    notes = Notes.from_json(imported.plan.get("notes", {}))
    notes.add(frame.notes)
    imported.plan["notes"] = notes.as_json()


def count(counts: dict[str, Any], verdicts: list[Verdict]) -> None:
    for verdict in verdicts:
        counts[verdict.result] = counts.get(verdict.result, 0) + 1


def _written(writer: Writer, records: list[Record]) -> list[Verdict]:
    """Judge and write; where the database refuses, halve the rows until the one to blame is found."""
    notes = writer.frame.notes
    before = Notes.from_json(notes.as_json())
    try:
        with transaction.atomic():
            verdicts = writer.judge(records)
            writer.write([verdict for verdict in verdicts if verdict.result != REJECTED])
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
                cursor.execute("SET CONSTRAINTS ALL DEFERRED")
            return verdicts
    except (IntegrityError, DataError) as error:
        writer.frame.notes = before
        writer.read_lookups()
        if len(records) == 1:
            log.warning("row refused by the database", line=records[0].line, error=str(error))
            return [
                Verdict(
                    records[0],
                    REJECTED,
                    problem=Problem("", "", _("The database refused this row: %(error)s") % {"error": str(error).strip().splitlines()[0][:300]}),
                )
            ]
        middle = len(records) // 2
        return _written(writer, records[:middle]) + _written(writer, records[middle:])


def _second_look(imported: Import, path: Path | None, now: datetime) -> None:
    if not WRITERS[imported.kind].needs_second_look:
        return
    frame = frame_for(imported, now)
    writer = WRITERS[imported.kind](frame)
    writer.read_lookups()
    for batch in batches(records_of(path or path_of(imported), frame), writer.batch):
        with transaction.atomic():
            held = _hold(imported.pk)
            if held is None or held.plan.get("second_look"):
                return
            writer.finish([record for record in batch if not record.problems])
    with transaction.atomic():
        held = _hold(imported.pk)
        if held is not None and not held.plan.get("second_look"):
            notes = Notes.from_json(held.plan.get("notes", {}))
            notes.add(frame.notes)
            held.plan |= {"notes": notes.as_json(), "second_look": True}
            beat(held)
            held.save(update_fields=["plan", "heartbeat_at"])


@transaction.atomic
def _finish(import_id: int, now: datetime) -> None:
    imported = Import.objects.select_for_update().get(pk=import_id)
    if imported.state == Import.State.RUNNING:
        imported.state, imported.finished_at, imported.error = Import.State.DONE, max(now, timezone.now()), ""
        imported.save(update_fields=["state", "finished_at", "error"])


def _fail(import_id: int, why: str, now: datetime) -> None:
    """What came in stays, and is looked at without telling anybody of the past; killed in the middle it is still running, and fails anew."""
    try:
        look_again(import_id, now)
    except Exception:  # it may be this that failed; then the sweep looks at them, and tells
        log.exception("not looked at", import_id=import_id)
    _stop(import_id, why, now)


@transaction.atomic
def _stop(import_id: int, why: str, now: datetime) -> None:
    imported = Import.objects.select_for_update().get(pk=import_id)
    if imported.state == Import.State.RUNNING:
        imported.state, imported.finished_at, imported.error = Import.State.FAILED, max(now, timezone.now()), why
        # Started again, it looks at all it touched, whatever their numbers.
        imported.plan.pop("refreshed_to", None)
        imported.save(update_fields=["state", "finished_at", "error", "plan"])
        Deal.objects.watched().filter(imported_by=imported, alarm_at__isnull=True).update(alarm_at=now)


def _throw_away(import_id: int) -> None:
    """An upload is customer data: it goes as soon as its import is done. One that stopped keeps it, to go on with."""
    imported = Import.objects.get(pk=import_id)
    if imported.file_path and imported.state == Import.State.DONE:
        (Path(settings.MEDIA_ROOT) / imported.file_path).unlink(missing_ok=True)
