"""What was said, as the pages of a deal, an account and a contact show it: a line each, and what a line is worth to the clocks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Subquery, TextField, Value
from django.db.models.functions import Cast, Coalesce, JSONObject

from accounts.models import Contact, User
from deals.models import Deal, Interaction, MailMessage

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from django.db.models import Model, QuerySet

Kind, Direction, Outcome = Interaction.Kind, Interaction.Direction, Interaction.Outcome


class Said(NamedTuple):
    """One interaction with the names on it; where somebody or something is not named, it is None."""

    pk: int
    kind: str
    direction: str
    outcome: str
    is_human: bool
    at: datetime
    moment: datetime
    subject: str
    body: str
    dates_shifted_by: int
    recorded_by_id: int | None
    no_answer_needed_at: datetime | None
    withdrawn_at: datetime | None
    them: str | None
    us: str | None
    no_answer_needed_by: str | None
    withdrawn_by: str | None
    # The message it was, as JSON: its ``pk`` and ``kind``, and of an automatic answer ``until`` (a day) and ``stand_in``.
    mail: str | None = None
    # Others of theirs who were in it: in copy, further guests.
    others: Sequence[str] = ()
    # Where the page shows more than one deal:
    deal_id: int | None = None
    deal: str | None = None
    account: str | None = None


ALSO = Interaction.others.through
OWN = (
    *("pk", "kind", "direction", "outcome", "is_human", "at", "moment", "subject", "body", "dates_shifted_by"),
    *("recorded_by_id", "no_answer_needed_at", "withdrawn_at"),
)


def as_said(found: QuerySet[Interaction], *, with_deal: bool = False) -> QuerySet[Interaction, tuple[Any, ...]]:
    """The columns of ``Said``; ``with_deal``: those, too, that tell the deals of a page apart.

    Names are looked up for what is shown: joined, they would be for all from which the latest are taken.
    """
    names = {
        "_them": _of(Contact, "contact"),
        "_us": _of(User, "user"),
        "_settled_by": _of(User, "no_answer_needed_by"),
        "_withdrawn_by": _of(User, "withdrawn_by"),
        "_mail": _mail(),
        "_others": ArraySubquery(ALSO.objects.filter(interaction=OuterRef("pk")).order_by("pk").values("contact__name")),
    }
    if not with_deal:
        return found.annotate(**names).values_list(*OWN, *names)
    deal = {"_deal": _of(Deal, "deal"), "_account": _of(Deal, "deal", "account__name")}
    return found.annotate(**names, **deal).values_list(*OWN, *names, "deal_id", *deal)


def _mail() -> Subquery:
    """Read in several mailboxes, it is the first of them."""
    told = JSONObject(pk="pk", kind="kind", until="absence__until", stand_in=Coalesce("absence__stand_in_name", Value("")))
    return Subquery(MailMessage.objects.filter(interaction=OuterRef("pk")).order_by("pk").values(told=Cast(told, TextField()))[:1])


def _of(model: type[Model], field: str, name: str = "name") -> Subquery:
    return Subquery(model._default_manager.filter(pk=OuterRef(field)).order_by().values(name))


def is_word(said: Said | Interaction) -> bool:
    """Does it break a silence? A human message of either side, or a conversation; no note, no call that nobody took."""
    if not said.is_human or said.withdrawn_at is not None or said.kind == Kind.NOTE:
        return False
    if said.kind == Kind.MEETING:
        return said.outcome == Outcome.HELD
    if said.kind == Kind.CALL:
        return said.outcome == Outcome.CONNECTED or said.direction == Direction.IN
    return said.direction != Direction.INTERNAL


def is_answer(said: Said | Interaction) -> bool:
    """Our mail to them, or a conversation: what settles the messages before it. A voicemail of ours does not."""
    if said.direction == Direction.OUT and said.kind == Kind.EMAIL:
        return is_word(said)
    return is_word(said) and said.outcome in (Outcome.CONNECTED, Outcome.HELD)
