"""``manage.py poll [--mailbox ADDRESS]``: what beat and the workers do every minute, by hand and without a broker."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from deals.models import Mailbox
from deals.services import mailboxes

if TYPE_CHECKING:
    from argparse import ArgumentParser

    from deals.services.mailboxes import Polled


class Command(BaseCommand):
    help = "Reads the mailboxes that are due; with --mailbox that one, due or not. Exit status 1 where one could not be read."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--mailbox", default="", metavar="ADDRESS", help="only this one")

    def handle(self, **given: Any) -> None:
        ids = self._named(given["mailbox"]) if given["mailbox"] else mailboxes.due(timezone.now())
        failed = 0
        for mailbox_id in ids:
            polled = mailboxes.poll(mailbox_id=mailbox_id, clock=timezone.now)
            if polled is None:
                self.stdout.write("Somebody else reads this mailbox just now, or it is paused.")
                continue
            failed += bool(polled.fault)
            self.stdout.write(_said(polled))
        if not ids:
            self.stdout.write("No mailbox is due.")
        if failed:
            raise CommandError("Not every mailbox could be read.")

    @staticmethod
    def _named(address: str) -> list[int]:
        found = list(Mailbox.objects.filter(kind=Mailbox.Kind.IMAP, address__iexact=address).order_by("pk").values_list("pk", flat=True))
        if not found:
            raise CommandError(f"There is no mailbox {address}. Add it in the browser: Settings, Mailboxes.")
        return found


def _said(polled: Polled) -> str:
    if polled.fault:
        return f"{polled.address}: {polled.fault}"
    more = " There is more to read." if polled.left else ""
    return f"{polled.address}: {polled.new:,} new, {polled.known:,} known, from {', '.join(polled.folders)}.{more}"
