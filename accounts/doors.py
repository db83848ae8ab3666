"""Who may come in, asked at log-in and with every request, so that an open session ends with the right to be here."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from allauth.account.auth_backends import AuthenticationBackend
from allauth.mfa.models import Authenticator
from django.contrib.postgres.expressions import ArraySubquery
from django.db import DEFAULT_DB_ALIAS
from django.db.models import Exists, OuterRef
from django.utils import timezone

from accounts.models import Departure, Team, User
from accounts.prepared import Given, prepare
from accounts.second_factors import STEPS
from accounts.sight import covering

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import Model
    from django.http import HttpRequest

    from accounts.prepared import Statement


def may_come_in(user: User, now: datetime) -> bool:
    """Not suspended, not gone, and with an address to log in by. Reads the departure."""
    if not user.is_active or not user.email:
        return False
    departure = getattr(user, "departure", None)
    return departure is None or departure.leaves_at > now


class OpenDoor(AuthenticationBackend):  # type: ignore[misc] # allauth has no types
    """Log-in by address and password. Whoever may not come in fails like somebody with a wrong password."""

    def authenticate(self, request: HttpRequest | None, **credentials: Any) -> User | None:
        user: User | None = super().authenticate(request, **credentials)
        if user is None:
            # allauth would show people with the right password a page of their own, which tells that it is right.
            self.unstash_authenticated_user()
        return user

    def user_can_authenticate(self, user: User) -> bool:
        return may_come_in(user, timezone.now())

    def get_user(self, user_id: int) -> User | None:
        """The user of a session: one query, with the departure, the team, whom they cover for, and if they lead a team or have a second step."""
        now = timezone.now()
        row = _person().row(pk=user_id, now=now)
        if row is None:
            return None
        user: User = User.from_db(DEFAULT_DB_ALIAS, _columns(User), row[: len(_columns(User))])
        rest = row[len(_columns(User)) :]
        user.has_second_factor, user.covers_for, user.leads = rest[0], tuple(rest[1]), rest[2]  # type: ignore[attr-defined] # as long as the request's user
        _put(user, "team", Team, rest[3 : 3 + len(_columns(Team))])
        _put(user, "departure", Departure, rest[3 + len(_columns(Team)) :])
        return user if may_come_in(user, now) else None


def _columns(model: type[Model]) -> list[str]:
    return [field.attname for field in model._meta.concrete_fields]


def _put(user: User, name: str, model: type[Model], values: tuple[Any, ...]) -> None:
    """What stands beside the user, so that it is not asked for again; None where there is nothing."""
    found = model.from_db(DEFAULT_DB_ALIAS, _columns(model), values) if values[0] is not None else None
    user._state.fields_cache[name] = found  # noqa: SLF001 - as select_related does


@cache
def _person() -> Statement:
    steps = Authenticator.objects.filter(user=OuterRef("pk"), type__in=STEPS)
    covered = covering(OuterRef("pk"), Given("now")).values("user_id")
    led = Team.objects.filter(manager=OuterRef("pk"))
    beside = [f"{name}__{column}" for name, model in (("team", Team), ("departure", Departure)) for column in _columns(model)]
    person = User.objects.filter(pk=Given("pk")).values_list(*_columns(User), Exists(steps), ArraySubquery(covered), Exists(led), *beside)
    return prepare(person, planned=True)
