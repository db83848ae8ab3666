"""What could not be delivered, to whom and why: by the machine-readable report (RFC 3464), else by the words of the mail server."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from deals.intake.mail.addresses import ADDRESS
from deals.intake.mail.html import text_of_html
from deals.intake.mail.phrases import folded

if TYPE_CHECKING:
    from deals.intake.mail.message import Mail

STATUS = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?![\d.])")
REPLY_CODE = re.compile(r"(?:^|[\s:>(#;\"'])([45]\d\d)[\s-](?!\d)|SMTP error[^\d]{0,20}([45]\d\d)", re.IGNORECASE | re.MULTILINE)
BRACKETED = re.compile(r"<([^<>\s@]{1,128}@[^<>\s@]{1,255})>")
FIELD = re.compile(r"^([A-Za-z][\w-]{1,40}):[ \t]*(.*(?:\n[ \t]+.*)*)", re.MULTILINE)
# Everything below is the message that came back, or what the server chatted.
ORIGINAL = re.compile(
    r"^[ \t>*|=-]*(?:original message|below this line is a copy|message headers? follow|copy of (?:the|your) message|returned message"
    r"|this is a copy of|message header:|undelivered message|received headers|unsent message follows|the original message|ursprüngliche nachricht"
    r"|message original|------ this is a copy)|^Received: (?:from|by)|^Return-Path:|^DKIM-Signature:|^Message-ID:",
    re.IGNORECASE | re.MULTILINE,
)
# What a failure's words mean where no code says it. Full mailboxes, quotas and busy servers pass; unknown addresses do not.
SOFT_WORDS = (
    "mailbox full", "mailbox is full", "over quota", "quota exceeded", "full mailbox", "exceeded the storage", "exceeded storage",
    "exceeds the quota",
    "temporarily", "temporary", "try again later", "deferred", "timed out", "timeout", "greylist", "connection refused", "out of storage",
    "insufficient system storage", "resources unavailable", "too many", "postfach ist voll", "mailbox exceeded", "exceeded the local limit",
    "could not initiate smtp", "connection was dropped", "too busy", "network error", "unable to connect",
)  # fmt: skip
# RFC 3463: these say nothing against the address: a full mailbox, a message too big, a server's troubles; the sender's own address.
SOFT_STATUS = {"5.2.2", "5.2.3", "5.3.1", "5.3.2", "5.3.4", "5.4.5", "5.4.6", "5.4.7", "5.1.7", "5.1.8"}
# Content and policy: another message, or the same from elsewhere, may well arrive.
REFUSED_STATUS = ("5.6.", "5.7.")
REFUSED_WORDS = (
    "spam", "blocked", "blacklist", "block list", "blocklist", "denylist", "policy", "content", "authentication", "unauthenticated", "spf",
    "dkim", "dmarc", "relay",
    "not verified", "too large", "too big", "virus", "sender address", "domain of sender", "size limit", "reputation", "hop count",
    "storage space", "prohibited",
)  # fmt: skip
UNKNOWN_WORDS = (
    "user unknown", "unknown user", "no such user", "no such mailbox", "does not exist", "doesn't exist", "not found", "invalid recipient",
    "invalid user", "unknown recipient",
    "unknown address", "recipient unknown", "mailbox unavailable", "no mailbox", "account is disabled", "account has been disabled", "inactive",
    "unrouteable", "not listed",
    "doesn't have a", "not exist", "invalid address", "address unknown", "user doesn't", "no valid recipient", "destinataire invalide",
    "empfanger unbekannt",
)  # fmt: skip
MOST = 200
READ = 20_000


@dataclass(frozen=True, slots=True)
class Failure:
    """One recipient. `hard`: mail to this address will not arrive another time either. `delayed`: the server still tries.

    `status` is an enhanced code ("5.1.1") or empty; `diagnostic` what the server said, at most 1,000 signs.
    """

    address: str
    hard: bool
    delayed: bool
    status: str
    diagnostic: str
    action: str = ""


def failures(mail: Mail) -> tuple[Failure, ...]:
    """The recipients a bounce or delay notice names; empty where it names none."""
    reported = tuple(one for kind, text in mail.reports if kind.endswith("delivery-status") for one in _reported(text))
    noticed = reported or _noticed(mail) or _as_report(mail)
    if noticed:
        return noticed[:MOST]
    return _told(mail)


def words_of(mail: Mail) -> str:
    """The notice's own text, without the message that came back."""
    text = (mail.text or text_of_html(mail.html[: READ * 5]))[:READ]
    original = ORIGINAL.search(text, 1)
    return text[: original.start()] if original else text


def _reported(text: str) -> list[Failure]:
    """A delivery status part: one block for the message, one for each recipient."""
    found: list[Failure] = []
    for block in re.split(r"\n[ \t]*\n", text.replace("\r\n", "\n").strip()):
        fields = {name.lower(): " ".join(value.split()) for name, value in FIELD.findall(block)}
        recipient = fields.get("original-recipient") or fields.get("final-recipient") or fields.get("x-actual-recipient", "")
        action = fields.get("action", "").split(" ")[0].strip("();").lower()
        if not recipient and not action:
            continue
        address = ADDRESS.search(recipient) or ADDRESS.search(fields.get("final-recipient", ""))
        diagnostic = fields.get("diagnostic-code", "").partition(";")[2].strip() or fields.get("diagnostic-code", "")
        found.append(_failure(address[0] if address else "", fields.get("status", ""), diagnostic, action))
    return found


def _failure(address: str, status: str, diagnostic: str, action: str) -> Failure:
    code = STATUS.search(status) or STATUS.search(diagnostic)
    said = STATUS.search(diagnostic)
    if code and said and code[0].endswith(".0.0"):  # "5.0.0" says nothing; the other server's own words do.
        code = said
    status = code[0] if code else ""
    delayed = action == "delayed" or (not action and status.startswith("4"))
    failed = not delayed and action not in {"delivered", "relayed", "expanded"}
    return Failure(address.lower().strip("<>"), failed and _is_hard(status, diagnostic), delayed, status, diagnostic[:1000], action)


def _is_hard(status: str, diagnostic: str) -> bool:
    words = folded(diagnostic)
    if status in SOFT_STATUS or status.startswith("4") or any(word in words for word in SOFT_WORDS):
        return False
    if any(word in words for word in UNKNOWN_WORDS):
        return True
    if status.startswith(REFUSED_STATUS) or any(word in words for word in REFUSED_WORDS):
        return False
    code = None if status else REPLY_CODE.search(diagnostic)
    return (code[1] or code[2]).startswith("5") if code else True


def _noticed(mail: Mail) -> tuple[Failure, ...]:
    """Exim's and Gmail's header names the recipients."""
    named = ADDRESS.findall(" ".join(mail.headers.get("x-failed-recipients", ()))[:20_000])
    if not named:
        return ()
    text = words_of(mail)
    return tuple(_failure(address, "", _around(text, address), "failed") for address in dict.fromkeys(named))


def _as_report(mail: Mail) -> tuple[Failure, ...]:
    """A report that stands in the text: as fields, or as the JSON of a sending service (notificationType)."""
    text = mail.text[:READ]
    if "Final-Recipient:" in text:
        return tuple(_reported(text[text.find("Final-Recipient:") - 200 if text.find("Final-Recipient:") > 200 else 0 :]))
    if '"bounceType' not in text and 'bounceType\\"' not in text:
        return ()
    try:
        said, _end = json.JSONDecoder().raw_decode(text.lstrip())
        said = json.loads(said["Message"]) if "Message" in said else said
        bounce = said["bounce"]
        hard = bounce.get("bounceType") == "Permanent"
        return tuple(
            Failure(one["emailAddress"].lower(), hard, False, str(one.get("status", "")), str(one.get("diagnosticCode", ""))[:1000], "failed")
            for one in bounce["bouncedRecipients"]
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return ()


def _told(mail: Mail) -> tuple[Failure, ...]:
    """Only words: the addresses the notice names, in angle brackets where it uses them, that are not its own sender or reader."""
    text = words_of(mail)
    own = {mail.sender.address} if mail.sender else set()
    own |= {one.address for one in mail.to}
    named = [one.lower() for one in BRACKETED.findall(text)] or [one.lower().rstrip(".") for one in ADDRESS.findall(text)]
    kept = [one for one in dict.fromkeys(named) if one not in own and not one.startswith(("mailer-daemon@", "postmaster@", "abuse@"))]
    if not kept:
        kept = [one for one in dict.fromkeys(named) if not one.startswith(("mailer-daemon@", "abuse@"))][:1]
    return tuple(_failure(address, "", _around(text, address), "") for address in kept[:MOST])


def _around(text: str, address: str) -> str:
    """What is said about an address: from where it stands to the end of its paragraph and the one after."""
    at = text.lower().find(address.lower())
    if at < 0:
        return " ".join(text.split())[:1000]
    after = text[at + len(address) :].lstrip(">:*). \t\r\n")
    stop = re.search(r"\n[ \t]*\n(?![ \t])", after)
    near = after[: stop.start()] if stop else after
    if not (STATUS.search(near) or REPLY_CODE.search(near)) and stop:
        near = after
    return " ".join(near.split())[:1000]
