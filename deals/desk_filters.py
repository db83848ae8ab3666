"""What the risk desk is narrowed to, as its address says it: ``?person=7&rule=no_contact&older=1``."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Self

from django.db.models import Q

from accounts.requests import typed_number, typed_words
from deals.models import Severity
from deals.risk.sentences import RULE_NAMES

if TYPE_CHECKING:
    from django.http import QueryDict

# ``person=0``: what waits for nobody.
NOBODY = 0


@dataclass(frozen=True, slots=True)
class Filters:
    """Nothing set shows everything. What an address says wrongly counts as not said."""

    person: int | None = None
    rule: str = ""
    severity: int | None = None
    older: bool = False
    team: int | None = None
    text: str = ""

    @classmethod
    def of(cls, query: QueryDict) -> Self:
        rule, severity = query.get("rule", ""), typed_number(query.get("severity"))
        return cls(
            person=typed_number(query.get("person")),
            rule=rule if rule in RULE_NAMES else "",
            severity=severity if severity in Severity.values else None,
            older=query.get("older") == "1",
            team=typed_number(query.get("team")),
            text=typed_words(query, "text"),
        )

    def __bool__(self) -> bool:
        return any(getattr(self, field.name) not in (None, "", False) for field in fields(self))

    def without(self, name: str) -> Self:
        """The same with one of them not said: a list to choose from counts all there is to choose."""
        cleared = {"person": None, "rule": "", "severity": None, "older": False, "team": None, "text": ""}
        return replace(self, **{name: cleared[name]})  # type: ignore[arg-type] # one field, its own empty value

    @property
    def of_signals(self) -> bool:
        """Whether anything is asked of the signals rather than of their deals."""
        return self.person is not None or bool(self.rule) or self.severity is not None or self.older

    def signal_terms(self, relation: str = "") -> Q:
        """What a signal must be; ``relation`` is the way to it ("signals__")."""
        terms = Q()
        if self.person is not None:
            terms &= Q(**{f"{relation}responsible": self.person}) if self.person != NOBODY else Q(**{f"{relation}responsible__isnull": True})
        if self.rule:
            terms &= Q(**{f"{relation}rule": self.rule})
        if self.severity is not None:
            terms &= Q(**{f"{relation}severity": self.severity})
        if self.older:
            terms &= Q(**{f"{relation}rule": "stage_overdue", f"{relation}facts__contains": {"older_than_any_won": True}})
        return terms

    def deal_terms(self, team_ids: frozenset[int]) -> Q:
        """What a deal must be; ``team_ids`` are the chosen team and all below it."""
        terms = Q()
        if self.team is not None:
            terms &= Q(team_id__in=team_ids)
        if self.text:
            terms &= Q(name__icontains=self.text) | Q(account__name__icontains=self.text)
        return terms
