"""Deals whose limits changed are made due again, in batches, before the sweep takes what is due."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection, transaction
from django.db.models import Q

from accounts.models import Team
from accounts.sight import subtree
from deals.models import Deal, LookAgain

if TYPE_CHECKING:
    from datetime import datetime

    from deals.querysets import DealQuerySet

BATCH = 2000

MAKE_DUE = """
UPDATE deals_deal SET alarm_at = %(now)s
WHERE id IN (SELECT id FROM deals_deal WHERE id = ANY(%(ids)s) AND status IN ('inquiry', 'open') ORDER BY id FOR UPDATE)
  AND (alarm_at IS NULL OR alarm_at > %(now)s)
"""


# Writing the currency anew has the database compute the value.
VALUE_ANEW = """
UPDATE deals_deal SET currency = currency, alarm_at = CASE WHEN status IN ('inquiry', 'open') THEN LEAST(alarm_at, %(now)s) END
WHERE id IN (SELECT id FROM deals_deal WHERE id = ANY(%(ids)s) ORDER BY id FOR UPDATE)
"""


def ask(*, stage_id: int | None, team_id: int | None, now: datetime) -> int:
    """Ask for the watched deals of a stage and team (None: every one). Returns how many there are at present."""
    asked = LookAgain(stage_id=stage_id, team_id=team_id, asked_at=now)
    place: dict[str, int | None] = {"stage_id": stage_id, "team_id": team_id}
    same = LookAgain.objects.filter(after_id=0, currency="", product=None, **place)
    if not same.exists():
        asked.save()
    return _concerned(asked).count()


def ask_for_currency(currency: str, now: datetime) -> None:
    """Ask for every deal, closed ones too, whose value rests on the rates of this currency.

    Every time: an equal request may be at work already with the rate of before.
    """
    LookAgain.objects.create(currency=currency, asked_at=now)


def make_due(now: datetime) -> int:
    """Work off what was asked for, one batch a transaction. Returns how many deals were looked through."""
    looked_through = 0
    while (batch := _one_batch(now)) is not None:
        looked_through += batch
    return looked_through


@transaction.atomic
def _one_batch(now: datetime) -> int | None:
    asked = LookAgain.objects.select_for_update(skip_locked=True).order_by("pk").first()
    if asked is None:
        return None
    ids = list(_concerned(asked).filter(pk__gt=asked.after_id).order_by("pk").values_list("pk", flat=True)[:BATCH])
    if not ids:
        asked.delete()
        return 0
    with connection.cursor() as cursor:
        cursor.execute(VALUE_ANEW if asked.currency or asked.product_id else MAKE_DUE, {"now": now, "ids": ids})
    asked.after_id = ids[-1]
    asked.save(update_fields=["after_id"])
    return len(ids)


def _concerned(asked: LookAgain) -> DealQuerySet:
    if asked.currency:
        estimated = Q(amount__isnull=True, product__currency=asked.currency)
        return Deal.objects.filter(Q(currency=asked.currency) | estimated)
    if asked.product_id is not None:
        return Deal.objects.filter(amount__isnull=True, product=asked.product_id)
    deals = Deal.objects.watched()
    if asked.stage_id is not None:
        deals = deals.filter(stage_id=asked.stage_id)
    if asked.team_id is not None:
        deals = deals.filter(team_id__in=subtree({asked.team_id}, Team.objects.values_list("pk", "parent_id")))
    return deals
