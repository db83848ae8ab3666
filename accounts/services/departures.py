"""Who leaves, when, and where their mail goes."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.calendars import working_time_for
from accounts.models import Departure, User
from accounts.refusals import Refused
from accounts.services.people import lock_person, refuse_without_another_admin
from accounts.services.presence import tell_presence_changed
from accounts.services.sessions import end_all_sessions

if TYPE_CHECKING:
    from datetime import date, datetime


@transaction.atomic
def record_departure(*, user: User, last_day: date, mail_to: User | None, by: User, now: datetime) -> Departure:
    """``user`` leaves with the end of ``last_day`` in their team's time zone; recorded again, the new day counts.

    From that moment they cannot log in, open sessions end, and what nobody took over goes up the line
    (:mod:`accounts.services.leaving` passes it on, and carries out what the moment brings).
    """
    user = lock_person(user, and_admins=True)
    refuse_without_another_admin(user, now)
    leaves_at = moment_of(user, last_day)
    if mail_to is not None:
        _check_mail_to(user, mail_to, leaves_at, now)
    known = {"last_day": last_day, "leaves_at": leaves_at, "mail_to": mail_to, "recorded_by": by, "carried_out_at": None}
    departure, _created = Departure.objects.update_or_create(user=user, defaults=known)
    tell_presence_changed(user_ids=[user.pk], now=now)
    return departure


@transaction.atomic
def cancel_departure(*, user: User, by: User, now: datetime) -> None:
    """They stay, or have come back: who had left logs in anew."""
    if Departure.objects.filter(user=user, leaves_at__lte=now).exists():
        end_all_sessions(user=user)
    deleted, _rows = Departure.objects.filter(user=user).delete()
    if not deleted:
        raise Refused(_("No departure of %(name)s is recorded.") % {"name": user.name})
    tell_presence_changed(user_ids=[user.pk], now=now)


def moment_of(user: User, last_day: date) -> datetime:
    """When ``last_day`` is over for them."""
    return working_time_for(user).start_of_day(last_day + timedelta(days=1))


def _check_mail_to(user: User, mail_to: User, leaves_at: datetime, now: datetime) -> None:
    if mail_to.pk == user.pk:
        raise Refused(_("Mail for somebody who leaves goes to somebody who stays. Choose another person."))
    if not User.objects.here(now).filter(pk=mail_to.pk).exists():
        raise Refused(_("%(name)s is not here any more. Choose somebody else for the mail.") % {"name": mail_to.name})
    if not User.objects.here(max(now, leaves_at)).filter(pk=mail_to.pk).exists():
        raise Refused(_("%(name)s leaves as well, and not later. Choose somebody who stays for the mail.") % {"name": mail_to.name})
