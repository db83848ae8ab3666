"""The drain: one mail after another, each claimed and committed before the server hears of it.

Any number of drains may run at once, on any number of machines, and any of them may be killed at any point:

- killed before the claim is committed: the mail waits as before;
- killed between the claim and the end: it is found ``sending``, and after ten minutes nobody knows: ``unknown``;
- the server took it and the record failed: likewise. A copy of it that is read in a sent folder settles it.
"""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from time import monotonic
from typing import TYPE_CHECKING

import structlog
from django.core.exceptions import ObjectDoesNotExist
from django.db import DatabaseError, IntegrityError, transaction
from django.db.models import Exists, F, OuterRef
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.calendars import zone_for
from accounts.doors import may_come_in
from deals.foreign_words import foreign_words
from deals.models import MailMessage, OutgoingMail
from deals.outbox.letter import letter
from deals.outbox.post import Fate, Outcome, hand_over
from deals.services.outbox.recording import record
from deals.services.outbox.telling import tell_author

if TYPE_CHECKING:
    from datetime import datetime

log = structlog.get_logger(__name__)
State = OutgoingMail.State
TRIED_FOR = timedelta(hours=24)
# Where nobody tried for most of the day, it is not given up after one more attempt.
LEAST_ATTEMPTS = 5
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=30), timedelta(minutes=30)
# A conversation with a server takes seconds; each of its steps at most 20.
STUCK = timedelta(minutes=10)


def drain(now: datetime, *, limit: int = 200) -> int:
    """Send what is due, at most ``limit`` mails; how many left. Stops early where no server can be reached."""
    settle_stuck(now)
    started, sent = monotonic(), 0
    for _round in range(limit):
        mail = claim(now + timedelta(seconds=monotonic() - started))
        if mail is None:
            break
        outcome = send(mail)
        at = now + timedelta(seconds=monotonic() - started)
        try:
            finish(mail, outcome, at)
        except (DatabaseError, ObjectDoesNotExist):
            # Its fate is not lost: it stands as on its way, and will be said to be unknown. The others go on.
            log.exception("outgoing_mail_not_noted", mail=mail.pk, fate=outcome.fate)
        sent += outcome.fate is Fate.SENT
        if not outcome.reached:
            break
    return sent


def claim(now: datetime) -> OutgoingMail | None:
    """The mail that is due for longest, marked ``sending`` and committed; None when nothing is due."""
    while True:
        with transaction.atomic(durable=True):
            due = OutgoingMail.objects.filter(state=State.WAITING, next_try_at__lte=now).order_by("next_try_at", "pk")
            due = due.select_for_update(skip_locked=True, of=("self",)).select_related("author__departure", "deal", "answers")
            mail: OutgoingMail | None = due.first()
            if mail is None:
                return None
            if may_come_in(mail.author, now):
                mail.state, mail.claimed_at, mail.attempts = State.SENDING, now, mail.attempts + 1
                mail.save(update_fields=["state", "claimed_at", "attempts"])
                return mail
            with translation.override(mail.author.language):
                words = _("%(name)s is not here any more, so nothing goes in their name. Write it anew in yours.") % {"name": mail.author.name}
            _give_up(mail, words, now)


def send(mail: OutgoingMail) -> Outcome:
    """In the author's language and zone: the words above a quotation are theirs."""
    with translation.override(mail.author.language), timezone.override(zone_for(mail.author)):
        return hand_over(partial(letter, mail, now=mail.claimed_at or timezone.now()))


def finish(mail: OutgoingMail, outcome: Outcome, now: datetime) -> None:
    """Write down how it went. Nothing happens to a mail that somebody else has settled meanwhile."""
    if outcome.fate is Fate.SENT:
        _sent(mail, now)
        return
    with transaction.atomic():
        row = OutgoingMail.objects.select_for_update(of=("self",)).select_related("author", "deal__owner").get(pk=mail.pk)
        if row.state not in (State.SENDING, State.UNKNOWN) or row.claimed_at != mail.claimed_at:
            return
        with translation.override(row.author.language):
            _not_sent(row, outcome, now)


def _sent(mail: OutgoingMail, now: datetime) -> None:
    """A copy of it may come in at the same moment: then that one wrote down what was said, and we look again."""
    for last in (False, True):
        try:
            with transaction.atomic():
                # Declared lost while the server took its time: now it is known.
                record(mail, sent_at=now, now=now, of=[State.SENDING, State.UNKNOWN])
        except IntegrityError:
            if last:
                raise
        else:
            return


def _not_sent(row: OutgoingMail, outcome: Outcome, now: datetime) -> None:
    log.warning("outgoing_mail_not_sent", mail=row.pk, fate=outcome.fate, attempts=row.attempts, words=outcome.words)
    if outcome.fate is Fate.UNKNOWN:
        row.state, row.last_error = State.UNKNOWN, foreign_words(outcome.words)
        row.save(update_fields=["state", "last_error"])
        tell_author(row, now)
    elif outcome.fate is Fate.FAILED:
        _give_up(row, outcome.words, now)
    elif row.attempts >= LEAST_ATTEMPTS and now >= row.send_at + TRIED_FOR:
        log.error("outgoing_mail_given_up", mail=row.pk, author=row.author_id, attempts=row.attempts)
        _give_up(row, _("It was tried for a day. %(words)s") % {"words": outcome.words}, now)
    else:
        row.state, row.last_error, row.next_try_at = State.WAITING, foreign_words(outcome.words), now + pause_after(row.attempts)
        row.save(update_fields=["state", "last_error", "next_try_at"])


def _give_up(row: OutgoingMail, words: str, now: datetime) -> None:
    row.state, row.last_error = State.FAILED, foreign_words(words)
    row.save(update_fields=["state", "last_error"])
    tell_author(row, now)


def pause_after(attempts: int) -> timedelta:
    """Half a minute, one, two, four … half an hour."""
    doubled: int = 2 ** (min(attempts, 12) - 1)
    return min(FIRST_PAUSE * doubled, LONGEST_PAUSE)


def settle_stuck(now: datetime) -> int:
    """Whose worker died is unknown from now on, and said to its author; unknown ones whose copy was read since have gone."""
    copies = MailMessage.objects.filter(message_id=OuterRef("message_id"), direction=MailMessage.Direction.OUT)
    for mail in OutgoingMail.objects.filter(Exists(copies), state=State.UNKNOWN).select_related("deal"):
        try:
            with transaction.atomic():
                record(mail, sent_at=mail.claimed_at or now, now=now, of=[State.UNKNOWN])
        except (DatabaseError, ObjectDoesNotExist):  # it stays unknown, and the others go
            log.exception("outgoing_mail_not_noted", mail=mail.pk)
    with transaction.atomic():
        stuck = OutgoingMail.objects.filter(state=State.SENDING, claimed_at__lt=now - STUCK).order_by(F("claimed_at"))
        rows = list(stuck.select_for_update(skip_locked=True, of=("self",)).select_related("author", "deal__owner"))
        for row in rows:
            with translation.override(row.author.language):
                row.state, row.last_error = State.UNKNOWN, _("The worker that sent it did not come back.")
                row.save(update_fields=["state", "last_error"])
                tell_author(row, now)
    if rows:
        log.error("outgoing_mail_fate_unknown", mails=[row.pk for row in rows])
    return len(rows)
