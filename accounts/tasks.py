"""What the workers do for this app."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from accounts.services import notices, sessions
from accounts.services.leaving.ending import carry_out_departures


@shared_task(name="accounts.tasks.drain_notices")
def drain_notices() -> None:
    """Mail the notices that are due; started by beat every 30 seconds, and any number at once is fine."""
    notices.drain(timezone.now())


@shared_task(name="accounts.tasks.forget_sessions")
def forget_sessions() -> None:
    """Every night: sessions that are over leave no trace."""
    sessions.forget_ended_sessions(timezone.now())


@shared_task(name="accounts.tasks.carry_out_departures")
def departures() -> None:
    """Every minute: who left by now is logged out for good, and their manager hears what is left."""
    carry_out_departures(timezone.now())
