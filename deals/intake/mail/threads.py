"""Which messages belong together: by their ids; by subject and people only where a reply carries no id at all."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

from deals.intake.mail.facts import ANSWER, TAG
from deals.intake.mail.phrases import folded

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from deals.intake.mail.message import Mail

# A reply without ids is one to a letter of the last weeks; an older one of the same subject is another matter.
LAST_RESORT = timedelta(days=30)
FORWARDED = re.compile(r"\(fwd\)\s*$|\(was:.*\)\s*$", re.IGNORECASE)


def parents(mail: Mail) -> tuple[str, ...]:
    """The ids it answers, the nearest first: what it says it replies to, then its references backwards."""
    return tuple(one for one in dict.fromkeys((*mail.in_reply_to, *reversed(mail.references))) if one != mail.message_id)


def thread_of(mail: Mail) -> str:
    """The id its thread begins with, as far as this message alone can tell."""
    known = [one for one in (*mail.references, *mail.in_reply_to) if one != mail.message_id]
    return known[0] if known else mail.message_id


def base_subject(subject: str) -> str:
    """Folded, without "Re:", "AW:", "Fwd:" and list tags, however many stand before it."""
    text = folded(subject)
    while True:
        shorter = FORWARDED.sub(
            "", TAG.sub("", ANSWER.sub("", text, count=1), count=1) if text.startswith("[") else ANSWER.sub("", text, count=1)
        ).strip()
        if shorter == text or not shorter:
            return text if shorter == text else shorter
        text = shorter


def is_reply(subject: str) -> bool:
    """Whether the subject says that it answers or forwards."""
    text = folded(subject)
    return bool(ANSWER.match(TAG.sub("", text, count=1) if text.startswith("[") else text))


def answers_by_subject(reply: Mail, earlier: Mail) -> bool:
    """The last resort: a reply without any id, with the subject of an earlier message, between the same people, within 30 days."""
    if parents(reply) or not is_reply(reply.subject) or len(base_subject(reply.subject)) < 3:
        return False
    if base_subject(reply.subject) != base_subject(earlier.subject) or not reply.sender or not earlier.sender:
        return False
    if reply.date is None or earlier.date is None or not timedelta(0) <= reply.date - earlier.date <= LAST_RESORT:
        return False
    earlier_people = {earlier.sender.address, *(one.address for one in earlier.recipients)}
    people = {one.address for one in reply.recipients}
    return reply.sender.address in earlier_people and (earlier.sender.address in people or reply.sender == earlier.sender)


def group(mails: Sequence[Mail]) -> list[tuple[int, ...]]:
    """The positions of the mails of each thread, threads and mails in the order given.

    Two messages that name the same parent belong together even where nobody has the parent. Made-up ids bind nothing.
    """
    sets = _Sets()
    for number, mail in enumerate(mails):
        key = f"#{number}"
        sets.join(key, mail.message_id)
        sets.join_all(key, parents(mail))
    by_subject: dict[str, list[int]] = {}
    for number, mail in enumerate(mails):
        by_subject.setdefault(base_subject(mail.subject), []).append(number)
    for number, mail in enumerate(mails):
        if parents(mail) or not is_reply(mail.subject):
            continue
        candidates = [one for one in by_subject[base_subject(mail.subject)] if one != number and answers_by_subject(mail, mails[one])]
        if candidates:
            sets.join(f"#{number}", f"#{max(candidates, key=lambda one: (mails[one].date, one))}")
    threads: dict[str, list[int]] = {}
    for number in range(len(mails)):
        threads.setdefault(sets.root(f"#{number}"), []).append(number)
    return [tuple(numbers) for numbers in threads.values()]


class _Sets:
    """Sets that grow together (union and find)."""

    def __init__(self) -> None:
        self.above: dict[str, str] = {}

    def root(self, one: str) -> str:
        top = one
        while self.above.setdefault(top, top) != top:
            top = self.above[top]
        while self.above[one] != top:
            self.above[one], one = top, self.above[one]
        return top

    def join(self, one: str, other: str) -> None:
        self.above[self.root(other)] = self.root(one)

    def join_all(self, one: str, others: Iterable[str]) -> None:
        for other in others:
            self.join(one, other)
