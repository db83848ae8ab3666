"""Offering a deal to somebody."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.template.defaultfilters import date as date_words
from django.utils.translation import gettext as _

from accounts import organisation
from accounts.calendars import working_time_for
from accounts.refusals import Refused
from deals.models import Handoff
from deals.risk.policy import WORKING_DAY
from deals.risk.refresh import refresh
from deals.services.deals import lock
from deals.services.handoffs.allowed import may_offer
from deals.services.handoffs.telling import tell_offered

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from accounts.models import User
    from accounts.organisation import Organisation
    from deals.models import Deal

# How long an offer stands, in working time of whoever it is made to. Longer than any clock of the giver's, who answers
# meanwhile and is reminded after some hours: by then both have seen it, and silence is an answer too.
EXPIRES_AFTER: timedelta = 3 * WORKING_DAY


@transaction.atomic
def offer_handoff(*, deal: Deal, to: User, brief: str, by: User, now: datetime) -> Handoff:
    """Offer the deal to ``to``; its owner stays the one who answers until they accept.

    Refused without a brief, to the owner, to somebody who cannot take it now, while another offer is open, for a closed deal,
    and for those who have no say over the deal.
    """
    deal = lock(deal)
    company = organisation.load(at=now)
    if not may_offer(deal=deal, by=by, now=now, company=company):
        raise Refused(_("Only who answers for this deal and their managers can hand it over. Ask one of them."))
    if not deal.is_watched:
        raise Refused(_("This deal is closed. Move it to an open stage first."))
    if not brief.strip():
        raise Refused(_("Say in a few words what they need to know to begin."))
    open_offer = Handoff.objects.open().filter(deal=deal).select_related("receiver").first()
    if open_offer is not None:
        raise Refused(_("It is offered to %(name)s already. Take that back first.") % {"name": open_offer.receiver.name})
    _check_receiver(deal, to, company, now)
    handoff = Handoff.objects.create(
        deal=deal,
        giver_id=deal.owner_id,
        receiver=to,
        offered_by=by,
        brief=brief.strip(),
        offered_at=now,
        expires_at=working_time_for(to).later(now, EXPIRES_AFTER),
    )
    refresh([deal.pk], now)
    tell_offered(handoff, by=by, company=company, now=now)
    return handoff


def _check_receiver(deal: Deal, to: User, company: Organisation, now: datetime) -> None:
    if to.pk == deal.owner_id:
        raise Refused(_("It is %(name)s’s deal already. Choose somebody else.") % {"name": to.name})
    person = company.people.get(to.pk)
    if person is None or person.has_left(now):
        raise Refused(_("%(name)s cannot take deals any more. Choose somebody else.") % {"name": to.name})
    away = person.away(now)
    if away is None:
        return
    until = date_words(away.end.astimezone(working_time_for(to).zone), "j F Y")
    cover = company.people.get(away.cover_id) if away.cover_id is not None else None
    if cover is not None and cover.id != deal.owner_id and company.available(cover.id, now):
        raise Refused(
            _("%(name)s is away and comes back on %(day)s; %(cover)s covers for them. Offer it to %(cover)s, or wait until then.")
            % {"name": to.name, "day": until, "cover": cover.name}
        )
    raise Refused(_("%(name)s is away and comes back on %(day)s. Choose somebody else, or wait until then.") % {"name": to.name, "day": until})
