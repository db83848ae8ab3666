"""Who covers for whom is told to those it concerns: the cover, and somebody whose cover will be away as well."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.template.defaultfilters import date as date_words
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.calendars import TeamCalendars
from accounts.models import Absence
from accounts.services.notices import NewNotice, tell

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from accounts.models import User


def tell_cover(*, absence: Absence, before: User | None, by: User, now: datetime) -> None:
    """``before``: who was to cover until this change; they hear that they are not. Who did it themselves knows."""
    rows = []
    if absence.cover is not None:
        rows.append(_to(absence.cover, absence, "yours", lambda: _("You cover for %(name)s %(days)s"), _what_it_means, now))
    if before is not None and before.pk != absence.cover_id:
        rows.append(_to(before, absence, "not_yours", _not_any_more, lambda: "", now))
    tell([row for row in rows if row.user_id != by.pk])


def tell_no_absence(*, absence: Absence, by: User, now: datetime) -> None:
    """It is taken back, or over at this moment."""
    if absence.cover is not None and absence.cover_id != by.pk:
        tell([_to(absence.cover, absence, "over", _not_any_more, lambda: "", now)])


def tell_covered(*, absence: Absence, by: User, now: datetime) -> None:
    """A cover is going to be away: those they cover for in these days hear it, while they can still name somebody else."""
    theirs = Absence.objects.filter(cover=absence.user, starts_at__lt=absence.ends_at, ends_at__gt=max(now, absence.starts_at))
    rows = []
    for covered in theirs.select_related("user").order_by("pk"):
        with translation.override(covered.user.language):
            rows.append(
                NewNotice(
                    user_id=covered.user_id,
                    kind="cover",
                    topic=f"person:{covered.user_id}",
                    title=_("%(name)s, who covers for you, is away as well %(days)s") % {"name": absence.user.name, "days": days_of(absence)},
                    body=_("What waits for you then goes up the line, unless you name somebody else."),
                    path=reverse("absence", args=[covered.pk]),
                    severity=2,
                    created_at=now,
                    dedupe_key=f"cover:{covered.pk}:away:{absence.pk}:{absence.starts_at:%Y%m%d%H}:{absence.ends_at:%Y%m%d%H}",
                )
            )
    tell([row for row in rows if row.user_id != by.pk])


def _to(user: User, absence: Absence, what: str, title: Callable[[], str], body: Callable[[], str], now: datetime) -> NewNotice:  # noqa: PLR0917 - all of one notice
    with translation.override(user.language):
        return NewNotice(
            user_id=user.pk,
            kind="cover",
            topic=f"person:{absence.user_id}",
            title=title() % {"name": absence.user.name, "days": days_of(absence)},
            body=body(),
            path=reverse("person", args=[absence.user_id]),
            severity=0,
            created_at=now,
            dedupe_key=f"cover:{absence.pk}:{what}:{user.pk}:{absence.starts_at:%Y%m%d%H}:{absence.ends_at:%Y%m%d%H}:{now:%Y%m%d%H%M%S}",
        )


def _not_any_more() -> str:
    return _("You do not cover for %(name)s %(days)s any more")


def _what_it_means() -> str:
    return _("You see their deals then, and what is due on them waits for you.")


def days_of(absence: Absence) -> str:
    """``from 3 March 2026 to 7 March 2026``: days as the person who is away counts them."""
    first, last = TeamCalendars().days_of(absence)
    return _("from %(first)s to %(last)s") % {"first": date_words(first, "j F Y"), "last": date_words(last, "j F Y")}
