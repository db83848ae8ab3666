"""The people of a deal: those on it with their role and last word on it, and others at its account. One query."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from django.db.models import Exists, F, OuterRef, Subquery, Value
from django.db.models.functions import Coalesce

from accounts.models import Contact
from accounts.models.users import initials
from accounts.prepared import Given, prepare
from deals.models import Deal, DealContact, Interaction

if TYPE_CHECKING:
    from datetime import date, datetime

    from django.db.models import QuerySet

    from accounts.prepared import Statement

AT_MOST = 60


class Person(NamedTuple):
    """A contact one may log a word with. ``last_word``: when it ended; None: none yet on this deal."""

    pk: int
    name: str
    title: str
    email: str
    phone: str
    left_on: date | None
    on_deal: bool
    role: str
    last_word: datetime | None

    @property
    def initials(self) -> str:
        return initials(self.name)


def people_on(deal: Deal) -> list[Person]:
    """Those on the deal first, whom the latest word was with before the others; then by name."""
    return [Person(*row) for row in _people().rows(deal=deal.pk, account=deal.account_id)]


def people_of(deal: Deal) -> QuerySet[Contact]:
    """The contacts one may log a word with: those on the deal, who introduced it, and those at its account who are still there."""
    return _named_with(deal.pk, deal.account_id).order_by("name")


def _named_with(deal: int | Given, account: int | Given | None) -> QuerySet[Contact]:
    parts = DealContact.objects.filter(deal_id=deal).order_by().values("contact_id")
    on_deal = parts.union(Deal.objects.filter(pk=deal, introduced_by__isnull=False).order_by().values("introduced_by_id"))
    if account is None:
        return Contact.objects.filter(pk__in=on_deal)
    at_account = Contact.objects.filter(account_id=account, left_on__isnull=True).order_by().values("pk")
    # A union of two look-ups: with an OR over the join the database reads every contact there is.
    return Contact.objects.filter(pk__in=on_deal.union(at_account))


@cache
def _people() -> Statement:
    deal = Given("deal")
    words = Interaction.objects.filter(deal_id=deal, contact=OuterRef("pk"), is_human=True, withdrawn_at__isnull=True)
    words = words.exclude(kind=Interaction.Kind.NOTE).exclude(outcome__in=Interaction.NOTHING_SAID)
    here = DealContact.objects.filter(deal_id=deal, contact=OuterRef("pk"))
    people = _named_with(deal, Given("account")).annotate(
        on_deal=Exists(here),
        role=Coalesce(Subquery(here.values("role")[:1]), Value("")),
        last_word=Subquery(words.order_by("-at").values("moment")[:1]),
    )
    people = people.order_by("-on_deal", F("last_word").desc(nulls_last=True), "name")
    return prepare(people.values_list("pk", "name", "title", "email", "phone", "left_on", "on_deal", "role", "last_word")[:AT_MOST], planned=True)
