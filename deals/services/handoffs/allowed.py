"""Who may hand a deal over, and who may take an offer back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from accounts import organisation
from accounts.models import Role
from deals.handoffs_on import leads_owner
from deals.models import Task

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import User
    from accounts.organisation import Organisation
    from deals.models import Deal, Handoff


def may_offer(*, deal: Deal, by: User, now: datetime, company: Organisation | None = None) -> bool:
    """The owner; whoever answers for the deal now (their cover, say); somebody the customer turned to instead, who is to answer
    or pass it on; the managers of the owner's line; admins.

    No query for the owner and for admins, else at most four.
    """
    if by.role == Role.ADMIN or by.pk == deal.owner_id:
        return True
    if Task.objects.filter(assignee=by, deal=deal, kind=Task.Kind.ANSWER_OR_PASS_ON, ended_at__isnull=True).exists():
        return True
    company = company or organisation.load(at=now)
    return by.pk == company.responsible(owner_id=deal.owner_id, team_id=deal.team_id, at=now) or leads_owner(by.pk, deal, company)


def may_withdraw(*, handoff: Handoff, by: User, now: datetime) -> bool:
    """Whoever offered it, and those who may offer the deal anew."""
    return by.pk == handoff.offered_by_id or may_offer(deal=handoff.deal, by=by, now=now)
