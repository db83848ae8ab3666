"""Reading what is new in a mailbox: each batch is kept in one transaction with how far it goes.

So a connection that breaks or a worker that is killed loses nothing and doubles nothing: what was kept is behind
``MailFolder.last_uid``, what was not is fetched again. What the mailbox had before under other numbers (UIDVALIDITY changed)
is recognised by its Message-ID.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext

from deals.intake.mailboxes import connecting, folders, messages
from deals.intake.mailboxes.faults import MailboxFault, TokenRefused
from deals.intake.mailboxes.grants import GrantGone
from deals.mail_querysets import READ
from deals.models import Mailbox, MailFolder
from deals.services import leasing
from deals.services.mail import Item, take_in_many
from deals.services.mailboxes import outcomes, renewing
from deals.services.mailboxes.kept import secret_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager
    from datetime import date, datetime

    from django.db.models import QuerySet

    from deals.intake.mailboxes.connecting import Box
    from deals.intake.mailboxes.folders import Folder
    from deals.services.leasing import Lease

log = structlog.get_logger(__name__)

SECONDS_SOMEBODY_WAITS = 8.0
# Then another worker may go on: no mailbox keeps one for itself, however full it is.
LONGEST_READING = timedelta(minutes=10)


@dataclass(slots=True)
class Polled:
    """What one reading brought. ``fault``: the sentence it ended with, empty where all went well. ``left``: there is more to read."""

    address: str
    new: int = 0
    known: int = 0
    fault: str = ""
    left: bool = False
    folders: list[str] = field(default_factory=list)


def due(now: datetime) -> list[int]:
    """The mailboxes to be read now, the longest waiting first."""
    waiting = Q(next_poll_at__lte=now) | Q(next_poll_at=None)
    found = readable().filter(waiting, leasing.free(now))
    return list(found.order_by("next_poll_at", "pk").values_list("pk", flat=True))


def readable() -> QuerySet[Mailbox, Mailbox]:
    """Those that are read at all."""
    return Mailbox.objects.filter(READ)


def poll(*, mailbox_id: int, clock: Callable[[], datetime]) -> Polled | None:
    """Read one mailbox. None where somebody else is at it, or where it is not to be read.

    A fault of the mailbox is kept with it, not raised. Waits for the network, so never within a transaction.
    """
    started = clock()
    lease = leasing.take(readable(), mailbox_id, started)
    if lease is None:
        return None
    mailbox = Mailbox.objects.get(pk=mailbox_id)
    polled = Polled(mailbox.address)
    try:
        _read(mailbox, lease, clock, polled)
    except leasing.LostLeaseError:
        log.warning("mailbox_lease_lost", mailbox=mailbox_id)
        polled.left = True
    finally:
        lease.give_back()
    return polled


def _read(mailbox: Mailbox, lease: Lease, clock: Callable[[], datetime], polled: Polled) -> None:
    """Raises LostLeaseError, and what is no fault of the mailbox, which is counted all the same: it waits longer each time."""
    try:
        _Reading(mailbox, lease, clock, polled).run()
    except GrantGone as gone:
        polled.fault = str(gone)
        log.warning("mailbox_grant_gone", mailbox=mailbox.pk, provider=mailbox.provider)
        outcomes.ended(lease=lease, sentence=polled.fault, spent=mailbox.refresh_token, now=clock())
    except MailboxFault as fault:
        polled.fault = str(fault)
        log.warning("mailbox_not_read", mailbox=mailbox.pk, reason=polled.fault)
        outcomes.failed(lease=lease, sentence=polled.fault, now=clock())
    except leasing.LostLeaseError:
        raise
    except Exception:  # a fault of ours, which waits longer each time like any other; logged here, as counting it may fail as well
        log.exception("mailbox_reading_failed", mailbox=mailbox.pk)
        sentence = gettext("Reading it failed by a fault of Salvor’s own; whoever runs it finds it in the log.")
        outcomes.failed(lease=lease, sentence=sentence, now=clock())
        raise
    else:
        outcomes.succeeded(lease=lease, now=clock(), left=polled.left)


def try_out(*, mailbox: Mailbox, secret: str) -> list[Folder]:
    """Log in and look which folders would be read; nothing is read. Raises :class:`MailboxFault`. Somebody waits meanwhile."""
    with _entered(mailbox, secret, each_step=SECONDS_SOMEBODY_WAITS) as box:
        found = folders.to_read(box.folder.list())
        for folder in found:
            messages.open_folder(box, folder)
        return found


def _entered(mailbox: Mailbox, secret: str, *, each_step: float = connecting.SECONDS_A_STEP) -> AbstractContextManager[Box]:
    by_token = mailbox.log_in_by == Mailbox.LogInBy.TOKEN
    login = mailbox.login or mailbox.address
    return connecting.entered(mailbox.host, mailbox.port, mailbox.security, login=login, secret=secret, by_token=by_token, each_step=each_step)


class _Reading:
    """One reading of one mailbox."""

    def __init__(self, mailbox: Mailbox, lease: Lease, clock: Callable[[], datetime], polled: Polled) -> None:
        self.mailbox, self.lease, self.clock, self.polled = mailbox, lease, clock, polled
        self.stop_at = clock() + LONGEST_READING

    @property
    def since(self) -> date:
        """The day before which nothing is read. It stays the same for good, so that a reading that was cut short reads on alike."""
        return (self.mailbox.created_at - timedelta(days=settings.MAIL_FIRST_DAYS)).date()

    def run(self) -> None:
        """A token that runs out soon is renewed first, and one that is refused all the same once more."""
        fresh = renewing.is_running_out(self.mailbox, self.clock())
        try:
            self._read_all(renewing.renewed(self.mailbox, self.clock()) if fresh else secret_of(self.mailbox))
        except TokenRefused:
            if not self.mailbox.provider:
                raise
        else:
            return
        try:
            self._read_all(renewing.renewed(self.mailbox, self.clock()))
        except TokenRefused as error:
            words = {"host": self.mailbox.host, "login": self.mailbox.login, "provider": self.mailbox.get_provider_display()}
            sentence = gettext("%(provider)s renewed the connection, but %(host)s does not let %(login)s in: allow IMAP there, or connect again.")
            raise MailboxFault(sentence % words) from error

    def _read_all(self, secret: str) -> None:
        with _entered(self.mailbox, secret) as box:
            for folder in folders.to_read(box.folder.list()):
                self._read(box, folder)

    def _read(self, box: Box, folder: Folder) -> None:
        opened = messages.open_folder(box, folder)
        kept = self._kept(folder, opened.validity)
        self.polled.folders.append(folder.name)
        uids = messages.new_uids(box, after=kept.last_uid, since=self.since)
        forgiving = self.mailbox.failures >= outcomes.FORGIVING_AFTER
        for batch in messages.batches(box, folder, uids, forgiving=forgiving):
            self._keep(kept, batch, folder)
            if self.clock() > self.stop_at:
                self.polled.left = True
                return
        self._go_on_from(kept, opened.next_uid - 1)

    def _kept(self, folder: Folder, validity: int) -> MailFolder:
        """How far this folder was read. Under another UIDVALIDITY its numbers mean nothing any more: it begins anew."""
        name = folder.name[:255]
        MailFolder.objects.filter(mailbox=self.mailbox, role=folder.role).exclude(name=name).delete()
        kept, _made = MailFolder.objects.get_or_create(mailbox=self.mailbox, name=name, defaults={"role": folder.role})
        if kept.uid_validity != validity:
            if kept.uid_validity is not None:
                log.warning("mailbox_folder_begins_anew", mailbox=self.mailbox.pk, folder=folder.name)
            kept.uid_validity, kept.last_uid = validity, 0
        return kept

    @transaction.atomic
    def _keep(self, kept: MailFolder, batch: messages.Batch, folder: Folder) -> None:
        """The messages and how far they go, both or neither, and only while the lease is ours."""
        now = self.clock()
        items = [Item(one.raw, one.place, folder.role) for one in batch.messages]
        taken = take_in_many(mailbox=self.mailbox, items=items, now=now)
        kept.last_uid = batch.last_uid
        kept.save(update_fields=["last_uid", "uid_validity"])
        if folder.role == "inbox" and batch.arrived is not None:
            lag = max(int((now - batch.arrived).total_seconds()), 0)
            Mailbox.objects.filter(pk=self.mailbox.pk).update(lag=min(lag, 2_000_000_000))
        self.lease.renew(now)
        self.polled.new += sum(one.is_new for one in taken)
        self.polled.known += sum(not one.is_new for one in taken)

    @transaction.atomic
    def _go_on_from(self, kept: MailFolder, uid: int) -> None:
        """All below the server's next UID was looked at: what is too old is not searched for again."""
        kept.last_uid = max(kept.last_uid, uid)
        kept.save(update_fields=["last_uid", "uid_validity"])
        self.lease.renew(self.clock())
