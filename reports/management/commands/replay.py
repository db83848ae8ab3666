"""``manage.py replay FILE.yaml [--check]``: plays a story through the live services, in a throwaway schema of the database."""

from __future__ import annotations

import json
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import structlog
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from accounts.refusals import Refused
from reports.replay.apart import empty_place, leave_the_real_one
from reports.replay.faults import Fault
from reports.replay.mistakes import Mistake, UnreadableError
from reports.replay.playing import play
from reports.replay.printing import Printer
from reports.replay.reading import read_story

if TYPE_CHECKING:
    from argparse import ArgumentParser

    from reports.replay.result import Moment, Played
    from reports.replay.story import Story

FAILED, UNREADABLE, BROKEN, TERMINATED = 1, 2, 3, 128 + signal.SIGTERM
log = structlog.get_logger(__name__)
LONGEST = 4_000_000  # bytes


class Command(BaseCommand):
    help = "Play a story (YAML) through the live services, with its own clock, in a throwaway schema; say what Salvor would have said."
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", metavar="FILE", help="a story (YAML); - reads one from the standard input")
        parser.add_argument("--check", action="store_true", help="check every expectation; exit status 1 where one does not hold")
        parser.add_argument("--json", action="store_true", help="print one line of JSON a moment instead of text, and the whole in the end")

    def handle(self, *_args: Any, files: list[str], check: bool, json: bool, no_color: bool, force_color: bool, **_options: Any) -> None:
        stories = [(file, self._read(file)) for file in files]
        if any(story is None for _file, story in stories):
            raise SystemExit(UNREADABLE)
        leave_the_real_one()
        # Ended in the middle, it still takes its schema away.
        signal.signal(signal.SIGTERM, lambda *_of_signal: sys.exit(TERMINATED))
        failed = 0
        for file, story in stories:
            if story is None:
                continue
            if len(stories) > 1 and not json:
                self.stdout.write(f"{file}: {story.title}")
            printer = Printer(coloured=force_color or (self.stdout.isatty() and not no_color), check=check)
            failed += self._play(story, printer, as_json=json).failed
        if check and failed:
            raise SystemExit(FAILED)

    def _read(self, file: str) -> Story | None:
        """The story; None where it cannot be read, which is said then, each mistake in a line of its own."""
        try:
            with sys.stdin.buffer if file == "-" else Path(file).open("rb") as opened:
                content = opened.read(LONGEST + 1)
            if len(content) > LONGEST:
                raise UnreadableError([Mistake(1, f"The file has more than {LONGEST:,} bytes. A story is shorter.")])
            return read_story(content)
        except (OSError, ValueError) as error:
            self.stderr.write(f"{file}: {getattr(error, 'strerror', None) or error}")
        except UnreadableError as error:
            for mistake in error.mistakes:
                self.stderr.write(f"{file}:{mistake.line}: {mistake.reason}")
        return None

    def _play(self, story: Story, printer: Printer, *, as_json: bool) -> Played:
        def report(moment: Moment) -> None:
            if as_json:
                self.stdout.write(json.dumps({"at": moment.at, "line": moment.line}))
                self.stdout.flush()
                return
            for line in printer.moment(moment):
                self.stdout.write(line)

        try:
            with empty_place():
                played = play(story, report=report)
        except Refused as refusal:
            raise CommandError(str(refusal), returncode=BROKEN) from refusal
        except (Fault, DatabaseError) as fault:
            log.exception("replay_broke", title=story.title)
            raise CommandError(f"The story could not be played to its end: {fault}", returncode=BROKEN) from fault
        if as_json:
            self.stdout.write(json.dumps(played.as_json(), ensure_ascii=False))
        else:
            for line in printer.summary(played):
                self.stdout.write(line)
        return played
