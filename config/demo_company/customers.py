"""Their side: organisations in every stage of acquaintance, and the people there."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from accounts.models import Account, AccountDomain, Contact
from config.demo_company.names import DIALLING, FIRST, LAST, ORGANISATIONS, PEOPLE_OF, SECTORS, words
from config.demo_company.people import DEPARTED, plan_of

if TYPE_CHECKING:
    import random
    from datetime import datetime

    from accounts.models import User
    from config.demo_company.people import People

# What a year of our service is worth to us, most of them small.
RECURRING = (0, 0, 0, 6_000, 9_600, 9_600, 12_000, 14_400, 18_000, 24_000, 24_000, 30_000, 36_000, 48_000, 60_000, 84_000)
EMPLOYEES = (40, 65, 90, 120, 180, 240, 320, 450, 600, 850, 1_200, 1_900, 3_400)
# Of forty organisations a team: customers, prospects, former customers; the rest are partners.
SHARES = ((0.56, Account.Lifecycle.CUSTOMER), (0.90, Account.Lifecycle.PROSPECT), (1.0, Account.Lifecycle.FORMER))


@dataclass
class Customer:
    """One organisation with its people; ``sites``: what they have that we can be hired for."""

    account: Account
    team: str
    owner: User
    sites: tuple[str, ...]
    contacts: list[Contact] = field(default_factory=list)
    # Its story is told on purpose: no deal falls to it by chance.
    reserved: bool = False

    @property
    def lifecycle(self) -> str:
        return self.account.lifecycle


@dataclass
class Customers:
    everyone: list[Customer]
    domains: list[AccountDomain]

    def of(self, team: str, *lifecycles: str) -> list[Customer]:
        return [one for one in self.everyone if one.team == team and one.lifecycle in lifecycles and not one.reserved]

    def named(self, name: str) -> Customer:
        return next(one for one in self.everyone if one.account.name == name)


def make_customers(rng: random.Random, people: People, *, now: datetime, a_team: int) -> Customers:
    """``a_team``: how many organisations each team gets, at most forty."""
    found = Customers([], [])
    taken: set[str] = set()
    for team, text in ORGANISATIONS.items():
        lines = [line.split("|") for line in text.strip().splitlines()]
        partners = [line for line in lines if line[1] == "A"]
        chosen = [line for line in lines if line[1] != "A"][: a_team - len(partners)] + partners
        reps = people.reps(team)
        for position, (name, sector, *country) in enumerate(chosen):
            # The one who left keeps few: most of hers were handed over.
            owner = reps[position % len(reps)]
            if owner.name == DEPARTED and position > len(reps):
                owner = reps[position % (len(reps) - 1)]
            customer = _customer(
                rng, name=name, sector=sector, team=team, owner=owner, country=country[0] if country else plan_of(team).country, now=now
            )
            _people(rng, customer, taken)
            found.everyone.append(customer)
            found.domains.append(AccountDomain(account=customer.account, domain=domain_of(name)))
    return found


def domain_of(name: str) -> str:
    """A domain below .example made of the name: plain letters, words joined."""
    for special, plain in (("ö", "oe"), ("ü", "ue"), ("ä", "ae"), ("ø", "o"), ("å", "a"), ("ß", "ss"), ("Ö", "Oe")):
        name = name.replace(special, plain)
    plain_name = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower().replace("'", "")
    return "".join(letter if letter.isalnum() else " " for letter in plain_name).strip().replace("  ", " ").replace(" ", "-") + ".example"


def _customer(rng: random.Random, *, name: str, sector: str, team: str, owner: User, country: str, now: datetime) -> Customer:
    draw = rng.random()
    lifecycle = Account.Lifecycle.PARTNER if sector == "A" else next(state for share, state in SHARES if draw <= share)
    account = Account(
        name=name,
        owner=owner,
        lifecycle=lifecycle,
        recurring_value=Decimal(rng.choice(RECURRING) if lifecycle == Account.Lifecycle.CUSTOMER else 0),
        sector=SECTORS[sector][0],
        country=country,
        employees=rng.choice(EMPLOYEES[:3] if sector == "A" else EMPLOYEES),
        created_at=now - timedelta(days=rng.randrange(760, 1_090)),
    )
    return Customer(account, team, owner, SECTORS[sector][2])


def _people(rng: random.Random, customer: Customer, taken: set[str]) -> None:
    """One to four people, each of another title."""
    account = customer.account
    titles = next(titles for name, titles, _sites in SECTORS.values() if name == account.sector)
    number = min(len(titles), rng.choice((1, 2, 2, 2, 3, 3, 3, 4)))
    for title in rng.sample(titles, number):
        name = _name(rng, account.country, taken)
        mailbox = domain_of(name).removesuffix(".example").replace("-", ".")
        phone = f"{DIALLING[account.country]}{rng.randrange(10, 100)}"
        customer.contacts.append(
            Contact(
                account=account,
                name=name,
                email=f"{mailbox}@{domain_of(account.name)}",
                phone=phone,
                title=title,
                seniority=_seniority(title),
                created_at=account.created_at,
            )
        )


def _seniority(title: str) -> str:
    if title.startswith(("CFO", "Chief", "Partner")) or "Director" in title:
        return "director"
    return "head" if title.startswith("Head") or title.endswith("Lead") else "manager"


def _name(rng: random.Random, country: str, taken: set[str]) -> str:
    """A name nobody else has yet."""
    while True:
        group = rng.choice(PEOPLE_OF[country])
        name = f"{rng.choice(words(FIRST[group]))} {rng.choice(words(LAST[group]))}"
        if name not in taken:
            taken.add(name)
            return name
