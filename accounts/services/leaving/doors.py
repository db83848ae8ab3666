"""Where somebody is logged in: it ends at the moment they leave, not before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allauth.usersessions.models import UserSession
from django.utils.translation import ngettext

from accounts.leaving import Holding, Rows
from accounts.services.sessions import end_all_sessions

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import User


class Sessions(Holding):
    key, icon, ends = "sessions", "log-out", True
    fields = ("usersessions.UserSession.user",)

    def rows(self, leaver: User, now: datetime) -> Rows:
        return {self.fields[0]: UserSession.objects.filter(user=leaver)}

    def words(self, count: int) -> str:
        return ngettext("%(count)d device logged in", "%(count)d devices logged in", count) % {"count": count}

    def move(self, *, leaver: User, heir: User, by: User | None, now: datetime) -> int:
        return end_all_sessions(user=leaver)
