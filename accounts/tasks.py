"""What the workers do for this app."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from accounts.services import notices


@shared_task(name="accounts.tasks.drain_notices")
def drain_notices() -> None:
    """Mail the notices that are due; started by beat every 30 seconds, and any number at once is fine."""
    notices.drain(timezone.now())
