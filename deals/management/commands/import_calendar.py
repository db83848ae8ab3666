"""``manage.py import_calendar PATH... --owner EMAIL``: calendar files of a person, by the same service as their feeds."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.models import User
from deals.intake.calendar.events import Unreadable
from deals.intake.calendar.reading import LARGEST
from deals.services.calendars import Source, take_in
from deals.services.calendars.letters import zone_of

if TYPE_CHECKING:
    from argparse import ArgumentParser


class Command(BaseCommand):
    help = "Take in calendar files (.ics). Meetings with customers are kept, nothing of all else. Exit status 1 where a file is refused."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="a file, or a folder of .ics files")
        parser.add_argument("--owner", required=True, metavar="EMAIL", help="whose calendar it is")

    def handle(self, **given: Any) -> None:
        owner = User.objects.here(timezone.now()).filter(email__iexact=given["owner"]).first()
        if owner is None:
            raise CommandError(f"Nobody here logs in as {given['owner']}.")
        missing = next((path for path in given["paths"] if not path.exists()), None)
        if missing is not None:
            raise CommandError(f"There is no file or folder {missing}.")
        paths = [path for one in given["paths"] for path in (sorted(one.rglob("*.ics")) if one.is_dir() else [one])]
        refused = sum(not self._one(path, owner) for path in paths)
        if refused:
            raise CommandError(f"{refused} of {len(paths)} files were refused.")

    def _one(self, path: Path, owner: User) -> bool:
        try:
            with path.open("rb") as file:
                # One byte more than is taken says that it is too large.
                taken = take_in(file.read(LARGEST + 1), source=Source(user_id=owner.pk, zone=zone_of(owner)), now=timezone.now())
        except (Unreadable, OSError) as refused:
            self.stdout.write(f"{path}: {refused}")
            return False
        self.stdout.write(f"{path}: {taken.events} events, {taken.kept} with customers, {taken.changed} new or changed.")
        for defect in taken.defects:
            self.stdout.write(f"  {defect}")
        return True
