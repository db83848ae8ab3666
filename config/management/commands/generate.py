"""Fills an empty database with an invented company of any size, for measuring."""

from __future__ import annotations

import secrets
from argparse import ArgumentTypeError
from time import monotonic
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.refusals import Refused
from config.generator.load import generate
from config.generator.size import Size
from config.management.commands.load_demo import moment

if TYPE_CHECKING:
    from argparse import ArgumentParser


def deals(text: str) -> int:
    number = int(text) if text.isdecimal() else 0
    if not 10 <= number <= 10_000_000:
        raise ArgumentTypeError("Between 10 and 10000000 deals can be made.")
    return number


class Command(BaseCommand):
    help = "Fills an empty database with an invented company of any size, for measuring. The same numbers make the same company."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--deals", type=deals, required=True, help="how many deals, of which seven in ten are open")
        parser.add_argument("--seed", type=int, default=1, help="another number makes another company (default 1)")
        parser.add_argument("--now", type=moment, default=None, help="the moment it stands at (default: now)")
        parser.add_argument("--users", type=int, default=None, help="how many people of ours (default: 50 at 100,000 deals)")
        parser.add_argument("--activities", type=int, default=3, help="interactions a deal, on average (default 3)")
        parser.add_argument("--add", action="store_true", help="add to the deals that are there already")
        parser.add_argument("--log-ins", action="store_true", help="print a password for the admin, the first manager and the first rep")

    def handle(self, *args: Any, **options: Any) -> None:
        size = Size.of(options["deals"], users=options["users"], activities=options["activities"])
        password = secrets.token_urlsafe(12) if options["log_ins"] else None
        started = monotonic()

        def say(words: str) -> None:
            if options["verbosity"] > 1:
                self.stdout.write(f"{monotonic() - started:6.1f} s  {words}")

        try:
            made = generate(size, seed=options["seed"], now=options["now"] or timezone.now(), add=options["add"], password=password, say=say)
        except Refused as refused:
            raise CommandError(str(refused)) from refused
        self.stdout.write(
            f"{size.deals:,} deals of {size.accounts:,} accounts and {len(made.office.reps) + len(made.office.managers)} sellers "
            f"in {monotonic() - started:.0f} seconds."
        )
        if password:
            office = made.office
            for user in (office.admin, office.managers[0], office.reps[0]):
                self.stdout.write(f"{user.role}: {user.email}")
            self.stdout.write(f"Their password: {password}")
