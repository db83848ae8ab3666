"""What deals tell the apps above them. Sent inside the transaction, because the database asks for the answer at its end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.dispatch import Signal

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class LostByImport:
    """A deal that an import brought in as lost; ``reason_text`` is what the file said of it, or empty."""

    deal_id: int
    lost_at: datetime
    reason_text: str = ""


# Receivers get losses, a list of LostByImport.
deals_imported_as_lost = Signal()

# A message that brings calendar parts came in and is written. Sent inside its transaction, once a message and mailbox.
# Keywords: message (MailMessage), mail (the message as it was read; mail.calendars has the parts), now.
mail_with_calendar = Signal()
