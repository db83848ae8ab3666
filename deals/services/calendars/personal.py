"""The secret address of a person's own calendar. Only a hash of its token is kept: it is shown once, and cannot be shown again."""

from __future__ import annotations

import secrets
from datetime import timedelta
from hashlib import sha256
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q

from accounts.models import User
from deals.models import PersonalFeed

if TYPE_CHECKING:
    from datetime import datetime

# 256 bits.
TOKEN_BYTES = 32
LONGEST_TOKEN = 64
NOTED_EVERY = timedelta(minutes=1)


@transaction.atomic
def make_address(*, user: User, now: datetime) -> str:
    """A new token; one that was there before opens nothing from now on."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    PersonalFeed.objects.update_or_create(user=user, defaults={"token_hash": _hash(token), "created_at": now, "last_used_at": None})
    return token


@transaction.atomic
def revoke_address(*, user: User) -> bool:
    """Whether there was one."""
    return bool(PersonalFeed.objects.filter(user=user).delete()[0])


def whose(token: str, now: datetime) -> User | None:
    """Who reads by this token: nobody who left or is suspended. That it was used is noted once a minute at most."""
    if not token or len(token) > LONGEST_TOKEN:
        return None
    feed = PersonalFeed.objects.select_related("user__team").filter(token_hash=_hash(token), user__in=User.objects.here(now)).first()
    if feed is None:
        return None
    if feed.last_used_at is None or feed.last_used_at < now - NOTED_EVERY:
        stale = Q(last_used_at=None) | Q(last_used_at__lt=now - NOTED_EVERY)
        PersonalFeed.objects.filter(stale, pk=feed.pk).update(last_used_at=now)
    return feed.user


def _hash(token: str) -> str:
    return sha256(token.encode(errors="replace")).hexdigest()
