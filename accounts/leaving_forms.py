"""Who takes over what from somebody who leaves: one choice for all of it, and one for each kind that should go elsewhere."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.template.defaultfilters import date as date_words
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.leaving import HOLDINGS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import datetime

    from accounts.models import User
    from accounts.organisation import Organisation

STAYS = "stays"
FOR_ALL = "to_all"


def field_of(key: str) -> str:
    return f"to_{key}"


class HeirsForm(forms.Form):
    """``heirs`` and ``keep`` are what was chosen, as :func:`accounts.services.leaving.moving.leave` takes it."""

    def __init__(
        self,
        *args: Any,
        kinds: Iterable[str],
        people: Iterable[User],
        company: Organisation,
        manager: str,
        until: str,
        now: datetime,
        **kwargs: Any,
    ) -> None:
        """``manager``: the name of who takes over where nobody is named. ``until``: the last day in words where it lies ahead, else ''."""
        super().__init__(*args, **kwargs)
        self.kinds, self.people = list(kinds), {str(one.pk): one for one in people}
        named = [(pk, _label(one, company, now)) for pk, one in self.people.items()]
        staying = [(STAYS, _("Stays with them until %(day)s") % {"day": until})] if until else []
        first = _("%(name)s, next up the line") % {"name": manager} if manager else _("Nobody above them is here: choose somebody")
        gone = {"invalid_choice": _("This person cannot take it over any more. Choose somebody else.")}
        self.fields[FOR_ALL] = forms.ChoiceField(
            label=gettext_lazy("Who takes over"), required=False, choices=[("", first), *named, *staying], error_messages=gone
        )
        for key in self.kinds:
            choices = [("", _("As said above")), *named, *staying]
            self.fields[field_of(key)] = forms.ChoiceField(label=HOLDINGS[key].words(2), required=False, choices=choices, error_messages=gone)

    def chosen(self, key: str) -> str:
        """A person's id, ``stays``, or '' for the manager. Whom all of it goes to but who cannot take this, does not."""
        own: str = self.cleaned_data[field_of(key)]
        everything: str = self.cleaned_data[FOR_ALL]
        if own or everything == STAYS:
            return own or everything
        return "" if everything in self.people and HOLDINGS[key].refuses(self.people[everything]) else everything

    @property
    def heirs(self) -> dict[str, User | None]:
        return {key: self.people.get(self.chosen(key)) for key in self.kinds if self.chosen(key) != STAYS}

    @property
    def keep(self) -> Collection[str]:
        return [key for key in self.kinds if self.chosen(key) == STAYS]


def _label(person: User, company: Organisation, now: datetime) -> str:
    parts = [person.name, *([person.team.name] if person.team else [])]
    known = company.people.get(person.pk)
    away = known.away(now) if known is not None else None
    if away is not None:
        parts.append(_("away until %(day)s") % {"day": date_words(timezone.localtime(away.end - timedelta(seconds=1)), "j F")})
    return " · ".join(parts)
