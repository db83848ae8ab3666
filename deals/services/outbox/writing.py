"""Writing a mail, changing it and taking it back: its author's own acts, possible until it goes."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import Contact, ContactAddress
from accounts.refusals import Refused, still_there
from deals.deal_people import people_of
from deals.models import OutgoingMail
from deals.outbox.addresses import CONTROL, checked, domain_of_ids
from deals.outbox.fields import left_in
from deals.services.outbox.soon import TO_UNDO, hand_on
from deals.services.outbox.threads import continue_thread, heads_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from accounts.models import User
    from deals.models import Deal, MailMessage

State = OutgoingMail.State
FARTHEST = timedelta(days=366)
LONGEST_BODY = 100_000
LONGEST_SUBJECT = 300


@transaction.atomic
def write(
    *,
    deal: Deal,
    author: User,
    to: Sequence[str],
    subject: str,
    body: str,
    now: datetime,
    cc: Sequence[str] = (),
    answers: MailMessage | None = None,
    send_at: datetime | None = None,
    key: str = "",
) -> OutgoingMail:
    """Put a mail into the outbox: it goes in ten seconds, or at ``send_at``.

    ``key``: a UUID of the form it was written in; the same form sent twice is one mail. Refused without recipient, subject or
    words, for an address that is none, for a field of a template that nobody filled in, and for an answer to another deal's mail.
    """
    if not author.email:
        raise Refused(_("You have no e-mail address here. Ask an admin to enter it: mail goes in your name."))
    if answers is not None and answers.deal_id != deal.pk:
        raise Refused(_("The message you answer stands with another deal now. Open it there."))
    facts = _facts(deal=deal, answers=answers, to=to, cc=cc, subject=subject, body=body, send_at=send_at, now=now)
    message_id = f"<{_id_of(key)}@{domain_of_ids(author)}>"
    in_reply_to, references = heads_of(answers)
    try:
        with transaction.atomic():
            mail = OutgoingMail.objects.create(
                deal=deal,
                author=author,
                answers=answers,
                message_id=message_id,
                in_reply_to=in_reply_to,
                references=references,
                created_at=now,
                **facts,
            )
    except IntegrityError:
        if not OutgoingMail.objects.filter(message_id=message_id).exists():
            raise
        return _written_before(message_id, deal, author)
    continue_thread(mail, now)
    transaction.on_commit(lambda: hand_on(mail.send_at, now))
    return mail


@transaction.atomic
def change(
    *,
    mail: OutgoingMail,
    by: User,
    to: Sequence[str],
    subject: str,
    body: str,
    now: datetime,
    cc: Sequence[str] = (),
    send_at: datetime | None = None,
) -> OutgoingMail:
    """Other words, other people or another time; one that was taken back or refused waits again. Refused once it goes."""
    mail = _own(mail, by, open_to=OutgoingMail.OPEN_TO_CHANGE)
    facts = _facts(deal=mail.deal, answers=mail.answers, to=to, cc=cc, subject=subject, body=body, send_at=send_at, now=now)
    for name, value in facts.items():
        setattr(mail, name, value)
    mail.state, mail.attempts, mail.last_error, mail.claimed_at = State.WAITING, 0, "", None
    mail.save()
    transaction.on_commit(lambda: hand_on(mail.send_at, now))
    return mail


@transaction.atomic
def take_back(*, mail: OutgoingMail, by: User) -> OutgoingMail:
    """It does not go; its words stay with its author. Refused once it is on its way."""
    mail = _own(mail, by, open_to=OutgoingMail.OPEN_TO_CHANGE)
    mail.state = State.CANCELLED
    mail.save(update_fields=["state"])
    return mail


@transaction.atomic
def throw_away(*, mail: OutgoingMail, by: User) -> None:
    """Its words are gone. Refused for one that was not taken back before."""
    _own(mail, by, open_to=(State.CANCELLED,)).delete()


def _own(mail: OutgoingMail, by: User, *, open_to: Sequence[str]) -> OutgoingMail:
    locked: OutgoingMail = still_there(
        OutgoingMail.objects.select_for_update(of=("self",)).select_related("deal__account").filter(pk=mail.pk).first()
    )
    if locked.author_id != by.pk:
        raise Refused(_("Only who wrote a mail may change it or take it back."))
    if locked.state not in open_to:
        raise Refused(_too_late(locked))
    return locked


def _too_late(mail: OutgoingMail) -> str:
    if mail.state == State.UNKNOWN:
        return _("It may have gone already. Say on the deal whether it did.")
    if mail.state == State.SENDING:
        return _("Too late: it is on its way. Write once more to put it right.")
    return _("Too late: it has gone. Write once more to put it right.")


def _facts(
    *,
    deal: Deal,
    answers: MailMessage | None,
    to: Sequence[str],
    cc: Sequence[str],
    subject: str,
    body: str,
    send_at: datetime | None,
    now: datetime,
) -> dict[str, Any]:
    recipients = checked(to)
    if not recipients:
        raise Refused(_("Choose whom it goes to."))
    subject = " ".join(CONTROL.sub(" ", subject).split())[:LONGEST_SUBJECT]
    body = body.replace("\x00", "").replace("\r\n", "\n").strip()
    if not subject:
        raise Refused(_("Say in a subject what it is about."))
    if not body:
        raise Refused(_("Write something first."))
    if len(body) > LONGEST_BODY:
        raise Refused(_("That is longer than a mail should be. Send a link to the document instead."))
    fields = left_in(subject, body)
    if fields:
        raise Refused(_("Still to be filled in: %(fields)s.") % {"fields": ", ".join(f"{{{name}}}" for name in fields)})
    if send_at is not None and send_at > now + FARTHEST:
        raise Refused(_("That is more than a year ahead. Choose an earlier day."))
    goes_at = max(send_at or now, now + TO_UNDO)
    return {
        "to": recipients,
        "cc": [one for one in checked(cc) if one not in recipients],
        "subject": subject,
        "body": body,
        # At an address that is nobody's in particular it is who wrote, and asked to be answered there.
        "contact": _contact(deal, recipients) or (answers.contact if answers is not None else None),
        "state": State.WAITING,
        "send_at": goes_at,
        "next_try_at": goes_at,
    }


def _contact(deal: Deal, recipients: Sequence[str]) -> Contact | None:
    """Whose address the first recipient's is, of those one may speak with on the deal."""
    people = {str(one.email).lower(): one for one in people_of(deal) if one.email}
    for address in recipients:
        if address in people:
            return people[address]
    other = ContactAddress.objects.filter(email__in=recipients, contact__in=people_of(deal).order_by()).select_related("contact").first()
    return other.contact if other is not None else None


def _id_of(key: str) -> str:
    try:
        return UUID(key).hex
    except ValueError:
        return uuid4().hex


def _written_before(message_id: str, deal: Deal, author: User) -> OutgoingMail:
    """The same form came twice. A key that somebody else has used is nobody's by chance."""
    found: OutgoingMail | None = OutgoingMail.objects.filter(message_id=message_id, author=author, deal=deal).first()
    if found is None:
        raise Refused(_("This form was used before. Open it anew and send it once more."))
    return found
