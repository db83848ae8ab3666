"""``manage.py send_mail_waiting``: what beat does every ten seconds, by hand and without a broker."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from deals.models import OutgoingMail
from deals.services import outbox


class Command(BaseCommand):
    help = "Send the mail of the outbox that is due. Never sends one twice, however often and wherever it runs."

    def handle(self, *_args: Any, **_options: Any) -> None:
        now = timezone.now()
        sent = outbox.drain(now)
        waiting = OutgoingMail.objects.filter(state=OutgoingMail.State.WAITING, send_at__lte=now)
        unknown = OutgoingMail.objects.filter(state=OutgoingMail.State.UNKNOWN).count()
        late = waiting.count()
        self.stdout.write(f"{sent} sent, {late} due still waiting, {unknown} whose fate is unknown.")
        if late:
            words = waiting.exclude(last_error="").order_by("send_at").values_list("last_error", flat=True).first()
            raise CommandError(words or "Another drain is at work on them.")
