"""A mailbox that has failed for an hour or can no longer be read is told of, once: to its owner, for a team's to whoever answers for the team."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import translation
from django.utils.translation import gettext as _

from accounts import organisation
from accounts.services.notices import NewNotice, tell
from deals.models import Severity

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.organisation import Person
    from deals.models import Mailbox


def tell_of_failing(mailbox: Mailbox, now: datetime) -> None:
    """``mailbox`` as it is after the failure. One notice for each time that it stops working.

    Its owner hears of it wherever they are, as nobody else can mend it; while they are away so does who answers for them,
    since what customers write there is not seen.
    """
    company = organisation.load(at=now)
    owner = company.people.get(mailbox.owner_id) if mailbox.owner_id is not None else None
    answers = company.responsible(owner_id=mailbox.owner_id, team_id=mailbox.team_id, at=now)
    readers = [owner.id] if owner is not None and not owner.has_left(now) else []
    if answers is not None and answers not in readers and (owner is None or readers):
        readers.append(answers)
    tell([_notice(mailbox, company.people[pk], owner, now) for pk in readers])


def _notice(mailbox: Mailbox, reader: Person, owner: Person | None, now: datetime) -> NewNotice:
    fact, since = "mailbox_failing", mailbox.last_success_at or mailbox.created_at
    if mailbox.must_connect_again:
        fact, since = "mailbox_ended", now
    mends = owner is None or reader.id == owner.id
    with translation.override(reader.language):
        words = {"name": owner.name if owner is not None else "", "error": mailbox.last_error}
        return NewNotice(
            user_id=reader.id,
            kind="mailbox_failing",
            topic=f"mailbox:{mailbox.pk}",
            title=_title(mailbox),
            body=mailbox.last_error if mends else _("What is written to %(name)s is not taken in, and only they can mend it: %(error)s") % words,
            path=f"/mailboxes/{mailbox.pk}/" if mends else "",
            severity=Severity.HIGH,
            created_at=now,
            dedupe_key=f"{fact}:{mailbox.pk}:{since.isoformat()}:{reader.id}",
        )


def _title(mailbox: Mailbox) -> str:
    if mailbox.must_connect_again:
        return _("%(address)s has to be connected again") % {"address": mailbox.address}
    return _("%(address)s cannot be read for an hour") % {"address": mailbox.address}
