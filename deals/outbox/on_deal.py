"""What of a deal's outgoing mail is not done yet, as its page shows it, and what can be done about each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from accounts.prepared import Given
from accounts.prepared_objects import Objects
from deals.models import OutgoingMail
from deals.outbox import times
from deals.services.outbox import may_decide

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from accounts.models import User
    from deals.models import Deal

State = OutgoingMail.State
# A page that is open looks again while something goes within this time.
SOON = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Line:
    """A mail for one reader. ``when``: when it goes, in words."""

    mail: OutgoingMail
    when: str
    mine: bool
    may_decide: bool

    @property
    def may_change(self) -> bool:
        return self.mine and self.mail.state in OutgoingMail.OPEN_TO_CHANGE


@dataclass(frozen=True, slots=True)
class Outgoing:
    lines: list[Line]
    now: datetime

    @property
    def is_moving(self) -> bool:
        """Does something happen within a minute?"""
        return any(one.mail.state == State.SENDING or (one.mail.state == State.WAITING and one.mail.send_at < self.now + SOON) for one in self.lines)

    @property
    def seen(self) -> str:
        """What the reader has seen, to tell whether it changed."""
        return ",".join(f"{one.mail.pk}-{one.mail.state}" for one in self.lines)


def with_outgoing() -> Exists:
    """Whether mail of the deal of a row is not done yet, for ``outgoing_of``: no query of its own."""
    return Exists(OutgoingMail.objects.filter(deal=OuterRef("pk"), state__in=OutgoingMail.OPEN))


def outgoing_of(deal: Deal, reader: User, now: datetime) -> Outgoing:
    """Of a deal that was read ``with_outgoing``: one query where there is some, else none."""
    return Outgoing(lines(_open().all(deal=deal.pk), reader, now) if deal.sends else [], now)  # type: ignore[attr-defined] # annotated


def lines(mails: Iterable[OutgoingMail], reader: User, now: datetime) -> list[Line]:
    return [Line(one, _when(one.send_at, now), one.author_id == reader.pk, may_decide(reader, one)) for one in mails]


def _when(send_at: datetime, now: datetime) -> str:
    return times.in_words(send_at, now) if send_at > now + SOON else _("in a moment")


@cache
def _open() -> Objects[OutgoingMail]:
    mails = OutgoingMail.objects.filter(deal_id=Given("deal"), state__in=OutgoingMail.OPEN)
    return Objects(mails.select_related("author", "contact").order_by("send_at", "pk"))
