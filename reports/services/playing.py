"""Playing a story for the page: asked for, played by a worker in a process of its own, its result kept."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from queue import Empty, Queue
from tempfile import TemporaryFile
from threading import Thread, Timer
from typing import IO, TYPE_CHECKING, Any

import structlog
from celery.exceptions import CeleryError
from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _
from kombu.exceptions import KombuError

from reports.models import Playing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from reports.training.shipped import Shipped

log = structlog.get_logger(__name__)
State = Playing.State

DEAD_AFTER = timedelta(seconds=90)
LONGEST = 300.0  # seconds
HEARTBEAT_EVERY = timedelta(seconds=5)
SILENT_FOR = 1.0  # seconds


@transaction.atomic
def ask_to_play(*, shipped: Shipped, now: datetime) -> Playing:
    """Have a worker play the story. What has been played, or is being played by somebody alive, stays as it is."""
    fresh = {"story": shipped.slug, "steps_total": len(shipped.story.steps), "asked_at": now, "heartbeat_at": now}
    playing, made = Playing.objects.get_or_create(digest=shipped.digest, defaults=fresh)
    playing = Playing.objects.select_for_update().get(pk=playing.pk)
    if not made and not may_be_asked_again(playing, now):
        return playing
    playing.state, playing.error, playing.steps_done, playing.asked_at, playing.heartbeat_at = State.WAITING, "", 0, now, now
    playing.save()
    transaction.on_commit(lambda: _hand_on(playing.pk))
    return playing


def may_be_asked_again(playing: Playing, now: datetime) -> bool:
    """It failed, or whoever had it in hand is silent."""
    return playing.state == State.FAILED or (playing.at_work and playing.heartbeat_at < now - DEAD_AFTER)


def _hand_on(pk: int) -> None:
    from reports.tasks import play_story

    try:
        play_story.delay(pk)
    except (KombuError, CeleryError, OSError) as error:
        log.warning("story_waits", playing=pk, error=str(error))


def run(*, pk: int, path: Path, clock: Callable[[], datetime]) -> bool:
    """Play it, and keep what came of it. False where somebody else has it in hand, or took it over in the meantime.

    The moment at which it was asked for names the run: asked for again it is another one, and this one may write nothing any more.
    A worker that is killed leaves it to be asked again.
    """
    asked_at = Playing.objects.filter(pk=pk).values_list("asked_at", flat=True).first()
    if asked_at is None:
        return False
    this_run = Playing.objects.filter(pk=pk, asked_at=asked_at)
    beat_at = clock()
    if not this_run.filter(state=State.WAITING).update(state=State.RUNNING, heartbeat_at=beat_at):
        return False
    mine = this_run.filter(state=State.RUNNING)
    done, last = 0, ""
    with TemporaryFile("w+") as complaints, _process(path, complaints) as process:
        killer = Timer(LONGEST, process.kill)
        killer.start()
        try:
            for line in _lines(process):
                if line is not None:
                    last = line
                    done += '"line": 0' not in line
                if clock() - beat_at >= HEARTBEAT_EVERY:
                    beat_at = clock()
                    if not mine.update(steps_done=done, heartbeat_at=beat_at):
                        log.warning("story_taken_over", playing=pk)
                        return False
        finally:
            killer.cancel()
            process.kill()
        process.wait()
        complaints.seek(0)
        said = complaints.read()[-4000:]
    result = _result(last)
    if result is None:
        log.error("story_not_played", playing=pk, path=str(path), said=said)
        error = _("It broke off in the middle. The log of the workers says why.")
        return bool(mine.update(state=State.FAILED, error=error, finished_at=clock()))
    if not mine.update(state=State.DONE, result=result, steps_done=F("steps_total"), finished_at=clock()):
        log.warning("story_taken_over", playing=pk)
        return False
    played = Playing.objects.get(pk=pk)
    Playing.objects.filter(story=played.story, asked_at__lt=played.asked_at).exclude(pk=pk).delete()
    return True


def _process(path: Path, complaints: IO[str]) -> subprocess.Popen[str]:
    command = [sys.executable, str(Path(settings.BASE_DIR) / "manage.py"), "replay", str(path), "--json"]
    return subprocess.Popen(command, env=dict(os.environ), stdout=subprocess.PIPE, stderr=complaints, text=True)  # noqa: S603 - a path of our own


def _lines(process: subprocess.Popen[str]) -> Iterator[str | None]:
    """Each line as it comes; None for every second in which none came, so that a long step keeps nobody from saying that it lives."""
    read: Queue[str | None] = Queue()
    Thread(target=_read, args=(process, read), daemon=True).start()
    while True:
        try:
            line = read.get(timeout=SILENT_FOR)
        except Empty:
            yield None
            continue
        if line is None:
            return
        yield line


def _read(process: subprocess.Popen[str], into: Queue[str | None]) -> None:
    """Of a thread of its own, which touches no database. None: it has ended."""
    try:
        for line in process.stdout or ():
            into.put(line)
    except ValueError:  # it was given up, and its output closed
        log.info("story_given_up")
    finally:
        into.put(None)


def _result(line: str) -> dict[str, Any] | None:
    """The whole story, which is the last line; None where it did not come that far."""
    try:
        read = json.loads(line)
    except json.JSONDecodeError:
        return None
    return read if isinstance(read, dict) and "moments" in read else None
