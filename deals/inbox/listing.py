"""A page of the Inbox: which rows stand on it, and what is known of each. Two planned statements, whatever waits."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db.models import Count, F, OuterRef, Subquery, Value
from django.db.models.functions import Coalesce, Left

from accounts.keyset import Page, cut
from accounts.models import Role
from accounts.prepared import Given, prepare
from deals.inbox import sources
from deals.models import MailAttachment, MailMessage
from deals.querysets import seen_by, shape_of

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import User
    from accounts.prepared import Statement
    from deals.querysets import Shape

SIZE = 25
KEYS = ("-sent_at", "-pk")
FIRST_LETTERS = 600


class Waiting(NamedTuple):
    """One message that wants a decision. What is not known is empty or None. ``due_at``: until when an answer is due."""

    pk: int
    sent_at: datetime
    status: str
    direction: str
    sender: str
    sender_name: str
    subject: str
    text: str
    reason: str
    matched_by: str
    evidence: list[str]
    contact_id: int | None
    contact: str
    account_id: int | None
    account: str
    lifecycle: str
    deal_id: int | None
    deal: str
    due_at: datetime | None
    owner_id: int | None
    owner: str
    mailbox: str
    to_whom: str
    files: int


def inbox(user: User, *, token: str = "", size: int = SIZE) -> Page[Waiting]:
    """The newest first."""
    where = cut(keys=KEYS, size=size, token=token)
    start = {"start_at": where.start[0], "start_id": where.start[1]} if where.start else {}
    statement = sources.rows_from(backwards=where.backwards, begun=bool(where.start), size=size)
    page = where.page_by(statement.rows(**sources.asked(user), **start), lambda row: (row[1], row[0]))
    known = looked_up(user, [pk for pk, _at in page.rows])
    return Page([known[pk] for pk, _at in page.rows if pk in known], page.later, page.earlier)


def looked_up(user: User, ids: list[int]) -> dict[int, Waiting]:
    """What is known of these messages, of those that the user may see."""
    if not ids:
        return {}
    statement = _known(shape_of(user), admin=user.role == Role.ADMIN)
    return {row[0]: Waiting(*row) for row in statement.rows(ids=ids, me=user.pk, **seen_by(user))}


@cache
def _known(shape: Shape, *, admin: bool) -> Statement:
    files = MailAttachment.objects.filter(message=OuterRef("pk")).order_by().values("message").annotate(n=Count("pk")).values("n")
    columns: tuple[Any, ...] = (
        *("pk", "sent_at", "status", "direction", "sender", "sender_name", "subject", Left("text", FIRST_LETTERS), "reason", "matched_by"),
        *("evidence", "contact_id", _or_empty("contact__name"), _account("id"), _or_empty_of(_account("name")), _or_empty_of(_account("lifecycle"))),
        *("deal_id", _or_empty("deal__name"), "deal__reply_due_at", "deal__owner_id", _or_empty("deal__owner__name")),
        *("mailbox__address", _or_empty("user__name"), Coalesce(Subquery(files), 0)),
    )
    return prepare(MailMessage.objects.in_shape(shape, admin=admin).filter(pk__any_of=Given("ids")).values_list(*columns), planned=True)


def _account(name: str) -> Coalesce:
    """The deal's, else the one that the address told of."""
    return Coalesce(F(f"deal__account__{name}"), F(f"account__{name}"), F(f"contact__account__{name}"))


def _or_empty(path: str) -> Coalesce:
    return _or_empty_of(F(path))


def _or_empty_of(value: Any) -> Coalesce:
    return Coalesce(value, Value(""))
