"""The signs of mail that came back, and of mail that is still on its way."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from deals.intake.mail.bounces import REPLY_CODE, STATUS
from deals.intake.mail.marking import gettext_noop as _
from deals.intake.mail.phrases import AUTO_SUBJECTS, BOUNCE_SUBJECTS, BOUNCE_WORDS, DELAY_SUBJECTS, DELAY_WORDS, GIVEN_UP
from deals.intake.mail.signs_of_lists import is_no_reply

if TYPE_CHECKING:
    from collections.abc import Callable

    from deals.intake.mail.facts import Facts

    Table = tuple[tuple[str, Callable[[Facts], bool]], ...]

DAEMON = re.compile(r"(?:mailer|mail|mailerdaemon|mail[._-]?delivery)[._-]?(?:daemon|system|subsystem)|.*mailer-daemon.*|mdaemon|mmdf")
POSTMASTER = re.compile(
    r"post[._-]?master(?:[+._-].*)?|.*[._-]postmaster|bounces?|mail-?admin(?:istrator)?|sysadmin|undisclosed|microsoftexchange[0-9a-f]+"
)


def _words(facts: Facts) -> bool:
    return any(word in facts.notice for word in BOUNCE_WORDS)


def _code(facts: Facts) -> bool:
    """An SMTP code as servers write it: '550 5.1.1', '#5.1.1', '550 User unknown'."""
    text = facts.mail.text[:6_000]
    return bool(STATUS.search(text) and REPLY_CODE.search(text)) or "smtp error" in facts.notice


def _subject(facts: Facts) -> bool:
    return facts.subject.startswith(BOUNCE_SUBJECTS)


def _is_automatic_answer(facts: Facts) -> bool:
    return facts.has("x-autoreply", "x-autorespond", "x-auto-reply-from") or facts.subject.startswith(AUTO_SUBJECTS)


def is_daemon(facts: Facts) -> bool:
    name = facts.mail.sender.name.lower() if facts.mail.sender else ""
    return bool(DAEMON.fullmatch(facts.local_part)) or name.startswith(("mail delivery s", "mailer-daemon", "mail deliverys"))


def is_failed_report(facts: Facts) -> bool:
    return bool(facts.actions) and not facts.actions <= {"delayed", "delivered", "relayed", "expanded"}


def is_report_without_status(facts: Facts) -> bool:
    """A delivery report whose status part is broken or missing."""
    if facts.actions or facts.mail.kind != "multipart/report":
        return False
    return facts.mail.parameters.get("report-type", "").lower() == "delivery-status"


def names_failed_recipients(facts: Facts) -> bool:
    return facts.has("x-failed-recipients")


def from_a_daemon(facts: Facts) -> bool:
    return is_daemon(facts) and not facts.actions and (not _is_automatic_answer(facts) or _words(facts))


def from_a_postmaster(facts: Facts) -> bool:
    return (
        bool(POSTMASTER.fullmatch(facts.local_part)) and not facts.actions and (_subject(facts) or _code(facts) or _words(facts)) and _closed(facts)
    )


def _closed(facts: Facts) -> bool:
    """A postmaster may be a person who answers; a server's code beside the words, outside of quotes, is no person's."""
    if facts.no_way_back or not (facts.is_answer and facts.mail.in_reply_to):
        return True
    return bool(REPLY_CODE.search(facts.text)) and any(word in facts.text for word in BOUNCE_WORDS)


def without_way_back(facts: Facts) -> bool:
    if not facts.no_way_back or facts.actions or _is_automatic_answer(facts):
        return False
    return (_subject(facts) and (_words(facts) or _code(facts) or not facts.text)) or (_words(facts) and _code(facts))


def says_so(facts: Facts) -> bool:
    """Whoever passed it on, subject and text are those of a bounce, with the server's code or the message itself below."""
    if not _subject(facts) or facts.is_answer or facts.actions or facts.known_thread:
        return False
    attached = any(kind in {"message/rfc822", "text/rfc822-headers"} for kind, _ in facts.mail.reports)
    return _words(facts) and (_code(facts) or attached or len(facts.notice) < len(facts.text) - 100)


def returns_the_message(facts: Facts) -> bool:
    """From nobody, words of a failure, and the message itself attached."""
    attached = any(kind in {"message/rfc822", "text/rfc822-headers", "text/rfc822-header"} for kind, _ in facts.mail.reports)
    return attached and not facts.actions and (facts.no_way_back or is_no_reply(facts)) and len(facts.text) < 2_000 and _words(facts)


def told_by_a_service(facts: Facts) -> bool:
    return facts.text.startswith("{") and '"notificationtype":"bounce"' in facts.text.replace(" ", "").replace("\\", "")


def is_delay_report(facts: Facts) -> bool:
    return "delayed" in facts.actions and facts.actions <= {"delayed", "delivered", "relayed", "expanded"}


def is_told_delay(facts: Facts) -> bool:
    """Words of a server that still tries, and none of one that gave up."""
    if facts.actions or not (is_daemon(facts) or facts.no_way_back or POSTMASTER.fullmatch(facts.local_part)):
        return False
    says = facts.subject.startswith(DELAY_SUBJECTS) or any(word in facts.notice for word in DELAY_WORDS[:8])
    return says and any(word in facts.notice for word in DELAY_WORDS) and not any(word in facts.notice for word in GIVEN_UP)


DELAYS: Table = (
    (_("A delivery report says that the message is delayed and will be tried again."), is_delay_report),
    (_("A mail server says that the message is delayed and will be tried again."), is_told_delay),
)
BOUNCES: Table = (
    (_("A delivery report says that the message could not be delivered."), is_failed_report),
    (_("It is a delivery report (multipart/report, delivery-status)."), is_report_without_status),
    (_("The server names the recipients that failed (X-Failed-Recipients)."), names_failed_recipients),
    (_("A mail server sent it (MAILER-DAEMON)."), from_a_daemon),
    (_("A postmaster says that a message could not be delivered."), from_a_postmaster),
    (_("It has no way back, and its words are those of a returned message."), without_way_back),
    (_("Subject and text are those of a returned message."), says_so),
    (_("It comes from nobody, returns a message and says that it could not be delivered."), returns_the_message),
    (_("A sending service reports a bounce."), told_by_a_service),
)
