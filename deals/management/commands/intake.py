"""``manage.py intake PATH...``: mail from files, by the same services as mailboxes."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.refusals import Refused
from deals.models import MailMessage
from deals.services.mail.files import FilesIntake

if TYPE_CHECKING:
    from argparse import ArgumentParser

    from deals.services.mail.files import Count


class Command(BaseCommand):
    help = "Takes in mail: .eml files, mbox files, Maildirs, and folders of all of these. Exit status 1 where a path does not exist."
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("paths", nargs="+", type=Path, metavar="PATH")
        parser.add_argument("--mailbox", default="", metavar="ADDRESS", help="the mailbox the messages are from; else that of files")
        parser.add_argument("--dry-run", action="store_true", help="say what would become of them, and write nothing")
        parser.add_argument("--json", action="store_true", help="print one JSON object a message, each on its line")

    def handle(self, **given: Any) -> None:
        missing = next((path for path in given["paths"] if not path.exists()), None)
        if missing is not None:
            raise CommandError(f"There is no file or folder {missing}.")
        intake = FilesIntake(
            paths=given["paths"],
            now=timezone.now(),
            dry_run=given["dry_run"],
            address=given["mailbox"],
            told=self._line if given["json"] else None,
            progress=self._progress if sys.stderr.isatty() else None,
        )
        try:
            count = intake.run()
        except Refused as refused:
            raise CommandError(str(refused)) from refused
        if sys.stderr.isatty():
            self.stderr.write("\r" + " " * 40 + "\r", ending="")
        (self.stderr if given["json"] else self.stdout).write("\n".join(_summary(count, dry_run=given["dry_run"])))

    def _line(self, line: dict[str, Any]) -> None:
        self.stdout.write(json.dumps(line, ensure_ascii=False))

    def _progress(self, done: int) -> None:
        self.stderr.write(f"\r{done:,} messages", ending="")
        self.stderr.flush()


def _summary(count: Count, *, dry_run: bool) -> list[str]:
    new = count.messages - count.known
    lines = [f"{count.messages:,} messages: {new:,} {'would be taken in' if dry_run else 'taken in'}, {count.known:,} were here before."]
    for title, counted, labels in (
        ("What they are", count.kinds, MailMessage.Kind),
        ("What became of the new ones", count.became, MailMessage.Status),
    ):
        said = [f"{labels(key).label} {number:,}" for key, number in counted.most_common() if number]
        if said:
            lines.append(f"{title}: {', '.join(said)}.")
    lines += [f"It cannot be opened: {one}." for one in count.unopened]
    if dry_run:
        lines.append("Nothing was written.")
    return lines
