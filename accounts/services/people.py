"""People of ours: added, edited, given a role, let in and kept out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.authority import managed_teams
from accounts.models import Role, User
from accounts.refusals import Refused
from accounts.services.presence import tell_presence_changed
from accounts.services.sessions import end_all_sessions

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import Team

EDITABLE = frozenset({"name", "email", "team", "time_zone", "language", "theme", "single_keys"})


@transaction.atomic
def add_person(*, name: str, email: str | None, role: str, team: Team | None, by: User, now: datetime, time_zone: str = "") -> User:
    """A new person, who cannot log in until they have accepted an invitation."""
    if by.role != Role.ADMIN and (role != Role.REP or team is None or team.pk not in managed_teams(by)):
        raise Refused(_("You can add reps to the teams you manage. Ask an admin for anybody else."))
    user = User(name=name.strip(), email=_address(email), role=role, team=team, time_zone=time_zone)
    user.set_unusable_password()
    _save(user, None)
    tell_presence_changed(user_ids=[user.pk], now=now)
    return user


@transaction.atomic
def edit_person(*, user: User, by: User, now: datetime, **changes: Any) -> User:
    """Change name, email, team, time_zone, language, theme or single_keys; what stays the same is not written."""
    unknown = changes.keys() - EDITABLE
    if unknown:
        raise TypeError(f"edit_person() does not change {', '.join(sorted(unknown))}")
    user = lock_person(user, and_admins="email" in changes)
    if "email" in changes:
        changes["email"] = _address(changes["email"])
        if changes["email"] is None:
            refuse_without_another_admin(user, now)
    if "team" in changes and by.role != Role.ADMIN and (changes["team"] is None or changes["team"].pk not in managed_teams(by)):
        raise Refused(_("You can move people between the teams you manage. Ask an admin for another team."))
    changed = [field for field, value in changes.items() if getattr(user, field) != value]
    for field in changed:
        setattr(user, field, changes[field])
    if changed:
        _save(user, changed)
    if "team" in changed:
        tell_presence_changed(user_ids=[user.pk], now=now)
    return user


@transaction.atomic
def change_role(*, user: User, role: str, by: User, now: datetime) -> User:
    """Only admins do this, and the last admin who can log in keeps the role."""
    if by.role != Role.ADMIN:
        raise Refused(_("Only an admin can change what somebody may do. Ask one of yours."))
    user = lock_person(user, and_admins=True)
    if user.role == role:
        return user
    refuse_without_another_admin(user, now)
    user.role = role
    user.save(update_fields=["role"])
    tell_presence_changed(user_ids=[user.pk], now=now)
    return user


@transaction.atomic
def suspend(*, user: User, by: User, now: datetime) -> User:
    """Keep somebody out from this moment, every session ended; their deals go up the line as if they had left."""
    if user.pk == by.pk:
        raise Refused(_("You cannot suspend yourself. Ask another admin to do it."))
    user = lock_person(user, and_admins=True)
    if not user.is_active:
        return user
    refuse_without_another_admin(user, now)
    user.is_active, user.suspended_at = False, now
    user.save(update_fields=["is_active", "suspended_at"])
    end_all_sessions(user=user)
    tell_presence_changed(user_ids=[user.pk], now=now)
    return user


@transaction.atomic
def readmit(*, user: User, by: User, now: datetime) -> User:
    """Let a suspended person in again, with the password they had."""
    user = lock_person(user)
    if not user.is_active:
        user.is_active, user.suspended_at = True, None
        user.save(update_fields=["is_active", "suspended_at"])
        tell_presence_changed(user_ids=[user.pk], now=now)
    return user


def lock_person(user: User, *, and_admins: bool = False) -> User:
    """The person as the database has them, locked; with all admins where one of them may go, so that two cannot go
    at the same time. Always in the order of their ids, so that two who lock wait instead of stopping each other."""
    rows = User.objects.filter(Q(pk=user.pk) | Q(role=Role.ADMIN)) if and_admins else User.objects.filter(pk=user.pk)
    locked = {row.pk: row for row in rows.order_by("pk").select_for_update(no_key=True)}
    return locked[user.pk]


def refuse_without_another_admin(user: User, now: datetime) -> None:
    """Raise Refused where ``user`` is the last admin who can log in and stays. Needs ``lock_person(and_admins=True)``."""
    if user.role != Role.ADMIN:
        return
    others = User.objects.here(now).filter(role=Role.ADMIN, email__isnull=False, departure__isnull=True).exclude(pk=user.pk)
    if not others.exists():
        raise Refused(_("%(name)s is the last admin who can log in. Make somebody else an admin first.") % {"name": user.name})


def _address(email: str | None) -> str | None:
    return email.strip().lower() or None if email else None


def _save(user: User, fields: list[str] | None) -> None:
    """Write what changed; a taken address, and whatever the model does not allow, is refused in words."""
    try:
        user.clean_fields(exclude=["password"])
        with transaction.atomic():
            user.save(update_fields=fields)
    except ValidationError as error:
        raise Refused(" ".join(error.messages)) from error
    except IntegrityError as error:
        if user.email and User.objects.filter(email__iexact=user.email).exclude(pk=user.pk).exists():
            raise Refused(
                _("Somebody else already uses the address %(email)s. Each person needs one of their own.") % {"email": user.email}
            ) from error
        raise
