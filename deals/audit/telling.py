"""Events in words: who did what to which thing, and each field as it was and as it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db import models
from django.db.models import CharField, F, Value
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from accounts.models import User
from deals.risk.policy import SETTINGS
from deals.templatetags.words import NOTHING, money

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from deals.audit.reading import Event

# What names a thing that others point to.
NAMED = {
    "accounts.User": "name",
    "accounts.Team": "name",
    "accounts.Account": "name",
    "accounts.Contact": "name",
    "accounts.WorkingCalendar": "name",
    "deals.Deal": "name",
    "deals.Stage": "name",
    "deals.Pipeline": "name",
    "deals.Product": "name",
}
# Fields whose own name is not said anywhere else on a screen.
WORDS = {
    "owner": _lazy("owner"),
    "team": _lazy("team"),
    "parent": _lazy("part of"),
    "account": _lazy("account"),
    "contact": _lazy("contact"),
    "stage": _lazy("stage"),
    "pipeline": _lazy("pipeline"),
    "product": _lazy("product"),
    "introduced_by": _lazy("introduced by"),
    "currency": _lazy("currency"),
    "manager": _lazy("manager"),
    "calendar": _lazy("working calendar"),
    "cover": _lazy("who covers"),
    "mail_to": _lazy("who gets the mail"),
    "retired_at": _lazy("out of use since"),
    "invited_at": _lazy("invited"),
    "position": _lazy("place in the order"),
    "assignee": _lazy("whose task"),
    "done": _lazy("done"),
    "done_by": _lazy("done by"),
    "ended_at": _lazy("ended"),
    "due_at": _lazy("due"),
    "what": _lazy("what"),
    "type": _lazy("kind"),
    "withdrawn_at": _lazy("taken back"),
    "withdrawn_by": _lazy("taken back by"),
    "no_answer_needed_at": _lazy("needs no answer since"),
    "no_answer_needed_by": _lazy("needs no answer, says"),
    "user": _lazy("our person"),
    "person": _lazy("whose hours"),
    "lost_at": _lazy("lost"),
    "is_human": _lazy("by a human"),
    "is_active": _lazy("suspended"),
}
# What a library calls in its own words.
VALUES = {
    ("mfa.Authenticator", "type"): {"totp": _lazy("Authenticator app"), "webauthn": _lazy("Passkey"), "recovery_codes": _lazy("Recovery codes")},
}
# Kept as a yes and told as a no: whoever has no address cannot log in either, and is suspended all the same.
TURNED = frozenset({("accounts.User", "is_active")})
# Fields told of a thing that is new: enough to know what it is.
TOLD_WHEN_NEW = 5
Names = dict[tuple[str, int], str]


@dataclass(frozen=True, slots=True)
class Part:
    """One field in words. ``was`` is empty for a new thing; both are empty where only that it changed is said."""

    name: str
    was: str
    now: str
    veiled: bool = False


@dataclass(frozen=True, slots=True)
class Told:
    event: Event
    by: User | None
    title: str
    url: str
    parts: list[Part]

    @property
    def what(self) -> str:
        return {"insert": _("added"), "delete": _("removed")}.get(self.event.label, _("changed"))


def tell(events: Sequence[Event]) -> list[Told]:
    """The events in words. Two queries, whatever they are about: the people who did it, and the names of all they speak of."""
    people = User.objects.in_bulk({event.who for event in events if event.who})
    names = _names(events)
    return [Told(event, people.get(event.who or 0), _title(event, names), _url(event), _parts(event, names)) for event in events]


def _names(events: Iterable[Event]) -> Names:
    wanted: dict[str, set[int]] = {}
    for event in events:
        for field in (*event.kind.fields, event.kind.of._meta.get_field(event.kind.title)):
            label = field.related_model._meta.label if field.is_relation else ""
            if label in NAMED:
                ids = wanted.setdefault(label, set())
                ids.update(pk for row in (event.before, event.after) if row and (pk := row.get(field.column)))
    parts = [
        apps.get_model(label)
        ._default_manager.filter(pk__in=ids)
        .order_by()
        .values_list(Value(label, output_field=CharField()), "pk", F(NAMED[label]))
        for label, ids in sorted(wanted.items())
        if ids
    ]
    if not parts:
        return {}
    return {(label, pk): name for label, pk, name in (parts[0].union(*parts[1:], all=True) if len(parts) > 1 else parts[0])}


def _title(event: Event, names: Names) -> str:
    field: Any = event.kind.of._meta.get_field(event.kind.title)
    value = event.after.get(field.column)
    if not value and event.kind.speaks:
        return str(event.kind.of(**{one.attname: event.after[one.column] for one in event.kind.of._meta.fields if one.column in event.after}))
    return _said(value, field, names)


def _url(event: Event) -> str:
    """The page that shows the thing; empty where there is none, or the thing is gone."""
    kind = event.kind
    if not kind.route or (event.label == "delete" and kind.leads_by == "id"):
        return ""
    try:
        if not kind.leads_by:
            return reverse(kind.route)
        field: Any = kind.of._meta.get_field(kind.leads_by)
        pk = event.after.get(field.column)
        return reverse(kind.route, args=[pk]) if pk else ""
    except NoReverseMatch:
        return ""


def _parts(event: Event, names: Names) -> list[Part]:
    if event.label == "delete":
        return []
    parts = []
    for field in event.kind.fields:
        now, was = _kept(event.after, field), _kept(event.before or {}, field)
        name = capfirst(str(WORDS.get(field.name, field.verbose_name)))
        if event.before is not None and event.label != "insert":
            if now != was:
                veiled = field.name in event.kind.veiled
                parts.append(Part(name, "", "", veiled=True) if veiled else Part(name, _said(was, field, names), _said(now, field, names)))
        elif now not in (None, "", [], {}, False) and field.name != event.kind.title and field.name not in event.kind.veiled:
            parts.append(Part(name, "", _said(now, field, names)))
    return parts[:TOLD_WHEN_NEW] if event.before is None or event.label == "insert" else parts


def _kept(row: dict[str, Any], field: Any) -> Any:
    value = row.get(field.column)
    return not value if isinstance(value, bool) and (field.model._meta.label, field.name) in TURNED else value


def _said(value: Any, field: Any, names: Names) -> str:
    """A column's value as a person reads it."""
    if value is None or value == "":
        return NOTHING
    if field.is_relation:
        return names.get((field.related_model._meta.label, value), _("no. %(n)s") % {"n": value})
    if field.choices:
        if words := VALUES.get((field.model._meta.label, field.name)):
            return str(words.get(value, value))
        return str(dict(field.flatchoices).get(value, value))
    if field.name == "setting" and value in SETTINGS:
        return str(SETTINGS[value].label)
    return _plain(value, field)


def _plain(value: Any, field: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(field, models.DateTimeField):
        at = parse_datetime(str(value))
        return date_format(timezone.localtime(at), "j M Y, H:i") if isinstance(at, datetime) and timezone.is_aware(at) else str(value)
    if isinstance(field, models.DateField):
        day = parse_date(str(value))
        return date_format(day, "j M Y") if day else str(value)
    if isinstance(field, models.DecimalField):
        return money(value) if field.decimal_places == 2 else f"{Decimal(str(value)).normalize():f}"
    if isinstance(value, list):
        return _listed(value)
    return str(value)


def _listed(value: list[Any]) -> str:
    """A week of periods, or words: ``09:00-17:00 / …``."""
    if all(isinstance(one, list) for one in value):
        days = [", ".join("-".join(map(str, period)) if isinstance(period, list) else str(period) for period in one) for one in value]
        return " / ".join(day or NOTHING for day in days)
    return ", ".join(map(str, value))
