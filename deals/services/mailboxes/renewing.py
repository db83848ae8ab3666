"""The token of a connected mailbox, renewed by whoever reads it, so by one worker at a time.

What the provider gave is kept at once and in one transaction, the new refresh token with the access token it came with. It is
kept against the refresh token that was spent, not against the lease: whoever pauses the mailbox meanwhile loses nothing, and
whoever connects it anew meanwhile is not overwritten. A worker that is killed before that leaves the old refresh token. The
next one spends it again, which most providers allow; one that does not says that the grant is gone, and the mailbox rests.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from deals.intake.mailboxes import grants, providers
from deals.intake.mailboxes.faults import MailboxFault
from deals.models import Mailbox
from deals.services import leasing
from deals.services.mailboxes.kept import keep, refresh_token_of

if TYPE_CHECKING:
    from datetime import datetime

# Longer than it takes to get in, and than a clock of theirs differs from ours.
BEFORE_THE_END = timedelta(minutes=5)


def is_running_out(mailbox: Mailbox, now: datetime) -> bool:
    return bool(mailbox.provider) and mailbox.token_expires_at is not None and mailbox.token_expires_at - now <= BEFORE_THE_END


def renewed(mailbox: Mailbox, now: datetime) -> str:
    """A new access token, kept. Asks the network, so never within a transaction.

    Raises MailboxFault, GrantGone among them, and LostLeaseError where somebody connected the mailbox anew meanwhile.
    """
    spent = mailbox.refresh_token
    provider = providers.configured(mailbox.provider)
    if provider is None:
        name = mailbox.get_provider_display()
        raise MailboxFault(_("Salvor is no longer set up for %(provider)s: tell whoever runs it, or enter a password.") % {"provider": name})
    tokens = grants.renew(provider, refresh=refresh_token_of(mailbox), now=now)
    kept = keep(tokens.refresh) if tokens.refresh else spent
    facts = {"secret": keep(tokens.access), "refresh_token": kept, "token_expires_at": tokens.expires_at}
    if not Mailbox.objects.filter(pk=mailbox.pk, refresh_token=spent).update(**facts):
        raise leasing.LostLeaseError
    mailbox.refresh_token = kept
    return tokens.access
