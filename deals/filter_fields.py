"""Choices among rows (an owner, a stage, a saved view) that an address names by id: all of them looked up in one query."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import django_filters
from django import forms
from django.db import connection
from django.db.models import Subquery
from django.db.models.functions import JSONObject

from accounts.models import User
from accounts.requests import typed_number

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.db.models import Model, QuerySet

NAMED = ("id", "name")


class NamedChoiceField(django_filters.fields.ModelChoiceField):  # type: ignore[misc] # the library is not typed
    """A choice that was looked up already is not asked for again."""

    known: Mapping[str, Model | None] | None = None

    def to_python(self, value: Any) -> Any:
        if self.known is None or value in self.empty_values or value == self.null_value:
            return super().to_python(value)
        found = self.known.get(str(value))
        if found is None:
            raise forms.ValidationError(self.error_messages["invalid_choice"], code="invalid_choice", params={"value": value})
        return found


class NamedChoiceFilter(django_filters.ModelChoiceFilter):  # type: ignore[misc] # likewise
    field_class = NamedChoiceField


def look_up(asked: Mapping[str, tuple[QuerySet[Any], str, tuple[str, ...]]], user: User) -> dict[str, Model]:
    """The rows that are there, by name; ``asked`` has a queryset, an id as typed, and the fields wanted. One query or none.

    Everybody may see themselves, and they are known already.
    """
    ids = {name: number for name, (_rows, typed, _fields) in asked.items() if (number := typed_number(typed)) is not None and number < 2**31}
    themselves: dict[str, Model] = {name: user for name, pk in ids.items() if pk == user.pk and asked[name][0].model is User}
    ids = {name: pk for name, pk in ids.items() if name not in themselves}
    if not ids:
        return themselves
    columns = [
        Subquery(asked[name][0].order_by().filter(pk=pk).values(row=JSONObject(**{one: one for one in asked[name][2]}))[:1])
        for name, pk in ids.items()
    ]
    values = User.objects.filter(pk=user.pk).values_list(*columns).get()
    return themselves | {name: _made(asked[name][0].model, row) for name, row in zip(ids, values, strict=True) if row is not None}


def _made(model: type[Model], row: Mapping[str, Any]) -> Model:
    """A row of some fields, told in the order of the model's own, which Django goes by."""
    fields = [field.attname for field in model._meta.concrete_fields if field.attname in row]
    return model.from_db(connection.alias, fields, [row[name] for name in fields])


def tell(form: forms.Form, asked: Mapping[str, str], found: Mapping[str, Model]) -> None:
    """Let the form's choices know what was looked up; ``asked`` are the ids as typed."""
    for name, field in form.fields.items():
        if isinstance(field, NamedChoiceField):
            typed = asked.get(name, "")
            field.known = {typed: found.get(name)}
