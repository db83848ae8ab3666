"""Mail comes in: each message one row always, threaded, matched to a deal, and what a person said recorded on it.

:func:`take_in` and :func:`take_in_many` are the only way in, for files, mailboxes and the drop address alike;
:mod:`deals.services.mail.triage` is what a person decides afterwards.
"""

from __future__ import annotations

from deals.services.mail.items import Item, Taken
from deals.services.mail.taking import take_in, take_in_many

__all__ = ["Item", "Taken", "take_in", "take_in_many"]
