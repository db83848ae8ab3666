"""Everything a page for writing stands on: whom one may write to on the deal, the words to begin with, what to be warned of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _

from accounts.models import Contact
from deals.deal_people import people_on
from deals.models import OutgoingMail
from deals.outbox import fields, times, warnings
from deals.outbox.forms import AT, WriteForm
from deals.outbox.post import goes_by_smtp

# Mails of the deal, the latest ones.
LOOKED_AT = 20
ONE_MINUTE = timedelta(minutes=1)
# The dialog may stand on a page that has a form for logging, too.
IDS = "write_%s"

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import QueryDict

    from accounts.models import User
    from deals.deal_people import Person
    from deals.models import Deal
    from deals.outbox.answering import Answering


@dataclass(slots=True)
class Desk:
    """One person, writing on one deal."""

    deal: Deal
    author: User
    now: datetime
    answers: Answering | None
    people: list[Person]
    mail: OutgoingMail | None = None

    @property
    def offered(self) -> list[tuple[str, str]]:
        """(address, name with address): whom one answers first, then the people of the deal; those who left come last."""
        listed = {one.email.lower(): f"{one.name} · {one.email}" for one in sorted(self.people, key=lambda one: one.left_on is not None) if one.email}
        first = self.answers.theirs if self.answers is not None else self.mail.to if self.mail is not None else []
        named = {address: listed.get(address.lower(), address) for address in first if address}
        asked = {address: _("%(address)s · asked for, not known as theirs") % {"address": address} for address in self._strangers}
        return list((named | listed | asked).items())

    @property
    def _strangers(self) -> tuple[str, ...]:
        return self.answers.strangers if self.answers is not None else ()

    def form(self, data: QueryDict | None = None, initial: dict[str, Any] | None = None) -> WriteForm:
        return WriteForm(data, author=self.author, people=self.offered, now=self.now, initial=initial or self.begin(), auto_id=IDS)

    def begin(self, to: int | None = None) -> dict[str, Any]:
        """What the empty form says. ``to``: the contact one came from."""
        if self.mail is not None:
            return self._as_written(self.mail)
        if self.answers is not None:
            return {"to": self.answers.to, "cc": ", ".join(self.answers.cc), "subject": self.answers.subject}
        person = next((one for one in self.people if one.pk == to), None)
        return {"to": person.email.lower()} if person is not None and person.email else {}

    def _as_written(self, mail: OutgoingMail) -> dict[str, Any]:
        later = mail.send_at > self.now + ONE_MINUTE
        return {
            "to": mail.to[0],
            "cc": ", ".join([*mail.to[1:], *mail.cc]),
            "subject": mail.subject,
            "body": mail.body,
            **({"when": AT, "at": mail.send_at} if later else {}),
        }

    def contact_of(self, address: str) -> Contact | None:
        """Whose address it is."""
        person = next((one for one in self.people if one.email.lower() == address.lower()), None)
        if person is not None:
            return Contact(pk=person.pk, name=person.name, email=person.email)
        return self.answers.theirs.get(address) if self.answers is not None else None

    def filled(self, texts: dict[str, str], address: str) -> tuple[dict[str, str], list[str]]:
        """The texts with every field that is known here, and those that are not, to be pointed out."""
        values = fields.known(deal=self.deal, contact=self.contact_of(address), author=self.author)
        made = {name: fields.fill(text, values) for name, text in texts.items()}
        return made, fields.left_in(*made.values())

    @property
    def notes(self) -> list[str]:
        """What to know before writing: who is away, and what waits already."""
        found = [
            _("Answers are asked for at %(address)s, which nobody here knows as theirs. Choose it only if you are sure that it is.")
            % {"address": one}
            for one in self._strangers
        ]
        found += [one.words for one in warnings.away(self.people, timezone.localdate(self.now))]
        waits = Q(state__in=[OutgoingMail.State.WAITING, OutgoingMail.State.SENDING])
        draft = Q(state=OutgoingMail.State.CANCELLED, author=self.author)
        lies = OutgoingMail.objects.filter(waits | draft, deal=self.deal).select_related("author").order_by("-created_at")
        if self.mail is not None:
            lies = lies.exclude(pk=self.mail.pk)
        latest = list(lies[:LOOKED_AT])
        drafts = [one for one in latest if one.state == OutgoingMail.State.CANCELLED]
        found += [
            _("A mail of %(name)s waits to go: “%(subject)s”, %(when)s.")
            % {"name": one.author.name, "subject": one.subject, "when": times.in_words(one.send_at, self.now)}
            for one in sorted(latest, key=lambda one: one.send_at)
            if one not in drafts
        ][:3]
        found += [_draft_in_words(one) for one in drafts[:1]]
        return found

    @property
    def goes_to_a_file(self) -> bool:
        """Is there no mail server, as in the demo?"""
        return not goes_by_smtp()


def _draft_in_words(mail: OutgoingMail) -> str:
    """With the link that opens it."""
    said = _("A mail that you took back lies here: “%(subject)s”.") % {"subject": mail.subject}
    return format_html('{} <a class="link" href="{}" data-write>{}</a>', said, reverse("outgoing-edit", args=[mail.pk]), _("Go on with it"))


def desk_for(deal: Deal, author: User, now: datetime, *, answers: Answering | None = None, mail: OutgoingMail | None = None) -> Desk:
    return Desk(deal, author, now, answers, people_on(deal), mail)
