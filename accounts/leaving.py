"""What names a person of ours: every foreign key to a user, either *held* or staying theirs.

An app registers its own when it is loaded. A holding is what names somebody as responsible for something still going on;
it knows its rows, says them in words and passes them on to an heir, or ends them with the person's last day. Everything else
that names a person says who did something, or is about the person: it stays theirs for ever, and is registered with the reason,
but for what the database keeps. A test fails for a foreign key to a user that stands nowhere, so a new one has to be thought about.

To add one: a subclass of :class:`Holding` beside the services that write it, ``register()`` it from the app's ``ready``, and a row
of it in the test's company.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from django.apps import apps
from django.db.models import ForeignKey, ManyToManyField
from pghistory.models import Event

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime
    from decimal import Decimal

    from django.db.models import QuerySet

    from accounts.models import User

# "deals.Deal.owner" -> the rows of that field which name the person as responsible now.
Rows = dict[str, "QuerySet[Any, Any]"]


@dataclass(frozen=True, slots=True)
class Example:
    """One thing somebody holds, as a page names it; ``path`` where there is a page of it."""

    title: str
    path: str = ""


class Holding(ABC):
    """One kind of what people hold. ``icon``: of lucide.

    ``ends``: nobody takes it over, it ends with the last day. ``follows``: the key of what it goes with; otherwise an heir is named for it.
    """

    key: ClassVar[str]
    fields: ClassVar[tuple[str, ...]]
    icon: ClassVar[str] = "user-round"
    ends: ClassVar[bool] = False
    follows: ClassVar[str] = ""

    @abstractmethod
    def rows(self, leaver: User, now: datetime) -> Rows:
        """For each of ``fields``, the first one being what is counted."""

    @abstractmethod
    def words(self, count: int) -> str:
        """ "3 open deals"."""

    @abstractmethod
    def move(self, *, leaver: User, heir: User, by: User | None, now: datetime) -> int:
        """Pass it on, in the caller's transaction; how much that was. Doing it again moves nothing.

        What there is too much of for one transaction is passed on in parts. Where it ``ends``, ``heir`` is the leaver.
        """

    def count(self, leaver: User, now: datetime) -> int:
        return self.rows(leaver, now)[self.fields[0]].count()

    def remains(self, leaver: User, now: datetime) -> int:
        """Rows of all its fields that still name them."""
        return sum(rows.count() for rows in self.rows(leaver, now).values())

    def value(self, leaver: User, now: datetime) -> Decimal | None:
        """What it is worth in the base currency, where that can be said."""
        return None

    def examples(self, leaver: User, now: datetime, most: int) -> Sequence[Example]:
        """Some of it, the weightiest first; nothing where it is the person's own business."""
        return ()

    def place(self, heir: User) -> str:
        """The address where the heir's are listed; empty where there is none that others may open."""
        return ""

    def refuses(self, heir: User) -> str:
        """Why this person cannot take it over, in a sentence; empty where they can."""
        return ""


HOLDINGS: dict[str, Holding] = {}
STAYS: dict[str, str] = {}
KEPT_BY_DATABASE: set[str] = set()


def register(*holdings: Holding) -> None:
    HOLDINGS.update({one.key: one for one in holdings})


def stays(because: str, *fields: str) -> None:
    """These name somebody as they were: ``because`` says why nobody else may stand there."""
    STAYS.update(dict.fromkeys(fields, because))


def kept_by_database(*fields: str) -> None:
    """The database itself keeps these in line with what they are taken from: nobody passes them on."""
    KEPT_BY_DATABASE.update(fields)


def chosen() -> list[Holding]:
    """What an heir is named for, in the order in which it is passed on."""
    return [one for one in HOLDINGS.values() if not one.follows and not one.ends]


def fields_to_people() -> Iterator[tuple[str, bool]]:
    """Every field of every model that leads to a user, as ``deals.Deal.owner``, and whether its model is a history of rows.

    Fields of tables between, as ``deals.RiskSignal_told.user``, are among them.
    """
    from accounts.models import User

    for model in apps.get_models(include_auto_created=True):
        for field in model._meta.get_fields():
            if isinstance(field, (ForeignKey, ManyToManyField)) and field.related_model is User:
                yield f"{model._meta.label}.{field.name}", issubclass(model, Event)


def unclassified() -> list[str]:
    """Fields that lead to a user and stand nowhere: neither held nor staying. A history of rows stays whatever it is of."""
    known = {name for one in HOLDINGS.values() for name in one.fields} | STAYS.keys() | KEPT_BY_DATABASE
    return [name for name, is_history in fields_to_people() if not is_history and name not in known]
