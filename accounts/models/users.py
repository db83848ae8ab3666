"""People of ours."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import pghistory
from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from accounts.models.calendars import known_time_zone
from accounts.plain import Plain
from accounts.querysets import UserQuerySet

if TYPE_CHECKING:
    from datetime import datetime


class Role(models.TextChoices):
    REP = "rep", _("Rep")
    MANAGER = "manager", _("Manager")
    EXECUTIVE = "executive", _("Executive")
    ADMIN = "admin", _("Admin")


class UserManager(BaseUserManager["User"]):
    def get_queryset(self) -> UserQuerySet:
        return UserQuerySet(self.model, using=self._db)

    def visible_to(self, user: User) -> UserQuerySet:
        return self.get_queryset().visible_to(user)

    def here(self, now: datetime) -> UserQuerySet:
        return self.get_queryset().here(now)

    def create_user(self, *, name: str, email: str | None = None, password: str | None = None, **fields: Any) -> User:
        user = self.model(name=name, email=email.strip().lower() if email else None, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email=(username or "").strip().lower())


@pghistory.track(exclude=["password", "last_login"])
class User(AbstractBaseUser):
    """One person of ours. Without an e-mail address a person may own deals but cannot log in until invited."""

    name = models.CharField(_("name"), max_length=150)
    email = models.EmailField(_("e-mail"), null=True, blank=True, unique=True)
    role = models.CharField(_("role"), max_length=12, choices=Role, default=Role.REP)
    team = models.ForeignKey("accounts.Team", on_delete=models.PROTECT, null=True, blank=True, related_name="members")
    is_active = models.BooleanField(_("may log in"), default=True)
    # Since when not: whatever waits for them has had nobody from then on.
    suspended_at = models.DateTimeField(null=True, blank=True)
    time_zone = models.CharField(
        _("time zone"), max_length=64, blank=True, validators=[known_time_zone], help_text=_("Empty: that of the team's calendar")
    )
    language = models.CharField(_("language"), max_length=10, default=settings.LANGUAGE_CODE, choices=settings.LANGUAGES)
    theme = models.CharField(
        _("theme"), max_length=5, default="auto", choices=[("auto", _("As my device")), ("light", _("Light")), ("dark", _("Dark"))]
    )
    # Letters that act by themselves (j, k, c, …); who speaks to their computer may need them off.
    single_keys = models.BooleanField(_("keys of one letter"), default=True)
    external_id = models.CharField(max_length=120, null=True, blank=True, unique=True)
    invited_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("email"), name="user_email_once_in_any_case"),
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="user_role_known"),
            models.CheckConstraint(condition=~models.Q(name=""), name="user_has_a_name"),
        ]
        indexes = [
            models.Index(Lower("name"), name="user_by_name"),
            GinIndex(OpClass(Plain("name"), name="gin_trgm_ops"), name="user_by_words"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def initials(self) -> str:
        return initials(self.name)


def initials(name: str) -> str:
    """Of a person's first and last name; of a single name its first two letters."""
    parts = name.split()
    return f"{parts[0][0]}{parts[-1][0]}".upper() if len(parts) > 1 else name[:2].upper()
