"""What people type on the pages of people, teams and calendars. Services decide; forms only read."""

from __future__ import annotations

import re
import zoneinfo
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _
from holidays.registry import COUNTRIES

from accounts.authority import managed_teams
from accounts.days import near
from accounts.editing import OnlyWhatChanged
from accounts.models import Role, Team, User, WorkingCalendar
from accounts.people import State

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from django.db.models import QuerySet
    from django.utils.functional import _StrPromise

WEEKDAYS = (_("Monday"), _("Tuesday"), _("Wednesday"), _("Thursday"), _("Friday"), _("Saturday"), _("Sunday"))
PERIOD = re.compile(r"(\d{1,2}(?::\d{2})?)\s*(?:-|\N{EN DASH}|to)\s*(\d{1,2}(?::\d{2})?)")


def time_zones(empty: _StrPromise | None = None) -> list[tuple[str, str | _StrPromise]]:
    zones: list[tuple[str, str | _StrPromise]] = [(name, name.replace("_", " ")) for name in sorted(zoneinfo.available_timezones()) if "/" in name]
    return [*([("", empty)] if empty else []), ("UTC", "UTC"), *zones]


def countries() -> list[tuple[str, str | _StrPromise]]:
    named = sorted((module.replace("_", " ").title(), codes[1]) for module, codes in COUNTRIES.items())
    return [("", _("No public holidays")), *((code, f"{name} ({code})") for name, code in named)]


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class PersonChoice(forms.ModelChoiceField[User]):
    """One of our people, by name and team."""

    def label_from_instance(self, obj: User) -> str:
        return f"{obj.name} · {obj.team.name}" if obj.team else obj.name


class HoursField(forms.CharField):
    """``09:00-12:30, 13:30-17:00`` as ``[["09:00", "12:30"], ["13:30", "17:00"]]``; empty is closed."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, max_length=120, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(f"{start}-{end}" for start, end in value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        text = (super().to_python(value) or "").strip()
        if not text:
            return []
        found = [PERIOD.fullmatch(part.strip()) for part in text.replace(";", ",").split(",")]
        if not all(found):
            raise forms.ValidationError(_("Write hours like 09:00-17:00, with a comma between two periods."))
        return [[self._clock(match[1]), self._clock(match[2])] for match in found if match]

    @staticmethod
    def _clock(text: str) -> str:
        hour, _colon, minute = text.partition(":")
        return f"{int(hour):02d}:{minute or '00'}"


class PeopleFilter(forms.Form):
    """The list's filters, from the address of the page; what makes no sense is left out."""

    q = forms.CharField(label=_("Name or address"), required=False, max_length=150, widget=forms.TextInput({"placeholder": _("Name or address")}))
    team = forms.ModelChoiceField(Team.objects.none(), label=_("Team"), required=False, empty_label=_("All teams"))
    role = forms.ChoiceField(label=_("Role"), required=False, choices=[("", _("All roles")), *Role.choices])
    state = forms.ChoiceField(label=_("State"), required=False, choices=[("", _("Everybody")), *State.choices])

    def __init__(self, *args: Any, teams: QuerySet[Team], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["team"].queryset = teams.order_by("name")  # type: ignore[attr-defined] # a ModelChoiceField


class PersonForm(forms.Form):
    """A person as ``by`` may describe them. Without an address they may own deals, but cannot log in."""

    name = forms.CharField(label=_("Name"), max_length=150)
    email = forms.EmailField(label=_("E-mail"), required=False, help_text=_("Needed to log in. May be added later."))
    team = forms.ModelChoiceField(Team.objects.none(), label=_("Team"), required=False, empty_label=_("No team"))
    time_zone = forms.ChoiceField(label=_("Time zone"), required=False, choices=lambda: time_zones(_("That of the team")))

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        teams = Team.objects.order_by("name")
        if by.role != Role.ADMIN:
            teams = teams.filter(pk__in=managed_teams(by))
        field: Any = self.fields["team"]
        field.queryset = teams
        if by.role != Role.ADMIN:
            field.required = True
            only = list(teams[:2])
            field.empty_label = None if len(only) == 1 else _("Choose a team")
            if len(only) == 1:
                self.initial["team"] = self.initial.get("team") or only[0].pk


class EditPersonForm(OnlyWhatChanged, PersonForm):
    pass


class NewPersonForm(PersonForm):
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices, initial=Role.REP)
    send_invitation = forms.BooleanField(label=_("Send the invitation now"), required=False, initial=True)

    field_order = ("name", "email", "team", "role", "time_zone", "send_invitation")

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, by=by, **kwargs)
        if by.role != Role.ADMIN:
            self.fields["role"].choices = [(Role.REP.value, Role.REP.label)]  # type: ignore[attr-defined] # a ChoiceField


class RoleForm(forms.Form):
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices)


class AbsenceForm(forms.Form):
    """Whole days in the person's own calendar, the last day included."""

    first_day = forms.DateField(label=_("First day away"), validators=[near], widget=DayInput())
    last_day = forms.DateField(label=_("Last day away"), validators=[near], widget=DayInput())
    cover = PersonChoice(
        User.objects.none(),
        label=_("Who answers meanwhile"),
        required=False,
        empty_label=_("Nobody: the deals go to the manager"),
        help_text=_("Sees the deals, and is told what is due on them."),
    )

    def __init__(self, *args: Any, covers: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["cover"].queryset = covers.select_related("team").order_by("name")  # type: ignore[attr-defined] # a ModelChoiceField

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        first, last = cleaned.get("first_day"), cleaned.get("last_day")
        if first and last and last < first:
            self.add_error("last_day", _("The last day is before the first. Choose a later one."))
        return cleaned


class DepartureForm(forms.Form):
    last_day = forms.DateField(label=_("Last day"), validators=[near], widget=DayInput(), help_text=_("Log-in ends with this day."))
    mail_to = PersonChoice(
        User.objects.none(),
        label=_("Who gets their mail"),
        required=False,
        empty_label=_("Whoever leads their team"),
        help_text=_("Customers go on writing to them: mail to their address goes to this person from then on."),
    )

    def __init__(self, *args: Any, heirs: QuerySet[User], address: str = "", **kwargs: Any) -> None:
        """``address``: of the page it is on, which is asked what a chosen day means; '' where there is none."""
        super().__init__(*args, **kwargs)
        asks = {"hx-get": address, "hx-trigger": "change", "hx-target": "#day-is-over", "hx-select": "#day-is-over > p", "hx-swap": "innerHTML"}
        self.fields["last_day"].widget.attrs.update(asks)
        self.fields["mail_to"].queryset = heirs.select_related("team").order_by("name")  # type: ignore[attr-defined] # a ModelChoiceField


class TeamForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=120)
    parent = forms.ModelChoiceField(Team.objects.order_by("name"), label=_("Part of"), required=False, empty_label=_("Nothing: it stands at the top"))
    manager = PersonChoice(User.objects.none(), label=_("Manager"), required=False, empty_label=_("Nobody yet"))
    calendar = forms.ModelChoiceField(
        WorkingCalendar.objects.filter(person__isnull=True).order_by("name"),
        label=_("Working calendar"),
        required=False,
        empty_label=_("That of the team above, at the top the usual one"),
    )

    def __init__(self, *args: Any, now: datetime, but: Sequence[int] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = User.objects.here(now).exclude(role=Role.REP).select_related("team").order_by("name")
        self.fields["manager"].queryset = people  # type: ignore[attr-defined] # a ModelChoiceField
        self.fields["parent"].queryset = Team.objects.exclude(pk__in=but).order_by("name")  # type: ignore[attr-defined] # a ModelChoiceField


class EditTeamForm(OnlyWhatChanged, TeamForm):
    pass


class WeekForm(forms.Form):
    """The open hours of each day of the week, below whatever else is asked."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number, name in enumerate(WEEKDAYS):
            self.fields[f"day{number}"] = HoursField(label=name)

    @property
    def week(self) -> list[list[list[str]]]:
        return [self.cleaned_data[f"day{number}"] for number in range(7)]

    @property
    def days(self) -> list[forms.BoundField]:
        return [self[f"day{number}"] for number in range(7)]

    @staticmethod
    def week_as_initial(week: list[list[list[str]]]) -> dict[str, Any]:
        return {f"day{number}": periods for number, periods in enumerate(week)}


class CalendarForm(WeekForm):
    name = forms.CharField(label=_("Name"), max_length=120)
    time_zone = forms.ChoiceField(label=_("Time zone"), choices=time_zones, initial="UTC")
    country = forms.ChoiceField(label=_("Public holidays of"), required=False, choices=countries)
    subdivision = forms.CharField(
        label=_("Region"), required=False, max_length=60, help_text=_("Where holidays differ: its name or code, like Bayern, BY or CA")
    )
    is_default = forms.BooleanField(label=_("Used where a team has none"), required=False)


class EditCalendarForm(OnlyWhatChanged, CalendarForm):
    @property
    def changes(self) -> dict[str, Any]:
        """As ``edit_calendar`` takes them: the weekdays that were changed come as ``hours``."""
        changed = super().changes
        hours = {number: changed.pop(f"day{number}") for number in range(7) if f"day{number}" in changed}
        return {**changed, "hours": hours} if hours else changed


class RemoveTeamForm(forms.Form):
    into = forms.ModelChoiceField(
        Team.objects.none(), label=_("Takes over its people and deals"), required=False, empty_label=_("Nobody: it has neither")
    )

    def __init__(self, *args: Any, team: Team, needed: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["into"]
        field.queryset = Team.objects.exclude(pk=team.pk).order_by("name")
        if needed:
            field.required, field.empty_label = True, _("Choose a team")
        field.initial = team.parent_id


class CalendarDayForm(forms.Form):
    date = forms.DateField(label=_("Date"), validators=[near], widget=DayInput())
    name = forms.CharField(label=_("What it is"), max_length=120)
    periods = HoursField(label=_("Open hours"), help_text=_("Empty: closed all day"))
