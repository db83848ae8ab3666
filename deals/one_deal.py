"""One deal, for whoever may see it, with all that its page says of the deal itself. One query."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef
from django.http import Http404
from django.utils import timezone

from accounts.answering import missing
from accounts.prepared import Given
from accounts.prepared_objects import Objects
from deals.handoffs_on import turned_to, with_offer
from deals.models import Deal, StageChange, StageKind
from deals.querysets import Shape, seen_by, shape_of

if TYPE_CHECKING:
    from accounts.models import User


def deal_or_404(user: User, pk: int) -> Deal:
    """The deal with ``was_lost``, its open ``offer``, and by when the user is to answer because somebody ``turned_to`` them
    (``deals.handoffs_on``), and whether its owner is not here (``owner_missing``). Raises ``Http404`` where there is none that the user may see."""
    found = _whole(shape_of(user)).first(deal=pk, reader=user.pk, now=timezone.now(), **seen_by(user))
    if found is None:
        raise Http404
    return found


@cache
def _whole(shape: Shape) -> Objects[Deal]:
    lost = StageChange.objects.filter(deal=OuterRef("pk"), to_stage__kind=StageKind.LOST)
    return Objects(
        Deal.objects.in_shape(shape)
        .filter(pk=Given("deal"))
        .select_related("account", "owner", "team", "stage", "pipeline", "product", "introduced_by__account")
        .annotate(was_lost=Exists(lost), offer=with_offer(), turned_to=turned_to(Given("reader")))
        .annotate(owner_missing=missing(OuterRef("owner_id"), Given("now")))
    )
