"""Telling the author that their mail did not go, or may not have gone. Under the bell, where they are not looking at the deal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import translation
from django.utils.translation import gettext as _

from accounts import organisation
from accounts.doors import may_come_in
from accounts.services.notices import NewNotice, tell
from deals.models import Deal, Handoff, OutgoingMail
from deals.models.signals import Severity

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.organisation import Person

KIND = "mail_not_sent"


def tell_author(mail: OutgoingMail, now: datetime) -> None:
    """In the caller's transaction. Where the author is not here, or does not see the deal any more, whoever answers for it is told,
    too: the customer waits.
    """
    company = organisation.load(at=now)
    readers = [mail.author_id] if may_come_in(mail.author, now) else []
    if not company.available(mail.author_id, now) or not Deal.objects.visible_to(mail.author).filter(pk=mail.deal_id).exists():
        answers = company.responsible(owner_id=mail.deal.owner_id, team_id=mail.deal.team_id, at=now, giver_id=_giver(mail))
        if answers is not None and answers not in readers:
            readers.append(answers)
    tell([_notice(mail, company.people[pk], now) for pk in readers])


def _giver(mail: OutgoingMail) -> int | None:
    return Handoff.objects.open().filter(deal=mail.deal_id).values_list("giver_id", flat=True).first()


def _notice(mail: OutgoingMail, reader: Person, now: datetime) -> NewNotice:
    with translation.override(reader.language):
        return NewNotice(
            user_id=reader.id,
            kind=KIND,
            topic=f"deal:{mail.deal_id}",
            title=_title(mail, reader),
            body=f"{mail.deal.name}: {mail.last_error}",
            path=f"/deals/{mail.deal_id}/#outgoing",
            severity=Severity.HIGH,
            created_at=now,
            dedupe_key=f"{KIND}:{mail.pk}:{mail.state}:{now.isoformat()}:{reader.id}",
        )


def _title(mail: OutgoingMail, reader: Person) -> str:
    words = {"to": mail.contact.name if mail.contact is not None else mail.to[0], "by": mail.author.name}
    unknown = mail.state == OutgoingMail.State.UNKNOWN
    if reader.id == mail.author_id:
        return _("Your mail to %(to)s may have been sent: look, and say so") % words if unknown else _("Your mail to %(to)s was not sent") % words
    if unknown:
        return _("%(by)s’s mail to %(to)s may have been sent: look, and say so") % words
    return _("%(by)s’s mail to %(to)s was not sent") % words
