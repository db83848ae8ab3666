"""Deals by the words of their names, and by the accounts and contacts found before.

A word that many deals have would bring a large part of the table: the most valuable open deals of each team are walked first,
and the index is asked only when these have too few.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from django.db import DEFAULT_DB_ALIAS
from django.db.models import F
from django.db.models.expressions import RawSQL

from accounts.models import Account, User
from accounts.plain import HasWords, Words, has_inside, lexeme
from accounts.prepared import Given, named
from accounts.sight import sight_of
from deals.models import Deal, DealContact, Stage, StageKind
from deals.querysets import Shape, seen_by, shape_of
from deals.search.finding import CANDIDATES
from deals.search.parts import part_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from accounts.prepared import Statement
    from deals.search.asked import Spelling
    from deals.search.finding import Beside, Name

# So many of the most valuable open deals are walked, and so many of them having the words are enough.
WALKED = 1000
ENOUGH = 8
TEAMS_APART = 12


# What the results show of a deal, in the order of the model's own fields.
NEEDED = {"id", "name", "account_id", "owner_id", "stage_id", "status", "amount", "currency", "worst_severity", "value_at_stake", "value"}
SHOWN = tuple(field.attname for field in Deal._meta.concrete_fields if field.attname in NEEDED)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A deal that may be shown. ``person_id``: the contact that brought it, None for most."""

    values: Mapping[str, Any]
    account: str
    owner: str
    stage: str
    person_id: int | None

    @property
    def pk(self) -> int:
        return self.values["id"]  # type: ignore[no-any-return]

    @property
    def name(self) -> str:
        return self.values["name"]  # type: ignore[no-any-return]

    @property
    def is_watched(self) -> bool:
        return self.values["status"] in (StageKind.INQUIRY, StageKind.OPEN)

    def shown(self) -> Deal:
        """The deal with its account, owner and stage: of each what the results show."""
        of, values = DEFAULT_DB_ALIAS, self.values
        deal = Deal.from_db(of, SHOWN, list(values.values()))
        deal.account = Account.from_db(of, ("id", "name"), (values["account_id"], self.account)) if values["account_id"] else None
        deal.owner = User.from_db(of, ("id", "name"), (values["owner_id"], self.owner)) if values["owner_id"] else None
        deal.stage = Stage.from_db(of, ("id", "name"), (values["stage_id"], self.stage))
        return deal


def deals(spelled: list[Spelling], user: User, *, found: Iterable[Name], beside: Sequence[Beside], corrected: bool) -> list[Candidate]:
    """Candidates in no order. One query. ``corrected``: the words have been looked up, and few deals have them: nothing needs to be walked."""
    found, shape, sight = list(found), shape_of(user), sight_of(user)
    if shape is Shape.NOTHING:
        return []
    teams, users = sorted(sight.team_ids), sorted(sight.user_ids)
    apart = not sight.everything and len(teams) <= TEAMS_APART
    given: dict[str, Any] = {
        **seen_by(user),
        "words": tsquery(spelled),
        # A name of ASCII letters that has the word has it letter by letter.
        "letters": [has_inside(one.word) for one in spelled],
        "accounts": [name.pk for name in found if name.kind == "account"],
        "people": [name.pk for name in found if name.kind == "contact"],
    }
    for group, (accounts, missing) in enumerate(beside):
        given |= {f"beside{group}": accounts, f"missing{group}": tsquery(missing)}
    each = WALKED // (len(teams) + len(users)) if apart else WALKED
    rows = _deals(shape, apart, 0 if corrected else each, len(beside)).rows(**given)
    return [Candidate(dict(zip(SHOWN, row, strict=False)), *row[len(SHOWN) :]) for row in rows]


def tsquery(spelled: Iterable[Spelling]) -> str:
    parts = ([lexeme(one.word), *(lexeme(other, whole=True) for other in one.others)] for one in spelled)
    return " & ".join(f"({' | '.join(part)})" for part in parts)


@cache
def _deals(shape: Shape, apart: bool, each: int, groups: int) -> Statement:
    """``apart`` and ``each``: how the walk goes, see ``_walk``; 0 for no walk."""
    visible = Deal.objects.in_shape(shape).order_by()
    by_words = part_of(visible.filter(HasWords(Words("name"), Given("words"))).values("pk")[:CANDIDATES])
    # In the order in which a person would look: open ones first, the most valuable before the others.
    of_accounts = visible.filter(account_id__any_of=Given("accounts")).order_by(F("closed_on").desc(nulls_first=True), "-value_at_stake")
    on_deals = DealContact.objects.filter(contact_id__any_of=Given("people")).values("deal_id")
    arms = [
        "SELECT id FROM walked WHERE (SELECT enough FROM walk)",
        f"SELECT * FROM ({by_words}) AS own WHERE NOT (SELECT enough FROM walk)",  # noqa: S608 - the ORM's own SQL
        part_of(of_accounts.values("pk")[:CANDIDATES]),
        part_of(visible.filter(pk__in=on_deals[: CANDIDATES * 2]).values("pk")[:CANDIDATES]),
    ]
    for n in range(groups):
        beside = visible.filter(account_id__any_of=Given(f"beside{n}")).filter(HasWords(Words("name"), Given(f"missing{n}")))
        arms.append(part_of(beside.values("pk")[:CANDIDATES]))
    columns = ", ".join([*(f"deal.{one}" for one in SHOWN), "coalesce(account.name, '')", "coalesce(owner.name, '')", "stage.name"])
    return named(
        f"""
        WITH walked AS MATERIALIZED ({_walk(shape, each, apart=apart) if each else "SELECT NULL::bigint AS id WHERE false"}),
            walk AS (SELECT count(DISTINCT id) >= {ENOUGH} AS enough FROM walked)
        SELECT {columns}, (SELECT contact_id FROM deals_dealcontact WHERE contact_id = ANY(%(people)s) AND deal_id = deal.id LIMIT 1)
        FROM ({" UNION ".join(f"({arm})" for arm in arms)}) AS either(id) JOIN deals_deal AS deal USING (id)
            LEFT JOIN accounts_account AS account ON account.id = deal.account_id LEFT JOIN accounts_user AS owner ON owner.id = deal.owner_id
            JOIN deals_stage AS stage ON stage.id = deal.stage_id
        """,  # noqa: S608 - the ORM's own SQL
        planned=True,
    )


def _walk(shape: Shape, each: int, *, apart: bool) -> str:
    """Of the most valuable open deals in sight those with the words: ``each`` rows are read, and no more.

    ``apart``: of each team and person so many, each in the order of its own index. Which words a name has takes long to say: first
    it is asked whether their letters are there at all, where the name has no letter that could be written otherwise.
    """
    watched = Deal.objects.watched().order_by("-value_at_stake", "-pk").values("pk", "name", "value_at_stake")
    if apart:
        parts = {"owner_id": "sight_users", "team_id": "sight_teams"}
        read = " UNION ALL ".join(
            f"SELECT part.* FROM unnest(%({ids})s::bigint[]) AS one(id)"  # noqa: S608 - the ORM's own SQL
            f" CROSS JOIN LATERAL ({part_of(watched.filter(**{column: RawSQL('one.id', ())}))} LIMIT {each}) AS part(id, name, value)"
            for column, ids in parts.items()
        )
    else:
        in_sight = watched if shape is Shape.EVERYTHING else watched.filter(team_id__any_of=Given("sight_teams"))
        read = f"{part_of(in_sight)} LIMIT {each}"
    return f"""
        SELECT id FROM ({read}) AS read(id, name, value)
        WHERE (octet_length(name) > length(name) OR lower(name) LIKE ALL (%(letters)s)) AND salvor_words(name) @@ %(words)s::tsquery
        ORDER BY value DESC LIMIT {CANDIDATES}
    """  # noqa: S608 - the ORM's own SQL
