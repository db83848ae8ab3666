"""``manage.py sweep [--now ISO]``: what beat does every minute, by hand."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from deals.risk.sweep import sweep

if TYPE_CHECKING:
    from argparse import ArgumentParser


class Command(BaseCommand):
    help = "Raise, worsen, climb and clear every risk signal that is due."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--now", metavar="ISO", help="the moment to sweep at, e.g. 2026-03-02T14:00+01:00 (default: now)")

    def handle(self, *_args: Any, now: str | None, **_options: Any) -> None:
        swept = sweep(self._moment(now))
        self.stdout.write(f"{swept.deals} deals looked at, {swept.failed} failed.")
        if swept.failed:
            raise CommandError("Some deals could not be looked at; the log and /health/ say which.")

    @staticmethod
    def _moment(value: str | None) -> datetime:
        if value is None:
            return timezone.now()
        try:
            moment = datetime.fromisoformat(value)
        except ValueError as error:
            raise CommandError(f"{value!r} is no moment. Write it as 2026-03-02T14:00+01:00.") from error
        return moment if timezone.is_aware(moment) else timezone.make_aware(moment)
