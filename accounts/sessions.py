"""The session of a request, by one prepared statement that also tells when it was noted as used last."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from allauth.usersessions.models import UserSession
from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.db.models import OuterRef, Subquery
from django.utils import timezone

from accounts.prepared import Given, prepare

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.prepared import Statement


@cache
def _living() -> Statement:
    noted = UserSession.objects.filter(session_key=OuterRef("session_key")).values("last_seen_at")[:1]
    living = Session.objects.filter(session_key=Given("key"), expire_date__gt=Given("now"))
    return prepare(living.values_list("session_data", Subquery(noted)), planned=True)


class SessionStore(db.SessionStore):
    """Django's sessions in the database, as they are. ``last_seen_at``: when this one was noted as used, None for never."""

    last_seen_at: datetime | None = None

    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    def load(self) -> dict[str, Any]:
        row = _living().row(key=self.session_key, now=timezone.now()) if self.session_key else None
        if row is None:
            self._session_key = None
            return {}
        self.last_seen_at = row[1]
        return self.decode(row[0])
