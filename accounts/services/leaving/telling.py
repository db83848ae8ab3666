"""Heirs are told what came to them: once, however often the passing on was begun."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from accounts.leaving import HOLDINGS
from accounts.models import Bequest
from accounts.services.notices import NewNotice, tell

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import User


@transaction.atomic
def tell_heirs(*, leaver: User, now: datetime) -> None:
    """One notice an heir, of all that went to them and that they were not told of yet. Who passed it on to themselves knows."""
    untold = list(Bequest.objects.select_for_update(of=("self",)).select_related("heir").filter(leaver=leaver, told_at=None).order_by("pk"))
    of_heirs: defaultdict[User, list[Bequest]] = defaultdict(list)
    for one in untold:
        if one.heir is not None and one.heir_id != one.by_id:
            of_heirs[one.heir].append(one)
    tell([_notice(leaver, heir, rows, now) for heir, rows in of_heirs.items()])
    Bequest.objects.filter(pk__in=[one.pk for one in untold]).update(told_at=now)


def _notice(leaver: User, heir: User, rows: list[Bequest], now: datetime) -> NewNotice:
    counts: dict[str, int] = {}
    for one in rows:
        counts[one.kind] = counts.get(one.kind, 0) + one.count
    with translation.override(heir.language):
        said = [capfirst(HOLDINGS[kind].words(count)) for kind, count in counts.items() if kind in HOLDINGS]
        return NewNotice(
            user_id=heir.pk,
            kind="bequest",
            topic=f"person:{leaver.pk}",
            title=_("What %(name)s had is yours now") % {"name": leaver.name},
            body="\n".join(said),
            path=reverse("departure-done", args=[leaver.pk]),
            severity=0,
            created_at=now,
            dedupe_key=f"bequest:{rows[-1].pk}:{heir.pk}",
        )
