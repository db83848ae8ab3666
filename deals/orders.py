"""The orders a list of deals can stand in: the keys of each, never null and all pointing one way, as keyset pages want them.

Some rest on indexes of the same expressions (``Deal.Meta``): change them together.
"""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Case, DateField, DateTimeField, DecimalField, F, FilteredRelation, Q, Value, When
from django.db.models.functions import Coalesce, Lower

from deals.models.pipelines import WATCHED_KINDS

# What nobody has dated or valued comes last.
UNDATED = date(9999, 12, 31)
LONG_GONE = date(1, 1, 1)
NO_STEP = datetime(9999, 12, 31, tzinfo=UTC)
UNVALUED = Decimal(-1)


@dataclass(frozen=True, slots=True)
class Order:
    """``name`` as the address says it, with a minus where it is turned round; ``keys`` as they stand in the rows."""

    name: str
    keys: tuple[str, ...]
    computed: dict[str, Any] = field(default_factory=dict)

    @property
    def column(self) -> str:
        return self.name.removeprefix("-")

    @property
    def descending(self) -> bool:
        return self.keys[0].startswith("-")

    @property
    def turned(self) -> Order:
        """The same from its other end."""
        name = self.column if self.name.startswith("-") else f"-{self.name}"
        return Order(name, tuple(key.removeprefix("-") if key.startswith("-") else f"-{key}" for key in self.keys), self.computed)

    @property
    def annotations(self) -> dict[str, Any]:
        """What is computed, anew each time: a queryset writes into a filtered relation it is given."""
        return deepcopy(self.computed)

    @property
    def stored(self) -> list[str]:
        """The keys that are columns of the deal itself."""
        return [key.removeprefix("-") for key in self.keys if key.removeprefix("-") not in self.computed]


def _words(name: str, path: str) -> Order:
    """By a name of something the deal may lack; what lacks it comes last."""
    lacks = Case(When(**{f"{path.rpartition('__')[0]}__isnull": True}, then=Value(1)), default=Value(0))
    return Order(name, ("lacks", "words", "pk"), {"lacks": lacks, "words": Coalesce(Lower(path), Value(""))})


def _worth(name: str) -> Order:
    return Order(
        name, ("-worth", "-pk"), {"worth": Coalesce(F("value"), Value(UNVALUED, output_field=DecimalField(max_digits=24, decimal_places=2)))}
    )


WEIGHTED = Coalesce(F("value") * F("stage__probability"), Value(UNVALUED), output_field=DecimalField(max_digits=30, decimal_places=2))
ORDERS: dict[str, Order] = {
    order.name: order
    for order in (
        Order("name", ("lower_name", "pk"), {"lower_name": Lower("name")}),
        _words("account", "account__name"),
        _words("owner", "owner__name"),
        _words("team", "team__name"),
        Order("stage", ("of_pipeline", "of_stage", "pk"), {"of_pipeline": F("stage__pipeline__position"), "of_stage": F("stage__position")}),
        Order("age", ("stage_entered_at", "pk")),
        _worth("value"),
        _worth("amount"),
        Order("at_stake", ("-value_at_stake", "-pk")),
        Order("severity", ("-worst_severity", "-value_at_stake", "-pk")),
        Order("close", ("closes", "pk"), {"closes": Coalesce(F("expected_close_on"), Value(UNDATED, output_field=DateField()))}),
        Order("closed", ("-closes", "-pk"), {"closes": Coalesce(F("closed_on"), Value(LONG_GONE, output_field=DateField()))}),
        Order("contact", ("spoken_at", "pk"), {"spoken_at": Coalesce(F("last_contact_at"), F("stage_entered_at"))}),
        Order("opened", ("-began", "-pk"), {"began": Coalesce(F("opened_on"), Value(LONG_GONE, output_field=DateField()))}),
        Order("source", ("source", "pk")),
        _words("product", "product__name"),
        Order(
            "next_step",
            ("step_due", "pk"),
            {
                "step": FilteredRelation("next_steps", condition=Q(next_steps__ended_at__isnull=True)),
                "step_due": Coalesce(F("step__due_at"), Value(NO_STEP, output_field=DateTimeField())),
            },
        ),
        _words("lifecycle", "account__lifecycle"),
        Order("probability", ("-chance", "-pk"), {"chance": F("stage__probability")}),
        Order("weighted", ("-expected", "-pk"), {"expected": WEIGHTED}),
    )
}
# What the address called them before.
OLD_NAMES = {"silence": "contact"}
# A closed deal's day is always known: its own index answers this.
BY_CLOSING = Order("closed", ("-closed_on", "-pk"))
# Of a closed deal neither is said, so where such deals stand among open ones these come first.
WATCHED_FIRST = {
    "at_stake": Order(
        "at_stake",
        ("-watched", "-value_at_stake", "-pk"),
        {"watched": Case(When(status__in=WATCHED_KINDS, then=Value(1)), default=Value(0))},
    ),
    "age": Order("age", ("closed", "stage_entered_at", "pk"), {"closed": Case(When(status__in=WATCHED_KINDS, then=Value(0)), default=Value(1))}),
}


def order_of(asked: str, *, state: str) -> Order:
    """The order an address asks for. Without one: most at stake first; where all are closed, those closed last.

    ``state``: the state the deals are filtered by.
    """
    turned, name = asked.startswith("-"), asked.removeprefix("-")
    name = OLD_NAMES.get(name, name)
    order = ORDERS.get(name)
    if order is None:
        order = {"won": BY_CLOSING, "lost": BY_CLOSING, "all": ORDERS["value"]}.get(state, ORDERS["at_stake"])
        turned = False
    elif name == "closed" and state in ("won", "lost"):
        order = BY_CLOSING
    elif state == "all":
        order = WATCHED_FIRST.get(name, order)
    return order.turned if turned else order
