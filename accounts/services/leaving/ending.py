"""The moment somebody leaves: what was theirs alone ends, and who leads their team hears what still stands in their name."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

import structlog
from django.db import OperationalError, transaction
from django.urls import reverse
from django.utils import translation
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from accounts import organisation
from accounts.heirs import line_of
from accounts.leaving import HOLDINGS
from accounts.models import Bequest, Departure, User
from accounts.services.leaving.moving import pass_on
from accounts.services.leaving.telling import tell_heirs
from accounts.services.notices import NewNotice, tell
from accounts.services.people import lock_person

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

log = structlog.get_logger(__name__)
# A passing on that was stopped is told of after this long: one that is still at work tells of itself.
STOPPED_AFTER = timedelta(minutes=5)


def carry_out_departures(now: datetime) -> int:
    """Every minute. How many people left since it was done last; may run twice, and at once."""
    done = 0
    for pk in list(Departure.objects.filter(leaves_at__lte=now, carried_out_at=None).order_by("leaves_at", "pk").values_list("pk", flat=True)):
        done += _alone(partial(_carry_out, pk, now), departure=pk)
    stopped = Bequest.objects.filter(told_at=None, at__lt=now - STOPPED_AFTER).select_related("leaver")
    for leaver in {one.leaver for one in stopped}:
        _alone(partial(tell_heirs, leaver=leaver, now=now), leaver=leaver.pk)
    return done


def _alone(work: Callable[[], object], **about: int) -> bool:
    """A fault of ours about one who leaves must not keep the others; it is tried again a minute later."""
    try:
        return bool(work())
    except OperationalError:
        raise  # the database is away: beat calls again
    except Exception:
        log.exception("departure_not_carried_out", **about)
        return False


@transaction.atomic
def _carry_out(pk: int, now: datetime) -> bool:
    leaver = User.objects.filter(departure=pk).first()
    if leaver is None:
        return False
    # The person before their departure, as whoever records another last day takes them: so that no two wait for each other.
    lock_person(leaver)
    departures = Departure.objects.select_for_update(of=("self",), skip_locked=True).select_related("user", "recorded_by")
    departure = departures.filter(pk=pk, leaves_at__lte=now, carried_out_at=None).first()
    if departure is None:
        return False
    for holding in HOLDINGS.values():
        if holding.ends:
            pass_on(holding, leaver=departure.user, heir=departure.user, by=departure.recorded_by, now=now)
    _tell_what_is_left(departure, now)
    departure.carried_out_at = now
    departure.save(update_fields=["carried_out_at"])
    return True


def _tell_what_is_left(departure: Departure, now: datetime) -> None:
    leaver = departure.user
    left = {holding.key: count for holding in HOLDINGS.values() if not holding.ends and not holding.follows and (count := holding.count(leaver, now))}
    if not left:
        return
    # Where nobody is there at all, whoever comes sees it on the person's page.
    tell([_notice(departure, manager, left, now) for manager in line_of(leaver, organisation.load(at=now), now, departure.leaves_at)[:1]])


def _notice(departure: Departure, manager: User, left: dict[str, int], now: datetime) -> NewNotice:
    leaver = departure.user
    with translation.override(manager.language):
        said = [capfirst(HOLDINGS[key].words(count)) for key, count in left.items()]
        return NewNotice(
            user_id=manager.pk,
            kind="left_behind",
            topic=f"person:{leaver.pk}",
            title=_("%(name)s has left, and this still stands in their name") % {"name": leaver.name},
            body="\n".join([*said, _("What is due on it waits for you until somebody takes it over.")]),
            path=reverse("departure", args=[leaver.pk]),
            severity=2,
            created_at=now,
            dedupe_key=f"left_behind:{leaver.pk}:{departure.last_day}:{manager.pk}",
        )
