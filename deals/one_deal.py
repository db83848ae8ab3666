"""One deal, for whoever may see it, alone or with all that its page says of the deal itself. One query."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef
from django.http import Http404
from django.utils import timezone

from accounts.answering import missing
from accounts.calendars import calendar_of
from accounts.prepared import Given
from accounts.prepared_objects import Objects
from deals.handoffs_on import turned_to, with_offer
from deals.meetings_on import with_meetings
from deals.models import Deal, StageChange, StageKind
from deals.outbox.on_deal import with_outgoing
from deals.querysets import Shape, mine_of, seen_by, shape_of
from deals.stages_of_deal import with_stages

if TYPE_CHECKING:
    from accounts.models import User


def deal_or_404(user: User, pk: int) -> Deal:
    """The deal with all that its page would otherwise ask for by itself. Raises ``Http404`` where there is none that the user may see.

    ``was_lost``; its open ``offer`` and by when the user is to answer because somebody ``turned_to`` them (``deals.handoffs_on``);
    ``owner_missing``: its owner is not here; the ``stages_offered`` (``deals.stages_of_deal``); its team's ``calendar``
    (``accounts.calendars``); whether it ever had a meeting (``met``) and mail of it waits to go (``sends``).
    """
    found = _whole(shape_of(user)).first(deal=pk, reader=user.pk, now=timezone.now(), **seen_by(user))
    if found is None:
        raise Http404
    return found


def deal_alone_or_404(user: User, pk: int) -> Deal:
    """The deal with its stage and nothing else, for an act that leads to another page and for pages that only name it. Raises ``Http404`` likewise.

    What waits for the user from elsewhere is looked at only where the deal is none of their people's.
    """
    found = _alone(Shape.MINE).first(deal=pk, **mine_of(user)) or _alone(shape_of(user)).first(deal=pk, **seen_by(user))
    if found is None:
        raise Http404
    return found


@cache
def _alone(shape: Shape) -> Objects[Deal]:
    return Objects(Deal.objects.in_shape(shape).filter(pk=Given("deal")).select_related("stage"))


@cache
def _whole(shape: Shape) -> Objects[Deal]:
    lost = StageChange.objects.filter(deal=OuterRef("pk"), to_stage__kind=StageKind.LOST)
    return Objects(
        Deal.objects.in_shape(shape)
        .filter(pk=Given("deal"))
        .select_related("account", "owner", "team", "stage", "pipeline", "product", "introduced_by__account")
        .annotate(was_lost=Exists(lost), offer=with_offer(), turned_to=turned_to(Given("reader")))
        .annotate(owner_missing=missing(OuterRef("owner_id"), Given("now")), stages_offered=with_stages(), calendar=calendar_of("team_id"))
        .annotate(met=with_meetings(), sends=with_outgoing())
    )
