"""Celery entry points of reports: they read the clock and call the services."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from reports.models import Playing
from reports.services import playing
from reports.training.shipped import stories


@shared_task
def play_story(pk: int) -> None:
    """Play a story that somebody asked for on its page."""
    asked = Playing.objects.filter(pk=pk).first()
    shipped = stories().get(asked.story) if asked is not None else None
    if shipped is not None:
        playing.run(pk=pk, path=shipped.path, clock=timezone.now)
