"""Words that come in on a deal that is closed: nothing watches it any more, so its owner is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import translation
from django.utils.translation import gettext as _

from accounts.services.notices import NewNotice, tell
from deals.models import MailMessage, Severity

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from deals.services.mail.letters import Letter
    from deals.services.mail.ours import Ours


def tell_of_closed(letters: Sequence[Letter], ours: Ours, now: datetime) -> None:
    notices = []
    for letter in letters:
        deal = letter.deal
        if deal is None or deal.is_open or not letter.is_human or letter.direction != MailMessage.Direction.IN:
            continue
        person_id = ours.company.responsible(owner_id=deal.owner_id, team_id=deal.team_id, at=now)
        if person_id is None:
            continue
        with translation.override(ours.company.people[person_id].language):
            notices.append(
                NewNotice(
                    user_id=person_id,
                    kind="mail_on_closed_deal",
                    topic=f"deal:{deal.id}",
                    title=_("%(name)s wrote about a deal that is closed") % {"name": letter.sender_name or letter.sender},
                    body=_("The deal %(deal)s stays closed. Answer them, or open it again if there is more to it.") % {"deal": deal.name},
                    path=f"/deals/{deal.id}/",
                    severity=Severity.MEDIUM,
                    created_at=now,
                    dedupe_key=f"mail_on_closed_deal:{letter.interaction_id}:{person_id}",
                )
            )
    tell(notices)
