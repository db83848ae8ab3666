"""Handing a deal to somebody by name, and their answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from accounts.refusals import Refused
from deals.services.handoffs import accept_handoff, decline_handoff, offer_handoff

if TYPE_CHECKING:
    from datetime import datetime

    from reports.replay.world import World


def offer(given: dict[str, Any], world: World, now: datetime) -> set[int]:
    """``from``: whose the deal is; ``by``: who hands it over for them."""
    deal, giver = world.deal(given["deal"]), world.user(given["from"])
    by = world.user(given["by"]) if given.get("by") else giver
    if deal.owner_id is not None and deal.owner_id != giver.pk and by.pk == giver.pk:
        raise Refused(_("The deal is not %(name)s's to hand over.") % {"name": giver.name})
    made = offer_handoff(deal=deal, to=world.user(given["to"]), brief=given["brief"], by=by, now=now)
    if given.get("key"):
        world.handoffs[given["key"]] = made.pk
    return {deal.pk}


def answer(given: dict[str, Any], world: World, now: datetime) -> set[int]:
    handoff, by = world.handoff(given["handoff"]), world.user(given["by"])
    if given["answer"] == "accepted":
        accept_handoff(handoff=handoff, by=by, now=now)
    else:
        decline_handoff(handoff=handoff, reason=given.get("reason") or "", by=by, now=now)
    return {handoff.deal_id}
