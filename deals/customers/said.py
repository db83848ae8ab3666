"""All that was said with an account or a contact, as far as its reader may see, the latest first. One query a page."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from django.db.models import BigIntegerField, DateTimeField, Exists, F, OuterRef, Q
from django.db.models.fields.tuple_lookups import Tuple, TupleLessThan

from accounts.keyset import cut
from accounts.prepared import Given, named, prepare
from deals.models import Deal, Interaction
from deals.querysets import seen_by, shape_of
from deals.said import Said, as_said

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from django.db.models import QuerySet

    from accounts.keyset import Cut, Page
    from accounts.models import Account, Contact, User
    from accounts.prepared import Statement
    from deals.querysets import Shape

PAGE = 25
KEYS = ("-at", "-pk")

# As ``as_said`` tells it; a value of its own, so that the database asks for it of those that are shown alone.
MAIL = """
SELECT jsonb_build_object('pk', m.id, 'kind', m.kind, 'until', a.until, 'stand_in', COALESCE(a.stand_in_name, ''))::text
FROM deals_mailmessage m LEFT JOIN deals_contactabsence a ON a.message_id = m.id
WHERE m.interaction_id = said.id ORDER BY m.id LIMIT 1
"""
# Likewise: who else of theirs was in it.
OTHERS = """
SELECT also.name FROM deals_interaction_others o JOIN accounts_contact also ON also.id = o.contact_id WHERE o.interaction_id = said.id ORDER BY o.id
"""


def said_at(account: Account, deal_ids: Sequence[int], token: str = "") -> Page[Said]:
    """On these deals of the account, and what belongs to the account alone."""
    return _page(token, lambda below, given: _at_account(below).rows(account=account.pk, deals=list(deal_ids), **given))


def said_with(contact: Contact, user: User, *, at_account: bool, token: str = "") -> Page[Said]:
    """On deals the user may see; ``at_account``: what is on no deal, too."""
    who: dict[str, Any] = {"contact": contact.pk, **seen_by(user)}
    return _page(token, lambda below, given: _with_contact(shape_of(user), at_account, below).rows(**who, **given))


def last_said_with(contact: Contact, user: User, *, at_account: bool, now: datetime) -> tuple[str, datetime] | None:
    """Who of us had the last words with them, and when; None where nobody had any."""
    found = _last_words(shape_of(user), at_account).row(contact=contact.pk, now=now, **seen_by(user))
    return (found[0], found[1]) if found is not None else None


def words_alone(said: QuerySet[Interaction]) -> QuerySet[Interaction]:
    """Words between us and them: no notes, no machines, nothing withdrawn, no meeting that did not take place, no call nobody took."""
    said = said.filter(is_human=True, withdrawn_at__isnull=True).exclude(kind=Interaction.Kind.NOTE)
    return said.exclude(direction=Interaction.Direction.INTERNAL).exclude(outcome__in=Interaction.NOTHING_SAID)


def _page(token: str, ask: Callable[[bool, dict[str, Any]], list[tuple[Any, ...]]]) -> Page[Said]:
    where = _start(token)
    given = {"at": where.start[0], "number": where.start[1]} if where.start is not None else {}
    return where.page([Said(*row) for row in ask(bool(given), given)])


def _start(token: str) -> Cut:
    """These pages are read in one direction: there is no token for the other, and one made for it gives the first page."""
    where = cut(keys=KEYS, size=PAGE, token=token)
    return cut(keys=KEYS, size=PAGE) if where.backwards else where


@cache
def _at_account(below: bool) -> Statement:
    """The latest of each deal, and of these the latest: an index has each deal's in order, and no more of them are read."""
    start = "AND (at, id) < (%(at)s::timestamptz, %(number)s::bigint)" if below else ""
    latest = f"{start} ORDER BY at DESC, id DESC LIMIT {PAGE + 1}"
    return named(
        f"""
        SELECT said.id, said.kind, said.direction, said.outcome, said.is_human, said.at, said.moment, said.subject, said.body,
               said.dates_shifted_by, said.recorded_by_id, said.no_answer_needed_at, said.withdrawn_at, contact.name, us.name, settled.name,
               withdrawn.name, ({MAIL}), ARRAY({OTHERS}), said.deal_id, deal.name, account.name
        FROM (
          SELECT of_deal.* FROM unnest(%(deals)s::bigint[]) AS one(id),
            LATERAL (SELECT * FROM deals_interaction WHERE deal_id = one.id {latest}) AS of_deal
          UNION ALL
          (SELECT * FROM deals_interaction WHERE account_id = %(account)s AND deal_id IS NULL {latest})
        ) AS said
        LEFT JOIN accounts_contact contact ON contact.id = said.contact_id
        LEFT JOIN accounts_user us ON us.id = said.user_id
        LEFT JOIN accounts_user settled ON settled.id = said.no_answer_needed_by_id
        LEFT JOIN accounts_user withdrawn ON withdrawn.id = said.withdrawn_by_id
        LEFT JOIN deals_deal deal ON deal.id = said.deal_id
        LEFT JOIN accounts_account account ON account.id = deal.account_id
        ORDER BY said.at DESC, said.id DESC LIMIT {PAGE + 1}
        """,  # noqa: S608 - made of this file's own words
        planned=True,
    )


@cache
def _with_contact(shape: Shape, at_account: bool, below: bool) -> Statement:
    said = _on_deals_seen(shape, at_account=at_account)
    if below:
        start = Given("at", DateTimeField()), Given("number", BigIntegerField())
        said = said.filter(TupleLessThan(Tuple(F("at"), F("pk")), start))
    return prepare(as_said(said.order_by(*KEYS), with_deal=True)[: PAGE + 1], planned=True)


@cache
def _last_words(shape: Shape, at_account: bool) -> Statement:
    said = words_alone(_on_deals_seen(shape, at_account=at_account)).filter(user__isnull=False, at__lte=Given("now"))
    return prepare(said.order_by(*KEYS).values_list("user__name", "moment")[:1], planned=True)


def _on_deals_seen(shape: Shape, *, at_account: bool) -> QuerySet[Interaction]:
    on_deals = Q(Exists(Deal.objects.in_shape(shape).filter(pk=OuterRef("deal"))))
    found = Interaction.objects.filter(contact_id=Given("contact"))
    return found.filter(on_deals | Q(deal__isnull=True)) if at_account else found.filter(on_deals)
