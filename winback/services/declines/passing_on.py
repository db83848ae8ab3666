"""The note goes, and the deal is closed as lost: one transaction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import organisation
from accounts.doors import may_come_in
from accounts.refusals import Refused
from deals.models import Interaction, MailMessage
from deals.services.interactions import log_interaction
from deals.services.outbox import write
from winback.decline_note import LONGEST_PART, Note
from winback.models import Decline, Loss
from winback.services.declines.allowed import approval_for, may_say
from winback.services.declines.ending import end, end_task
from winback.services.declines.holding import hold, hold_open
from winback.services.losses import check, close_as_lost

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from accounts.models import Contact, User
    from deals.models import Deal, OutgoingMail

State, Way = Decline.State, Decline.Way


@dataclass(frozen=True, slots=True)
class Passing:
    """Everything a person says when they pass on a deal. ``contact``: for whom the note is; None: only their side as a whole.

    ``introducer_words``: what who brought us in is told by mail; empty: nothing. ``answers``: the message the note answers.
    """

    note: Note
    reasons: Sequence[str]
    contact: Contact | None = None
    way: str = Way.MAIL
    introducer_words: str = ""
    answers: Interaction | None = None


@transaction.atomic
def decline_deal(*, deal: Deal, by: User, passing: Passing, now: datetime) -> Decline:
    """Pass on the deal: the note goes to who asked (or was said by phone), the deal is lost, declined by us.

    Refused to who needs an approval (they ask for it), for a note without its four parts, without an address to send it to,
    and for a deal that is closed.
    """
    deal = hold(deal, passing.contact)
    company = organisation.load(at=now)
    needed = approval_for(deal=deal, by=by, company=company, now=now)
    if needed is not None:
        words = _("%(why)s Declining it needs an approval: ask %(name)s for it, with the note you want to send.")
        raise Refused(words % {"why": needed.why, "name": needed.approver})
    decline = new_decline(deal, by, passing, now)
    decline.approved_by, decline.approved_at = by, now
    _end_open_ones(deal, by, now)
    return pass_on(decline, author=by, by=by, now=now)


@transaction.atomic
def said_by_phone(*, decline: Decline, by: User, now: datetime) -> Decline:
    """What was approved was said to them: recorded as a call of ``by``, and the deal is closed. By who may, see ``may_say``."""
    decline = hold_open(decline)
    if decline.state != State.APPROVED:
        raise Refused(_("Nobody has approved this yet. Wait for the word of the manager, then call them."))
    if not may_say(decline=decline, by=by, company=organisation.load(at=now), now=now):
        raise Refused(
            _("Only %(name)s, who asked, and the managers of the deal’s team say this. Leave it to them.") % {"name": decline.asked_by.name}
        )
    end_task(decline, by=by, now=now)
    return pass_on(decline, author=by, by=by, now=now)


def new_decline(deal: Deal, by: User, passing: Passing, now: datetime) -> Decline:
    """The row of it, looked over and not saved. The deal is locked."""
    if not deal.is_watched:
        raise Refused(_("This deal is closed already. There is nothing left to decline."))
    note = checked(passing.note, way=passing.way)
    check(kind=Loss.Kind.DECLINED_BY_US, reasons=passing.reasons, competitor="")
    if passing.way == Way.MAIL and (passing.contact is None or not passing.contact.email):
        raise Refused(_("There is no address to send it to. Choose somebody with one, or call them and say that it was by phone."))
    told = passing.introducer_words.replace("\x00", "").strip()
    return Decline(
        deal=deal,
        way=passing.way,
        contact=passing.contact,
        answers=passing.answers if passing.answers is not None and passing.answers.deal_id == deal.pk else None,
        introducer=deal.introduced_by if told and deal.introduced_by is not None and deal.introduced_by.email else None,
        introducer_words=told if deal.introduced_by is not None and deal.introduced_by.email else "",
        reasons=list(dict.fromkeys(passing.reasons)),
        asked_by=by,
        asked_at=now,
        **note.parts(),
    )


def checked(note: Note, *, way: str) -> Note:
    """Refused where a part is missing, in words that name it."""
    note = note.tidy()
    parts = {
        _("thanks"): note.thanks,
        _("the reason"): note.reason,
        _("who else may help"): note.helpers,
        _("that the door stays open"): note.door,
    }
    missing = [name for name, words in parts.items() if not words]
    if missing:
        raise Refused(_("A courteous no has four parts. Still missing: %(parts)s.") % {"parts": ", ".join(missing)})
    if any(len(words) > LONGEST_PART for words in parts.values()):
        raise Refused(_("Say each part in at most %(most)s characters: a no is kindest when it is short.") % {"most": LONGEST_PART})
    if way == Way.MAIL and not note.subject:
        raise Refused(_("Say in a subject what it is about."))
    return note


def pass_on(decline: Decline, *, author: User, by: User, now: datetime) -> Decline:
    """What makes it real, in the caller's transaction, the deal locked: the words, the loss, the word to the introducer."""
    deal = decline.deal
    body = Note.of(decline).signed(author.name)
    # Ended before the deal is closed: what is open then ends with it.
    decline.state, decline.ended_at, decline.ended_by = State.DONE, now, by
    decline.save()
    if decline.way == Way.MAIL:
        decline.mail = _mail(decline, author, body, now)
    else:
        decline.said = _call(decline, author, now)
    decline.introducer_mail = _tell_introducer(decline, author, now)
    loss = close_as_lost(deal=deal, kind=Loss.Kind.DECLINED_BY_US, reasons=decline.reasons, by=by, now=now, our_view=decline.reason)
    decline.loss = loss
    decline.save(update_fields=["mail", "said", "introducer_mail", "loss"])
    return decline


def author_of(decline: Decline, *, else_by: User, now: datetime) -> User:
    """In whose name it goes: who asked; where no mail can go in their name any more, who decides."""
    return decline.asked_by if decline.asked_by.email and may_come_in(decline.asked_by, now) else else_by


def _mail(decline: Decline, author: User, body: str, now: datetime) -> OutgoingMail:
    if decline.contact is None or not decline.contact.email:
        raise Refused(_("Who was to get the note has no address any more. Take it back, and ask again for somebody else or by phone."))
    answered = None
    if decline.answers is not None:
        of_them = MailMessage.objects.filter(interaction=decline.answers, deal=decline.deal, direction=MailMessage.Direction.IN)
        answered = of_them.order_by("pk").first()
    return write(deal=decline.deal, author=author, to=[decline.contact.email], subject=decline.subject, body=body, answers=answered, now=now)


def _call(decline: Decline, author: User, now: datetime) -> Interaction:
    words = "\n\n".join((decline.thanks, decline.reason, decline.helpers, decline.door))
    return log_interaction(
        deal=decline.deal,
        kind=Interaction.Kind.CALL,
        direction=Interaction.Direction.OUT,
        outcome=Interaction.Outcome.CONNECTED,
        contact=decline.contact,
        user=author,
        by=author,
        body=words,
        now=now,
    )


def _tell_introducer(decline: Decline, author: User, now: datetime) -> OutgoingMail | None:
    """Who brought us in hears it from us, not from the customer. Where they are who asked, one note is enough."""
    person = decline.introducer
    if person is None or not decline.introducer_words or not person.email or not author.email:
        return None
    if decline.way == Way.MAIL and person.pk == decline.contact_id:
        return None
    subject = _("About %(deal)s") % {"deal": decline.deal.name}
    end = f"{decline.farewell}\n{author.name}" if decline.farewell else author.name
    return write(deal=decline.deal, author=author, to=[person.email], subject=subject, body=f"{decline.introducer_words}\n\n{end}", now=now)


def _end_open_ones(deal: Deal, by: User, now: datetime) -> None:
    """Somebody had asked for the same, and a manager decides it themselves: that request is over, and says so."""
    for decline in Decline.objects.open().filter(deal=deal).select_related("deal", "asked_by", "task"):
        end(decline, State.OVERTAKEN, by=by, now=now, words=Decline.EndedWith.CLOSED)
