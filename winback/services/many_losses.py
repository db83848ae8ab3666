"""Losing many deals of one kind and for the same reasons: one transaction, each deal its own loss."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from deals.services.bulk import close_deals, lock_to_close
from winback.models import Loss
from winback.services.losses import check, loss_of, lost_stages, never_in_silence

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from accounts.models import User
    from deals.services.bulk import Outcome, Seen


@transaction.atomic
def lose_deals(
    *,
    seen: Sequence[Seen],
    kind: str,
    reasons: Sequence[str],
    by: User,
    now: datetime,
    customer_words: str = "",
    our_view: str = "",
    competitor: str = "",
) -> Outcome:
    """Record each loss and move each deal to its pipeline's first lost stage; what closed or moved meanwhile is left alone.

    Refused as ``lose_deal`` refuses. A deal of a pipeline without a lost stage is skipped.
    """
    never_in_silence(kind)
    check(kind=kind, reasons=reasons, competitor=competitor)
    found = lock_to_close(seen=seen, by=by)
    stages = lost_stages(deal.pipeline_id for deal in found.done)
    found.skipped += [(deal.name, _("its pipeline has no stage for lost deals")) for deal in found.done if deal.pipeline_id not in stages]
    found.done = [deal for deal in found.done if deal.pipeline_id in stages]
    said = {"customer_words": customer_words, "our_view": our_view, "competitor": competitor}
    Loss.objects.bulk_create([loss_of(deal, kind=kind, reasons=reasons, by=by, now=now, **said) for deal in found.done])
    close_deals(deals=found.done, stages=stages, by=by, now=now)
    return found
