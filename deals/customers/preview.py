"""What a merge would do, field by field, before anybody says yes: both values, and which one to keep unless somebody knows better."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from accounts.models import Account
from accounts.querysets import CountOf
from deals.services.merging import ACCOUNT_FIELDS, CONTACT_FIELDS, pointing_at
from deals.templatetags.words import day, money

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db import models
    from django.utils.functional import _StrPromise

KEEP, OTHER = "keep", "other"
# Of two, the one that says more of what they are to us.
LIFECYCLES = ["prospect", "partner", "former", "customer"]
# What is counted for people to see; the rest moves as well.
COUNTED: dict[str, _StrPromise] = {
    "deals.Deal.account": _("deals"),
    "accounts.Contact.account": _("people"),
    "accounts.AccountDomain.account": _("domains"),
    "deals.Interaction.account": _("interactions"),
    "accounts.Account.parent": _("subsidiaries"),
    "deals.DealContact.contact": _("deals they are on"),
    "deals.Interaction.contact": _("interactions"),
    "deals.Deal.introduced_by": _("introductions"),
    "accounts.ContactAddress.contact": _("more addresses"),
}


@dataclass(frozen=True, slots=True)
class Field:
    name: str
    words: str
    keep: str
    other: str
    chosen: str

    @property
    def differs(self) -> bool:
        return self.keep != self.other


@dataclass(frozen=True, slots=True)
class Count:
    words: str
    keep: int
    other: int


def fields_of(keep: models.Model, other: models.Model) -> list[Field]:
    """Each field that can be chosen, as both have it."""
    names = ACCOUNT_FIELDS if isinstance(keep, Account) else CONTACT_FIELDS
    found = []
    for name in names:
        attribute = keep._meta.get_field(name)
        words = str(getattr(attribute, "verbose_name", name))
        found.append(Field(name, words[:1].upper() + words[1:], _said(keep, name), _said(other, name), default(name, keep, other)))
    return [field for field in found if field.keep or field.other]


def default(name: str, keep: Any, other: Any) -> str:
    """The one that stays keeps what it has; where it has nothing, or less, the other one's."""
    mine, theirs = getattr(keep, name), getattr(other, name)
    if name == "lifecycle":
        return OTHER if LIFECYCLES.index(theirs) > LIFECYCLES.index(mine) else KEEP
    if name == "parent" and theirs == keep:
        return KEEP
    return OTHER if not mine and theirs else KEEP


def taken(fields: Iterable[Field], said: Any) -> set[str]:
    """The fields whose value comes from the other one, as the form said; what it did not say is as proposed."""
    return {field.name for field in fields if field.differs and said.get(f"field-{field.name}", field.chosen) == OTHER}


def counts_of(keep: models.Model, other: models.Model) -> list[Count]:
    """How much hangs on both. One query."""
    counted = [(str(COUNTED[str(one)]), one) for one in pointing_at(type(keep)) if str(one) in COUNTED]
    hanging = [one.model._base_manager.filter(**{one.name: which}).order_by().values("pk") for which in (keep, other) for _words, one in counted]  # noqa: SLF001 - Django's documented name of it
    numbers = type(keep)._base_manager.filter(pk=keep.pk).values_list(*(CountOf(rows) for rows in hanging)).get()  # noqa: SLF001 - likewise
    found = [Count(words, numbers[place], numbers[place + len(counted)]) for place, (words, _one) in enumerate(counted)]
    return [one for one in found if one.keep or one.other]


def _said(one: Any, name: str) -> str:
    if name == "lifecycle":
        return str(one.get_lifecycle_display())
    value = getattr(one, name)
    if name == "recurring_value":
        return money(value) if value else ""
    if name == "left_on":
        return day(value) if value else ""
    return str(value) if value not in (None, "") else ""
