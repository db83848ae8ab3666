"""The offers of one deal, and who may hand it over: what its page says."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db.models import OuterRef, Subquery
from django.db.models.functions import JSONObject

from accounts.models import Role
from accounts.organisation import Organisation, Person
from accounts.sight import every_team, sight_of
from deals.models import Handoff, Task

if TYPE_CHECKING:
    from accounts.models import User
    from accounts.prepared import Given
    from deals.models import Deal


COLUMNS = {
    **{name: name for name in ("pk", "giver_id", "receiver_id", "brief", "offered_at", "expires_at")},
    "giver": "giver__name",
    "receiver": "receiver__name",
    "by_id": "offered_by_id",
    "by": "offered_by__name",
}


class Offer(NamedTuple):
    """The open offer of a deal. ``giver`` is whose it is (None: nobody's), ``by`` who offered it."""

    pk: int
    giver_id: int | None
    giver: str | None
    receiver_id: int
    receiver: str
    by_id: int | None
    by: str | None
    brief: str
    offered_at: datetime
    expires_at: datetime


def with_offer() -> Subquery:
    """The open offer of a deal as a column of its row, for ``offer_of``: no query of its own."""
    return Subquery(Handoff.objects.open().filter(deal=OuterRef("pk")).values(offer=JSONObject(**COLUMNS)))


def turned_to(person: int | Given) -> Subquery:
    """By when a person is to answer on the deal or pass it on, because somebody of theirs turned to them; else null."""
    asked = Task.objects.filter(assignee=person, deal=OuterRef("pk"), kind=Task.Kind.ANSWER_OR_PASS_ON, ended_at__isnull=True)
    return Subquery(asked.order_by("due_at").values("due_at")[:1])


def offer_of(deal: Deal) -> Offer | None:
    """The open one of a deal that was read ``with_offer``."""
    found: dict[str, Any] | None = deal.offer  # type: ignore[attr-defined] # annotated
    if found is None:
        return None
    moments = {name: datetime.fromisoformat(found[name]) for name in ("offered_at", "expires_at")}
    return Offer(**{**found, **moments})


def may_hand_over(user: User, deal: Deal) -> bool:
    """Whether its page offers to hand it over: what ``deals.services.handoffs.may_offer`` says, by what the request knows already.

    Of a deal that was read with ``turned_to`` of this person. No query for the owner, their cover, managers and admins, else one.
    """
    if not deal.is_watched:
        return False
    if user.role == Role.ADMIN or deal.owner_id in sight_of(user).user_ids:
        return True
    if deal.turned_to is not None:  # type: ignore[attr-defined] # annotated
        return True
    teams = every_team(user)
    known = {deal.owner.pk: Person(deal.owner.pk, deal.owner.name, team_id=deal.owner.team_id)} if deal.owner is not None else {}
    company = Organisation(known, {pk: manager for pk, _parent, manager in teams}, {pk: parent for pk, parent, _manager in teams})
    return leads_owner(user.pk, deal, company)


def leads_owner(person_id: int, deal: Deal, company: Organisation) -> bool:
    """Whether they manage the owner's team or one above it; of a deal of nobody, or whose owner has no team, the deal's team."""
    return person_id in company.line_above(deal.owner_id, deal.team_id)
