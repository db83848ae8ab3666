"""An import's way: uploaded, ready once nothing is left to ask, waiting, running, done or failed, and perhaps undone."""

from __future__ import annotations

import uuid
from dataclasses import asdict, dataclass, field, replace
from datetime import timedelta
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import structlog
from celery.exceptions import CeleryError
from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from kombu.exceptions import KombuError

from accounts.authority import ORGANISERS
from accounts.models import Role
from accounts.refusals import Refused, still_there
from deals.intake.files.plan import Options, Plan
from deals.intake.files.survey import survey
from deals.intake.files.vocabulary import field_of
from deals.models import Deal, Import
from deals.services.imports.deals import DealWriter
from deals.services.imports.frame import company_zone
from deals.services.imports.reading import batches, records_of
from deals.services.imports.running import UNDO_WANTED, WRITERS, count, frame_for, path_of, run
from deals.services.imports.writer import REJECTED

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime

    from accounts.models import User
    from deals.services.imports.running import Progress
    from deals.services.imports.writer import Writer

log = structlog.get_logger(__name__)

FOLDER = "imports"
# A worker that has said nothing for this long is taken for dead.
DEAD_AFTER = timedelta(minutes=3)
PREVIEW_ROWS = 20_000
PREVIEW_PROBLEMS = 500
SHIFTABLE = (Import.Kind.DEALS, Import.Kind.ACTIVITIES)


def may_import(user: User) -> bool:
    return user.role in ORGANISERS


def kinds_for(user: User) -> list[str]:
    """Managers bring in the deals and activities of their teams. People, products, accounts and contacts are
    everybody's, and say who sees what: those are for admins."""
    return list(Import.Kind.values) if user.role == Role.ADMIN else [Import.Kind.DEALS, Import.Kind.ACTIVITIES]


def _refuse_kind(kind: str, by: User) -> None:
    if kind not in kinds_for(by) or not may_import(by):
        raise Refused(_("Ask an admin to import this."))


def receive(*, kind: str, file_name: str, chunks: Iterable[bytes], by: User, now: datetime) -> Import:
    """Keep an uploaded file for its import. Refused for a kind the person may not import and for a file that is too large."""
    _refuse_kind(kind, by)
    relative = f"{FOLDER}/{uuid.uuid4().hex}"
    path = Path(settings.MEDIA_ROOT) / relative
    path.parent.mkdir(parents=True, exist_ok=True)
    size = 0
    try:
        with path.open("wb") as file:
            for chunk in chunks:
                size += len(chunk)
                if size > settings.IMPORT_MAX_BYTES:
                    raise Refused(
                        _("The file is larger than %(size)s MB. Split it, or ask whoever runs Salvor to raise IMPORT_MAX_MB.")
                        % {"size": settings.IMPORT_MAX_BYTES // 1024**2}
                    )
                file.write(chunk)
        imported = Import(kind=kind, file_name=Path(file_name).name[:255] or "file", file_path=relative, created_by=by, created_at=now)
        # In an empty Salvor nobody the file names can be here: its people, products and accounts come along.
        prepare(imported=imported, options=Options(create_missing=not Deal.objects.exists()), now=now)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return imported


def _refuse_started(imported: Import) -> None:
    if imported.pk and imported.state not in (Import.State.UPLOADED, Import.State.READY):
        raise Refused(_("This import has been started already. Upload the file again to change its columns."))


def _not_started(imported: Import) -> Import:
    """It as it is now, locked. Refused where it is gone or was started."""
    held = still_there(Import.objects.select_for_update().filter(pk=imported.pk).first())
    _refuse_started(held)
    return held


def _refuse_another_kind(held: Import, seen: str) -> None:
    if held.kind != seen:
        raise Refused(_("The file is read as %(kind)s by now. Look at its columns again.") % {"kind": held.get_kind_display().lower()})


def look(*, imported: Import, options: Options, now: datetime, path: Path | None = None, save: bool = True) -> Plan:
    """Read the file once and plan its import anew. It is ready when no column is missing and nothing is left to ask."""
    _refuse_started(imported)
    zone = company_zone()
    today = now.astimezone(zone).date()
    plan = survey(path or path_of(imported), imported.kind, options, today)
    imported.plan = {"file": plan.as_json(), "options": asdict(options)}
    imported.rows_total = plan.rows
    imported.dates_shifted_by = shift_for(plan, today) if options.shift_dates and imported.kind in SHIFTABLE else 0
    imported.state = Import.State.UPLOADED if plan.questions or plan.missing or not plan.rows else Import.State.READY
    if save:
        imported.save()
    return plan


def prepare(*, imported: Import, options: Options, now: datetime) -> None:
    """Look at an uploaded file as ``options`` say, judge its first rows, and keep both with the import."""
    look(imported=imported, options=options, now=now, save=False)
    if imported.state == Import.State.READY:
        imported.plan["preview"] = asdict(preview(imported=imported, now=now, rows=PREVIEW_ROWS))
    imported.save()


@transaction.atomic
def look_again(*, imported: Import, options: Options, now: datetime) -> None:
    """Plan it anew as its columns are said to be. Whoever would start it meanwhile waits: what is run is what was looked at.

    Refused for an import that was started, and for one that was read as another kind since ``imported`` was.
    """
    held = _not_started(imported)
    _refuse_another_kind(held, imported.kind)
    prepare(imported=held, options=options, now=now)


@transaction.atomic
def change_kind(*, imported: Import, kind: str, by: User, now: datetime) -> None:
    """The uploaded file holds something else than was said: it is looked at anew, its columns found afresh.

    Refused for a kind the person may not import and for an import that was started.
    """
    _refuse_kind(kind, by)
    held = _not_started(imported)
    held.kind = kind
    prepare(imported=held, options=replace(Options(**held.plan["options"]), preset="", columns={}), now=now)


@transaction.atomic
def discard(*, imported: Import) -> None:
    """Throw away an upload that never ran, with its file."""
    held = Import.objects.select_for_update().filter(pk=imported.pk).first()
    if held is None:
        raise Refused(_("It is gone already."))
    if held.state not in (Import.State.UPLOADED, Import.State.READY):
        raise Refused(_("This import has been started already. It can be undone when it is done."))
    path = Path(settings.MEDIA_ROOT) / held.file_path
    held.delete()
    transaction.on_commit(lambda: path.unlink(missing_ok=True))


def shift_for(plan: Plan, today: date) -> int:
    """By how many days dates move so that the export's last day becomes today.

    As an earlier import that still stands was moved, so that facts stay beside each other.
    """
    earlier = earlier_shift()
    if earlier:
        return earlier
    return max((today - plan.last_fact).days, 0) if plan.last_fact else 0


def earlier_shift() -> int:
    standing = Q(state__in=[Import.State.DONE, Import.State.RUNNING, Import.State.WAITING, Import.State.FAILED]) & Q(dates_shifted_by__gt=0)
    return Import.objects.filter(standing).order_by("created_at").values_list("dates_shifted_by", flat=True).first() or 0


def obstacles(imported: Import) -> list[str]:
    """What keeps it from being run, in sentences."""
    plan = Plan.from_json(imported.plan["file"])
    said = []
    if not plan.rows:
        said.append(_("There is no row below the titles in line %(line)s.") % {"line": plan.header_line})
    for group in plan.missing:
        labels = [str(about.label) for name in group if (about := field_of(imported.kind, name))]
        said.append(
            _("No column was found for: %(fields)s. The file has: %(columns)s.")
            % {"fields": _(" or ").join(labels), "columns": ", ".join(plan.titles[:30])}
        )
    return said


@dataclass(slots=True)
class Preview:
    """What an import would do: counts by result, and every problem by line, column and value (the first 500)."""

    counts: dict[str, int] = field(default_factory=dict)
    problems: list[dict[str, Any]] = field(default_factory=list)
    notes: dict[str, Any] = field(default_factory=dict)
    rows: int = 0
    made: list[dict[str, Any]] = field(default_factory=list)


def preview(*, imported: Import, now: datetime, path: Path | None = None, rows: int | None = None, progress: Progress | None = None) -> Preview:
    """Judge the rows (the first ``rows``) without writing anything."""
    frame = frame_for(imported, now)
    frame.import_id = None
    writer: Writer = WRITERS[imported.kind](frame)
    writer.read_lookups()
    found = Preview()
    for batch in batches(islice(records_of(path or path_of(imported), frame), rows), writer.batch):
        verdicts = writer.judge(batch)
        count(found.counts, verdicts)
        found.rows += len(batch)
        for verdict in verdicts:
            if verdict.result == REJECTED and verdict.problem and len(found.problems) < PREVIEW_PROBLEMS:
                found.problems.append({"line": verdict.record.line, **asdict(verdict.problem)})
        if progress:
            progress(found.rows, imported.rows_total)
    found.notes = frame.notes.as_json()
    found.made = [
        {"pipeline": choice.pipeline.name, "stages": [{"name": stage.name, "kind": stage.kind} for stage in choice.made if hasattr(stage, "kind")]}
        for choice in (writer.standing.choices.values() if isinstance(writer, DealWriter) else ())
        if choice.made
    ]
    return found


@transaction.atomic
def start(*, imported: Import, by: User, now: datetime, seen: str | None = None) -> Import:
    """Hand a ready import to a worker. A lost message is made good by :func:`resume`. ``seen``: the kind somebody saw it as."""
    held = Import.objects.select_for_update().get(pk=imported.pk)
    _refuse_another_kind(held, seen or held.kind)
    if held.state not in (Import.State.READY, Import.State.FAILED) or held.plan.get(UNDO_WANTED):
        raise Refused(_("This import cannot be started now: %(state)s.") % {"state": held.get_state_display().lower()})
    held.state, held.error, held.finished_at = Import.State.WAITING, "", None
    held.heartbeat_at = now
    held.save(update_fields=["state", "error", "finished_at", "heartbeat_at"])
    transaction.on_commit(lambda: _send(held.pk))
    return held


@transaction.atomic
def ask_undo(*, imported: Import, now: datetime) -> None:
    """Hand the undoing to a worker, for it may take a while."""
    held = Import.objects.select_for_update().get(pk=imported.pk)
    if held.state not in (Import.State.DONE, Import.State.FAILED):
        raise Refused(_("Only an import that is done or stopped can be undone."))
    held.plan = {**held.plan, UNDO_WANTED: True}
    held.heartbeat_at = now
    held.save(update_fields=["plan", "heartbeat_at"])
    transaction.on_commit(lambda: _send(held.pk))


def _send(import_id: int) -> None:
    from deals.tasks import run_import

    try:
        run_import.delay(import_id)
    except (KombuError, CeleryError, OSError) as error:
        log.warning("import waits for the next round", import_id=import_id, error=str(error))


def resume(now: datetime) -> int:
    """Go on with imports whose worker died or whose message was lost; those of the command line end as failed. Returns their number."""
    silent = Q(heartbeat_at__isnull=True) | Q(heartbeat_at__lt=now - DEAD_AFTER)
    at_work = Q(state__in=[Import.State.WAITING, Import.State.RUNNING])
    being_undone = Q(state__in=[Import.State.DONE, Import.State.FAILED], **{f"plan__{UNDO_WANTED}": True})
    waiting = list(Import.objects.filter(silent, at_work | being_undone).order_by("created_at").values_list("pk", flat=True))
    for import_id in waiting:
        try:
            run(import_id, now)
        except Exception:  # one import that cannot go on must not keep the others waiting; the next round tries it again
            log.exception("import could not go on", import_id=import_id)
    return len(waiting)


def import_file(*, kind: str, path: Path, options: Options, now: datetime, progress: Progress | None = None) -> Import:
    """The command line's way: look, and run here and now. Refused where something is missing or has to be said first."""
    imported = planned(kind=kind, path=path, options=options, now=now)
    imported.state = Import.State.WAITING
    imported.save()
    return run(imported.pk, now, path=path, progress=progress)


def planned(*, kind: str, path: Path, options: Options, now: datetime) -> Import:
    """An import that is not kept yet. Refused where it could not be run."""
    imported = Import(kind=kind, file_name=path.name[:255], created_at=now)
    plan = look(imported=imported, options=options, now=now, path=path, save=False)
    if stops := obstacles(imported):
        raise Refused(" ".join(stops))
    if plan.questions:
        raise Refused(" ".join(asked(question.about, question.column, question.samples) for question in plan.questions))
    return imported


def asked(about: str, column: str, samples: list[str]) -> str:
    """The question as the command line puts it, with the option that answers it."""
    examples = ", ".join(samples[:3])
    if about == "date":
        return _(
            'The dates in %(column)s could be read in more than one way (%(examples)s). Say which with --date-format "%(column)s=dmy" (or mdy, ymd).'
        ) % {"column": column, "examples": examples}
    return _(
        "The numbers in %(column)s could be read in more than one way (%(examples)s). "
        'Say which with --number-format "%(column)s=point" (1,234.56) or "%(column)s=comma" (1.234,56).'
    ) % {"column": column, "examples": examples}
