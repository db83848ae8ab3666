"""Declining a deal, as whoever wants to: where that needs an approval, it is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from deals.deal_people import people_of
from winback.decline_note import Note
from winback.models import Decline, LossReason
from winback.services.declines import Passing, decline_deal

if TYPE_CHECKING:
    from datetime import datetime

    from reports.replay.world import World


def decline(given: dict[str, Any], world: World, now: datetime) -> set[int]:
    """The story gives the reason; the other parts of a courteous note are the usual ones."""
    deal, by = world.deal(given["deal"]), world.user(given["by"])
    note = Note(
        subject=_("About %(deal)s") % {"deal": deal.name},
        thanks=_("Thank you for thinking of us."),
        reason=given["note"],
        helpers=_("Tell us what you are looking for, and we will name you somebody who does this well."),
        door=_("Please come back to us whenever we can be of use."),
    )
    contact = next((one for one in people_of(deal) if one.email), None)
    way = Decline.Way.MAIL if contact is not None else Decline.Way.PHONE
    decline_deal(deal=deal, by=by, passing=Passing(note, [LossReason.OTHER], contact, way), now=now)
    return {deal.pk}
