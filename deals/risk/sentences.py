"""A signal in whole plain sentences. Every screen, notice and mail says it with these words."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from deals.templatetags.written import written_day

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.utils.functional import _StrPromise

    Words = Callable[[dict[str, Any]], str]

RULE_NAMES: dict[str, _StrPromise] = {
    "reply_overdue": gettext_lazy("Answer owed"),
    "customer_silent": gettext_lazy("Customer silent"),
    "no_contact": gettext_lazy("No contact"),
    "stage_overdue": gettext_lazy("Too long in the stage"),
    "no_next_step": gettext_lazy("No next step"),
    "close_date_passed": gettext_lazy("Close date passed"),
    "close_date_slipping": gettext_lazy("Close date slipping"),
    "meeting_missed": gettext_lazy("Meeting missed by us"),
    "meeting_unconfirmed": gettext_lazy("How the meeting went"),
    "meeting_not_rebooked": gettext_lazy("No new date"),
    "handoff_pending": gettext_lazy("Handoff not accepted"),
    "introducer_waiting": gettext_lazy("Introducer waits"),
    "owner_unavailable": gettext_lazy("Owner not there"),
    "unowned": gettext_lazy("Nobody owns it"),
}


def rule_name(rule: str) -> str:
    """The rule in two or three words; its key where it is a rule no more."""
    return str(RULE_NAMES.get(rule, rule))


def say(rule: str, facts: dict[str, Any]) -> str:
    """What is owed, as one sentence without a full stop."""
    return _SENTENCES[rule](facts)


def detail(rule: str, facts: dict[str, Any]) -> str:
    """The evidence, as a second sentence; empty where the first says it all."""
    words = _DETAILS.get(rule)
    return words(facts) if words else ""


def day(value: str | None) -> str:
    """An ISO date or moment as a date in the reader's time zone: 3 March 2026."""
    if not value:
        return ""
    if "T" in value:
        return written_day(timezone.localtime(datetime.fromisoformat(value)).date(), "j F Y")
    return written_day(date.fromisoformat(value), "j F Y")


def _them(facts: dict[str, Any]) -> str:
    return facts.get("contact") or facts.get("account") or _("The customer")


def _reply_overdue(facts: dict[str, Any]) -> str:
    count = facts["messages"]
    who = {"who": _them(facts), "count": count}
    if facts.get("chased"):
        return _("%(who)s turned to somebody else of ours and still waits for an answer") % who
    if count == 2:
        return _("%(who)s asked twice and waits for an answer") % who
    if count > 2:
        return ngettext("%(who)s asked %(count)d time and waits for an answer", "%(who)s asked %(count)d times and waits for an answer", count) % who
    if facts.get("kind") in ("call", "voicemail"):
        return _("%(who)s called and waits to be called back") % who
    return _("%(who)s wrote and waits for an answer") % who


def _reply_overdue_detail(facts: dict[str, Any]) -> str:
    since = {"since": day(facts["since"]), "subject": facts.get("subject") or ""}
    words = _("Their first message, unanswered since %(since)s.") if facts.get("first") else _("Waiting since %(since)s.")
    said = words % since
    return f"“{since['subject']}”. {said}" if since["subject"] else said


def _customer_silent(facts: dict[str, Any]) -> str:
    return _("%(who)s has not answered since our message of %(since)s") % {
        "who": facts.get("account") or _("The customer"),
        "since": day(facts["since"]),
    }


def _customer_silent_detail(facts: dict[str, Any]) -> str:
    return _("Longer than they usually take.") if facts.get("learned") else ""


def _no_contact(facts: dict[str, Any]) -> str:
    if facts.get("ever"):
        return _("No contact in either direction since %(since)s") % {"since": day(facts["since"])}
    return _("No contact recorded since it was opened on %(since)s") % {"since": day(facts["since"])}


def _stage_overdue(facts: dict[str, Any]) -> str:
    if facts.get("older_than_any_won"):
        return _("Older than any deal you have won")
    if facts.get("learned"):
        return _("In %(stage)s longer than three in four deals you won") % {"stage": facts["stage"]}
    return _("In %(stage)s since %(since)s") % {"stage": facts["stage"], "since": day(facts["since"])}


def _stage_overdue_detail(facts: dict[str, Any]) -> str:
    if facts.get("older_than_any_won"):
        return _("Opened on %(opened)s; the longest you ever took to win one was %(days)d days.") % {
            "opened": day(facts["opened_on"]),
            "days": facts["longest_won_days"],
        }
    limit = facts["limit_days"]
    figure = f"{limit:.0f}" if limit >= 2 or limit == int(limit) else f"{limit:.1f}"
    if facts.get("learned"):
        return _("There since %(since)s; three in four were out of it after %(limit)s days.") % {"since": day(facts["since"]), "limit": figure}
    return _("The limit for this stage is %(limit)s working days.") % {"limit": figure}


def _no_next_step(facts: dict[str, Any]) -> str:
    if facts.get("named"):
        return _("No next step since %(since)s") % {"since": day(facts["since"])}
    return _("No next step has been named yet")


def _close_date_passed(facts: dict[str, Any]) -> str:
    return _("The close date, %(day)s, has passed") % {"day": day(facts["expected_close_on"])}


def _close_date_slipping(facts: dict[str, Any]) -> str:
    pushes = facts["pushes"]
    if pushes == 1:
        return _("The close date was pushed by %(days)d days") % {"days": facts["days"]}
    if pushes == 2:
        return _("The close date was pushed for the second time")
    return _("The close date was pushed %(pushes)d times") % {"pushes": pushes}


def _close_date_slipping_detail(facts: dict[str, Any]) -> str:
    return _("By %(days)d days in all since the last move forward.") % {"days": facts["days"]}


def _with_whom(facts: dict[str, Any]) -> dict[str, str]:
    return {"who": _them(facts), "day": day(facts["starts"])}


def _meeting_missed(facts: dict[str, Any]) -> str:
    return _("We were not at the meeting with %(who)s on %(day)s") % _with_whom(facts)


def _meeting_missed_detail(facts: dict[str, Any]) -> str:
    if facts["apologised"]:
        return _("We have apologised; a new date is owed.")
    if facts["dated"]:
        return _("There is a new date; an apology is owed.")
    return _("An apology and a new date are owed.")


def _meeting_unconfirmed(facts: dict[str, Any]) -> str:
    return _("Nobody has said how the meeting with %(who)s on %(day)s went") % _with_whom(facts)


def _meeting_not_rebooked(facts: dict[str, Any]) -> str:
    if facts.get("outcome") == "missed_by_them":
        return _("%(who)s did not come to the meeting on %(day)s, and there is no new date") % _with_whom(facts)
    return _("%(who)s called off the meeting on %(day)s, and there is no new date") % _with_whom(facts)


def _of_meeting_detail(facts: dict[str, Any]) -> str:
    return f"“{facts['subject']}”." if facts.get("subject") else ""


def _handoff_pending(facts: dict[str, Any]) -> str:
    return _("Offered to %(receiver)s, who has not accepted yet") % {"receiver": facts["receiver"]}


def _handoff_pending_detail(facts: dict[str, Any]) -> str:
    return _("Since %(since)s. Until it is accepted, whoever gives it away answers.") % {"since": day(facts["since"])}


def _introducer_waiting(facts: dict[str, Any]) -> str:
    who = {"who": facts["introducer"]}
    if facts.get("chased"):
        return _("%(who)s, who brought us in, turned to somebody else of ours and still waits for an answer") % who
    if facts.get("asked"):
        return _("%(who)s, who brought us in, asked and waits for an answer") % who
    return _("%(who)s, who brought us in, has not heard from us") % who


UNTOLD: dict[str, _StrPromise] = {
    "opened": gettext_lazy("The deal was opened on %(day)s."),
    "owner": gettext_lazy("It went to somebody else of ours on %(day)s."),
    "moved": gettext_lazy("It moved to another stage on %(day)s."),
    "met": gettext_lazy("We met the customer on %(day)s."),
    # It was opened again since.
    "won": gettext_lazy("It was won on %(day)s."),
    "lost": gettext_lazy("It came to nothing on %(day)s."),
}


def _introducer_waiting_detail(facts: dict[str, Any]) -> str:
    if facts.get("asked"):
        return _("Waiting since %(since)s.") % {"since": day(facts["asked"])}
    return str(UNTOLD[facts["untold"]]) % {"day": day(facts["untold_at"])} if facts.get("untold") in UNTOLD else ""


def _owner_unavailable(facts: dict[str, Any]) -> str:
    if facts["kind"] == "left":
        return _("%(owner)s has left and somebody has to take this over") % {"owner": facts["owner"]}
    return _("%(owner)s is away until %(until)s and nobody covers") % {"owner": facts["owner"], "until": day(facts["until"])}


def _unowned(facts: dict[str, Any]) -> str:
    return _("Nobody owns this deal")


def _unowned_detail(facts: dict[str, Any]) -> str:
    return _("Without an owner since %(since)s.") % {"since": day(facts["since"])}


_SENTENCES: dict[str, Words] = {
    "reply_overdue": _reply_overdue,
    "customer_silent": _customer_silent,
    "no_contact": _no_contact,
    "stage_overdue": _stage_overdue,
    "no_next_step": _no_next_step,
    "close_date_passed": _close_date_passed,
    "close_date_slipping": _close_date_slipping,
    "meeting_missed": _meeting_missed,
    "meeting_unconfirmed": _meeting_unconfirmed,
    "meeting_not_rebooked": _meeting_not_rebooked,
    "handoff_pending": _handoff_pending,
    "introducer_waiting": _introducer_waiting,
    "owner_unavailable": _owner_unavailable,
    "unowned": _unowned,
}
_DETAILS: dict[str, Words] = {
    "reply_overdue": _reply_overdue_detail,
    "customer_silent": _customer_silent_detail,
    "stage_overdue": _stage_overdue_detail,
    "close_date_slipping": _close_date_slipping_detail,
    "meeting_missed": _meeting_missed_detail,
    "meeting_unconfirmed": _of_meeting_detail,
    "meeting_not_rebooked": _of_meeting_detail,
    "handoff_pending": _handoff_pending_detail,
    "introducer_waiting": _introducer_waiting_detail,
    "unowned": _unowned_detail,
}
