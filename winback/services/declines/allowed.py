"""Who may pass on a deal by themselves, and who decides where they may not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from accounts.models import Account, Role
from accounts.refusals import Refused
from deals.models import Deal, Task

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import User
    from accounts.organisation import Organisation
    from winback.models import Decline


@dataclass(frozen=True, slots=True)
class Approval:
    """Why somebody cannot decide it alone, and who does: the next one up the line who is here."""

    why: str
    approver_id: int
    approver: str


def approval_for(*, deal: Deal, by: User, company: Organisation, now: datetime) -> Approval | None:
    """None where ``by`` may pass on the deal themselves.

    Where it was brought to us or is a customer's, a manager of its team decides, up the line; they themselves need nobody. So
    does whoever is not the one who answers for the deal. Refused where nobody is here who could decide.
    """
    deciders = deciders_of(deal, company, now)
    if by.pk in deciders:
        return None
    why = _why(deal, by, company, now)
    if not why:
        return None
    approver_id = approver_of(deal, company, now, but=by.pk)
    if approver_id is None:
        raise Refused(_("This needs a manager’s approval, and nobody is here who could give it. Ask an admin to name a manager of the team."))
    return Approval(why, approver_id, company.people[approver_id].name)


def _why(deal: Deal, by: User, company: Organisation, now: datetime) -> str:
    account = deal.account
    if deal.introduced_by is not None:
        return _("%(name)s brought it to us.") % {"name": deal.introduced_by.name}
    if deal.source == Deal.Source.INTRODUCED:
        return _("Somebody introduced us.")
    if account is not None and account.lifecycle == Account.Lifecycle.CUSTOMER:
        return _("%(account)s is a customer.") % {"account": account.name}
    if by.pk not in (deal.owner_id, company.responsible(owner_id=deal.owner_id, team_id=deal.team_id, at=now)):
        return _("Somebody else answers for it.")
    return ""


def deciders_of(deal: Deal, company: Organisation, now: datetime) -> list[int]:
    """The managers of the deal's team, upwards; where there is none, the executives and the admins."""
    return list(company.line(deal.team_id)) or _leaders(company, now)


def approver_of(deal: Deal, company: Organisation, now: datetime, *, but: int | None) -> int | None:
    """Who is asked: the nearest manager who is here; past the top the executives and the admins. Never ``but``, who asks."""
    return next(iter(who_may_be_asked(deal, company, now, but=but)), None)


def next_up(deal: Deal, company: Organisation, now: datetime, *, after: int, but: int | None) -> int | None:
    """Who is asked where ``after`` lets it lie; None where nobody is above them."""
    people = who_may_be_asked(deal, company, now, but=but)
    return next((one for one in people[people.index(after) + 1 :]), None) if after in people else None


def who_may_be_asked(deal: Deal, company: Organisation, now: datetime, *, but: int | None) -> list[int]:
    """Who is here of the line, upwards, then the executives and the admins, each once."""
    line = [one for one in company.line(deal.team_id) if company.available(one, now)]
    return [one for one in dict.fromkeys((*line, *_leaders(company, now))) if one != but]


def _leaders(company: Organisation, now: datetime) -> list[int]:
    """Executives first."""
    here = [one for one in company.people.values() if one.role in (Role.EXECUTIVE, Role.ADMIN) and company.available(one.id, now)]
    return [one.id for one in sorted(here, key=lambda one: (one.role != Role.EXECUTIVE, one.id))]


def may_decide(*, decline: Decline, by: User, company: Organisation, now: datetime) -> bool:
    """Whoever was asked or has approved it, and the managers of the deal's line; never who asks."""
    if by.pk == decline.asked_by_id:
        return False
    task = decline.task
    asked = task.assignee_id if task is not None and task.kind == Task.Kind.DECIDE_DECLINE else None
    return by.pk in (asked, decline.approved_by_id) or by.pk in deciders_of(decline.deal, company, now)


def may_say(*, decline: Decline, by: User, company: Organisation, now: datetime) -> bool:
    """Who may say that the customer was told by phone: who asked, whoever is to call or answers for them, and who decides."""
    caller = decline.task.assignee_id if decline.task is not None else None
    for_them = company.responsible(owner_id=caller, team_id=None, at=now) if caller is not None else None
    return by.pk in (decline.asked_by_id, caller, for_them) or may_decide(decline=decline, by=by, company=company, now=now)
