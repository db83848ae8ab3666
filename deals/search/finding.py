"""Finding names in the database, within what one may see: a fixed number of queries, each over an index or over few rows.

Names of customers, contacts and colleagues come by their trigrams, all in one query. What is found so far brings deals,
see ``deals/search/deals.py``.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from django.db.models import CharField, F, Q, Value
from django.db.models.functions import Cast, Coalesce, Concat, Upper

from accounts.models import Account, AccountDomain, Contact
from accounts.plain import LikeAny, Plain, PlainContact, has_inside, plain
from accounts.prepared import Given, named
from deals.search.asked import Spelling, initials_pattern, initials_patterns
from deals.search.parts import part_of
from deals.search.ranking import all_begin
from deals.search.sight import in_shape

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from django.db.models import QuerySet

    from accounts.prepared import Statement
    from deals.querysets import Shape
    from deals.search.asked import Asked
    from deals.search.sight import CustomersInSight

    # Accounts that have some of the words, and the words that must come from elsewhere.
    Beside = tuple[list[int], list[Spelling]]

# So many of a kind are looked at and put in order; more than anybody reads.
CANDIDATES = 60
# Of a word that very many have, so many matches are looked at for those in sight, and so many for people who are on a deal one
# sees at an account one does not see.
MATCHES = 1000
GUESTS = 400
# With fewer found, initials are looked up in the slow way as well.
FEW = 20
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


@dataclass(frozen=True, slots=True)
class Sought:
    """What a statement is made for: how many words, whether letters may be initials and digits a phone number, and for each group
    of accounts that have some of the words how many are missing."""

    words: int
    initials: bool
    digits: bool
    beside: tuple[int, ...]


def every(text: Any, spelled: Iterable[Spelling]) -> Q:
    """Each word in one of its spellings."""
    found = Q()
    for one in spelled:
        found &= Q(LikeAny(text, one.patterns()))
    return found


def names(
    asked: Asked, spelled: dict[str, list[Spelling]], sight: CustomersInSight, beside: Iterable[Beside], *, corrected: bool = False
) -> list[Name]:
    """Accounts by name and domain, contacts and colleagues: one query.

    ``beside``: accounts that bring some of the words already. ``corrected``: few were found so far, so it may take longer.
    """
    given: dict[str, Any] = {"typed": asked.typed, "digits": [has_inside(asked.digits)]}
    slowly = corrected or len(asked.initials) == 2  # more letters are the beginning of a word much sooner than initials
    given |= {"initials": initials_patterns(asked.initials), "plain_initials": [initials_pattern(asked.initials)] if slowly else []}
    given["name_initials"] = [initials_pattern(asked.initials)]
    for n, word in enumerate(asked.words):
        given |= {f"domain{n}": Spelling(word).patterns(), f"account{n}": spelled["account"][n].patterns()}
    given |= {f"person{n}": one.patterns() for n, one in enumerate(spelled["person"])}
    missing_of = []
    for group, (accounts, missing) in enumerate(beside):
        missing_of.append(len(missing))
        given |= {f"beside{group}": accounts} | {f"beside{group}_{n}": one.patterns() for n, one in enumerate(missing)}
    found = _names(sight.shape, sight.is_small, Sought(len(asked.words), bool(asked.initials), bool(asked.digits), tuple(missing_of)))
    return list({(row[0], row[1]): Name(*row) for row in found.rows(**given, **sight.given)}.values())


@cache
def _names(shape: Shape, small: bool, sought: Sought) -> Statement:
    sight, words = in_shape(shape, small=small), sought.words
    of_contact, of_user = _all_of(CONTACT_WORDS, "person", words), _all_of(Plain("name"), "person", words)
    if sought.initials:
        of_user |= Q(LikeAny(Plain("name"), Given("name_initials")))
    if sought.digits:
        of_contact |= Q(LikeAny(CONTACT_WORDS, Given("digits")))
    by_domain = AccountDomain.objects.filter(_all_of(Plain("domain"), "domain", words)).values("account_id")[:CANDIDATES]
    account = (F("pk"), F("name"), F("owner_id"))
    person = ("contact", Concat("email", Value(" "), "phone"), F("account_id"), Coalesce("account__name", Value("")), F("account__owner_id"))
    of_account = _all_of(Plain("name"), "account", words)
    if sight.is_large:  # each match is looked at, and of very many the first ones alone
        accounts = part_of(Account.objects.filter(of_account).order_by().values("id", "name", "owner_id")[:MATCHES])
        named_so = _among(f"({accounts})", _arm(sight.accounts(Q()), "account", Value(""), *account))
        at_accounts = _among("matches", _arm(sight.contacts(Q()), *person))
    else:
        named_so = _arm(sight.accounts(of_account), "account", Value(""), *account)
        at_accounts = _arm(sight.contacts(of_contact), *person)
    if sought.initials:
        at_accounts = f"({at_accounts}) UNION ALL ({_among('short', _arm(sight.contacts(Q()), *person))})"
    arms = [
        named_so,
        _arm(sight.accounts(Q(pk__in=by_domain)), "account", Given("typed", CharField()), *account),
        "SELECT * FROM at_accounts",
        *(
            _arm(Contact.objects.filter(account_id__any_of=Given(f"beside{n}")).filter(_all_of(CONTACT_WORDS, f"beside{n}_", missing)), *person)
            for n, missing in enumerate(sought.beside)
        ),
        _arm(sight.people(of_user), "person", Coalesce("email", Value("")), F("team_id"), Value(""), F("pk")),
    ]
    if not sight.everything:  # guests are looked for where the accounts in sight have not enough
        found = "SELECT * FROM matches UNION ALL SELECT * FROM short" if sought.initials else "SELECT * FROM matches"
        guests = _among(f"({found} LIMIT {GUESTS})", _arm(sight.guests(Q()), *person))
        arms.append(f"SELECT * FROM ({guests}) AS guests WHERE (SELECT count(*) FROM at_accounts) < {CANDIDATES}")  # noqa: S608 - the ORM's own SQL
    union = " UNION ALL ".join(f"({arm})" for arm in arms)
    before = f"matches AS MATERIALIZED ({_matches(of_contact)}), {_short() if sought.initials else ''} at_accounts AS MATERIALIZED ({at_accounts})"
    # A small part is planned by the ids that it has.
    return named(f"WITH {before} {union}", planned=not small)


def _matches(matching: Q) -> str:
    return part_of(Contact.objects.filter(matching).order_by().values("id", "name", "email", "phone", "account_id")[:MATCHES])


def _short() -> str:
    """Contacts with these initials. By all words of a contact short letters would bring nearly everybody, as each has some in the
    address: those whose initials have no accent come by the index of names, the others where there are few so far."""
    # The second condition follows from the first: it costs too much for the database to read all contacts instead of the index.
    written = _matches(Q(LikeAny(Upper("name"), Given("initials"))) & Q(LikeAny(Plain("name"), Given("name_initials"))))
    plainly = _matches(Q(LikeAny(CONTACT_WORDS, Given("plain_initials"))))
    so_far = " + ".join(f"(SELECT count(*) FROM (SELECT FROM {one} LIMIT {FEW}) AS few)" for one in ("matches", "written"))  # noqa: S608 - names above
    return f"""written AS MATERIALIZED ({written}), short AS MATERIALIZED (
        SELECT * FROM written UNION ALL SELECT * FROM ({plainly}) AS plainly WHERE {so_far} < {FEW}
    ),"""  # noqa: S608 - the ORM's own SQL


_ACCOUNT_OF = re.compile(r'LEFT OUTER JOIN "accounts_account" ON \(("accounts_contact"\."account_id") = "accounts_account"\."id"\)')


def _among(rows: str, arm: str) -> str:
    """An arm that reads its contacts or accounts from these rows instead of from their table.

    A row's account is looked up by its id (OFFSET sees to it): reckoning with as many rows as there may be, the database
    would read all accounts for the few there are.
    """
    arm = _ACCOUNT_OF.sub(r'LEFT JOIN LATERAL (SELECT * FROM accounts_account WHERE id = \1 OFFSET 0) AS "accounts_account" ON true', arm)
    return re.sub(r'FROM ("accounts_(?:contact|account)")', lambda found: f"FROM {rows} AS {found[1]}", arm, count=1)


def _all_of(text: Any, name: str, words: int) -> Q:
    """Each word in one of its spellings, which are given as patterns."""
    found = Q()
    for n in range(words):
        found &= Q(LikeAny(text, Given(f"{name}{n}")))
    return found


def _arm(found: QuerySet[Any], kind: str, *columns: Any) -> str:
    """``columns``: what stands around the name, the account's id and name, and its owner's id."""
    around, account_id, account, owner_id = columns
    text = CharField()
    shown = found.order_by().values_list(
        Value(kind, output_field=text), F("pk"), Cast("name", text), Cast(around, text), account_id, Cast(account, text), owner_id
    )
    return part_of(shown[:CANDIDATES])


def beside_of(spelled: Sequence[Spelling], beside: dict[frozenset[str], list[int]]) -> list[Beside]:
    """Of the accounts that have some of the words those with the most first."""
    groups = sorted(beside.items(), key=lambda group: -len(group[0]))[:GROUPS]
    parts = ((accounts, [one for one in spelled if one.word not in had]) for had, accounts in groups)
    return [(accounts, missing) for accounts, missing in parts if missing]


def accounts_beside(asked: Asked, sight: CustomersInSight) -> dict[frozenset[str], list[int]]:
    """For several words: the accounts with some of them in their name, by which words these are. One query, none for one word."""
    beside: dict[frozenset[str], list[int]] = defaultdict(list)
    if len(asked.words) < 2:
        return beside
    given = {f"account{n}": Spelling(word).patterns() for n, word in enumerate(asked.words)}
    for pk, name in set(_accounts(sight.shape, sight.is_small, len(asked.words)).rows(**given, **sight.given)):
        words = plain(name).split()
        beside[frozenset(word for word in asked.words if all_begin([word], words))].append(pk)
    return beside


@cache
def _accounts(shape: Shape, small: bool, words: int) -> Statement:
    sight = in_shape(shape, small=small)
    found = (sight.accounts(Q(LikeAny(Plain("name"), Given(f"account{n}")))).order_by().values_list("pk", "name") for n in range(words))
    return named(" UNION ALL ".join(f"({part_of(one[:CANDIDATES])})" for one in found), planned=not small)
