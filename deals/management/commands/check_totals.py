"""``manage.py check_totals [--mend]``: what beat does every night, by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from deals import totals, totals_check

if TYPE_CHECKING:
    from argparse import ArgumentParser


class Command(BaseCommand):
    help = "Compare the running totals of the pipeline with a full count."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--mend", action="store_true", help="add what is missing")

    def handle(self, *_args: Any, mend: bool, **_options: Any) -> None:
        if mend:
            self.stdout.write(f"{totals_check.mend()} places mended, {totals.fold()} rows folded.")
        found = totals_check.check(timezone.now())
        for one in found:
            self.stdout.write(f"stage {one.stage_id}, owner {one.owner_id}, team {one.team_id}: {one.deals:+} deals, {one.value:+} in value")
        if found:
            raise CommandError("The running totals differ from a full count. Run again with --mend, and tell us how it came about.")
        self.stdout.write("The running totals are what a full count says.")
