"""Deals: opened, moved, given a next step, passed on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from accounts.models import Account
from accounts.refusals import Refused
from deals.models import StageKind
from deals.services.deals import open_deal
from deals.services.next_steps import set_next_step
from deals.services.stages import move_deal

if TYPE_CHECKING:
    from datetime import datetime

    from reports.replay.world import World


def begin(given: dict[str, Any], world: World, now: datetime) -> set[int]:
    owner = world.user(given["owner"]) if given.get("owner") else None
    if given.get("stage") in (StageKind.WON, StageKind.LOST):
        raise Refused(_("A deal opens in an open stage."))
    deal = open_deal(
        name=given["name"],
        owner=owner,
        by=owner,
        now=now,
        account=Account.objects.get(pk=world.accounts[given["account"]]) if given.get("account") else None,
        stage=world.stage(given["stage"]) if given.get("stage") else None,
        amount=given.get("amount"),
        source=given.get("source") or "unknown",
        introduced_by=world.contact(given["introduced_by"]) if given.get("introduced_by") else None,
        opened_on=given.get("opened"),
    )
    world.deals[given["key"]] = deal.pk
    return {deal.pk}


def name_next_step(given: dict[str, Any], world: World, now: datetime) -> set[int]:
    deal = world.deal(given["deal"])
    set_next_step(deal=deal, what=given["what"], due_at=given["due"], by=world.user(given["by"]) if given.get("by") else deal.owner, now=now)
    return {deal.pk}


def move(given: dict[str, Any], world: World, now: datetime) -> set[int]:
    deal = world.deal(given["deal"])
    move_deal(deal=deal, stage=world.stage(given["to"]), by=world.user(given["by"]) if given.get("by") else deal.owner, now=now)
    return {deal.pk}
