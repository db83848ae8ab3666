"""Which accounts, contacts and colleagues somebody may see, put so that a search stays quick whoever asks.

It says what ``visible_to`` of accounts, contacts and people says. A search has to begin with the words, though, and a word may be
frequent elsewhere and rare in one's own part: who sees a small part searches it by the ids of its accounts, joined by the
database with the index of the words; who sees a large part has each match looked at, and finds enough of them soon.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

from django.db.models import IntegerField, OuterRef, Q, Subquery, Value
from django.db.models.lookups import IsNull

from accounts.models import Account, Contact, User
from accounts.prepared import Given, named
from deals.models import Deal, DealContact
from deals.querysets import Shape, seen_by, shape_of
from deals.search.parts import part_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.db.models import QuerySet

    from accounts.prepared import Statement
    from deals.querysets import DealQuerySet

# Up to so many accounts are a small part.
SMALL_PART = 2000


@dataclass(frozen=True, slots=True)
class CustomersInSight:
    """``ids``: the accounts of a small part; None for a large one. ``given``: what fills the places of a prepared statement."""

    shape: Shape
    deals: DealQuerySet
    teams: list[int] | Given
    users: list[int] | Given
    ids: list[int] | Given | None
    given: Mapping[str, list[int]] = field(default_factory=dict)

    @property
    def everything(self) -> bool:
        return self.shape is Shape.EVERYTHING

    @property
    def is_small(self) -> bool:
        return self.ids is not None

    @property
    def is_large(self) -> bool:
        return not self.everything and self.ids is None

    def accounts(self, matching: Q) -> QuerySet[Account]:
        return self._part(Account.objects.filter(matching), "", "pk")

    def contacts(self, matching: Q) -> QuerySet[Contact]:
        """At accounts in sight."""
        return self._part(Contact.objects.filter(matching), "account__", "account_id")

    def people(self, matching: Q) -> QuerySet[User]:
        """Colleagues."""
        found = User.objects.filter(matching)
        return found if self.everything else found.filter(Q(team_id__any_of=self.teams) | Q(pk__any_of=self.users))

    def guests(self, matching: Q) -> QuerySet[Contact]:
        """On deals in sight or who introduced one, whatever their account."""
        if self.everything:
            return Contact.objects.none()
        on_deals = DealContact.objects.filter(contact=OuterRef("pk"), deal__in=self.deals)
        introduced = self.deals.filter(introduced_by=OuterRef("pk"))
        return Contact.objects.filter(matching).filter(Q(_there_is(on_deals)) | Q(_there_is(introduced)))

    def _part(self, found: QuerySet[Any], account: str, key: str) -> QuerySet[Any]:
        if self.everything:
            return found
        if self.ids is None:
            return found.filter(self._seen(account, key))
        return found.filter(**{f"{key}__any_of": self.ids})

    def _seen(self, account: str, key: str) -> Q:
        owned = Q(**{f"{account}owner_id__any_of": self.users}) | Q(**{f"{account}owner__team_id__any_of": self.teams})
        return owned | Q(_there_is(self.deals.filter(account_id=OuterRef(key))))


def _there_is(rows: QuerySet[Deal] | QuerySet[DealContact]) -> IsNull:
    """Like EXISTS, and asked row by row: the database may not read every deal of one's part beforehand."""
    return IsNull(Subquery(rows.order_by().values_list(Value(1, output_field=IntegerField()))[:1]), False)


def in_shape(shape: Shape, *, small: bool) -> CustomersInSight:
    """For a prepared statement, whoever asks: run it with ``given`` of somebody whose sight has this shape and size."""
    accounts = Given("sight_accounts") if small else None
    return CustomersInSight(shape, Deal.objects.in_shape(shape), Given("sight_teams"), Given("sight_users"), accounts)


def customers_in_sight(user: User) -> CustomersInSight:
    """One query; none for who sees everything."""
    shape, seen = shape_of(user), seen_by(user)
    ids: list[int] | None = None
    if shape is not Shape.EVERYTHING:
        ((ids,),) = _small_part().rows(**seen, small=SMALL_PART)
    deals = Deal.objects.visible_to(user)
    return CustomersInSight(shape, deals, seen["sight_teams"], seen["sight_users"], ids, {**seen, "sight_accounts": ids or []})


@cache
def _small_part() -> Statement:
    """The ids of the accounts in sight, NULL where these are too many. Where too many are owned already, no deal is looked at."""
    teams, users = Given("sight_teams"), Given("sight_users")
    colleagues = User.objects.filter(Q(team_id__any_of=teams) | Q(pk__any_of=users)).order_by()
    owned = part_of(Account.objects.filter(owner__in=colleagues).order_by().values_list("pk"))
    in_play = Deal.objects.filter(account__isnull=False).order_by().values_list("account_id")
    of_deals = " UNION ALL ".join(
        part_of(in_play.filter(mine)) for mine in (Q(team_id__any_of=teams), Q(owner_id__any_of=users), Q(pk__any_of=Given("sight_deals")))
    )
    # Counted by the index of the owners alone, one after the other.
    counted = f"""
        SELECT count(*) FROM (
            SELECT FROM ({part_of(colleagues.values("id"))}) AS colleague
            CROSS JOIN LATERAL (SELECT FROM accounts_account WHERE owner_id = colleague.id LIMIT %(small)s + 1) AS owned LIMIT %(small)s + 1
        ) AS counted
    """  # noqa: S608 - the ORM's own SQL
    return named(
        f"""
        WITH few AS MATERIALIZED (SELECT ({counted}) <= %(small)s AS few), mine(id) AS (
            SELECT * FROM ({owned} UNION {of_deals}) AS seen WHERE (SELECT few FROM few) LIMIT %(small)s + 1
        )
        SELECT CASE WHEN (SELECT few FROM few) AND count(*) <= %(small)s THEN coalesce(array_agg(id), '{{}}') END FROM mine
        """,  # noqa: S608 - the ORM's own SQL
        planned=True,
    )
