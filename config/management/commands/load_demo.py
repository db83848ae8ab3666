"""Loads the invented company Brightwater into an empty database."""

from __future__ import annotations

from argparse import ArgumentTypeError
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.refusals import Refused
from config.demo_company import COMPANY
from config.demo_company.load import load

if TYPE_CHECKING:
    from argparse import ArgumentParser


def moment(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise ArgumentTypeError(f"{text} is no moment. Write it like 2026-03-04T10:00+01:00.") from error
    return found if found.tzinfo else timezone.make_aware(found)


def deals(text: str) -> int:
    number = int(text) if text.isdecimal() else 0
    if not 100 <= number <= 20_000:
        raise ArgumentTypeError("Between 100 and 20000 deals can be made.")
    return number


class Command(BaseCommand):
    help = "Loads the invented company Brightwater into an empty database; does nothing where it is there already."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--seed", type=int, default=1, help="another number makes another company (default 1)")
        parser.add_argument("--now", type=moment, default=None, help="the moment it stands at (default: now)")
        parser.add_argument("--deals", type=deals, default=2000, help="about how many deals (default 2000)")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            loaded = load(seed=options["seed"], now=options["now"] or timezone.now(), deals=options["deals"])
        except Refused as refused:
            raise CommandError(str(refused)) from refused
        if loaded is None:
            self.stdout.write(f"{COMPANY}, the demo company, is there already.")
        else:
            self.stdout.write(f"{COMPANY}, the demo company, moved in: {loaded.people} people, {loaded.accounts} accounts, {loaded.deals:,} deals.")
