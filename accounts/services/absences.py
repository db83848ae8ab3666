"""Who is away and who answers meanwhile."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Absence, User
from accounts.refusals import Refused
from accounts.services.covering import days_of, tell_cover, tell_covered, tell_no_absence
from accounts.services.presence import tell_presence_changed

if TYPE_CHECKING:
    from datetime import datetime


@transaction.atomic
def record_absence(*, user: User, starts_at: datetime, ends_at: datetime, cover: User | None, by: User, now: datetime) -> Absence:
    """``user`` is away from ``starts_at`` until ``ends_at`` (not included). Refused where it overlaps another absence."""
    absence = Absence(user=user, starts_at=starts_at, ends_at=ends_at, cover=cover, recorded_by=by)
    _check(absence, now)
    absence.save()
    tell_presence_changed(user_ids=[user.pk], now=now)
    tell_cover(absence=absence, before=None, by=by, now=now)
    tell_covered(absence=absence, by=by, now=now)
    return absence


@transaction.atomic
def edit_absence(*, absence: Absence, starts_at: datetime, ends_at: datetime, cover: User | None, by: User, now: datetime) -> Absence:
    """Other days or another cover; refused once it is over."""
    # The people before the absence, as a passing on takes them: so that no two wait for each other.
    _lock_people(absence.user_id, cover.pk if cover is not None else None)
    absence = _locked(absence)
    if absence.ends_at <= now:
        raise Refused(_("This absence is over. Record a new one instead."))
    before = absence.cover, absence.starts_at, absence.ends_at
    absence.starts_at, absence.ends_at, absence.cover, absence.recorded_by = starts_at, ends_at, cover, by
    _check(absence, now)
    absence.save()
    tell_presence_changed(user_ids=[absence.user_id], now=now)
    if before != (cover, starts_at, ends_at):
        tell_cover(absence=absence, before=before[0], by=by, now=now)
        tell_covered(absence=absence, by=by, now=now)
    return absence


@transaction.atomic
def cancel_absence(*, absence: Absence, by: User, now: datetime) -> None:
    """Take back an absence that has not begun; end one that has, at this moment."""
    absence = _locked(absence)
    if absence.ends_at <= now:
        raise Refused(_("This absence is over. There is nothing to take back."))
    tell_no_absence(absence=absence, by=by, now=now)
    if absence.starts_at < now:
        absence.ends_at, absence.recorded_by = now, by
        absence.save(update_fields=["ends_at", "recorded_by"])
    else:
        absence.delete()
    tell_presence_changed(user_ids=[absence.user_id], now=now)


def _lock_people(*people: int | None) -> None:
    ids = [pk for pk in people if pk is not None]
    list(User.objects.filter(pk__in=ids).order_by("pk").select_for_update(no_key=True).values_list("pk"))


def _locked(absence: Absence) -> Absence:
    """As the database has it now. Refused where somebody has taken it back."""
    try:
        return Absence.objects.select_for_update(of=("self",)).select_related("user", "cover").get(pk=absence.pk)
    except Absence.DoesNotExist as error:
        raise Refused(_("It is gone already.")) from error


def _check(absence: Absence, now: datetime) -> None:
    """Refuse what cannot be. Locks both people, so that two absences recorded at once see each other."""
    _lock_people(absence.user_id, absence.cover_id)
    if absence.ends_at <= absence.starts_at:
        raise Refused(_("An absence ends after it starts. Choose a later last day."))
    other = _overlapping(absence.user_id, absence)
    if other is not None:
        raise Refused(
            _("%(name)s is already away %(days)s. Change that absence, or choose other days.") % {"name": absence.user.name, "days": days_of(other)}
        )
    if absence.cover is not None:
        _check_cover(absence, absence.cover, now)


def _check_cover(absence: Absence, cover: User, now: datetime) -> None:
    if cover.pk == absence.user_id:
        raise Refused(_("Nobody covers for themselves. Choose somebody else."))
    if not User.objects.here(max(now, absence.ends_at)).filter(pk=cover.pk).exists():
        raise Refused(_("%(name)s will not be here for all of it. Choose somebody else as cover.") % {"name": cover.name})
    away = _overlapping(cover.pk, absence)
    if away is not None:
        raise Refused(_("%(name)s is away too, %(days)s. Choose somebody else as cover.") % {"name": cover.name, "days": days_of(away)})


def _overlapping(user_id: int, absence: Absence) -> Absence | None:
    found = Absence.objects.filter(user_id=user_id, starts_at__lt=absence.ends_at, ends_at__gt=absence.starts_at)
    return found.exclude(pk=absence.pk).order_by("starts_at").first()
