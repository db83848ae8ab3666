"""Which addresses are ours, and whose: people, mailboxes and our own domains (MAIL_DOMAINS)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings

from accounts import organisation
from accounts.models import Departure, User
from deals.models import Mailbox

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from accounts.organisation import Organisation

TAG = re.compile(r"\+[^@]*@")


@dataclass(frozen=True, slots=True)
class Ours:
    """One picture of our side. ``boxes``: the address of a mailbox with its owner and its team; both None for the drop address."""

    company: Organisation
    users: dict[str, int]
    boxes: dict[str, tuple[int | None, int | None]]
    domains: frozenset[str]
    mail_to: dict[int, int]
    now: datetime

    @property
    def groups(self) -> frozenset[str]:
        """Addresses behind which several of us read."""
        return frozenset(address for address, (owner, _team) in self.boxes.items() if owner is None)

    def is_ours(self, address: str) -> bool:
        plain = TAG.sub("@", address)
        return plain in self.users or plain in self.boxes or plain.rpartition("@")[2] in self.domains

    def is_machine(self, address: str) -> bool:
        """Of our domains, and nobody's: a website, a scanner, a shop."""
        return self.is_ours(address) and self.user_of(address) is None and self.team_of(address) is None

    def user_of(self, address: str) -> int | None:
        """Whose address it is; that of a team's mailbox is nobody's."""
        plain = TAG.sub("@", address)
        return self.users.get(plain) or self.boxes.get(plain, (None, None))[0]

    def team_of(self, address: str) -> int | None:
        return self.boxes.get(TAG.sub("@", address), (None, None))[1]

    def heir(self, user_id: int) -> int | None:
        """Who gets what is sent to this person: they themselves; once they have left whom their departure names, else up the line."""
        seen: set[int] = set()
        one: int | None = user_id
        while one is not None and one not in seen:
            person = self.company.people.get(one)
            if person is None or not person.has_left(self.now):
                return one if person is not None else None
            seen.add(one)
            one = self.mail_to.get(one)
        leaver = self.company.people[user_id]
        line = self.company.line(leaver.team_id, but=user_id)
        return next((manager for manager in line if not self.company.people[manager].has_left(self.now)), None)

    def people_of(self, addresses: Iterable[str]) -> list[int]:
        """Our people behind these addresses as their mail goes now, each once, in order."""
        found = [self.user_of(address) for address in addresses]
        heirs = [self.heir(one) for one in found if one is not None]
        return list(dict.fromkeys(one for one in heirs if one is not None))


def load(now: datetime) -> Ours:
    """Our side as recorded: six queries, whatever its size."""
    boxes = Mailbox.objects.exclude(address="").values_list("address", "owner_id", "team_id")
    return Ours(
        company=organisation.load(at=now),
        users={email.lower(): pk for pk, email in User.objects.exclude(email="").values_list("pk", "email") if email is not None},
        boxes={address.lower(): (owner, team) for address, owner, team in boxes},
        domains=frozenset(settings.MAIL_DOMAINS),
        mail_to=dict(Departure.objects.exclude(mail_to=None).values_list("user_id", "mail_to_id")),
        now=now,
    )
