"""A request ends, and with it the task of who was to decide."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import User
    from winback.models import Decline


def end(decline: Decline, state: Decline.State, *, by: User | None, now: datetime, words: str = "") -> None:
    """In the caller's transaction, the deal locked."""
    decline.state, decline.ended_at, decline.ended_by, decline.words = state, now, by, words
    decline.save(update_fields=["state", "ended_at", "ended_by", "words"])
    end_task(decline, by=by, now=now)


def end_task(decline: Decline, *, by: User | None, now: datetime) -> None:
    task = decline.task
    if task is not None and task.ended_at is None:
        task.ended_at, task.done_by = now, by
        task.save(update_fields=["ended_at", "done_by"])
