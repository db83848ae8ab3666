"""Mail: boxes that are read for them, what came to them and waits, and what they wrote and has not gone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.leaving import Example, Holding, Rows
from deals.models import Mailbox, MailMessage, OutgoingMail
from deals.models.mail import OPEN_STATUSES

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from accounts.models import User

State = OutgoingMail.State


class Mailboxes(Holding):
    """Read on for the heir: customers go on writing to an address they know."""

    key, icon = "mailboxes", "inbox"
    fields = ("deals.Mailbox.owner",)

    def rows(self, leaver: User, now: datetime) -> Rows:
        return {self.fields[0]: Mailbox.objects.filter(owner=leaver)}

    def words(self, count: int) -> str:
        return ngettext("%(count)d mailbox", "%(count)d mailboxes", count) % {"count": count}

    def examples(self, leaver: User, now: datetime, most: int) -> Sequence[Example]:
        return [Example(one.address) for one in Mailbox.objects.filter(owner=leaver).order_by("address")[:most]]

    def move(self, *, leaver: User, heir: User, by: User | None, now: datetime) -> int:
        return Mailbox.objects.filter(owner=leaver).update(owner=heir)


class Inbox(Holding):
    """Mail that came to them and that nobody has put with a deal yet. What is in it is said to nobody but its heir."""

    key, icon = "inbox", "mail"
    fields = ("deals.MailMessage.user",)

    def rows(self, leaver: User, now: datetime) -> Rows:
        return {self.fields[0]: MailMessage.objects.filter(user=leaver, status__in=OPEN_STATUSES)}

    def words(self, count: int) -> str:
        return ngettext("%(count)d mail to put with a deal", "%(count)d mails to put with a deal", count) % {"count": count}

    def move(self, *, leaver: User, heir: User, by: User | None, now: datetime) -> int:
        return self.rows(leaver, now)[self.fields[0]].update(user=heir)


class Outgoing(Holding):
    """Mail they wrote that will not have gone by their last day, or that failed. It is not sent in another name: the heir gets it
    taken back, to send it in their own or to throw it away. Where it may have gone, they say whether it did."""

    key, icon = "outgoing", "send"
    fields = ("deals.OutgoingMail.author",)

    def rows(self, leaver: User, now: datetime) -> Rows:
        departure: Any = getattr(leaver, "departure", None)
        waiting = Q(state=State.WAITING)
        if departure is None or departure.leaves_at > now:
            waiting &= Q(send_at__gte=departure.leaves_at) if departure is not None else Q(pk=None)
        return {self.fields[0]: OutgoingMail.objects.filter(waiting | Q(state__in=(State.FAILED, State.UNKNOWN)), author=leaver)}

    def words(self, count: int) -> str:
        return ngettext("%(count)d mail that has not gone", "%(count)d mails that have not gone", count) % {"count": count}

    def examples(self, leaver: User, now: datetime, most: int) -> Sequence[Example]:
        rows = self.rows(leaver, now)[self.fields[0]].order_by("send_at")[:most]
        return [Example(one.subject, reverse("deal", args=[one.deal_id])) for one in rows]

    def refuses(self, heir: User) -> str:
        return "" if heir.email else _("%(name)s has no address to send mail from. Choose somebody else.") % {"name": heir.name}

    def move(self, *, leaver: User, heir: User, by: User | None, now: datetime) -> int:
        rows = self.rows(leaver, now)[self.fields[0]]
        unsure = rows.filter(state=State.UNKNOWN).update(author=heir)
        return unsure + rows.update(author=heir, state=State.CANCELLED)
