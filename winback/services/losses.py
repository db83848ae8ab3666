"""Losing a deal: one transaction for the loss and the move."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.refusals import Refused
from deals.models import Deal, Stage, StageKind
from deals.services.board_moves import MovedMeanwhile, meanwhile
from deals.services.stages import enter_held, hold
from winback import reasons as known
from winback.models import Loss, LossReason

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from accounts.models import User
    from deals.signals import LostByImport


@transaction.atomic
def lose_deal(
    *,
    deal: Deal,
    kind: str,
    reasons: Sequence[str],
    by: User | None,
    now: datetime,
    customer_words: str = "",
    our_view: str = "",
    competitor: str = "",
    stage: Stage | None = None,
    stood_in: int | None = None,
) -> Loss:
    """Record how the deal was lost and move it to ``stage`` (default: its pipeline's first lost stage).

    MovedMeanwhile where it stands in another stage than ``stood_in``, in which it was seen (None: it was not said where).

    Refused without a reason, for one that is not offered (any more), without the other vendor's name where they
    chose one, for a deal that is lost already, in a pipeline without a lost stage, and for a deal that we decline: that is
    said to them (``winback.services.declines``).
    """
    never_in_silence(kind)
    check(kind=kind, reasons=reasons, competitor=competitor)
    said = {"customer_words": customer_words, "our_view": our_view, "competitor": competitor}
    return close_as_lost(deal=deal, kind=kind, reasons=reasons, by=by, now=now, stage=stage, stood_in=stood_in, **said)


def never_in_silence(kind: str) -> None:
    """Refused for a deal that we decline."""
    if kind == Loss.Kind.DECLINED_BY_US:
        raise Refused(_("Who is declined hears it from us. Use “Decline” on the deal’s page."))


def close_as_lost(
    *,
    deal: Deal,
    kind: str,
    reasons: Sequence[str],
    by: User | None,
    now: datetime,
    customer_words: str = "",
    our_view: str = "",
    competitor: str = "",
    stage: Stage | None = None,
    stood_in: int | None = None,
) -> Loss:
    """The loss and the move, in the caller's transaction."""
    deal = hold(deal)
    if deal.status == StageKind.LOST:
        raise Refused(_("This deal is lost already."))
    if stood_in not in (None, deal.stage_id):
        raise MovedMeanwhile(meanwhile(deal))
    stage = stage or lost_stages([deal.pipeline_id]).get(deal.pipeline_id)
    if stage is None or stage.kind != StageKind.LOST:
        raise Refused(_("This pipeline has no stage for lost deals. Ask an admin to add one."))
    said = {"customer_words": customer_words, "our_view": our_view, "competitor": competitor}
    loss = loss_of(deal, kind=kind, reasons=reasons, by=by, now=now, **said)
    loss.save()
    enter_held(deal=deal, stage=stage, by=by, now=now)
    return loss


def loss_of(
    deal: Deal, *, kind: str, reasons: Sequence[str], by: User | None, now: datetime, customer_words: str, our_view: str, competitor: str
) -> Loss:
    """The loss as it is recorded, each reason once; not saved yet."""
    return Loss(
        deal=deal,
        kind=kind,
        reasons=list(dict.fromkeys(reasons)),
        competitor=competitor.strip(),
        customer_words=customer_words.strip(),
        our_view=our_view.strip(),
        lost_at=now,
        recorded_by=by,
        recorded_at=now,
    )


def lost_stages(pipeline_ids: Iterable[int]) -> dict[int, Stage]:
    """By pipeline, the first of its lost stages in use; a pipeline without one is not in it. One query."""
    found: dict[int, Stage] = {}
    for stage in Stage.objects.in_use().filter(pipeline__in=set(pipeline_ids), kind=StageKind.LOST).order_by("position", "pk"):
        found.setdefault(stage.pipeline_id, stage)
    return found


def check(*, kind: str, reasons: Sequence[str], competitor: str) -> None:
    """Refused without a reason, for one that is not offered, and without the vendor's name where they chose one.

    The database refuses a reason that it does not know at all.
    """
    if not reasons:
        raise Refused(_("Say why it was lost; more than one reason may be true."))
    offered = {LossReason.NOT_RECORDED.value, *known.offered().values_list("key", flat=True)}
    if set(reasons) - offered:
        raise Refused(_("One of these reasons is not offered any more. Choose again."))
    if kind == Loss.Kind.COMPETITOR and not competitor.strip():
        raise Refused(_("Say which vendor they chose, or “not known”."))


def record_imported(losses: Iterable[LostByImport], now: datetime) -> None:
    """Losses of deals an import brought in as lost: *not recorded*, with the file's words where it had any."""
    Loss.objects.bulk_create(
        [
            Loss(
                deal_id=one.deal_id,
                kind=Loss.Kind.NOT_RECORDED,
                reasons=[LossReason.NOT_RECORDED],
                our_view=one.reason_text,
                lost_at=one.lost_at,
                recorded_at=now,
            )
            for one in losses
        ],
        batch_size=1000,
    )
