"""The people at an account. One query."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from django.db.models import F

from accounts.models import Contact
from accounts.models.users import initials
from accounts.prepared import Given, prepare

if TYPE_CHECKING:
    from datetime import date

    from accounts.models import Account
    from accounts.prepared import Statement

AT_MOST = 60


class Person(NamedTuple):
    pk: int
    name: str
    title: str
    email: str
    phone: str
    left_on: date | None

    @property
    def initials(self) -> str:
        return initials(self.name)


def people_at(account: Account) -> tuple[list[Person], bool]:
    """Those who are there, by name, and after them those who left; and whether there are more."""
    found = [Person(*row) for row in _people().rows(account=account.pk)]
    return found[:AT_MOST], len(found) > AT_MOST


@cache
def _people() -> Statement:
    people = Contact.objects.filter(account_id=Given("account")).order_by(F("left_on").desc(nulls_first=True), "name")
    return prepare(people.values_list(*Person._fields)[: AT_MOST + 1], planned=True)
