"""The signs by which messages of machines are known, each with the sentence that says so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deals.intake.mail import signs_of_answers as answers
from deals.intake.mail import signs_of_bounces as returned
from deals.intake.mail import signs_of_lists as lists
from deals.intake.mail.marking import gettext_noop as _

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from deals.intake.mail.facts import Facts

    Table = tuple[tuple[str, Callable[[Facts], bool]], ...]


def _report(facts: Facts, kind: str) -> bool:
    return facts.mail.kind == "multipart/report" and facts.mail.parameters.get("report-type", "").lower() == kind


def is_feedback(facts: Facts) -> bool:
    return _report(facts, "feedback-report") or any(kind == "message/feedback-report" for kind, _ in facts.mail.reports)


def is_service_complaint(facts: Facts) -> bool:
    return '"notificationtype":"complaint"' in facts.text.replace(" ", "").replace("\\", "") if facts.text.startswith("{") else False


def is_complaint(facts: Facts) -> bool:
    """The form from before RFC 5965: a complaint's subject, the message attached, and not a word."""
    attached = any(kind == "message/rfc822" for kind, _ in facts.mail.reports)
    return attached and facts.subject.startswith(("complaint about message", "abuse report", "spam report", "[spam")) and len(facts.text) < 400


def is_unsubscribing(facts: Facts) -> bool:
    wanted = facts.has("x-apple-unsubscribe") or (facts.header("auto-submitted").startswith("auto") and facts.subject == "unsubscribe")
    return wanted and facts.subject.startswith("unsubscribe")


def is_calendar(facts: Facts) -> bool:
    """An invitation, answer or cancellation of a calendar system; a calendar file that somebody attached to a letter is none."""
    for part in facts.mail.parts:
        if part.kind == "text/calendar" and part.parameters.get("method", "").upper() in METHODS:
            return True
    return any(_method(calendar) in METHODS for calendar in facts.mail.calendars) and not facts.text


def is_calendar_notice(facts: Facts) -> bool:
    return facts.header("content-class") == "urn:content-classes:calendarmessage"


METHODS = {"REQUEST", "REPLY", "CANCEL", "COUNTER", "DECLINECOUNTER", "REFRESH", "ADD"}


def _method(calendar: bytes) -> str:
    at = calendar.upper().find(b"\nMETHOD:", 0, 5_000)
    return calendar[at + 8 : at + 24].split()[0].decode("ascii", "replace").upper() if at >= 0 and calendar[at + 8 : at + 24].split() else ""


FEEDBACK: Table = (
    (_("It is a report of a complaint (multipart/report, feedback-report)."), is_feedback),
    (_("A complaint about a message, which is attached, without a word of its own."), is_complaint),
    (_("A sending service reports a complaint."), is_service_complaint),
    (_("A mail program asks to be taken off a list."), is_unsubscribing),
)
CALENDARS: Table = (
    (_("It carries an invitation, an answer or a cancellation for a calendar."), is_calendar),
    (_("A calendar system sent it (content class)."), is_calendar_notice),
)
TABLES: tuple[tuple[str, Table], ...] = (
    ("feedback_report", FEEDBACK),
    ("delay_notice", returned.DELAYS),
    ("bounce", returned.BOUNCES),
    ("calendar", CALENDARS),
    ("auto_reply", answers.AUTO_REPLIES),
    ("bulk", lists.BULK),
)
PLAIN = _("Nothing says that a machine wrote it.")
PLAIN_ANSWER = _("It answers in a thread we know, and nothing says that a machine wrote it.")


def of_a_person(facts: Facts) -> tuple[str, ...]:
    """Why a message counts as a person's."""
    if lists.has_list_marks(facts):
        if facts.known_thread:
            return (_("It answers in a thread we know; the list headers say only which way it came."),)
        return (_("It came through a group address of ours, which adds the list headers."),)
    if facts.known_thread:
        return (PLAIN_ANSWER,)
    return (PLAIN,)


def telling(evidence: Sequence[str]) -> list[str]:
    """The sentences that tell a reader something: of what is plainly a person's, none."""
    return [one for one in evidence if one not in (PLAIN, PLAIN_ANSWER)]
