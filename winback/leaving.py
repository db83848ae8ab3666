"""What of win-back names people."""

from __future__ import annotations

from accounts.leaving import stays


def register_holdings() -> None:
    stays("It says who recorded it.", "winback.Loss.recorded_by")
    stays(
        "It says who asked to pass on a deal, and who decided; the task of deciding it ends, and somebody is asked anew.",
        "winback.Decline.asked_by",
        "winback.Decline.approved_by",
        "winback.Decline.ended_by",
    )
