"""Finding names in the database, within what one may see: a fixed number of queries, each over an index or over few rows.

Names of customers, contacts and colleagues come by their trigrams, all in one query. Deals come by the words of their
names, and by the accounts and contacts found before. A word that many deals have would bring a large part of the
table: the most valuable open deals of each team are walked first, and the index is asked only when these have too few.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.db.models import BigIntegerField, CharField, F, OuterRef, Q, Subquery, Value
from django.db.models.functions import Cast, Coalesce, Concat

from accounts.models import AccountDomain, Contact, User
from accounts.plain import HasWords, LikeAny, Plain, PlainContact, Words, has_inside, lexeme, plain
from accounts.sight import sight_of
from deals.models import Deal, DealContact
from deals.search.asked import Spelling, initials_pattern
from deals.search.ranking import all_begin

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from django.db.models import QuerySet

    from deals.search.asked import Asked
    from deals.search.sight import CustomersInSight

# So many of a kind are looked at and put in order; more than anybody reads.
CANDIDATES = 60
# So many of the most valuable open deals are walked, and so many of them having the words are enough.
WALKED = 1000
ENOUGH = 8
TEAMS_APART = 12
GROUPS = 4
CONTACT_WORDS = PlainContact("name", "email", "phone")


@dataclass(frozen=True, slots=True)
class Name:
    """One found name: its kind, what stands around it, and the account it belongs to (an account's is its own)."""

    kind: str
    pk: int
    name: str
    around: str
    account_id: int | None
    account: str
    owner_id: int | None


def every(text: Any, spelled: Iterable[Spelling]) -> Q:
    """Each word in one of its spellings."""
    found = Q()
    for spelling in spelled:
        found &= Q(LikeAny(text, spelling.patterns()))
    return found


def tsquery(spelled: Iterable[Spelling]) -> str:
    parts = ([lexeme(one.word), *(lexeme(other, whole=True) for other in one.others)] for one in spelled)
    return " & ".join(f"({' | '.join(part)})" for part in parts)


def names(asked: Asked, spelled: dict[str, list[Spelling]], sight: CustomersInSight, beside: dict[frozenset[str], list[int]]) -> list[Name]:
    """Accounts by name and domain, contacts and colleagues: one query. ``beside``: accounts that bring some of the words already."""
    people, accounts = spelled["person"], spelled["account"]
    initials = Q(LikeAny(CONTACT_WORDS, [initials_pattern(asked.initials)])) if asked.initials else Q()
    digits = Q(LikeAny(CONTACT_WORDS, [has_inside(asked.digits)])) if asked.digits else Q()
    of_contact = every(CONTACT_WORDS, people) | initials | digits
    of_user = every(Plain("name"), people) | (Q(LikeAny(Plain("name"), [initials_pattern(asked.initials)])) if asked.initials else Q())
    by_domain = AccountDomain.objects.filter(every(Plain("domain"), [Spelling(one.word) for one in accounts])).values("account_id")[:CANDIDATES]
    person = ("contact", Concat("email", Value(" "), "phone"), F("account_id"), Coalesce("account__name", Value("")), F("account__owner_id"))
    arms = [
        _arm(sight.accounts(every(Plain("name"), accounts)), "account", Value(""), F("pk"), F("name"), F("owner_id")),
        _arm(sight.accounts(Q(pk__in=by_domain)), "account", Value(asked.typed), F("pk"), F("name"), F("owner_id")),
        _arm(sight.contacts(of_contact), *person),
        _arm(sight.guests(of_contact), *person),
        *(
            _arm(Contact.objects.filter(account_id__in=had).filter(every(CONTACT_WORDS, missing)), *person)
            for had, missing in _beside(people, beside)
        ),
        _arm(User.objects.visible_to(sight.user).filter(of_user), "person", Coalesce("email", Value("")), F("team_id"), Value(""), F("pk")),
    ]
    rows = arms[0].union(*arms[1:], all=True)
    return list({(row[0], row[1]): Name(*row) for row in rows}.values())


def _arm(found: QuerySet[Any], kind: str, *columns: Any) -> QuerySet[Any]:
    """``columns``: what stands around the name, the account's id and name, and its owner's id."""
    around, account_id, account, owner_id = columns
    text = CharField()
    return found.order_by().values_list(
        Value(kind, output_field=text), F("pk"), Cast("name", text), Cast(around, text), account_id, Cast(account, text), owner_id
    )[:CANDIDATES]


def _beside(spelled: Sequence[Spelling], beside: dict[frozenset[str], list[int]]) -> list[tuple[list[int], list[Spelling]]]:
    """Accounts that have some of the words, those with the most first, and the words that must come from elsewhere."""
    groups = sorted(beside.items(), key=lambda group: -len(group[0]))[:GROUPS]
    parts = ((accounts, [one for one in spelled if one.word not in had]) for had, accounts in groups)
    return [(accounts, missing) for accounts, missing in parts if missing]


def accounts_beside(asked: Asked, sight: CustomersInSight) -> dict[frozenset[str], list[int]]:
    """For several words: the accounts with some of them in their name, by which words these are. One query, none for one word."""
    beside: dict[frozenset[str], list[int]] = defaultdict(list)
    if len(asked.words) < 2:
        return beside
    arms = [sight.accounts(every(Plain("name"), [Spelling(word)])).order_by().values_list("pk", "name")[:CANDIDATES] for word in asked.words]
    for pk, name in set(arms[0].union(*arms[1:], all=True)):
        words = plain(name).split()
        beside[frozenset(word for word in asked.words if all_begin([word], words))].append(pk)
    return beside


def deals(spelled: list[Spelling], user: User, *, found: Iterable[Name], beside: dict[frozenset[str], list[int]], corrected: bool) -> list[Deal]:
    """Candidates in no order, with account, owner and stage; ``person_id``: the contact that brought it, None for most. Two queries.

    ``corrected``: the words have been looked up, and few deals have them: nothing needs to be walked.
    """
    found = list(found)
    people = [name.pk for name in found if name.kind == "contact"]
    accounts = [name.pk for name in found if name.kind == "account"]
    walked = [] if corrected else walk(spelled, user)
    visible = Deal.objects.visible_to(user).order_by()
    own = Q(pk__in=walked) if len(walked) >= ENOUGH else Q(HasWords(Words("name"), tsquery(spelled)))
    arms = [visible.filter(own).values("pk")[:CANDIDATES]]
    if accounts:  # in the order in which a person would look: open ones first, the most valuable before the others
        of_accounts = visible.filter(account_id__in=accounts).order_by(F("closed_on").desc(nulls_first=True), "-value_at_stake")
        arms.append(of_accounts.values("pk")[:CANDIDATES])
    on_deals = DealContact.objects.filter(contact_id__in=people)
    if people:
        arms.append(visible.filter(pk__in=on_deals.values("deal_id")[: CANDIDATES * 2]).values("pk")[:CANDIDATES])
    for ids, missing in _beside(spelled, beside):
        arms.append(visible.filter(account_id__in=ids).filter(HasWords(Words("name"), tsquery(missing))).values("pk")[:CANDIDATES])
    either = arms[0].union(*arms[1:]) if len(arms) > 1 else arms[0]
    brought = Subquery(on_deals.filter(deal=OuterRef("pk")).values("contact_id")[:1]) if people else Value(None, output_field=BigIntegerField())
    return list(Deal.objects.filter(pk__in=either).select_related("account", "owner", "stage").annotate(person_id=brought))


def walk(spelled: list[Spelling], user: User) -> list[int]:
    """Of the most valuable open deals in sight those with the words: so many rows are read, and no more."""
    sight, watched = sight_of(user), Deal.objects.watched().order_by("-value_at_stake", "-pk")
    if sight.everything:
        parts = [watched]
    elif len(sight.team_ids) > TEAMS_APART:
        parts = [watched.filter(team_id__in=sight.team_ids)]
    else:  # each in the order of its own index
        parts = [*(watched.filter(owner_id=one) for one in sight.user_ids), *(watched.filter(team_id=one) for one in sight.team_ids)]
    arms: list[str] = []
    parameters: list[Any] = []
    for part in parts:
        sql, values = part.values("pk", "name", "value_at_stake")[: max(WALKED // len(parts), 1)].query.sql_with_params()
        arms.append(f"({sql})")
        parameters += values
    if not arms:
        return []
    union = " UNION ALL ".join(arms)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT id FROM ({union}) AS walked(id, name, value) WHERE salvor_words(name) @@ %s::tsquery ORDER BY value DESC LIMIT %s",  # noqa: S608 - the ORM's own SQL
            [*parameters, tsquery(spelled), CANDIDATES],
        )
        return list(dict.fromkeys(pk for (pk,) in cursor.fetchall()))
