"""Celery entry points of winback: they read the clock and call the services."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from winback.services import declines


@shared_task
def follow_declines() -> None:
    """Every minute: requests to pass on a deal whose manager is not here, or that ended with their deal."""
    declines.follow_declines(timezone.now())
