"""What becomes of each message of a batch, the oldest first: each may change what the next one means."""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext as _

from deals.models import MailMessage
from deals.services.mail import inquiries
from deals.services.mail.matching import Match, last_spoken, match

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from deals.models import Mailbox
    from deals.services.mail.inquiries import Plan
    from deals.services.mail.known import DealRow, Known, Person
    from deals.services.mail.letters import Letter
    from deals.services.mail.ours import Ours

Kind, Direction, Status, MatchedBy = MailMessage.Kind, MailMessage.Direction, MailMessage.Status, MailMessage.MatchedBy
LONGEST_EXTERNAL_ID = 300
# An archive that is brought in as files holds years of settled questions: who asked two months ago and is in no open deal waits no more,
# and a desk full of them would hide who does.
OLD_FOR_AN_INQUIRY = timedelta(days=60)
# Kept with the deal for the timeline; they start and stop no clock.
AUTOMATIC = {Kind.AUTO_REPLY, Kind.CALENDAR}


class Decisions:
    """The batch being decided: what is known grows as it goes on."""

    def __init__(self, *, mailbox: Mailbox, ours: Ours, known: Known, now: datetime) -> None:
        self.mailbox = mailbox
        self.ours = ours
        self.known = known
        self.plan = inquiries.Plan()
        self.today = timezone.localdate(now)
        self.begins_inquiries_since = now - OLD_FOR_AN_INQUIRY

    def decide(self, letters: Sequence[Letter]) -> Plan:
        for letter in letters:
            self._one(letter)
        for letter in letters:
            self._follow(letter)
        return self.plan

    def _one(self, letter: Letter) -> None:
        self._inherit(letter)
        if letter.mail is None:
            letter.status = Status.UNREADABLE
        elif letter.direction == Direction.INTERNAL:
            letter.status = Status.INTERNAL
        elif letter.kind == Kind.HUMAN:
            self._human(letter)
        elif letter.kind == Kind.BULK:
            letter.status = Status.IGNORED
        else:
            letter.status = Status.NOTED
            self._automatic(letter)

    def _inherit(self, letter: Letter) -> None:
        """What was written here, and what another mailbox had first, says which deal the thread is of."""
        thread = letter.thread.root if letter.thread is not None else None
        if thread is None or thread.deal is not None:
            return
        written = (self.known.written_here.get(one) for one in (letter.message_id, *letter.parents))
        deal_id = next((one for one in written if one is not None), None)
        thread.deal = self.known.deals.get(deal_id) if deal_id is not None else None

    def _human(self, letter: Letter) -> None:
        thread = letter.thread.root if letter.thread is not None else None
        said = self.known.said.get(external_id(letter.message_id))
        if said is not None and said[1] is not None:
            found = match(letter, self.known, today=self.today)
            self._record(letter, Match(self.known.deals[said[1]], MatchedBy.THREAD, found.person, found.account_id))
        elif thread is not None and thread.not_for_us:
            letter.status, letter.reason = Status.NOT_FOR_US, _("Somebody said of this thread that it is not for us.")
        elif letter.is_claimed:
            self._leave_open(letter)
        elif letter.direction == Direction.IN and not letter.sender:
            letter.status, letter.reason = Status.UNMATCHED, _("Nobody is named as the sender.")
        else:
            self._sort(letter, match(letter, self.known, today=self.today))

    def _leave_open(self, letter: Letter) -> None:
        found = match(letter, self.known, today=self.today)
        letter.contact_id, letter.account_id = (found.person.id if found.person is not None else None), found.account_id
        letter.status = Status.UNMATCHED
        letter.reason = _("It says that %(sender)s wrote it, but anybody can write that. If they did, attach it to its deal.") % {
            "sender": letter.sender
        }

    def _sort(self, letter: Letter, found: Match) -> None:
        if found.deal is not None:
            self._record(letter, found)
            return
        letter.contact_id = found.person.id if found.person is not None else None
        letter.account_id = found.account_id
        if found.why:
            letter.status, letter.reason = Status.UNMATCHED, found.why
        elif letter.direction == Direction.IN and letter.item.is_from_file and letter.sent_at < self.begins_inquiries_since:
            letter.status = Status.IGNORED
            letter.reason = _("It is older than %(days)s days: no inquiry is begun of it.") % {"days": OLD_FOR_AN_INQUIRY.days}
        elif letter.direction == Direction.IN:
            self._inquire(letter, found)
        elif found.person is not None or found.account_id is not None:
            letter.status, letter.reason = Status.UNMATCHED, _("They have no open deal.")
        else:
            letter.status, letter.reason = Status.IGNORED, _("Nobody we know is among the recipients.")

    def _record(self, letter: Letter, found: Match) -> None:
        deal = found.deal
        assert deal is not None  # noqa: S101 - the callers looked
        person = found.person or self._newcomer(letter)
        letter.status, letter.deal, letter.matched_by = Status.RECORDED, deal, found.by
        letter.contact_id, letter.account_id = (person.id if person is not None else None), deal.account_id or found.account_id
        self._our_person(letter, deal)
        self._said(letter, deal)

    def _inquire(self, letter: Letter, found: Match) -> None:
        person = found.person or self._newcomer(letter)
        team = self.mailbox.team_id or next((one for address in letter.addresses("to", "cc", "via") if (one := self.ours.team_of(address))), None)
        deal = inquiries.open_inquiry(letter, found.account_id, person, ours=self.ours, team_id=team, known=self.known, plan=self.plan)
        letter.status, letter.deal, letter.inquiry = Status.INQUIRY, deal, True
        letter.contact_id = person.id if person is not None else None
        letter.matched_by = "" if found.person is None and found.account_id is None else MatchedBy.CONTACT if found.person else MatchedBy.DOMAIN
        self._said(letter, deal)

    def _newcomer(self, letter: Letter) -> Person | None:
        """Who writes to us is a contact from then on; whom we write to is not made one."""
        if letter.direction != Direction.IN:
            return None
        account = self.known.account_of(letter.sender)
        return inquiries.add_contact(letter, account[0] if account is not None else None, self.known, self.plan)

    def _our_person(self, letter: Letter, deal: DealRow) -> None:
        """Of several of us whom they wrote to it is the deal's owner, else the first: mail to the owner is no chase of another."""
        if letter.direction != Direction.IN:
            return
        people = self.ours.people_of(letter.addresses("to", "cc", "via", "bcc"))
        if deal.owner_id in people or not people:
            letter.user_id = deal.owner_id if deal.owner_id in people else letter.user_id

    def _said(self, letter: Letter, deal: DealRow) -> None:
        last_spoken(self.known, deal, letter.contact_id, letter.sent_at)
        thread = letter.thread.root if letter.thread is not None else None
        if thread is not None and (thread.deal is None or (deal.is_open and not thread.deal.is_open)):
            thread.deal = deal

    def _automatic(self, letter: Letter) -> None:
        """With the deal it belongs to, if that is clear; an automatic answer of theirs tells of the contact, too."""
        found = match(letter, self.known, today=self.today)
        thread = letter.thread.root if letter.thread is not None else None
        if letter.kind in AUTOMATIC:
            letter.deal, letter.matched_by = found.deal, found.by
            letter.contact_id = found.person.id if found.person is not None else None
            letter.account_id = found.deal.account_id if found.deal is not None else found.account_id
            if found.deal is not None:
                self._our_person(letter, found.deal)
        elif thread is not None and thread.deal is not None:
            letter.deal, letter.matched_by, letter.account_id = thread.deal, MatchedBy.THREAD, thread.deal.account_id

    def _follow(self, letter: Letter) -> None:
        """A later message of the batch told which deal the thread is of."""
        thread = letter.thread.root if letter.thread is not None else None
        waits = letter.kind == Kind.HUMAN and letter.deal is None and not letter.is_claimed and letter.status in (Status.UNMATCHED, Status.IGNORED)
        if waits and thread is not None and thread.deal is not None:
            people = [one for address in [letter.sender, *letter.addresses("to", "cc")] for one in self.known.people.get(address, ())]
            self._record(letter, Match(thread.deal, MatchedBy.THREAD, people[0] if people else None, thread.deal.account_id))
            letter.reason = ""


def external_id(message_id: str) -> str:
    """By which an interaction is known as this message, in whatever mailbox it is read."""
    known = f"mail:{message_id}"
    return known if len(known) <= LONGEST_EXTERNAL_ID else f"mail:sha256:{sha256(message_id.encode()).hexdigest()}"
