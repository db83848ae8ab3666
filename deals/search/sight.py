"""Which accounts and contacts somebody may see, put so that a search stays quick whoever asks.

It says what ``visible_to`` of accounts and contacts says. A search has to begin with the words, though, and a word may be
frequent elsewhere and rare in one's own part: who sees a small part searches it by the ids of its accounts, joined by the
database with the index of the words; who sees a large part has each match looked at, and finds enough of them soon.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib.postgres.fields import ArrayField
from django.db.models import BigIntegerField, BooleanField, F, Func, IntegerField, OuterRef, Q, Subquery, Value
from django.db.models.lookups import IsNull, LessThanOrEqual

from accounts.models import Account, Contact, User
from accounts.querysets import CountOf
from accounts.sight import sight_of
from deals.models import Deal, DealContact
from deals.querysets import waiting_for

if TYPE_CHECKING:
    from django.db.models import QuerySet

# Up to so many accounts are a small part.
SMALL_PART = 2000
# Matches looked at for people who are on a deal one sees, at an account one does not see.
GUESTS = 400


@dataclass(frozen=True, slots=True)
class CustomersInSight:
    """``ids``: the accounts of a small part; None for a large one."""

    user: User
    everything: bool
    ids: list[int] | None

    def accounts(self, matching: Q) -> QuerySet[Account]:
        return self._part(Account.objects.filter(matching), "", "pk")

    def contacts(self, matching: Q) -> QuerySet[Contact]:
        """At accounts in sight."""
        return self._part(Contact.objects.filter(matching), "account__", "account_id")

    def _part(self, found: QuerySet[Any], account: str, key: str) -> QuerySet[Any]:
        if self.everything:
            return found
        if self.ids is None:
            return found.filter(self._seen(account, key))
        return found.filter(_AnyOf(F(key), Value(self.ids, output_field=ArrayField(BigIntegerField()))))

    def guests(self, matching: Q) -> QuerySet[Contact]:
        """On deals in sight or who introduced one, whatever their account."""
        if self.everything:
            return Contact.objects.none()
        deals = Deal.objects.visible_to(self.user)
        on_deals = DealContact.objects.filter(contact=OuterRef("pk"), deal__in=deals)
        introduced = deals.filter(introduced_by=OuterRef("pk"))
        first = Contact.objects.filter(matching).order_by().values("pk")[:GUESTS]
        return Contact.objects.filter(pk__in=first).filter(Q(_there_is(on_deals)) | Q(_there_is(introduced)))

    def _seen(self, account: str, key: str) -> Q:
        sight = sight_of(self.user)
        owned = Q(**{f"{account}owner_id__in": sight.user_ids}) | Q(**{f"{account}owner__team_id__in": sight.team_ids})
        return owned | Q(_there_is(Deal.objects.visible_to(self.user).filter(account_id=OuterRef(key))))


def _there_is(rows: QuerySet[Deal] | QuerySet[DealContact]) -> IsNull:
    """Like EXISTS, and asked row by row: the database may not read every deal of one's part beforehand."""
    return IsNull(Subquery(rows.order_by().values_list(Value(1, output_field=IntegerField()))[:1]), False)


class _AnyOf(Func):
    """One of these ids, as one array: of a list Django prepares each id apart, which takes longer than the search."""

    template = "(%(expressions)s))"
    arg_joiner = " = ANY ("
    conditional = True
    output_field = BooleanField()


def customers_in_sight(user: User) -> CustomersInSight:
    """One query; none for who sees everything."""
    sight = sight_of(user)
    if sight.everything:
        return CustomersInSight(user, True, None)
    colleagues = User.objects.filter(Q(team_id__in=sight.team_ids) | Q(pk__in=sight.user_ids))
    owned = Account.objects.filter(owner__in=colleagues).order_by().values_list("pk")
    # Where the accounts owned are too many already, the union need not go through every deal in sight.
    few = LessThanOrEqual(CountOf(owned[: SMALL_PART + 1]), SMALL_PART)
    mine = (Q(team_id__in=sight.team_ids), Q(owner_id__in=sight.user_ids), Q(pk__in=waiting_for(user, sight)))
    in_play = [Deal.objects.filter(few, one, account__isnull=False).order_by().values_list("account_id") for one in mine]
    ids = [pk for (pk,) in owned[: SMALL_PART + 1].union(*in_play)[: SMALL_PART + 1]]
    return CustomersInSight(user, False, ids if len(ids) <= SMALL_PART else None)
