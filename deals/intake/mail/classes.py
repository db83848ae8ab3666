"""What kind of message it is, and the evidence for it. Only a person's words start or stop clocks.

A table of small checks, asked in order; the first kind that has evidence is the verdict. To teach one more sign, add a check.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from deals.intake.mail import signs
from deals.intake.mail.facts import Facts

if TYPE_CHECKING:
    from collections.abc import Callable

    from deals.intake.mail.message import Mail

HUMAN, AUTO_REPLY, BOUNCE, FEEDBACK_REPORT = "human", "auto_reply", "bounce", "feedback_report"
DELAY_NOTICE, BULK, CALENDAR = "delay_notice", "bulk", "calendar"
KINDS = (HUMAN, AUTO_REPLY, BOUNCE, FEEDBACK_REPORT, DELAY_NOTICE, BULK, CALENDAR)


@dataclass(frozen=True, slots=True)
class Verdict:
    """A kind and the sentences it rests on (English, marked for translation), the strongest first."""

    kind: str
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Check:
    """One sign: where `holds`, the message is of `kind`, because of `evidence`."""

    kind: str
    evidence: str
    holds: Callable[[Facts], bool]


CHECKS: tuple[Check, ...] = tuple(Check(kind, evidence, holds) for kind, table in signs.TABLES for evidence, holds in table)


def classify(mail: Mail, *, our_groups: frozenset[str] = frozenset(), known_thread: bool = False) -> Verdict:
    """`our_groups` are addresses of ours that pass mail on to several people; `known_thread` that it answers a message we have."""
    facts = Facts(mail, our_groups=our_groups, known_thread=known_thread)
    kind = ""
    evidence: list[str] = []
    for check in CHECKS:
        if kind and check.kind != kind:
            break
        if check.holds(facts):
            kind = check.kind
            evidence.append(check.evidence)
    return Verdict(kind, tuple(evidence)) if kind else Verdict(HUMAN, signs.of_a_person(facts))
