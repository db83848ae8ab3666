"""When a mail goes that is to go now, and the nudge that makes it go on time."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import structlog
from celery.exceptions import CeleryError
from kombu.exceptions import KombuError

if TYPE_CHECKING:
    from datetime import datetime

log = structlog.get_logger(__name__)
# To think twice.
TO_UNDO = timedelta(seconds=10)
A_MOMENT = 0.5  # seconds: so that it is due when the task looks


def hand_on(send_at: datetime, now: datetime) -> None:
    """Beat looks every ten seconds; this sends the first mail of a quiet minute on time. Later ones are left to beat."""
    from deals.tasks import send_mail

    wait = send_at - now
    if wait > TO_UNDO * 2:
        return
    try:
        send_mail.apply_async(countdown=wait.total_seconds() + A_MOMENT)
    except (KombuError, CeleryError, OSError) as error:
        log.warning("outgoing mail waits for the next round", error=str(error))
