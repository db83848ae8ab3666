"""Where somebody is logged in: one row for each session, with what it was used by and when; ended at once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from allauth.account.adapter import get_adapter
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.devices import device

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import HttpRequest

    from accounts.models import User


@dataclass(frozen=True, slots=True)
class Place:
    """One session of one person. ``device`` is what the browser says it is, in words; ``ip`` where it was used last."""

    pk: int
    device: str
    is_phone: bool
    ip: str
    since: datetime
    last_seen_at: datetime
    is_this: bool


def seen(request: HttpRequest, now: datetime) -> None:
    """Note that the request's session is in use. One statement; a session nobody noted yet gets its row."""
    try:
        ip = get_adapter().get_client_ip(request)
    except PermissionDenied:  # behind a proxy that does not say: allauth's own guards are for the log-in
        ip = "0.0.0.0"  # noqa: S104 - an address that says nothing, no socket
    row = UserSession(
        session_key=request.session.session_key,
        user_id=request.user.pk,
        ip=ip,
        user_agent=request.headers.get("User-Agent", "")[: UserSession._meta.get_field("user_agent").max_length],
        created_at=now,
        last_seen_at=now,
    )
    UserSession.objects.bulk_create(
        [row], update_conflicts=True, unique_fields=["session_key"], update_fields=["user", "ip", "user_agent", "last_seen_at"]
    )


def places_of(*, user: User, this: str | None, now: datetime) -> list[Place]:
    """The sessions that still open the door, this one first, then the ones seen last. Three queries.

    A session dies with its end, and with the password it was begun with.
    """
    rows = list(UserSession.objects.filter(user=user).order_by("-last_seen_at"))
    living = {
        session.session_key
        for session in Session.objects.filter(session_key__in=[row.session_key for row in rows], expire_date__gt=now)
        if session.get_decoded().get("_auth_user_hash") in _hashes(user)
    }
    dead = [row.pk for row in rows if row.session_key not in living]
    if dead:
        UserSession.objects.filter(pk__in=dead).delete()
    found = []
    for row in rows:
        if row.session_key in living:
            seen_as = device(row.user_agent)
            ip = "" if row.ip == "0.0.0.0" else row.ip  # noqa: S104 - see seen()
            found.append(Place(row.pk, seen_as.words, seen_as.is_phone, ip, row.created_at, row.last_seen_at, row.session_key == this))
    return sorted(found, key=lambda place: not place.is_this)


def _hashes(user: User) -> set[str]:
    return {user.get_session_auth_hash(), *user.get_session_auth_fallback_hash()}


@transaction.atomic
def end_session(*, user: User, pk: int) -> bool:
    """End one session of this person; the next request with it meets the log-in. False where there is none."""
    return bool(_end(list(UserSession.objects.filter(user=user, pk=pk).values_list("session_key", flat=True))))


@transaction.atomic
def end_other_sessions(*, user: User, this: str | None) -> int:
    """End every session of this person but ``this`` (a session key; None: all of them). Returns how many."""
    return _end(list(UserSession.objects.filter(user=user).exclude(session_key=this or "").values_list("session_key", flat=True)))


@transaction.atomic
def end_all_sessions(*, user: User) -> int:
    """Log somebody out everywhere."""
    return end_other_sessions(user=user, this=None)


def _end(keys: list[str]) -> int:
    Session.objects.filter(session_key__in=keys).delete()
    return int(UserSession.objects.filter(session_key__in=keys).delete()[0])


def forget_ended_sessions(now: datetime) -> int:
    """Every night: rows of sessions that are over, and what Django keeps of them. Returns how many were forgotten."""
    Session.objects.filter(expire_date__lt=now).delete()
    old = UserSession.objects.filter(last_seen_at__lt=now - timedelta(hours=1)).exclude(session_key__in=Session.objects.values("session_key"))
    return int(old.delete()[0])
