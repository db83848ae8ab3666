"""What winback does when deals tell it something."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.dispatch import receiver
from django.utils import timezone

from deals.signals import deals_imported_as_lost
from winback.services.losses import record_imported

if TYPE_CHECKING:
    from collections.abc import Sequence

    from deals.signals import LostByImport


@receiver(deals_imported_as_lost)
def record_losses(*, losses: Sequence[LostByImport], **_more: Any) -> None:
    record_imported(losses, timezone.now())
