"""``manage.py fetch_calendars [--all]``: what beat does every minute, by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from deals.models import CalendarFeed
from deals.services.calendars import feeds

if TYPE_CHECKING:
    from argparse import ArgumentParser


class Command(BaseCommand):
    help = "Read the calendars that people have added by their address. Exit status 1 where one of them could not be read."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--all", action="store_true", help="also those that are not due yet")

    def handle(self, **given: Any) -> None:
        now = timezone.now()
        ids = list(CalendarFeed.objects.filter(is_active=True).order_by("pk").values_list("pk", flat=True)) if given["all"] else feeds.due(now)
        failed = 0
        for feed_id in ids:
            read = feeds.read_feed(feed_id=feed_id, clock=timezone.now)
            if read is None:
                self.stdout.write(f"Calendar {feed_id}: somebody else reads it right now.")
            elif read.fault:
                failed += 1
                self.stdout.write(f"Calendar {feed_id}: {read.fault}")
            elif read.taken is None:
                self.stdout.write(f"Calendar {feed_id}: nothing new.")
            else:
                self.stdout.write(f"Calendar {feed_id}: {read.taken.events} events, {read.taken.kept} with customers, {read.taken.changed} changed.")
        if failed:
            raise CommandError(f"{failed} of {len(ids)} calendars could not be read.")
