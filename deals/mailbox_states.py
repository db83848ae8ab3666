"""How a mailbox is, for the person whose it is: one word for the page, with what belongs to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from deals.models import Mailbox, MailFolder

# Read every minute; this much later nobody comes any more.
NOBODY_COMES_AFTER = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class MailboxState:
    """``key``: paused, ended (to be connected again), failing, waiting (for its first reading), late (nobody reads it) or read."""

    mailbox: Mailbox
    key: str
    may_change: bool
    inbox: str
    sent: str

    @property
    def tone(self) -> str:
        return {"ended": "bad", "failing": "bad", "late": "warn", "read": "good"}.get(self.key, "")

    @property
    def icon(self) -> str:
        if self.key in ("ended", "failing", "late"):
            return "circle-alert"
        return {"paused": "circle-pause", "waiting": "clock"}.get(self.key, "circle-check")

    @property
    def lag(self) -> str:
        """How late the newest message was read, in words; empty where none was."""
        return in_words(self.mailbox.lag) if self.mailbox.lag is not None else ""

    @property
    def had_trouble(self) -> bool:
        """There was an error, but not any more."""
        return bool(self.mailbox.last_error) and self.key in ("read", "waiting")


def state_of(mailbox: Mailbox, folders: Iterable[MailFolder], *, may_change: bool, now: datetime) -> MailboxState:
    names = {folder.role: folder.name for folder in folders}
    return MailboxState(mailbox, _key(mailbox, now), may_change, names.get("inbox", ""), names.get("sent", ""))


def _key(mailbox: Mailbox, now: datetime) -> str:
    if mailbox.must_connect_again:
        return "ended"
    if not mailbox.is_active:
        return "paused"
    if mailbox.failures:
        return "failing"
    if mailbox.next_poll_at is not None and now - mailbox.next_poll_at > NOBODY_COMES_AFTER and not _is_held(mailbox, now):
        return "late"
    return "read" if mailbox.last_success_at is not None else "waiting"


def _is_held(mailbox: Mailbox, now: datetime) -> bool:
    return mailbox.leased_until is not None and mailbox.leased_until > now


def in_words(seconds: int) -> str:
    """A length of time, rounded to its largest unit."""
    if seconds < 60:
        return _("less than a minute")
    if seconds < 3600:
        return ngettext("%(n)d minute", "%(n)d minutes", seconds // 60) % {"n": seconds // 60}
    if seconds < 86_400:
        return ngettext("%(n)d hour", "%(n)d hours", seconds // 3600) % {"n": seconds // 3600}
    return ngettext("%(n)d day", "%(n)d days", seconds // 86_400) % {"n": seconds // 86_400}
