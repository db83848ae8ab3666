"""Mail between a generated company and its customers, in any number: conversations, newsletters, automatic answers, bounces.

The same people, number and seed give the same messages, byte for byte. Only the latest conversations are remembered, so a
hundred thousand messages take no more memory than a hundred.
"""

from __future__ import annotations

import random
from base64 import encodebytes
from dataclasses import dataclass
from datetime import timedelta
from email.utils import format_datetime
from typing import TYPE_CHECKING

from config.generator import names
from config.generator.words import FROM_THEM, FROM_US

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

# What comes, of a hundred messages.
KINDS = ("customer",) * 44 + ("ours",) * 26 + ("newsletter",) * 12 + ("away",) * 6 + ("bounce",) * 4 + ("stranger",) * 4 + ("internal",) * 4
REMEMBERED = 300
SIGNATURE = "-- \n{name}\n+1 555 0100\n"
# Days over which the messages are spread.
DAYS = 30


@dataclass(frozen=True, slots=True)
class Someone:
    name: str
    address: str

    def __str__(self) -> str:
        return f"{self.name} <{self.address}>"


@dataclass(frozen=True, slots=True)
class Envelope:
    """Everything of a message but its words. ``place``: its number."""

    place: int
    at: datetime
    sender: Someone
    to: str
    subject: str


@dataclass(slots=True)
class Conversation:
    customer: Someone
    ours: Someone
    subject: str
    ids: list[str]
    last: str


def messages(number: int, *, seed: int, customers: Sequence[Someone], people: Sequence[Someone], until: datetime) -> Iterator[bytes]:
    """So many messages, the oldest first; ``customers`` and ``people`` (of ours) write to each other."""
    writer = _Writer(random.Random(seed), seed, customers, people)
    step = timedelta(days=DAYS) / max(number, 1)
    for place in range(number):
        yield writer.write(place, until - timedelta(days=DAYS) + step * place)


class _Writer:
    def __init__(self, rng: random.Random, seed: int, customers: Sequence[Someone], people: Sequence[Someone]) -> None:
        self.rng = rng
        self.seed = seed
        self.customers = customers
        self.people = people
        self.talks: list[Conversation] = []

    def write(self, place: int, at: datetime) -> bytes:
        kind = self.rng.choice(KINDS)
        written: bytes = getattr(self, f"_{kind}")(place, at)
        return written

    def _customer(self, place: int, at: datetime) -> bytes:
        return self._said(place, at, ours=False)

    def _ours(self, place: int, at: datetime) -> bytes:
        return self._said(place, at, ours=True)

    def _said(self, place: int, at: datetime, *, ours: bool) -> bytes:
        """The next word of a conversation, or the first of a new one; every eighth with a file."""
        subject, words = self.rng.choice(FROM_US if ours else FROM_THEM)
        talk = self._talk(subject or "Our conversation")
        sender, to = (talk.ours, talk.customer) if ours else (talk.customer, talk.ours)
        body = f"Hello,\n\n{words}\n\nBest regards\n{SIGNATURE.format(name=sender.name)}"
        head = {"In-Reply-To": talk.ids[-1], "References": "\n ".join(talk.ids[-8:])} if talk.ids else {}
        if talk.last:
            quoted = "\n".join(f"> {line}" for line in talk.last.splitlines())
            body += f"\nOn {at:%a, %d %b %Y at %H:%M}, {to.name} <{to.address}> wrote:\n{quoted}\n"
        title = f"Re: {talk.subject}" if talk.ids else talk.subject
        talk.ids, talk.last = [*talk.ids[-8:], self._id(place, sender)], words
        return self._message(Envelope(place, at, sender, str(to), title), body, head, html=self.rng.random() < 0.6, attached=self.rng.random() < 0.12)

    def _talk(self, subject: str) -> Conversation:
        if self.talks and self.rng.random() < 0.6:
            return self.rng.choice(self.talks)
        talk = Conversation(self.rng.choice(self.customers), self.rng.choice(self.people), subject, [], "")
        if len(self.talks) < REMEMBERED:
            self.talks.append(talk)
        else:
            self.talks[self.rng.randrange(REMEMBERED)] = talk
        return talk

    def _stranger(self, place: int, at: datetime) -> bytes:
        sender = Someone(names.person(place), f"{names.plain(names.person(place))}@{names.plain(names.organisation(900_000 + place))}.example")
        body = f"Good morning,\n\nwe read about you and would like to know what it costs for {names.place(place)}.\n\n{sender.name}\n"
        return self._message(Envelope(place, at, sender, str(self.rng.choice(self.people)), f"A quote for {names.place(place)}"), body, {}, html=True)

    def _internal(self, place: int, at: datetime) -> bytes:
        sender, to = self.rng.choice(self.people), self.rng.choice(self.people)
        return self._message(Envelope(place, at, sender, str(to), "Lunch on Thursday"), "Who comes along?\n", {})

    def _newsletter(self, place: int, at: datetime) -> bytes:
        shop = Someone("The Trade Letter", f"news@letters{place % 40}.example")
        head = {
            "List-Unsubscribe": f"<https://letters{place % 40}.example/off>",
            "List-Id": f"<news.letters{place % 40}.example>",
            "Precedence": "bulk",
        }
        body = "What is new this week\n\n" + "\n\n".join(words for _subject, words in FROM_US[:6])
        return self._message(Envelope(place, at, shop, str(self.rng.choice(self.people)), "What is new this week"), body, head, html=True)

    def _away(self, place: int, at: datetime) -> bytes:
        customer, ours = self.rng.choice(self.customers), self.rng.choice(self.people)
        back = f"{at + timedelta(days=9):%d %B %Y}".lstrip("0")
        body = f"I am out of the office until {back}. In urgent cases please write to the desk at desk@{customer.address.partition('@')[2]}.\n"
        return self._message(Envelope(place, at, customer, str(ours), "Automatic reply: Our offer"), body, {"Auto-Submitted": "auto-replied"})

    def _bounce(self, place: int, at: datetime) -> bytes:
        customer, ours = self.rng.choice(self.customers), self.rng.choice(self.people)
        lost = customer.address.replace("@", f"{place}@")
        server = Someone("Mail Delivery System", f"MAILER-DAEMON@mx.{ours.address.partition('@')[2]}")
        edge = f"edge{place}"
        body = (
            f"--{edge}\nContent-Type: text/plain\n\nThis is the mail system. Your message could not be delivered to everybody.\n\n<{lost}>\n"
            f"--{edge}\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example\n\nFinal-Recipient: rfc822; {lost}\nAction: failed\n"
            f"Status: 5.1.1\nDiagnostic-Code: smtp; 550 5.1.1 <{lost}>: no such user\n\n--{edge}--\n"
        )
        kind = f'multipart/report; report-type=delivery-status; boundary="{edge}"'
        head = {"Return-Path": "<>", "Auto-Submitted": "auto-replied", "Content-Type": kind}
        return self._raw(Envelope(place, at, server, str(ours), "Undelivered Mail Returned to Sender"), body, head)

    def _message(self, envelope: Envelope, body: str, head: dict[str, str], *, html: bool = False, attached: bool = False) -> bytes:
        plain = f"Content-Type: text/plain; charset=utf-8\n\n{body}"
        if not (html or attached):
            return self._raw(envelope, body, head | {"Content-Type": "text/plain; charset=utf-8"})
        edge = f"edge{envelope.place}"
        parts = [plain]
        if html:
            paragraphs = "".join(f"<p>{line}</p>\n" for line in body.split("\n"))
            page = f"<html><head><style>p {{ color: #222 }}</style></head><body>{paragraphs}</body></html>"
            parts.append(f"Content-Type: text/html; charset=utf-8\n\n{page}")
        if attached:
            name = f"plan{envelope.place}.pdf"
            data = encodebytes(self.rng.randbytes(6_000)).decode()
            head_of_file = f'Content-Type: application/pdf; name="{name}"\nContent-Disposition: attachment; filename="{name}"'
            parts.append(f"{head_of_file}\nContent-Transfer-Encoding: base64\n\n{data}")
        kind = "mixed" if attached else "alternative"
        whole = "".join(f"--{edge}\n{part}\n" for part in parts) + f"--{edge}--\n"
        return self._raw(envelope, whole, head | {"Content-Type": f'multipart/{kind}; boundary="{edge}"'})

    def _raw(self, envelope: Envelope, body: str, head: dict[str, str]) -> bytes:
        when = format_datetime(envelope.at)
        fields = {
            "Received": f"from mx.example by in.example with ESMTPS id {envelope.place:08x};\n {when}",
            "From": str(envelope.sender),
            "To": envelope.to,
            "Subject": envelope.subject,
            "Date": when,
            "Message-ID": self._id(envelope.place, envelope.sender),
            "MIME-Version": "1.0",
            **head,
        }
        return ("".join(f"{name}: {value}\n" for name, value in fields.items()) + "\n" + body).encode()

    def _id(self, place: int, sender: Someone) -> str:
        return f"<{self.seed}.{place}.{sender.address.partition('@')[0]}@{sender.address.partition('@')[2]}>"
