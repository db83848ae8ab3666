"""How one side speaks to the other: mails, calls, meetings and voicemails on a deal, one touch after another."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from config.demo_company import words
from deals.models import Interaction, NextStep

if TYPE_CHECKING:
    import random
    from collections.abc import Sequence
    from datetime import datetime

    from accounts.models import Contact, User
    from config.demo_company.episode import Episode

Kind, Direction, Outcome = Interaction.Kind, Interaction.Direction, Interaction.Outcome
MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December")
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
THANKS = (
    "Thank you, that is all I need for now.",
    "Thank you, noted. I will come back to you before {day}.",
    "Very good. I have put it in our plan.",
    "Thanks for the quick answer, {them}. More on {day}.",
)


class Talk:
    """Writes the talk of one episode. Each method returns the moment the touch was over."""

    def __init__(self, rng: random.Random, episode: Episode) -> None:
        self.rng = rng
        self.episode = episode
        self.office = episode.office
        self.used: set[str] = set()

    # --- touches ----------------------------------------------------------------------------------------------

    def mails(self, stage: str, start: datetime, *, opening: str = "") -> tuple[datetime, str]:
        """An exchange of mails from ``start`` on; ``opening``: "<" where they must begin. Returns also who spoke last."""
        first = words.EXCHANGES[stage][0] if stage in words.BEGIN_WITH else None
        if first is not None and first.subject not in self.used:
            return self._exchange(first, start)
        if not opening and self.episode.talk and self.rng.random() < 0.85:
            # The ball is mostly ours: they seldom write first, once a deal runs.
            opening = ">"
        choice = [one for one in words.EXCHANGES[stage] if one.subject not in self.used and one.turns[0].startswith(opening)]
        if not choice:
            return self.call(stage, start), "both"
        return self._exchange(self.rng.choice(choice), start)

    def begins(self, stage: str) -> bool:
        """The mail a stage begins with has not been written yet."""
        return stage in words.BEGIN_WITH and words.EXCHANGES[stage][0].subject not in self.used

    def _exchange(self, exchange: words.Exchange, start: datetime) -> tuple[datetime, str]:
        self.used.add(exchange.subject)
        contact = self._contact()
        at = self.office.some_time(self.rng, start)
        for position, turn in enumerate(exchange.turns):
            subject = exchange.subject if position == 0 else f"Re: {exchange.subject}"
            if position:
                at = self.later(at, ours=turn[0] == ">")
            (self.from_us if turn[0] == ">" else self.from_them)(at, subject, turn[2:], contact)
        if exchange.turns[-1][0] == ">":
            return at, "us"
        if self.rng.random() < 0.35:
            last = self.episode.talk[-1]
            last.no_answer_needed_at, last.no_answer_needed_by = at + timedelta(minutes=self.rng.randrange(4, 50)), self.episode.us
            return at, "both"
        at = self.later(at, ours=True)
        self.from_us(at, f"Re: {exchange.subject}", self.rng.choice(THANKS), contact)
        return at, "us"

    def call(self, stage: str, start: datetime) -> datetime:
        """A call that reached them, sometimes after one that did not; a few words noted."""
        contact = self._contact()
        at = self.office.some_time(self.rng, start)
        if self.rng.random() < 0.25:
            self.add(Kind.CALL, Direction.OUT, at, contact=contact, outcome=Outcome.NO_ANSWER)
            if self.rng.random() < 0.4:
                voice = self._fill(self.rng.choice(words.VOICEMAILS), contact, at)
                self.add(Kind.VOICEMAIL, Direction.OUT, at + timedelta(minutes=1), contact=contact, body=voice)
            at = self.office.on(at, self.rng.uniform(1, 6))
        ends = at + timedelta(minutes=self.rng.choice((4, 6, 7, 9, 12, 14, 18, 25)))
        note = self._fill(self._fresh(words.CALLS[stage]) or self._fresh(words.SHORT_CALLS) or words.SHORT_CALLS[0], contact, at)
        direction = Direction.OUT if self.rng.random() < 0.75 else Direction.IN
        self.add(Kind.CALL, direction, at, ends_at=ends, contact=contact, outcome=Outcome.CONNECTED, body=note)
        return ends

    def meeting(self, stage: str, at: datetime, *, booked_at: datetime) -> datetime:
        """A meeting on the half hour, noted as planned when it was booked."""
        contact = self._contact()
        subject, notes = self.rng.choice(words.MEETINGS[stage])
        if notes in self.used:
            return self.call(stage, at)
        self.used.add(notes)
        starts = self.office.slot(self.rng, at)
        ends = starts + timedelta(minutes=self.rng.choice((30, 45, 60, 60, 90)))
        outcome = Outcome.HELD
        filled = self._fill(notes, contact, starts)
        self.add(
            Kind.MEETING,
            Direction.OUT,
            starts,
            ends_at=ends,
            contact=contact,
            outcome=outcome,
            subject=self._fill(subject, contact, starts),
            body=filled,
        )
        self.episode.talk[-1].recorded_at = min(booked_at, starts)
        return ends

    def note(self, at: datetime) -> None:
        """A word among ourselves."""
        text = self._fill(self._fresh(words.INTERNAL_NOTES) or words.INTERNAL_NOTES[0], self.episode.contacts[0], at)
        self.add(Kind.NOTE, Direction.INTERNAL, self.office.some_time(self.rng, at), body=text)

    def voicemail(self, at: datetime, contact: Contact, text: str, user: User | None = None) -> None:
        """They left a message."""
        self.add(Kind.VOICEMAIL, Direction.IN, at, contact=contact, body=self._fill(text, contact, at), user=user)

    def from_us(self, at: datetime, subject: str, text: str, contact: Contact) -> None:
        """Our mail with greeting and name; now and then a machine answers it."""
        us = self.episode.us
        text = self._fill(text, contact, at)
        body = f"Hello {first_name(contact.name)},\n\n{text}\n\nBest regards\n{first_name(us.name)}"
        subject = self._subject(subject, contact, at)
        self.add(Kind.EMAIL, Direction.OUT, at, contact=contact, subject=subject, body=body)
        if self.rng.random() < 0.04:
            self.automatic(at + timedelta(seconds=self.rng.randrange(20, 90)), subject, contact)

    def from_them(self, at: datetime, subject: str, text: str, contact: Contact, *, user: User | None = None) -> None:
        """Their mail, to whoever speaks for us on the deal or to another ``user`` of ours."""
        us = user or self.episode.us
        body = f"Hello {first_name(us.name)},\n\n{self._fill(text, contact, at)}\n\nKind regards\n{contact.name}"
        self.add(Kind.EMAIL, Direction.IN, at, contact=contact, subject=self._subject(subject, contact, at), body=body, user=us)

    def called(self, at: datetime, ends_at: datetime, stage: str, contact: Contact) -> None:
        """A call of ours that reached them."""
        note = self._fill(self._fresh(words.CALLS[stage]) or self._fresh(words.SHORT_CALLS) or words.SHORT_CALLS[0], contact, at)
        self.add(Kind.CALL, Direction.OUT, at, ends_at=ends_at, contact=contact, outcome=Outcome.CONNECTED, body=note)

    def booked(self, starts: datetime, ends: datetime, stage: str, contact: Contact, *, booked_at: datetime) -> None:
        """A meeting still to come."""
        subject, _notes = self.rng.choice(words.MEETINGS[stage])
        filled = self._fill(subject, contact, starts)
        self.add(Kind.MEETING, Direction.OUT, starts, ends_at=ends, contact=contact, outcome=Outcome.PLANNED, subject=filled)
        self.episode.talk[-1].recorded_at = booked_at

    def automatic(self, at: datetime, subject: str, contact: Contact) -> None:
        """A machine of theirs answers: no word from anybody."""
        title, text = self.rng.choice(words.AUTOMATIC_REPLIES)
        body = self._fill(text, contact, at)
        self.add(Kind.EMAIL, Direction.IN, at, contact=contact, subject=title.format(subject=subject.removeprefix("Re: ")), body=body)
        self.episode.talk[-1].is_human = False

    def next_step(self, stage: str, at: datetime, due: datetime, what: str = "") -> None:
        """Named at ``at``; whatever was to be done before is done with that, mostly in time."""
        before = self.episode.steps[-1] if self.episode.steps else None
        if before is not None and before.due_at < at and self.rng.random() < 0.96:
            before.due_at = self.office.on(at, self.rng.uniform(0.2, 3))
        choice = [self._fill(one, self.episode.contacts[0], at) for one in words.NEXT_STEPS[stage]]
        text = what or self.rng.choice([one for one in choice if before is None or one != before.what])
        self.episode.steps.append(NextStep(deal=self.episode.deal, what=text, due_at=due, created_at=at, created_by=self.episode.us))

    # --- pieces ---------------------------------------------------------------------------------------------

    def later(self, at: datetime, *, ours: bool) -> datetime:
        """When the answer comes: ours mostly within half a day, theirs within one or two."""
        hours = self.rng.triangular(0.3, 7, 1.5) if ours else self.rng.triangular(0.5, 20, 4)
        return self.office.on(at, hours) + timedelta(seconds=self.rng.randrange(60))

    def add(
        self, kind: str, direction: str, at: datetime, *, contact: Contact | None = None, outcome: str = "", ends_at: datetime | None = None,
        subject: str = "", body: str = "", user: User | None = None,
    ) -> None:  # fmt: skip
        # The people are written already: plain ids are quicker than rows, and there are thirty thousand of these.
        who = (user or self.episode.us).pk
        self.episode.talk.append(
            Interaction(
                deal=self.episode.deal,
                account_id=self.episode.customer.account.pk,
                contact_id=contact.pk if contact else None,
                user_id=who,
                kind=str(kind),
                direction=str(direction),
                outcome=str(outcome),
                at=at,
                ends_at=ends_at,
                subject=subject,
                body=body,
                recorded_by_id=who if kind != Kind.EMAIL else None,
                recorded_at=ends_at or at,
            )
        )

    def _fresh(self, texts: Sequence[str]) -> str:
        """One that was not used on this deal yet; empty when all were."""
        choice = [text for text in texts if text not in self.used]
        if not choice:
            return ""
        text = self.rng.choice(choice)
        self.used.add(text)
        return text

    def _subject(self, subject: str, contact: Contact, at: datetime) -> str:
        again = "Re: " if subject.startswith("Re: ") else ""
        return again + self._fill(subject.removeprefix("Re: "), contact, at)

    def _contact(self) -> Contact:
        """Mostly the same person."""
        contacts = self.episode.contacts
        return contacts[0] if self.rng.random() < 0.7 else self.rng.choice(contacts)

    def _fill(self, text: str, contact: Contact, at: datetime) -> str:
        if "{" not in text:
            return text
        soon = self.office.on(at, 16).astimezone(self.office.clock.zone)
        month = MONTHS[(soon.month + self.episode.number - 1) % 12]
        episode = self.episode
        return capitalised(
            text.format(
                them=first_name(contact.name), me=first_name(episode.us.name), account=episode.customer.account.name, site=episode.site,
                thing=episode.offer.thing, product=episode.offer.name, day=DAYS[soon.weekday()], month=month, n=episode.number,
            )
        )  # fmt: skip


def first_name(name: str) -> str:
    """What one is called by: the first word, both words of a Chinese given name (Tan Mei Ling, Wei Jian Tan)."""
    parts = name.split()
    return " ".join(parts[:-1]) if len(parts) == 3 and parts[0] not in FAMILY_FIRST else " ".join(parts[1:]) if parts[0] in FAMILY_FIRST else parts[0]


FAMILY_FIRST = ("Tan", "Pham")


def capitalised(text: str) -> str:
    return text[:1].upper() + text[1:]
