"""Their side: accounts, their domains and contacts, as rows for COPY. Ids are given, so nothing is kept in memory."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from config.generator import names
from config.generator.size import contacts_of

if TYPE_CHECKING:
    import random
    from collections.abc import Iterable, Iterator, Sequence

ACCOUNT = ("id", "name", "owner_id", "lifecycle", "recurring_value", "sector", "country", "employees", "details", "created_at")
DOMAIN = ("account_id", "domain")
CONTACT = ("id", "account_id", "name", "email", "phone", "title", "seniority", "created_at")

LIFECYCLES = (*["customer"] * 9, *["prospect"] * 9, "former", "partner")
RECURRING = (0, 0, 6_000, 9_600, 12_000, 18_000, 24_000, 36_000, 60_000, 84_000)
COUNTRIES = ("United States", "Germany", "United Kingdom", "Australia", "Singapore")
TITLES = (
    ("Head of Facilities", "head"), ("Chief Engineer", "director"), ("Procurement Manager", "manager"), ("CFO", "director"),
    ("Plant Engineer", "manager"), ("Operations Director", "director"), ("Compliance Lead", "head"), ("Works Manager", "manager"),
)  # fmt: skip


def domain(number: int, company: int) -> str:
    return f"{names.plain(names.organisation(number))}{'' if company == 1 else f'-{company}'}.example"


def account_rows(
    rng: random.Random, numbers: Iterable[int], *, first_id: int, sellers: Sequence[tuple[int, int]], now: datetime
) -> Iterator[tuple[Any, ...]]:
    """An account belongs to the rep at its number's place in the list."""
    for number in numbers:
        lifecycle = rng.choice(LIFECYCLES)
        yield (
            first_id + number,
            names.organisation(number),
            sellers[number % len(sellers)][0],
            lifecycle,
            rng.choice(RECURRING) if lifecycle == "customer" else 0,
            names.KINDS[number % len(names.KINDS)],
            rng.choice(COUNTRIES),
            rng.randrange(10, 4000),
            "{}",
            now - timedelta(days=1100 + rng.randrange(400)),
        )


def domain_rows(numbers: Iterable[int], *, first_id: int, company: int) -> Iterator[tuple[Any, ...]]:
    for number in numbers:
        yield first_id + number, domain(number, company)


def contact_rows(
    rng: random.Random, accounts: Iterable[int], *, first_account: int, first_id: int, company: int, now: datetime
) -> Iterator[tuple[Any, ...]]:
    for account in accounts:
        where = domain(account, company)
        for number in contacts_of(account):
            name = names.person(number)
            title, seniority = rng.choice(TITLES)
            yield (
                first_id + number,
                first_account + account,
                name,
                f"{'.'.join(names.plain(part) for part in name.split())}@{where}",
                f"+1 555 01{rng.randrange(10, 100)}",
                title,
                seniority,
                now - timedelta(days=1000),
            )
