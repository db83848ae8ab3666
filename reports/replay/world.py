"""What a story has brought about so far: its own names for people and things, and the rows behind them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from accounts.models import Contact, Departure, User
from accounts.refusals import Refused
from deals.models import Deal, Handoff, Interaction, Mailbox, Stage
from reports.replay.fields import FROM

if TYPE_CHECKING:
    from collections.abc import Iterable
    from zoneinfo import ZoneInfo


class MissingError(Exception):
    """What the story names did not come about: an earlier fact failed, or is not known yet. The message says what."""


@dataclass(slots=True)
class World:
    """By the keys of the file: the numbers of the rows. ``mails``: the deal a mail was put with, None for none.

    ``threads``: the newest mail by its subject without "Re:", as its Message-ID and those it answers.
    """

    zone: ZoneInfo
    users: dict[str, int] = field(default_factory=dict)
    teams: dict[str, int] = field(default_factory=dict)
    accounts: dict[str, int] = field(default_factory=dict)
    contacts: dict[str, int] = field(default_factory=dict)
    deals: dict[str, int] = field(default_factory=dict)
    meetings: dict[str, int] = field(default_factory=dict)
    handoffs: dict[str, int] = field(default_factory=dict)
    mails: dict[str, int | None] = field(default_factory=dict)
    mailboxes: dict[str, int] = field(default_factory=dict)
    threads: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def user(self, key: str) -> User:
        return User.objects.select_related("team").get(pk=self._number(self.users, key))

    def contact(self, key: str) -> Contact:
        found: Contact = Contact.objects.select_related("account").get(pk=self._number(self.contacts, key))
        return found

    def deal(self, key: str) -> Deal:
        found: Deal = Deal.objects.select_related("stage", "account", "owner").get(pk=self.deal_id(key))
        return found

    def deal_id(self, key: str) -> int:
        """Of a deal, or of the one that came of a mail (``from KEY``). Raises ``MissingError`` where there is none."""
        if not key.startswith(FROM):
            return self._number(self.deals, key)
        found = self.mails.get(key.removeprefix(FROM))
        if found is None:
            raise MissingError(_("No deal came of the mail “%(key)s”.") % {"key": key.removeprefix(FROM)})
        return found

    def mailbox(self, key: str) -> Mailbox | None:
        """Where mail to this person of ours lies now: in their mailbox, else in that of whom their mail goes to."""
        found: Mailbox | None = Mailbox.objects.filter(pk=self.mailboxes[key]).first()
        if found is not None:
            return found
        departure = Departure.objects.filter(user=self.users[key]).first()
        return Mailbox.objects.filter(owner=departure.mail_to_id).first() if departure is not None else None

    def meeting(self, key: str) -> Interaction:
        return Interaction.objects.select_related("deal").get(pk=self._number(self.meetings, key))

    def handoff(self, key: str) -> Handoff:
        found: Handoff = Handoff.objects.select_related("deal", "receiver").get(pk=self._number(self.handoffs, key))
        return found

    def key_of_user(self, number: int | None) -> str:
        """The story's name of a person of ours; empty for nobody."""
        return next((key for key, pk in self.users.items() if pk == number), "")

    def keys_of_users(self, numbers: Iterable[int]) -> list[str]:
        """In the order in which the story names its people."""
        wanted = set(numbers)
        return [key for key, pk in self.users.items() if pk in wanted]

    def stage(self, name: str) -> Stage:
        found = Stage.objects.filter(pipeline__is_default=True, name__iexact=name).first()
        if found is None:
            raise Refused(_("There is no stage %(name)s.") % {"name": name})
        return found

    def _number(self, known: dict[str, int], key: str) -> int:
        if key not in known:
            raise MissingError(_("“%(key)s” did not come about.") % {"key": key})
        return known[key]
