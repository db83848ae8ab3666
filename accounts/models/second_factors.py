"""The history of second factors: when one was set up or taken away, and by whom. Never what it holds."""

from __future__ import annotations

import pghistory
from allauth.mfa.models import Authenticator

from accounts import tracking


@pghistory.track(
    tracking.Came(),
    pghistory.DeleteEvent(),
    fields=["id", "user", "type", "created_at"],
    model_name="SecondFactorEvent",
)
class SecondFactor(Authenticator):  # type: ignore[misc] # allauth has no types
    """An authenticator app, the recovery codes, or a passkey of one person, as allauth keeps it.

    A proxy, so that the database writes down its coming and going; the secret and the key are not among the fields.
    """

    class Meta:
        proxy = True
