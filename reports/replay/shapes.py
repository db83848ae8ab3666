"""What each part of a story is written with: the head of the file, every fact, and what may be expected.

To let Salvor play one more fact: give it its fields here, and its function in :mod:`reports.replay.facts`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from reports.replay.fields import address_or, anything, deal, known, mapping_of, may, need, new, one_of, one_or_more, shape
from reports.replay.nodes import Mapping
from reports.replay.values import count, day, domain, flag, key, line, moment, moment_or_day, number, text

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from reports.replay.names import Names
    from reports.replay.nodes import Value

SEVERITIES = ("low", "medium", "high", "critical")
STAGES = ("inquiry", "qualification", "discovery", "proposal", "negotiation", "won", "lost")
SOURCES = ("unknown", "inbound", "introduced", "outbound", "renewal")
# Every rule of the product, built or not: a mistyped one must not hold for ever as "not raised".
RULES = (
    "reply_overdue", "customer_silent", "no_contact", "stage_overdue", "no_next_step", "close_date_passed", "close_date_slipping",
    "meeting_missed", "meeting_unconfirmed", "meeting_not_rebooked", "handoff_pending", "owner_unavailable", "unowned",
    "decision_maker_changed", "decision_maker_unmet", "sponsor_cold", "champion_left", "single_threaded", "deferred", "competitor_engaged",
    "competitor_unchecked", "introducer_waiting", "promise_due", "customer_deadline",
)  # fmt: skip

user, contact, person = known("user"), known("contact"), known("user", "contact")
somebody = address_or("user", "contact")

CALENDAR = shape("A calendar", days=may(one_or_more(text)), start=may(text), end=may(text), holidays=may(text), timezone=may(text))
TEAM = shape("A team", key=need(new("team")), name=need(line(120)), parent=may(key), manager=may(key), calendar=may(CALENDAR))
USER = shape(
    "A user",
    key=need(new("user")),
    name=need(line(150)),
    email=need(address_or()),
    role=need(one_of("rep", "manager", "executive", "admin")),
    team=need(known("team")),
)
ACCOUNT = shape(
    "An account",
    key=need(new("account")),
    name=need(line(200)),
    domains=may(one_or_more(domain)),
    lifecycle=may(one_of("prospect", "customer", "former", "partner")),
    recurring_value=may(number),
)
CONTACT = shape(
    "A contact",
    key=need(new("contact")),
    name=need(line(150)),
    account=may(known("account")),
    email=may(address_or()),
    title=may(line(150, least=0)),
    seniority=may(line(30, least=0)),
)
DEAL = shape(
    "A deal",
    key=need(new("deal")),
    name=need(line(250)),
    account=may(known("account")),
    owner=may(user),
    stage=may(one_of(*STAGES)),
    opened=may(day),
    amount=may(number),
    source=may(one_of(*SOURCES)),
    introduced_by=may(contact),
    status=may(one_of("inquiry", "open", "won", "lost")),
    closed=may(day),
)

# Facts that are played.
PLAYED: dict[str, Callable[[Value, Names], Any]] = {
    "mail": shape(
        "A mail",
        key=may(new("mail")),
        from_=need(somebody),
        to=need(one_or_more(somebody)),
        cc=may(one_or_more(somebody)),
        subject=may(text),
        body=may(text),
        headers=may(mapping_of(text)),
        composed_in=may(one_of("salvor")),
    ),
    "call": shape("A call", key=may(new("call")), by=need(person), with_=need(person), outcome=need(one_of("connected", "voicemail", "no_answer"))),
    "meeting": shape(
        "A meeting",
        key=may(new("meeting")),
        deal=need(deal),
        organiser=need(user),
        with_=need(one_or_more(contact)),
        starts=need(moment),
        ends=need(moment),
    ),
    "meeting_outcome": shape(
        "An outcome",
        meeting=need(known("meeting")),
        outcome=need(one_of("held", "missed_by_us", "missed_by_them", "cancelled", "cancelled_by_us", "cancelled_by_them")),
        said_by=need(user),
    ),
    "apology": shape("An apology", deal=need(deal), meeting=need(known("meeting")), by=need(user), note=may(text)),
    "departure": shape("A departure", user=need(user), last_day=need(day), mail_to=may(user)),
    "absence": shape("An absence", user=need(user), from_=need(moment_or_day), until=need(moment_or_day), cover=may(user)),
    "deal": DEAL,
    "next_step": shape("A next step", deal=need(deal), what=need(line(250)), due=need(moment), by=may(user)),
    "stage": shape("A move", deal=need(deal), to=need(one_of(*STAGES)), by=may(user)),
    "handoff": shape("A handoff", key=may(new("handoff")), deal=need(deal), from_=need(user), to=need(user), brief=need(text), by=may(user)),
    "handoff_answer": shape(
        "An answer", handoff=need(known("handoff")), answer=need(one_of("accepted", "declined")), by=need(user), reason=may(text)
    ),
    "decline": shape("A decline", deal=need(deal), by=need(user), note=need(text)),
}  # fmt: skip

# Facts of stories that Salvor does not know yet. Their fields are read as they stand.
NOT_YET = (
    "stakeholder", "job_change", "deferral", "competitor", "competitor_check", "rescue", "rescue_step", "rescue_end", "loss", "debrief",
    "debrief_letter", "debrief_meeting", "criterion", "people_feedback", "summary", "summary_answer", "offer", "debrief_close", "retire",
    "change", "campaign", "enrol", "outcome", "candour",
)  # fmt: skip
NAMED_IN_THEM = {"deal": deal, "contact": contact, "account": known("account"), "by": user, "lead": user, "user": user}


def not_yet(kind: str) -> Callable[[Value, Names], Any]:
    """A fact that is not played yet: what it is named by counts from here on, and whom it names must be there."""

    def read(value: Value, names: Names) -> Any:
        if not isinstance(value, Mapping):
            names.found.say(value.line, f"“{kind}” is keys with values, like {{key: value}}.")
            return None
        if "key" in value.entries:
            new(kind)(value.entries["key"], names)
        for name, look in NAMED_IN_THEM.items():
            if name in value.entries:
                look(value.entries[name], names)
        return anything(value, names)

    return read


FACTS = {**PLAYED, **{kind: not_yet(kind) for kind in NOT_YET}}

severity = one_of(*SEVERITIES)
RAISED = shape("A raised rule", severity=may(severity), responsible=may(user), level=may(count))


def _raised(value: Value, names: Names) -> Any:
    if not isinstance(value, Mapping):
        names.found.say(value.line, "“raised” is rules with severities, like {reply_overdue: medium}.")
        return None
    read = {}
    for name, one in value.entries.items():
        if name in RULES:
            read[name] = RAISED(one, names) if isinstance(one, Mapping) else {"severity": severity(one, names)}
        else:
            names.found.say(value.lines[name], f"There is no rule “{name[:80]}”. The rules are: {', '.join(RULES)}.")
    return read


TASK = shape("A task", for_=may(user), kind=may(key), deal=may(deal), due=may(moment))
SEEN = shape("What is seen", user=need(user), what=need(text))
EXPECT = shape(
    "What is expected",
    deal=may(deal),
    raised=may(_raised),
    not_raised=may(one_or_more(one_of(*RULES))),
    owner=may(user),
    responsible=may(user),
    stage=may(one_of(*STAGES)),
    value_at_stake=may(number),
    bluebird=may(flag),
    reply_due=may(moment),
    told=may(one_or_more(user)),
    task=may(TASK),
    no_task=may(TASK),
    loss=may(anything),
    sees=may(SEEN),
    sees_not=may(SEEN),
    campaign=may(anything),
    revived=may(anything),
    debrief=may(anything),
)
OF_A_DEAL = ("raised", "not_raised", "owner", "responsible", "stage", "value_at_stake", "bluebird", "reply_due", "loss")
