"""The way in: read outside the lock, sort and write under it, a batch in one transaction.

Sorting a message needs what all the others have brought (its thread, the person who wrote, the deal that was opened for
them), so one batch is sorted at a time, in the whole company; reading, which takes longer, goes on beside it. What is
killed in the middle has left nothing behind and is taken in when its source is read again; what is in stays in, by the
unique key of mailbox and Message-ID.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog
from django.db import IntegrityError, InterfaceError, OperationalError, connection, transaction

from deals.intake.mail.marking import NOT_SORTED
from deals.models import MailMessage
from deals.risk.refresh import refresh
from deals.services.mail import addresses, claims, following, inquiries, letters, others, ours, proof, threads, writing
from deals.services.mail import known as looked_up
from deals.services.mail.closed import tell_of_closed
from deals.services.mail.deciding import Decisions, external_id
from deals.services.mail.holding import MeanwhileError, database_is_away, hold
from deals.services.mail.items import Item, Taken
from deals.signals import mail_with_calendar

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from deals.models import Mailbox
    from deals.services.mail.known import Known
    from deals.services.mail.letters import Letter
    from deals.services.mail.ours import Ours

log = structlog.get_logger(__name__)
# "mail": whoever sorts mail holds it until the end of the transaction.
ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(1835100524)"
BATCH = 200
BATCH_BYTES = 16_000_000
ATTEMPTS = 4


def take_in(*, mailbox: Mailbox, raw: bytes, place: str, now: datetime, role: str = "inbox") -> Taken:
    """Take in one message. See :func:`take_in_many`."""
    return take_in_many(mailbox=mailbox, items=[Item(raw, place, role)], now=now)[0]


def take_in_many(*, mailbox: Mailbox, items: Iterable[Item], now: datetime, rehearsal: bool = False) -> list[Taken]:
    """Take in messages of one mailbox; what became of each, in their order. Large numbers go in as transactions of 200.

    Every message is one row, whatever is in it. Raises ``OperationalError`` where the database is away: then the
    transaction under way left nothing, and the same messages may come again. ``rehearsal``: inside a transaction that will
    be rolled back; no deal is locked, nobody is told.
    """
    taken: list[Taken] = []
    for batch in batches(items):
        taken += _take_batch(mailbox, batch, now, rehearsal=rehearsal)
    return taken


def batches(items: Iterable[Item]) -> Iterable[list[Item]]:
    """So many at once that memory stays flat: by number, and by size."""
    batch: list[Item] = []
    size = 0
    for item in items:
        if batch and (len(batch) >= BATCH or size + len(item.raw) > BATCH_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(item)
        size += len(item.raw)
    if batch:
        yield batch


def _take_batch(mailbox: Mailbox, items: Sequence[Item], now: datetime, *, rehearsal: bool) -> list[Taken]:
    side = ours.load(now)
    read = [letters.read(item, now=now) for item in items]
    for letter in read:
        letters.address(letter, side, mailbox.owner_id)
    claims.look_at(read, mailbox)
    talked = {row[0] for row in looked_up.rows(looked_up.TALKED, ids=letters.ids_of(read), claimed=proof.AS_STORED)}
    talked |= {letter.message_id for letter in read if letter.direction == "out" and not letter.is_claimed}
    for letter in read:
        letters.judge(letter, side, known_thread=not talked.isdisjoint(letter.parents))
        if letter.is_claimed:
            letter.evidence = (*letter.evidence, proof.EVIDENCE)
    return _settle(mailbox, read, side, now, rehearsal=rehearsal)


def _settle(mailbox: Mailbox, read: list[Letter], side: Ours, now: datetime, *, rehearsal: bool) -> list[Taken]:
    """Try again where somebody else was in the way; then one by one, so that one message cannot keep the others out."""
    for attempt in range(ATTEMPTS):
        for letter in read:
            letter.forget()
        try:
            return _sort(mailbox, read, side, now, rehearsal=rehearsal)
        except (InterfaceError, OperationalError) as error:
            if database_is_away(error):
                raise
            last: Exception = error
        except (IntegrityError, MeanwhileError) as error:
            last = error
        except Exception as error:  # a fault of ours about one message: the others come in, and it is kept as it came
            log.exception("mail_not_sorted", mailbox=mailbox.pk, messages=len(read))
            last = error
            break
        log.warning("mail_batch_again", mailbox=mailbox.pk, messages=len(read), attempt=attempt, error=str(last)[:300])
    if len(read) > 1:
        return [taken for letter in read for taken in _settle(mailbox, [letter], side, now, rehearsal=rehearsal)]
    if read[0].mail is None or isinstance(last, MeanwhileError | OperationalError):
        raise last
    kept = letters.unreadable(read[0].item, NOT_SORTED % {"error": type(last).__name__}, now)
    return _settle(mailbox, [kept], side, now, rehearsal=rehearsal)


@transaction.atomic
def _sort(mailbox: Mailbox, read: list[Letter], side: Ours, now: datetime, *, rehearsal: bool) -> list[Taken]:
    if not rehearsal:
        with connection.cursor() as cursor:
            cursor.execute(ONE_AT_A_TIME)
    here = {row[0]: row for row in looked_up.rows(looked_up.HERE, ids=[letter.message_id for letter in read]) if row[1] == mailbox.pk}
    new: dict[str, Letter] = {}
    for letter in read:
        if letter.message_id not in here:
            new.setdefault(letter.message_id, letter)
    if new:
        _write(sorted(new.values(), key=lambda letter: (letter.sent_at, len(letter.parents))), mailbox, side, now, rehearsal=rehearsal)
    return [_taken(letter, new.get(letter.message_id), here.get(letter.message_id)) for letter in read]


def _write(new: list[Letter], mailbox: Mailbox, side: Ours, now: datetime, *, rehearsal: bool) -> None:
    people = {one for letter in new for one in (letter.sender, *letter.addresses("to", "cc", "bcc")) if not side.is_ours(one)}
    known = looked_up.look_up(
        ids=letters.ids_of(new),
        addresses=people | set(addresses.addresses_in(new, side)),
        external_ids=[external_id(letter.message_id) for letter in new],
    )
    found = threads.sort([letter for letter in new if letter.mail is not None], known)
    plan = Decisions(mailbox=mailbox, ours=side, known=known, now=now).decide(new)
    touched = {letter.deal.id: letter.deal for letter in new if letter.deal is not None}
    followers = following.waiting(found)
    if not rehearsal:
        touched |= {thread.deal.id: thread.deal for thread in found if thread.deal is not None and followers}
        hold(plan, touched.values(), _people(new, known))
    human = [letter for letter in new if letter.is_human and letter.deal is not None and letter.contact_id is not None]
    inquiries.write(plan, by_deal=((letter.deal.id, letter.contact_id) for letter in human if letter.deal and letter.contact_id), now=now)
    writing.interactions(new, known, now)
    writing.messages(new, mailbox, now)
    claims.settle(new)
    writing.threads(found)
    said = following.follow(followers, known, now)
    others.settle({*said, *(letter.interaction_id for letter in new if letter.interaction_id is not None)})
    addresses.note_absences(new, now)
    addresses.mark_undeliverable(new, known, side, now)
    if rehearsal:
        return
    tell_of_closed(new, side, now)
    refresh(touched, now)
    _calendars(new, now)


def _people(new: Sequence[Letter], known: Known) -> set[int]:
    """Who wrote or got what goes onto a deal: none of them is merged into another while their ids are written down."""
    addresses_of = (one for letter in new if letter.deal is not None for one in (letter.sender, *letter.addresses("to", "cc", "bcc")))
    behind = {person.id for address in addresses_of for person in known.people.get(address, ())}
    return behind | {letter.contact_id for letter in new if letter.contact_id is not None}


def _calendars(new: Sequence[Letter], now: datetime) -> None:
    """Whoever keeps calendars looks at the invitations that came with these messages."""
    with_calendar = {letter.pk: letter.mail for letter in new if letter.mail is not None and letter.mail.calendars}
    if with_calendar:
        rows = MailMessage.objects.filter(pk__in=with_calendar).select_related("mailbox", "deal", "contact").order_by("sent_at", "pk")
        for message in rows:
            try:
                with transaction.atomic():
                    mail_with_calendar.send(MailMessage, message=message, mail=with_calendar[message.pk], now=now)
            except (InterfaceError, OperationalError, MeanwhileError):  # the batch is done again
                raise
            except Exception:  # an invitation that cannot be understood must not cost the message it came with
                log.exception("mail_calendar_failed", message=message.pk)


def _taken(letter: Letter, written: Letter | None, here: tuple[object, ...] | None) -> Taken:
    one = written or letter
    taken = Taken(
        place=letter.item.place,
        message_id=letter.message_id,
        pk=one.pk,
        is_new=written is letter,
        kind=letter.kind,
        evidence=letter.evidence,
        direction=letter.direction,
        status=one.status,
        reason=one.reason,
        sent_at=letter.sent_at,
        text=letter.text,
        mail=letter.mail,
        thread_id=one.thread.root.id if one.thread is not None else None,
        matched_by=one.matched_by,
        user_id=one.user_id,
        contact_id=one.contact_id,
        account_id=one.account_id,
        deal_id=one.deal.id if one.deal is not None else None,
        inquiry=one.inquiry,
    )
    if here is not None:
        names = ("pk", "status", "reason", "matched_by", "thread_id", "user_id", "contact_id", "account_id", "deal_id")
        for name, value in zip(names, here[2:], strict=True):
            setattr(taken, name, value)
        taken.inquiry = taken.status == MailMessage.Status.INQUIRY
    return taken
