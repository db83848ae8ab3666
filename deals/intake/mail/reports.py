"""One JSON line a message, for whoever reads the intake by machine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from deals.intake.mail.classes import Verdict
    from deals.intake.mail.message import Mail

STATUSES = ("stored", "known", "dry_run", "unreadable")


def line(
    *, file: str, mail: Mail, verdict: Verdict, thread: str, text: str, matched: dict[str, Any] | None = None, status: str = ""
) -> dict[str, Any]:
    """What was read, its class and why. `date` is ISO 8601 in UTC; `matched` and `status` are for the service to fill."""
    return {
        "file": file,
        "message_id": mail.message_id,
        "class": verdict.kind,
        "evidence": list(verdict.evidence),
        "from": mail.sender.address if mail.sender else None,
        "to": [one.address for one in (*mail.to, *mail.cc)],
        "date": mail.date.isoformat() if mail.date else None,
        "subject": mail.subject,
        "thread": thread,
        "text": text,
        "attachments": [{"name": one.name, "type": one.kind, "size": one.size} for one in mail.attachments],
        "defects": list(mail.defects),
        "matched": matched,
        "status": status,
    }


def unreadable(*, file: str, reason: str) -> dict[str, Any]:
    """The line of what is no message: kept, with the reason."""
    names = ("message_id", "class", "from", "date", "subject", "thread", "text", "matched")
    return {"file": file, **dict.fromkeys(names), "evidence": [], "to": [], "attachments": [], "defects": [reason], "status": "unreadable"}
