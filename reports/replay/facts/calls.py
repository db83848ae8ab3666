"""A telephone call: logged by hand on the deal it is about, or counted where nobody took it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from accounts.refusals import Refused
from deals.models import Interaction
from deals.services.interactions import log_interaction
from reports.replay.facts.about import deal_about

if TYPE_CHECKING:
    from datetime import datetime

    from reports.replay.world import World

Kind, Direction, Outcome = Interaction.Kind, Interaction.Direction, Interaction.Outcome
WAYS = {"connected": (Kind.CALL, Outcome.CONNECTED), "no_answer": (Kind.CALL, Outcome.NO_ANSWER), "voicemail": (Kind.VOICEMAIL, Outcome.NONE)}


def log(given: dict[str, Any], world: World, now: datetime) -> set[int]:
    from_us = given["by"] in world.users
    ours, theirs = (given["by"], given["with"]) if from_us else (given["with"], given["by"])
    if ours not in world.users or theirs not in world.contacts:
        raise Refused(_("A call is between one of us and one of theirs."))
    user, contact = world.user(ours), world.contact(theirs)
    deal = deal_about(contact, user, now)
    if deal is None:
        raise Refused(_("There is no open deal with %(name)s to log the call on.") % {"name": contact.name})
    kind, outcome = WAYS[given["outcome"]]
    log_interaction(
        deal=deal,
        kind=kind,
        direction=Direction.OUT if from_us else Direction.IN,
        outcome=outcome,
        contact=contact,
        user=user,
        by=user,
        now=now,
    )
    return {deal.pk}
