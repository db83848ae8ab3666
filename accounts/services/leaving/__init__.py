"""Somebody leaves: what they hold is passed on, and what was theirs alone ends with their last day."""

from __future__ import annotations

from accounts.leaving import kept_by_database, register, stays
from accounts.services.leaving.doors import Sessions
from accounts.services.leaving.line import Covers, MailOfLeavers, Teams
from accounts.services.leaving.owned import Accounts


def register_holdings() -> None:
    """The line first: whoever a deal waits for is found along it."""
    register(Teams(), Covers(), MailOfLeavers(), Accounts(), Sessions())
    stays(
        "It is about the person: their own days, hours, notices and ways to log in. Nobody comes in by these who may not come in.",
        "accounts.Absence.user",
        "accounts.Departure.user",
        "accounts.WorkingCalendar.person",
        "accounts.Notice.user",
        "accounts.NoticePreference.user",
        "accounts.SecondFactor.user",
        "account.EmailAddress.user",
        "mfa.Authenticator.user",
    )
    stays(
        "It says who did something, or whom it concerned then.",
        "accounts.Absence.recorded_by",
        "accounts.Departure.recorded_by",
        "accounts.MergedAccount.by",
        "accounts.MergedContact.by",
        "accounts.Bequest.leaver",
        "accounts.Bequest.heir",
        "accounts.Bequest.by",
    )
    # A view over every history.
    kept_by_database("pghistory.MiddlewareEvents.user")
