"""That the process at an import lives."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone

if TYPE_CHECKING:
    from deals.models import Import


def beat(imported: Import) -> None:
    """The heartbeat is the one moment read from the clock: it says that this process lives right now. It is saved by whoever asks."""
    imported.heartbeat_at = timezone.now()
