"""The columns a list of deals can show, in the order somebody chose, as the address or their habit says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from deals.filters import CLOSED_STATES

if TYPE_CHECKING:
    from django.http import QueryDict
    from django.utils.functional import _StrPromise

    from accounts.requests import PersonRequest

KEPT_AS = "deal-columns"  # in the session


@dataclass(frozen=True, slots=True)
class Column:
    """``first``: what its order puts first, for the menu of orders."""

    name: str
    words: _StrPromise
    first: _StrPromise
    numeric: bool = False
    note: _StrPromise | str = ""


COLUMNS: dict[str, Column] = {
    column.name: column
    for column in (
        Column("name", _("Deal"), _("Name")),
        Column("severity", _("What is owed"), _("Worst signal")),
        Column("at_stake", _("At stake"), _("Most at stake"), numeric=True, note=_("The deal, plus what hangs on its customer")),
        Column("age", _("In stage"), _("Longest in stage")),
        Column("owner", _("Owner"), _("Owner")),
        Column("close", _("Close"), _("Closing first")),
        Column("contact", _("Last contact"), _("Longest silence")),
        Column("account", _("Account"), _("Account")),
        Column("team", _("Team"), _("Team")),
        Column("stage", _("Stage"), _("Earliest stage")),
        Column("value", _("Value"), _("Largest"), numeric=True, note=_("In the base currency")),
        Column("amount", _("Amount"), _("Largest amount"), numeric=True, note=_("As it was agreed; sorted by its value in the base currency")),
        Column("weighted", _("Weighted"), _("Largest weighted"), numeric=True, note=_("The value times the chance of its stage")),
        Column("probability", _("Chance"), _("Best chance"), numeric=True, note=_("Of the stage it is in")),
        Column("opened", _("Opened"), _("Opened last")),
        Column("closed", _("Closed"), _("Closed last")),
        Column("next_step", _("Next step"), _("Next step due first")),
        Column("source", _("Source"), _("Source")),
        Column("product", _("Product"), _("Product")),
        Column("lifecycle", _("Customer?"), _("Lifecycle of the account")),
    )
}
USUAL = ("name", "severity", "at_stake", "age", "owner", "close", "contact")
USUAL_CLOSED = ("name", "severity", "value", "stage", "owner", "closed", "contact")


def columns_of(query: QueryDict, habit: list[str] | None = None) -> list[Column]:
    """The columns of an address (``cols=name,owner``), of the reader's habit, or the usual ones. The name is always there."""
    asked = [name for name in query.get("cols", "").split(",") if name in COLUMNS]
    usual = USUAL_CLOSED if query.get("state") in CLOSED_STATES else USUAL
    names = asked or [name for name in habit or () if name in COLUMNS] or usual
    return [COLUMNS[name] for name in dict.fromkeys(("name", *names) if "name" not in names else names)]


def shown_to(request: PersonRequest) -> list[Column]:
    return columns_of(request.GET, request.session.get(KEPT_AS))
