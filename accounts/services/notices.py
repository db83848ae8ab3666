"""Notices: written in the transaction of the fact, mailed later by the drain, read under the bell."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from smtplib import SMTPNotSupportedError, SMTPRecipientsRefused, SMTPResponseException
from time import monotonic
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

import structlog
from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.db import connection, transaction
from django.db.models import F
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import ngettext

from accounts.arrays import array_of
from accounts.doors import may_come_in
from accounts.models import Notice, NoticePreference, User
from accounts.notice_acts import with_acts
from accounts.notice_kinds import may_be_silenced

if TYPE_CHECKING:
    from collections.abc import Sequence

log = structlog.get_logger(__name__)

# A sweep tells of thousands at once; as model instances they take longer to make than to write.
WRITE = """
INSERT INTO accounts_notice (user_id, kind, topic, title, body, path, severity, created_at, dedupe_key, mail, next_attempt_at, attempts, last_error)
SELECT n.*, 0, '' FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::smallint[], %s::timestamptz[],
                              %s::text[], %s::text[], %s::timestamptz[]) AS n
ON CONFLICT DO NOTHING
"""
# A mail is tried for a day, and often enough where nobody tried for most of it.
TRIED_FOR = timedelta(hours=24)
LEAST_ATTEMPTS = 10
# Topics a mail spells out; an import or a Monday morning may raise hundreds.
IN_A_LETTER = 20
# A drain speaks with the mail server for one person at a time; whoever takes longer than this has died.
STUCK = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class NewNotice:
    """One thing to tell one person. ``topic`` groups ("deal:12"), ``path`` is below SITE_URL, ``severity`` 0 to 4.

    ``dedupe_key`` names the fact and the person: the same key is told once, for ever.
    """

    user_id: int
    kind: str
    topic: str
    title: str
    body: str
    path: str
    severity: int
    created_at: datetime
    dedupe_key: str
    mail: bool = True


def tell(rows: Sequence[NewNotice]) -> None:
    """Write the notices in the caller's transaction, in two statements; what was told before is left alone.

    What a person keeps out of their mail is shown under the bell alone, see :mod:`accounts.notice_kinds`.
    """
    if not rows:
        return
    rows = sorted(rows, key=lambda row: row.severity)  # of what is told at one moment the gravest is written last, so that it leads its group
    unwanted = _unwanted(rows)
    mailed = [row.mail and not ((row.user_id, row.kind) in unwanted and may_be_silenced(row.kind, row.severity)) for row in rows]
    pending, none = Notice.Mail.PENDING.value, Notice.Mail.NONE.value
    columns = zip(
        *(
            (
                row.user_id,
                row.kind,
                row.topic,
                row.title[:300],
                row.body,
                row.path,
                row.severity,
                row.created_at,
                row.dedupe_key,
                pending if mail else none,
                row.created_at if mail else None,
            )
            for row, mail in zip(rows, mailed, strict=True)
        ),
        strict=True,
    )
    with connection.cursor() as cursor:
        cursor.execute(WRITE, [array_of(column) for column in columns])


def _unwanted(rows: Sequence[NewNotice]) -> set[tuple[int, str]]:
    """Who keeps which kind out of their mail: one query for all the people and kinds of the rows."""
    people, kinds = {row.user_id for row in rows if row.mail}, {row.kind for row in rows if row.mail}
    if not people:
        return set()
    return set(NoticePreference.objects.filter(user_id__in=people, kind__in=kinds, by_mail=False).values_list("user_id", "kind"))


@transaction.atomic
def choose_mail(*, user: User, by_mail: dict[str, bool]) -> None:
    """Keep which kinds come by mail; what waits to be mailed and is not wanted any more stays under the bell alone."""
    rows = [NoticePreference(user=user, kind=kind, by_mail=wanted) for kind, wanted in by_mail.items()]
    NoticePreference.objects.bulk_create(rows, update_conflicts=True, unique_fields=["user", "kind"], update_fields=["by_mail"])
    waiting = Notice.objects.filter(user=user, mail=Notice.Mail.PENDING)
    silenced = waiting.filter(kind__in=[kind for kind, wanted in by_mail.items() if not wanted]).values_list("pk", "kind", "severity")
    ids = [pk for pk, kind, severity in silenced.select_for_update(skip_locked=True) if may_be_silenced(kind, severity)]
    Notice.objects.filter(pk__in=ids, mail=Notice.Mail.PENDING).update(mail=Notice.Mail.NONE, next_attempt_at=None)


# --- under the bell ---------------------------------------------------------------------------------------------


def unread_count(user: User) -> int:
    return Notice.objects.visible_to(user).filter(read_at__isnull=True).count()


def mark_read(*, user: User, now: datetime, topic: str | None = None, notice_ids: Sequence[int] | None = None) -> int:
    """Mark the person's notices read, of those they may see: of one topic, some by id, or all. Returns how many were unread."""
    rows = Notice.objects.visible_to(user).filter(read_at__isnull=True)
    if topic is not None:
        rows = rows.filter(topic=topic)
    if notice_ids is not None:
        rows = rows.filter(pk__in=notice_ids)
    return rows.update(read_at=now)


# --- the drain --------------------------------------------------------------------------------------------------


class Claim(NamedTuple):
    """The rows of one person, marked ``sending`` and committed: from here on they are mailed at most once."""

    user: User
    notices: list[Notice]


def drain(now: datetime, *, limit: int = 500) -> int:
    """Mail what is due, one mail a person, to at most ``limit`` people. Returns how many mails left.

    Safe to run any number of times at once. Stops early when the mail server cannot be reached.
    """
    give_up_on_stuck(now)
    started, sent = monotonic(), 0
    for _round in range(limit):
        # The clock goes on while mails leave; a claim's age is what tells the living from the dead.
        at = now + timedelta(seconds=monotonic() - started)
        claim = claim_next(at)
        if claim is None:
            break
        outcome = _send(claim, at)
        sent += outcome is Notice.Mail.SENT
        if outcome is None:
            break
    return sent


@transaction.atomic
def claim_next(now: datetime) -> Claim | None:
    """Claim all due rows of the person who has waited longest; None when nobody waits.

    The lock on the person keeps two drains from splitting one person's rows into two mails.
    """
    while True:
        waiting = Notice.objects.filter(mail=Notice.Mail.PENDING, next_attempt_at__lte=now)
        people = User.objects.filter(pk__in=waiting.values("user_id"))
        user = people.select_for_update(skip_locked=True, no_key=True, of=("self",)).select_related("departure").order_by("pk").first()
        if user is None:
            return None
        notices = list(waiting.filter(user=user).select_for_update(skip_locked=True).order_by("created_at", "pk"))
        if not notices:
            return None
        wanted = [notice for notice in notices if notice.read_at is None] if may_come_in(user, now) else []
        ids = {notice.pk for notice in wanted}
        # Nobody to mail to, or read under the bell meanwhile.
        Notice.objects.filter(pk__in=[notice.pk for notice in notices if notice.pk not in ids]).update(mail=Notice.Mail.NONE, next_attempt_at=None)
        if wanted:
            Notice.objects.filter(pk__in=ids).update(mail=Notice.Mail.SENDING, claimed_at=now, attempts=F("attempts") + 1)
            return Claim(user, wanted)


def _send(claim: Claim, now: datetime) -> Notice.Mail | None:
    """Speak to the mail server and write down how it went; None when it could not be reached at all."""
    rows = Notice.objects.filter(pk__in=[notice.pk for notice in claim.notices], mail=Notice.Mail.SENDING)
    connection = get_connection()
    try:
        message = letter(claim)
        message.message()  # a header or an address that cannot be written is found before anything is said
        connection.open()
    except Exception as error:  # noqa: BLE001 - whatever it was, nothing has left the house: the rows wait for the next attempt
        _again(claim, now, error)
        return None if isinstance(error, OSError) else Notice.Mail.PENDING
    try:
        connection.send_messages([message])
    except (SMTPResponseException, SMTPRecipientsRefused, SMTPNotSupportedError) as error:
        # The server said no: it has not taken the mail.
        _again(claim, now, error)
        return Notice.Mail.PENDING
    except Exception as error:  # noqa: BLE001 - the line broke in the middle: the mail may have left, so it is not sent again
        rows.update(mail=Notice.Mail.UNKNOWN, last_error=_short(error))
        log.error("notice_mail_fate_unknown", user_id=claim.user.pk, notices=len(claim.notices), error=str(error))
        return Notice.Mail.UNKNOWN
    finally:
        _hang_up(connection)
    rows.update(mail=Notice.Mail.SENT, sent_at=now, next_attempt_at=None, last_error="")
    return Notice.Mail.SENT


def _hang_up(connection: object) -> None:
    try:
        connection.close()  # type: ignore[attr-defined] # every mail backend has it
    except OSError as error:
        log.warning("mail_connection_not_closed", error=str(error))


def _again(claim: Claim, now: datetime, error: Exception) -> None:
    """Back into the queue with a growing pause; after a day the row is given up, loudly."""
    for notice in claim.notices:
        attempts = notice.attempts + 1
        given_up = attempts >= LEAST_ATTEMPTS and now >= notice.created_at + TRIED_FOR
        Notice.objects.filter(pk=notice.pk, mail=Notice.Mail.SENDING).update(
            mail=Notice.Mail.FAILED if given_up else Notice.Mail.PENDING,
            next_attempt_at=None if given_up else now + pause_after(attempts),
            last_error=_short(error),
        )
        if given_up:
            log.error("notice_mail_given_up", notice_id=notice.pk, user_id=claim.user.pk, attempts=attempts, error=str(error))
    log.warning("notice_mail_refused", user_id=claim.user.pk, notices=len(claim.notices), error=str(error))


def pause_after(attempts: int) -> timedelta:
    """1, 2, 4, … 60 minutes."""
    return timedelta(minutes=min(2 ** (attempts - 1), 60))


def give_up_on_stuck(now: datetime) -> int:
    """Rows whose worker died between claim and answer: nobody knows whether they left, so they are never sent again."""
    stuck = Notice.objects.filter(mail=Notice.Mail.SENDING, claimed_at__lt=now - STUCK).update(mail=Notice.Mail.UNKNOWN)
    if stuck:
        log.error("notice_mail_fate_unknown", notices=stuck, error="the worker that sent them did not come back")
    return stuck


def letter(claim: Claim) -> EmailMultiAlternatives:
    """One mail for all claimed notices, in the person's language: the gravest topics, and how many things more there
    are. Its Message-ID follows from the rows alone."""
    user, notices = claim
    with translation.override(user.language):
        subject = (
            " ".join(notices[0].title.split())
            if len(notices) == 1
            else ngettext("%(n)s thing waits for you", "%(n)s things wait for you", len(notices)) % {"n": len(notices)}
        )
        with_acts(notices, by_mail=True)
        topics = by_topic(notices)
        more = sum(len(topic) for topic in topics[IN_A_LETTER:])
        words = {"user": user, "topics": topics[:IN_A_LETTER], "more": more, "site_url": settings.SITE_URL, "subject": subject}
        message = EmailMultiAlternatives(
            subject,
            render_to_string("accounts/mail/notices.txt", words),
            to=[str(user.email)],
            headers={"Message-ID": message_id(notices), "Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"},
        )
        message.attach_alternative(render_to_string("accounts/mail/notices.html", words), "text/html")
    return message


def message_id(notices: Sequence[Notice]) -> str:
    keys = "\n".join(sorted(notice.dedupe_key for notice in notices))
    return f"<{sha256(keys.encode()).hexdigest()[:32]}@{urlsplit(settings.SITE_URL).hostname}>"


def by_topic(notices: Sequence[Notice]) -> list[list[Notice]]:
    """Grouped by what they are about, the gravest group first; a notice without a topic stands alone."""
    groups: dict[str, list[Notice]] = {}
    for notice in notices:
        groups.setdefault(notice.topic or f"notice:{notice.pk}", []).append(notice)
    return sorted(groups.values(), key=lambda group: -max(notice.severity for notice in group))


def _short(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:500]
