"""What one import knows while it runs: its plan, its clock, whose it is, and the names that are here already."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection

from accounts.models import Account, MergedAccount, User, WorkingCalendar
from accounts.sight import Sight, sight_of
from deals.intake.files.names import Names, person_name
from deals.models import Product

if TYPE_CHECKING:
    from django.db.models import Model

    from deals.intake.files.plan import Options, Plan

# A thing that is here already (its id), or one this import is about to make.
Ref = Any
DOLLARS = frozenset({"USD", "CAD", "AUD", "NZD", "HKD", "SGD"})


def company_zone() -> tzinfo:
    """The clock of days: the default calendar's time zone."""
    name = WorkingCalendar.objects.filter(is_default=True).values_list("time_zone", flat=True).first()
    return ZoneInfo(name) if name else UTC


def currency_of(said: str) -> str:
    """A bare dollar sign is the company's own dollar where it has one."""
    if said == "$":
        return settings.BASE_CURRENCY if settings.BASE_CURRENCY in DOLLARS else "USD"
    return said or settings.BASE_CURRENCY


@dataclass(slots=True)
class Notes:
    """What is worth saying about an import in the end: names that were found to be others, things made, things left out."""

    found: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    made: Counter[str] = field(default_factory=Counter)
    facts: Counter[str] = field(default_factory=Counter)

    def as_json(self) -> dict[str, Any]:
        found = [{"column": column, "value": value, "found": name, "rows": rows} for (column, value, name), rows in sorted(self.found.items())]
        return {"found": found[:500], "made": dict(self.made), "facts": dict(self.facts)}

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> Notes:
        notes = cls()
        for one in kept.get("found", []):
            notes.found[one["column"], one["value"], one["found"]] = one["rows"]
        notes.made.update(kept.get("made", {}))
        notes.facts.update(kept.get("facts", {}))
        return notes

    def add(self, other: Notes) -> None:
        self.found.update(other.found)
        self.made.update(other.made)
        self.facts.update(other.facts)


@dataclass(slots=True)
class Frame:
    """``shift`` in days; ``import_id`` is None while nothing is written (a preview); ``by`` None: the command line."""

    plan: Plan
    options: Options
    now: datetime
    zone: tzinfo
    file_name: str
    by: User | None = None
    import_id: int | None = None
    shift: int = 0
    notes: Notes = field(default_factory=Notes)
    accounts_seen: frozenset[int] | None = None
    fields: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        self.fields = frozenset(self.plan.fields)

    @property
    def today(self) -> date:
        return self.now.astimezone(self.zone).date()

    @property
    def sight(self) -> Sight | None:
        """What the person who imports may see; None for everything."""
        return None if self.by is None else sight_of(self.by)

    def sees(self, *, team_id: int | None, owner_id: int | None) -> bool:
        """Whether work of this team or owner is in the sight of whoever imports."""
        sight = self.sight
        return sight is None or sight.everything or team_id in sight.team_ids or owner_id in sight.user_ids

    def sees_account(self, account_id: int) -> bool:
        """Whether whoever imports may see the account; what they may see is read once a run."""
        if self.by is None or sight_of(self.by).everything:
            return True
        if self.accounts_seen is None:
            self.accounts_seen = frozenset(Account.objects.visible_to(self.by).values_list("pk", flat=True))
        return account_id in self.accounts_seen

    def has(self, name: str) -> bool:
        return name in self.fields

    def title(self, name: str) -> str:
        column = self.plan.fields.get(name)
        return column.title if column else name

    def found(self, name: str, said: str, here: str) -> None:
        """Note a reference that was found by something else than its very name."""
        if said != here and "@" not in said:
            self.notes.found[self.title(name), said, here] += 1

    def day_start(self, day: date) -> datetime:
        return datetime.combine(day, time(), tzinfo=self.zone)

    def moment(self, found: date | datetime) -> datetime:
        return found if isinstance(found, datetime) else self.day_start(found)


def shifted(found: Any, days: int) -> Any:
    """A day or moment moved by whole days; a moment keeps its time of day (for trials, so a clock change may move it by an hour)."""
    return found + timedelta(days=days) if found is not None and days else found


NEWEST = "SELECT (SELECT max(id) FROM accounts_account), (SELECT max(id) FROM accounts_user), (SELECT max(id) FROM deals_product)"


def newest() -> tuple[int, ...]:
    """The last of each that look-ups know, as the database has it now."""
    with connection.cursor() as cursor:
        cursor.execute(NEWEST)
        found: tuple[int, ...] = cursor.fetchone()
    return found


class Lookups:
    """The names that are here, read once a run and again after another process wrote."""

    def __init__(self) -> None:
        self.people: Names[Ref] = Names()
        self.people_by_email: dict[str, Ref] = {}
        self.people_by_id: dict[str, Ref] = {}
        self.teams_of_people: dict[int, int | None] = {}
        self.accounts: Names[Ref] = Names(company=True)
        self.accounts_by_id: dict[str, Ref] = {}
        self.account_names: dict[int, str] = {}
        # Ids and names of accounts that were merged into another one lead to the one that stayed.
        self.merged_accounts: set[str] = set()
        self.products: Names[Ref] = Names()
        self.product_names: dict[int, str] = {}

    def read_people(self) -> None:
        for pk, name, email, external_id, team_id in User.objects.values_list("pk", "name", "email", "external_id", "team_id"):
            self.people.add(name, pk)
            self.teams_of_people[pk] = team_id
            if email:
                self.people_by_email[email.lower()] = pk
            if external_id:
                self.people_by_id[external_id] = pk

    def read_accounts(self) -> None:
        for pk, name, external_id in Account.objects.values_list("pk", "name", "external_id").iterator(chunk_size=5000):
            self.accounts.add(name, pk)
            self.account_names[pk] = name
            if external_id:
                self.accounts_by_id[external_id] = pk
        for name, external_id, pk in MergedAccount.objects.values_list("name", "external_id", "into_id"):
            if self.accounts.find(name) is None and not self.accounts.is_ambiguous(name):
                self.accounts.add(name, pk)
            if external_id and external_id not in self.accounts_by_id:
                self.accounts_by_id[external_id] = pk
                self.merged_accounts.add(external_id)

    def read_products(self) -> None:
        for pk, name in Product.objects.values_list("pk", "name"):
            self.products.add(name, pk)
            self.product_names[pk] = name

    def person(self, name: str) -> tuple[str, Ref] | None:
        """By e-mail where it is one, by name, or by a name written last name first."""
        if "@" in name and (found := self.people_by_email.get(name.lower())):
            return name, found
        return self.people.find(name) or self.people.find(person_name(name))


def reference(thing: Ref) -> dict[str, Any]:
    """As an argument of a model: the id, or the instance that will have one when it is saved."""
    return {"id": thing} if isinstance(thing, int) else {"instance": thing}


def pk_of(thing: Ref | Model) -> int | None:
    return thing if isinstance(thing, int) or thing is None else thing.pk
