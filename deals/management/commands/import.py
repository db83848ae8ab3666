"""``manage.py import KIND FILE``: bring a file in from the command line, with the same services as the browser."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any, NoReturn

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from accounts.refusals import Refused
from deals.intake.files.plan import Options
from deals.intake.files.presets import PRESETS
from deals.intake.report import Report
from deals.models import Import
from deals.services import imports

NOTHING_DONE, SOME_REJECTED = 1, 2


class Parser(CommandParser):
    """Wrong usage ends with 1, as nothing was done; 2 is for rejected rows."""

    def error(self, message: str) -> NoReturn:
        self.print_usage(sys.stderr)
        self.exit(NOTHING_DONE, f"{message}\n")


class Command(BaseCommand):
    help = "Import a CSV, TSV, XLSX, XLSM, XLSB, XLS or ODS file. Exit status: 0 all rows are in, 2 some were rejected, 1 nothing was done."
    requires_migrations_checks = False

    def create_parser(self, prog_name: str, subcommand: str, **more: Any) -> CommandParser:
        parser = super().create_parser(prog_name, subcommand, **more)
        parser.__class__ = Parser
        return parser

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("kind", choices=Import.Kind.values)
        parser.add_argument("file", type=Path)
        parser.add_argument("--preset", default="", choices=["", *PRESETS], help="the CRM the export is from; guessed where it is not given")
        parser.add_argument(
            "--map", action="append", default=[], metavar="COLUMN=FIELD", help="the field a column fills; an empty field leaves the column out"
        )
        parser.add_argument("--date-format", action="append", default=[], metavar="COLUMN=dmy|mdy|ymd", help="how to read a column's dates")
        parser.add_argument("--number-format", action="append", default=[], metavar="COLUMN=point|comma", help="which sign parts a column's decimals")
        parser.add_argument("--sheet", default="", help="the sheet of a workbook")
        parser.add_argument("--encoding", default="", help="the encoding of a text file")
        parser.add_argument(
            "--create-missing", action="store_true", help="make the people, products and accounts that a file of deals names and that are not here"
        )
        parser.add_argument("--shift-dates", action="store_true", help="move all dates by whole days so that the export's last day becomes today")
        parser.add_argument("--dry-run", action="store_true", help="say what would be done, and write nothing")
        parser.add_argument("--json", action="store_true", help="print the result as one JSON object")

    def handle(self, **given: Any) -> None:
        report = Report(kind=given["kind"], file=str(given["file"]), dry_run=given["dry_run"])
        try:
            options = _options(given)
            _readable(given["file"])
            now = timezone.now()
            progress = self._progress if sys.stderr.isatty() and not given["json"] else None
            if given["dry_run"]:
                imported = imports.planned(kind=given["kind"], path=given["file"], options=options, now=now)
                report.would(imported, imports.preview(imported=imported, now=now, path=given["file"], progress=progress))
            else:
                report.did(imports.import_file(kind=given["kind"], path=given["file"], options=options, now=now, progress=progress))
        except Refused as refusal:
            report.refused(str(refusal))
        except KeyboardInterrupt:
            report.refused("Stopped. Rows that came in until now are kept; run the command again to go on.")
        if sys.stderr.isatty():
            self.stderr.write("\r" + " " * 40 + "\r", ending="")
        self._say(report, as_json=given["json"])

    def _say(self, report: Report, *, as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps(report.as_json(), ensure_ascii=False, indent=2))
        elif report.error:
            self.stderr.write(report.error)
        else:
            self.stdout.write("\n".join(report.lines()))
        if report.exit_status:
            sys.exit(report.exit_status)

    def _progress(self, done: int, total: int) -> None:
        self.stderr.write(f"\r{done:,} of {total:,} rows", ending="")
        self.stderr.flush()


def _options(given: dict[str, Any]) -> Options:
    return Options(
        preset=given["preset"],
        columns=_pairs(given["map"], "--map"),
        date_orders=_pairs(given["date_format"], "--date-format"),
        conventions=_pairs(given["number_format"], "--number-format"),
        sheet=given["sheet"],
        encoding=given["encoding"],
        create_missing=given["create_missing"],
        shift_dates=given["shift_dates"],
    )


def _pairs(said: list[str], option: str) -> dict[str, str]:
    pairs: dict[str, str] = {}
    for one in said:
        column, equals, value = one.rpartition("=")
        if not equals or not column.strip():
            raise Refused(f"{option} {one}: write COLUMN=VALUE, with the title of a column of the file.")
        pairs[column.strip()] = value.strip()
    return pairs


def _readable(path: Path) -> None:
    if not path.is_file():
        raise Refused(f"There is no file {path}.")
    try:
        with path.open("rb"):
            pass
    except OSError as error:
        raise Refused(f"The file {path} cannot be read: {error.strerror}.") from error
