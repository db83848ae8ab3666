"""A mailbox that has failed for an hour is told of, once: to its owner, for a team's to whoever answers for the team."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import translation
from django.utils.translation import gettext as _

from accounts import organisation
from accounts.services.notices import NewNotice, tell
from deals.models import Severity

if TYPE_CHECKING:
    from datetime import datetime

    from deals.models import Mailbox


def tell_of_failing(mailbox: Mailbox, now: datetime) -> None:
    """``mailbox`` as it is after the failure. One notice for each time that it stops working."""
    company = organisation.load(at=now)
    person_id = mailbox.owner_id or company.responsible(owner_id=None, team_id=mailbox.team_id, at=now)
    person = company.people.get(person_id) if person_id is not None else None
    if person_id is None or person is None or person.has_left(now):
        return
    since = mailbox.last_success_at or mailbox.created_at
    with translation.override(person.language):
        notice = NewNotice(
            user_id=person_id,
            kind="mailbox_failing",
            topic=f"mailbox:{mailbox.pk}",
            title=_("%(address)s cannot be read for an hour") % {"address": mailbox.address},
            body=mailbox.last_error,
            path=f"/mailboxes/{mailbox.pk}/",
            severity=Severity.HIGH,
            created_at=now,
            dedupe_key=f"mailbox_failing:{mailbox.pk}:{since.isoformat()}:{person_id}",
        )
    tell([notice])
