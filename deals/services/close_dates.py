"""The expected close date alone: a new one, and the way back from it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.refusals import Refused
from deals.models import CloseDateChange
from deals.risk.refresh import refresh
from deals.services.deals import edit_deal, lock
from deals.services.reopening import put_back_signals

if TYPE_CHECKING:
    from datetime import date, datetime

    from accounts.models import User
    from deals.models import Deal


@transaction.atomic
def set_close_date(*, deal: Deal, day: date, by: User | None, now: datetime) -> CloseDateChange | None:
    """A new expected close date, from today on; None where it is the one it had. Refused for a day that has passed."""
    if day < timezone.localdate(now):
        raise Refused(_("That day has passed. Choose the day you expect now."))
    edit_deal(deal=deal, by=by, now=now, expected_close_on=day)
    return CloseDateChange.objects.filter(deal=deal, at=now).order_by("-pk").first()


@transaction.atomic
def take_back_close_date(*, change: CloseDateChange, by: User | None, now: datetime) -> Deal:
    """Changed by mistake: the date before stands, and the change counts as no push. Refused once it was changed again."""
    deal = lock(change.deal)
    last = CloseDateChange.objects.filter(deal=deal).order_by("-at", "-pk").first()
    if last is None or last.pk != change.pk or deal.expected_close_on != last.new:
        raise Refused(_("The close date was changed again meanwhile."))
    deal.expected_close_on = last.old
    deal.save(update_fields=["expected_close_on"])
    settled_at = last.at
    last.delete()
    put_back_signals(deal_id=deal.pk, settled_at=settled_at, now=now)
    refresh([deal.pk], now)
    return deal
