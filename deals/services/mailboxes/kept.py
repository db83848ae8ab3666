"""The secrets of mailboxes: kept encrypted, and read only to be sent to where they belong."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from accounts import secrets
from deals.intake.mailboxes.faults import MailboxFault

if TYPE_CHECKING:
    from deals.models import Mailbox

PURPOSE = "mailbox"


def keep(secret: str) -> str:
    return secrets.keep(PURPOSE, secret)


def secret_of(mailbox: Mailbox) -> str:
    """The password or access token. Raises MailboxFault where it can no longer be read."""
    return _read(mailbox, mailbox.secret)


def refresh_token_of(mailbox: Mailbox) -> str:
    """Raises MailboxFault where it can no longer be read."""
    return _read(mailbox, mailbox.refresh_token)


def _read(mailbox: Mailbox, kept: str) -> str:
    try:
        return secrets.read(PURPOSE, kept)
    except secrets.UnreadableError:
        raise _unreadable(mailbox) from None


def _unreadable(mailbox: Mailbox) -> MailboxFault:
    if mailbox.provider:
        return MailboxFault(_("The connection can no longer be read, as Salvor’s own key was changed: connect again."))
    return MailboxFault(_("The password can no longer be read, as Salvor’s own key was changed: enter it anew."), field="secret")
