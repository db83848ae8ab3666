"""Handing one letter to the mail server, and what became of it, in words for its author."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from smtplib import SMTPAuthenticationError, SMTPDataError, SMTPException, SMTPNotSupportedError, SMTPRecipientsRefused, SMTPResponseException
from typing import TYPE_CHECKING, Any

import structlog
from django.conf import settings
from django.core.mail import get_connection
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.core.mail import EmailMessage

log = structlog.get_logger(__name__)
SMTP = "django.core.mail.backends.smtp.EmailBackend"
OURS = "deals.outbox.smtp.EmailBackend"
REFUSED_FOR_GOOD = 500  # RFC 5321, 4.2.1: from here on trying again is of no use


class Fate(StrEnum):
    SENT = "sent"
    AGAIN = "again"  # nobody has got it; later it may go
    FAILED = "failed"  # nobody has got it, and nobody will
    UNKNOWN = "unknown"  # it may have gone


@dataclass(frozen=True, slots=True)
class Outcome:
    """``words``: the server's, with the remedy. ``reached``: False where there was no server to speak with."""

    fate: Fate
    words: str = ""
    reached: bool = True


def goes_by_smtp() -> bool:
    """Whether mail leaves this installation; the demo writes it to files."""
    return bool(settings.EMAIL_BACKEND == SMTP)


def hand_over(write: Callable[[], EmailMessage]) -> Outcome:
    """Speak to the server, once. Never raises for what the server or the line does.

    ``write`` makes the letter. What it cannot make (a header, an address) is found before anything is said.
    """
    try:
        letter = write()
        letter.message()
    except Exception as error:  # nothing has been said yet, so whatever it was, nobody has got it
        log.exception("outgoing_mail_not_written")
        return Outcome(Fate.FAILED, _("It cannot be written as mail: %(error)s. Edit it.") % {"error": _plain(error)})
    line: Any = get_connection(OURS if goes_by_smtp() else None)
    try:
        line.open()
    except (OSError, SMTPException) as error:
        _hang_up(line)
        return Outcome(Fate.AGAIN, _not_reached(error), reached=False)
    try:
        line.send_messages([letter])
    except Exception as error:  # noqa: BLE001 - whatever it was, how far the letter came decides
        return _judge(error, words_begun=getattr(line, "words_begun", not isinstance(error, OSError)))
    else:
        return Outcome(Fate.SENT)
    finally:
        _hang_up(line)


def _judge(error: Exception, *, words_begun: bool) -> Outcome:
    if isinstance(error, SMTPRecipientsRefused):
        return _nobody(error)
    if isinstance(error, SMTPResponseException) and _is_a_no(error, words_begun=words_begun):
        fate = Fate.FAILED if error.smtp_code >= REFUSED_FOR_GOOD else Fate.AGAIN
        return Outcome(fate, _said(error.smtp_code, error.smtp_error, fate))
    if isinstance(error, SMTPNotSupportedError):
        return Outcome(Fate.FAILED, _("The mail server cannot send to such an address: %(error)s. Write to another address.") % {"error": error})
    if words_begun:
        log.error("outgoing_mail_fate_unknown", error=repr(error))
        return Outcome(Fate.UNKNOWN, _("The line broke while the mail was under way: %(error)s.") % {"error": _plain(error)})
    return Outcome(Fate.AGAIN, _("The line to the mail server broke before the mail was under way: %(error)s.") % {"error": _plain(error)})


def _is_a_no(error: SMTPResponseException, *, words_begun: bool) -> bool:
    """Once the words are under way only a clear 4xx or 5xx says that they were not taken; an answer nobody understands does not."""
    return not words_begun or (isinstance(error, SMTPDataError) and 400 <= error.smtp_code < 600)


def _nobody(error: SMTPRecipientsRefused) -> Outcome:
    """Some address is not accepted, so nobody has got it. One that may work later keeps the mail waiting."""
    refused: dict[str, tuple[int, bytes]] = error.recipients
    for_good = {address: said for address, said in refused.items() if said[0] >= REFUSED_FOR_GOOD}
    fate = Fate.FAILED if for_good else Fate.AGAIN
    named = for_good or refused
    words = "; ".join(f"{address}: {code} {_text(said)}" for address, (code, said) in named.items())
    remedy = _("Nobody has got it. Correct the address or take it out, and send it again.") if for_good else _("It is tried again by itself.")
    return Outcome(fate, _("The mail server does not take an address now (%(words)s).") % {"words": words} + f" {remedy}")


def _said(code: int, said: bytes | str, fate: Fate) -> str:
    words = {"code": code, "words": _text(said)}
    if fate is Fate.FAILED:
        return _("The mail server refused it: %(code)s %(words)s. Nobody has got it. Edit it and send it again, or ask an admin.") % words
    return _("The mail server does not take it now: %(code)s %(words)s. It is tried again by itself.") % words


def _not_reached(error: Exception) -> str:
    if isinstance(error, SMTPAuthenticationError):
        return _("The mail server does not accept Salvor’s log-in. It is tried again by itself; an admin must correct EMAIL_URL.")
    return _("The mail server cannot be reached: %(error)s. It is tried again by itself.") % {"error": _plain(error)}


def _plain(error: Exception) -> str:
    return " ".join(str(error).split()) or type(error).__name__


def _text(said: bytes | str) -> str:
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return " ".join(text.replace("\x00", "").split())


def _hang_up(line: Any) -> None:
    """Whatever happens now, the letter's fate is known."""
    try:
        line.close()
    except (OSError, SMTPException) as error:
        log.warning("mail_connection_not_closed", error=str(error))
