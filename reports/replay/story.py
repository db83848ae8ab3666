"""A story as it is read from its file: plain values, in the order of the file."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import date, datetime
    from decimal import Decimal
    from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class Calendar:
    """Working hours: for each weekday, Monday first, whether it is worked; from and until as HH:MM; whose holidays, empty for none."""

    days: tuple[bool, ...] = (True,) * 5 + (False,) * 2
    start: str = "09:00"
    end: str = "17:00"
    holidays: str = ""
    time_zone: str = "UTC"


@dataclass(frozen=True, slots=True)
class Team:
    key: str
    name: str
    parent: str | None = None
    manager: str | None = None
    calendar: Calendar | None = None


@dataclass(frozen=True, slots=True)
class User:
    key: str
    name: str
    email: str
    role: str
    team: str


@dataclass(frozen=True, slots=True)
class Account:
    key: str
    name: str
    domains: tuple[str, ...] = ()
    lifecycle: str = "prospect"
    recurring_value: Decimal | int = 0


@dataclass(frozen=True, slots=True)
class Contact:
    key: str
    name: str
    account: str | None = None
    email: str = ""
    title: str = ""
    seniority: str = ""


@dataclass(frozen=True, slots=True)
class Deal:
    """A deal that exists at the start, or the fact that one is opened. ``opened`` and ``closed`` are days of the story's zone."""

    line: int
    key: str
    name: str
    account: str | None = None
    owner: str | None = None
    stage: str = ""
    opened: date | None = None
    amount: Decimal | None = None
    source: str = "unknown"
    introduced_by: str | None = None
    status: str = ""
    closed: date | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One moment of the story: a fact, or what must hold then (``kind`` "expect"). ``given``: its fields as plain values.

    ``refused``: words of the refusal, where the fact must be refused.
    """

    line: int
    at: datetime
    kind: str
    given: dict[str, Any]
    refused: str | None = None


@dataclass(frozen=True, slots=True)
class Story:
    title: str
    zone: ZoneInfo
    calendar: Calendar
    about: str = ""
    teams: tuple[Team, ...] = ()
    users: tuple[User, ...] = ()
    accounts: tuple[Account, ...] = ()
    contacts: tuple[Contact, ...] = ()
    deals: tuple[Deal, ...] = ()
    steps: tuple[Step, ...] = field(default=())
