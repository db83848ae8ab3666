"""Passing on what somebody holds, kind by kind: each kind in transactions of its own, so that it may be stopped and done again."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from accounts import organisation
from accounts.heirs import line_of, refuse_heir
from accounts.leaving import HOLDINGS, chosen
from accounts.models import Bequest, Departure, User
from accounts.refusals import Refused
from accounts.services.departures import moment_of, record_departure
from accounts.services.leaving.telling import tell_heirs

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import date, datetime

    from accounts.leaving import Holding


class StoppedHalfway(Refused):
    """Refused when it had begun: the last day is recorded, and some of what they hold may have gone."""


def leave(
    *, leaver: User, last_day: date, mail_to: User | None, choices: Mapping[str, User | None], by: User, now: datetime, keep: Collection[str] = ()
) -> None:
    """Record that they leave and pass on what they hold. Refused before anything is done, as each of the two is.

    Where an heir goes, or stops being able to take over, while things go to them, the last day stays recorded and what went has
    gone: then :class:`StoppedHalfway` says what went and what is left.
    """
    named_heirs(leaver=leaver, choices=choices, leaves_at=moment_of(leaver, last_day), now=now, keep=keep)
    known = Departure.objects.filter(user=leaver, last_day=last_day, mail_to=mail_to).first()
    if known is None:
        record_departure(user=leaver, last_day=last_day, mail_to=mail_to, by=by, now=now)
    before = Bequest.objects.filter(leaver=leaver).aggregate(last=Max("pk"))["last"] or 0
    try:
        move_everything(leaver=leaver, choices=choices, by=by, now=now, keep=keep)
    except Refused as refusal:
        tell_heirs(leaver=leaver, now=now)
        raise StoppedHalfway(_halfway(refusal, leaver, before, now)) from refusal


def _halfway(refusal: Refused, leaver: User, before: int, now: datetime) -> str:
    """``before``: the last of what had gone before it was begun."""
    went: Counter[str] = Counter()
    for kind, count in Bequest.objects.filter(leaver=leaver, pk__gt=before, heir__isnull=False).values_list("kind", "count"):
        went[kind] += count
    left = {one.key: count for one in chosen() if (count := one.count(leaver, now))}
    said = [_("The last day of %(name)s is recorded, but not all of it was passed on.") % {"name": leaver.name}, str(refusal)]
    if gone := _listed(went):
        said.append(_("Passed on: %(what)s.") % {"what": gone})
    if remaining := _listed(left):
        said.append(_("Still with %(name)s: %(what)s.") % {"name": leaver.name, "what": remaining})
    return " ".join(said)


def _listed(counts: Mapping[str, int]) -> str:
    return ", ".join(HOLDINGS[key].words(count) for key, count in counts.items() if not HOLDINGS[key].follows)


def move_everything(*, leaver: User, choices: Mapping[str, User | None], by: User, now: datetime, keep: Collection[str] = ()) -> None:
    """Pass on all that ``leaver`` holds: each kind to the heir that ``choices`` name, to their manager where they name none.

    Kinds in ``keep`` stay with somebody whose last day lies ahead, as do sessions and what else ends with it: on that day they end,
    and the manager is told what is left (:mod:`accounts.services.leaving.ending`). Refused for an heir who cannot take over: before
    anything is done where that is known then; where they go meanwhile, from the kind on at which they did. Once begun it may be
    killed at any moment and done again: what went has gone once, and the rest follows.
    """
    departure = Departure.objects.filter(user=leaver).first()
    leaves_at = departure.leaves_at if departure is not None else None
    if departure is not None:
        leaver.departure = departure  # what a page read before may be another day's
    has_left = leaves_at is not None and leaves_at <= now
    keep = () if has_left else keep
    heirs = named_heirs(leaver=leaver, choices=choices, leaves_at=leaves_at, now=now, keep=keep)
    for holding in HOLDINGS.values():
        if holding.ends:
            if has_left:
                pass_on(holding, leaver=leaver, heir=leaver, by=by, now=now)
        elif holding.key in heirs:
            pass_on(holding, leaver=leaver, heir=heirs[holding.key], by=by, now=now)
    tell_heirs(leaver=leaver, now=now)


def named_heirs(
    *, leaver: User, choices: Mapping[str, User | None], leaves_at: datetime | None, now: datetime, keep: Collection[str] = ()
) -> dict[str, User]:
    """Whom each kind goes to, by its key; those that stay are left out. Raises Refused for somebody who cannot take over."""
    unknown = choices.keys() - HOLDINGS.keys()
    if unknown:
        raise TypeError(f"nothing anybody holds: {', '.join(sorted(unknown))}")
    company = organisation.load(at=now)
    line = line_of(leaver, company, now, leaves_at)
    for named in {one for one in choices.values() if one is not None}:
        refuse_heir(heir=named, leaver=leaver, leaves_at=leaves_at, company=company, now=now)
    heirs: dict[str, User] = {}
    for holding in HOLDINGS.values():
        key = holding.follows or holding.key
        if holding.ends or key in keep:
            continue
        heir = choices.get(key) or next((one for one in line if not HOLDINGS[key].refuses(one)), None)
        if heir is not None and (reason := HOLDINGS[key].refuses(heir)):
            raise Refused(reason)
        if heir is not None:
            heirs[holding.key] = heir
        elif holding.remains(leaver, now):
            raise Refused(_("Nobody above %(name)s is here to take over. Choose somebody.") % {"name": leaver.name})
    return heirs


def pass_on(holding: Holding, *, leaver: User, heir: User, by: User | None, now: datetime) -> None:
    """All of one kind, in parts where it is much. What went is written down with it, so that it is counted once."""
    left = holding.remains(leaver, now)
    while left:
        with transaction.atomic():
            # Two who do it at once follow one another, and the second finds nothing; nobody leaves while things come to them.
            _hold(leaver, heir, now)
            moved = holding.move(leaver=leaver, heir=heir, by=by, now=now)
            if moved:
                Bequest.objects.create(leaver=leaver, heir=None if holding.ends else heir, kind=holding.key, count=moved, at=now, by=by)
        before, left = left, holding.remains(leaver, now)
        if left >= before:
            return


def _hold(leaver: User, heir: User, now: datetime) -> None:
    """Both locked, in the order of their ids. Refused where the heir has left since they were named."""
    list(User.objects.filter(pk__in=[leaver.pk, heir.pk]).order_by("pk").select_for_update(no_key=True).values_list("pk"))
    if heir != leaver and not User.objects.here(now).filter(pk=heir.pk).exists():
        raise Refused(_("%(name)s is not here any more. Choose somebody else.") % {"name": heir.name})
