"""A decided batch becomes rows: in a few statements, whatever its size."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from deals.copying import insert, next_ids, write_values
from deals.models import Interaction, MailAttachment, MailMessage
from deals.services.mail import raw
from deals.services.mail.deciding import external_id
from deals.services.mail.letters import storable

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from deals.models import Mailbox
    from deals.services.mail.known import Known, ThreadRow
    from deals.services.mail.letters import Letter

MESSAGE = (
    "id", "mailbox_id", "message_id", "place", "received_at", "sent_at", "kind", "evidence", "direction", "sender", "sender_name", "recipients",
    "subject", "in_reply_to", "thread_id", "text", "html", "defects", "status", "reason", "matched_by", "user_id", "contact_id", "account_id",
    "deal_id", "interaction_id",
)  # fmt: skip
INTERACTION = (
    "id", "deal_id", "account_id", "contact_id", "user_id", "kind", "direction", "outcome", "is_human", "at", "subject", "body", "external_id",
    "dates_shifted_by", "recorded_at", "apology",
)  # fmt: skip
ATTACHMENT = ("message_id", "position", "name", "content_type", "size", "digest", "content_id", "is_image")
DEAL_OF_THREAD = (
    "UPDATE deals_mailthread AS t SET deal_id = v.deal FROM (VALUES %s) AS v (id, deal) WHERE t.id = v.id AND t.deal_id IS DISTINCT FROM v.deal"
)
# Somebody had taken it off a deal; now it comes in elsewhere and belongs to one.
SAID_AGAIN = """
UPDATE deals_interaction AS i SET deal_id = v.deal, account_id = v.account, contact_id = v.contact, withdrawn_at = NULL, withdrawn_by_id = NULL
FROM (VALUES %s) AS v (id, deal, account, contact) WHERE i.id = v.id AND i.deal_id IS NULL
"""
TALKING = {MailMessage.Kind.HUMAN, MailMessage.Kind.AUTO_REPLY}
LONGEST_BODY = 100_000
LONGEST_SUBJECT = 300


def interactions(letters: Sequence[Letter], known: Known, now: datetime) -> None:
    """What was said on a deal, once for every message, however many mailboxes have it."""
    talking = [letter for letter in letters if letter.deal is not None and letter.kind in TALKING]
    values: list[tuple[Any, ...]] = []
    taken_off: list[tuple[Any, ...]] = []
    for letter, pk in zip(talking, next_ids(Interaction, len(talking)), strict=True):
        key = external_id(letter.message_id)
        here = known.said.get(key)
        deal = letter.deal
        assert deal is not None  # noqa: S101 - chosen so above
        if here is not None:
            letter.interaction_id = here[0]
            if here[1] is None:
                known.said[key] = (here[0], deal.id)
                taken_off.append((here[0], deal.id, deal.account_id, letter.contact_id))
            continue
        letter.interaction_id = pk
        known.said[key] = (pk, deal.id)
        values.append((
            pk, deal.id, deal.account_id, letter.contact_id, letter.user_id, "email", letter.direction, "", letter.is_human, letter.sent_at,
            letter.subject[:LONGEST_SUBJECT], letter.text[:LONGEST_BODY], key, 0, now, "",
        ))  # fmt: skip
    insert(Interaction, INTERACTION, values)
    write_values(SAID_AGAIN, taken_off, template="(%s::bigint, %s::bigint, %s::bigint, %s::bigint)")


def messages(letters: Sequence[Letter], mailbox: Mailbox, now: datetime) -> None:
    for letter, pk in zip(letters, next_ids(MailMessage, len(letters)), strict=True):
        letter.pk = pk
    insert(MailMessage, MESSAGE, [_message(letter, mailbox, now) for letter in letters])
    raw.keep((letter.pk, letter.item.raw) for letter in letters)
    insert(MailAttachment, ATTACHMENT, [row for letter in letters for row in _attachments(letter)])


def threads(found: Iterable[ThreadRow]) -> None:
    """Which deal takes what comes later in the thread."""
    values = [(thread.id, thread.deal.id) for thread in found if thread.deal is not None]
    if values:
        write_values(DEAL_OF_THREAD, values)


def _message(letter: Letter, mailbox: Mailbox, now: datetime) -> tuple[Any, ...]:
    return (
        letter.pk, mailbox.pk, letter.message_id, letter.item.place[:300], now, letter.sent_at, letter.kind, json.dumps(letter.evidence),
        letter.direction, letter.sender, letter.sender_name, json.dumps(letter.recipients, ensure_ascii=False), letter.subject,
        _array(letter.parents[:20]), letter.thread.root.id if letter.thread is not None else None, letter.text,
        letter.html, json.dumps(letter.defects), letter.status, letter.reason[:500], letter.matched_by, letter.user_id, letter.contact_id,
        letter.account_id, letter.deal.id if letter.deal is not None else None, letter.interaction_id,
    )  # fmt: skip


def _array(texts: Sequence[str]) -> str:
    """As PostgreSQL writes an array of texts."""
    escaped = (one.replace("\\", "\\\\").replace('"', '\\"') for one in texts)
    return "{" + ",".join(f'"{one}"' for one in escaped) + "}"


def _attachments(letter: Letter) -> list[tuple[Any, ...]]:
    if letter.mail is None:
        return []
    return [
        (
            letter.pk, one.position, storable(one.name, 255) or f"part-{one.position}", storable(one.kind, 150), one.size, one.digest,
            storable(one.content_id, 255), one.inline_image,
        )
        for one in letter.mail.attachments
    ]  # fmt: skip
