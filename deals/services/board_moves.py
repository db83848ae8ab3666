"""Moves from the board and from a deal's page, where one acts on what one saw a while ago."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.refusals import Refused
from deals.models import Deal, Stage, StageChange
from deals.services.stages import hold, move_held

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import User
    from deals.services.stages import Move


class MovedMeanwhile(Refused):
    """The deal was moved since it was looked at."""


@transaction.atomic
def move_from(*, deal: Deal, stood_in: int | None, stage: Stage, by: User, now: datetime) -> Move | None:
    """Move a deal that was seen in the stage ``stood_in`` (None: it was not said where).

    MovedMeanwhile where it stands in another one by now: what somebody else did is said, not overwritten. Else as ``move_deal``.
    """
    held = hold(deal)
    if stood_in is not None and held.stage_id not in (stood_in, stage.pk):
        raise MovedMeanwhile(meanwhile(held))
    return move_held(deal=held, stage=stage, by=by, now=now)


def meanwhile(deal: Deal) -> str:
    """Who moved it last, and where to."""
    last = StageChange.objects.filter(deal=deal, to_stage=deal.stage_id).select_related("by", "to_stage").order_by("-at", "-pk").first()
    words = {"deal": deal.name, "stage": last.to_stage.name if last else deal.stage.name, "name": last.by.name if last and last.by else ""}
    if words["name"]:
        return _("%(name)s moved %(deal)s to %(stage)s meanwhile. It stays there; move it from there if it belongs elsewhere.") % words
    return _("%(deal)s was moved to %(stage)s meanwhile. It stays there; move it from there if it belongs elsewhere.") % words
