"""What playing a story came to: its timeline, as plain values that can be kept as JSON."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(slots=True)
class Happening:
    """Something that befell a risk signal. ``kind``: raised, worsened, climbed, unparked or cleared; ``words``: the sentence of its rule.

    ``number``: the deal's.
    """

    kind: str
    rule: str
    name: str
    severity: str
    deal: str
    level: int = 0
    words: str = ""
    note: str = ""
    number: int = 0


@dataclass(slots=True)
class Told:
    """A notice: to whom, and what it says; ``number``: the deal's it is about, 0 for none."""

    to: str
    title: str
    kind: str
    body: str = ""
    number: int = 0


@dataclass(slots=True)
class Standing:
    """A signal that is up, as it stands."""

    rule: str
    name: str
    severity: str
    words: str
    responsible: str
    level: int
    parked: bool = False


@dataclass(slots=True)
class DealState:
    """A deal as it stands after a moment. ``duties``: open tasks as (who, what, when due)."""

    number: int
    name: str
    stage: str
    owner: str
    responsible: str
    value: str
    bluebird: bool
    reply_due: str = ""
    signals: list[Standing] = field(default_factory=list)
    duties: list[tuple[str, str, str]] = field(default_factory=list)


@dataclass(slots=True)
class Failure:
    """An expectation that did not hold."""

    line: int
    expected: str
    found: str


@dataclass(slots=True)
class Moment:
    """One line of the timeline. ``at``: ISO with the story's offset. ``kind``: fact, expect, or due (nobody did anything; time passed).

    ``fact``: which fact; ``deals``: the numbers of the deals it is about. ``held``: of an expectation, and of a refusal that was
    to come; None where nothing was expected. ``not_known``: Salvor does not know this fact yet. ``refused``: the words it was
    refused with.
    """

    at: str
    kind: str
    line: int = 0
    fact: str = ""
    title: str = ""
    words: str = ""
    refused: str = ""
    not_known: bool = False
    held: bool | None = None
    failures: list[Failure] = field(default_factory=list)
    happenings: list[Happening] = field(default_factory=list)
    told: list[Told] = field(default_factory=list)
    deals: list[int] = field(default_factory=list)
    states: list[DealState] = field(default_factory=list)

    @property
    def is_eventful(self) -> bool:
        return bool(self.happenings or self.told)


@dataclass(slots=True)
class Played:
    """A whole story. ``unknown``: the facts of it that Salvor does not know yet, each once."""

    title: str
    about: str
    zone: str
    moments: list[Moment] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)

    @property
    def held(self) -> int:
        return sum(moment.held is True for moment in self.moments)

    @property
    def failed(self) -> int:
        return sum(moment.held is False for moment in self.moments)

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "held": self.held, "failed": self.failed}
