"""Forms of an import: the upload, and the choices about a file's columns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from deals.intake.files.plan import Options, Plan
from deals.intake.files.presets import PRESETS
from deals.intake.files.vocabulary import FIELDS, Holds, field_of
from deals.models import Import
from deals.services.imports import kinds_for
from deals.services.imports.lifecycle import SHIFTABLE

if TYPE_CHECKING:
    from accounts.models import User
    from deals.intake.files.plan import Column

ORDERS = [("", _("As found")), ("dmy", _("day, month, year")), ("mdy", _("month, day, year")), ("ymd", _("year, month, day"))]
CONVENTIONS = [("", _("As found")), ("point", _("1,234.56")), ("comma", _("1.234,56"))]
ENDINGS = ".csv,.tsv,.txt,.xlsx,.xlsm,.xlsb,.xls,.ods"


def kinds_of(user: User) -> list[tuple[str, str]]:
    """What a file of theirs may hold, as choices."""
    kinds = kinds_for(user)
    return [(value, str(label)) for value, label in Import.Kind.choices if value in kinds]


class UploadForm(forms.Form):
    kind = forms.ChoiceField(label=_("What does the file hold?"), widget=forms.RadioSelect)
    file = forms.FileField(
        label=_("File"),
        widget=forms.ClearableFileInput(attrs={"accept": ENDINGS}),
        help_text=_("CSV, TSV, XLSX, XLSM, XLSB, XLS or ODS, as your CRM exported it. Encoding, separator and titles are found."),
    )

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kind: Any = self.fields["kind"]
        kind.choices = kinds_of(by)
        kind.initial = "deals"


class MatchForm(forms.Form):
    """One menu a column for the field it fills, and one for its format where it has days or amounts."""

    def __init__(self, *args: Any, imported: Import, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.imported = imported
        self.plan = Plan.from_json(imported.plan["file"])
        said = Options(**imported.plan["options"])
        unused = _("Kept as a detail") if imported.kind == Import.Kind.ACCOUNTS else _("Not used")
        choices = [("", unused), *((field.key, field.label) for field in FIELDS[imported.kind])]
        for column in self.plan.columns:
            label = _("Field filled by %(title)s") % {"title": column.title}
            self.fields[f"field_{column.index}"] = forms.ChoiceField(choices=choices, required=False, initial=column.field, label=label)
            self._format(column)
        self.fields["preset"] = forms.ChoiceField(
            choices=[("", _("Found by its columns")), *((preset.key, preset.label) for preset in PRESETS.values())],
            required=False,
            label=_("Export of"),
            initial=said.preset or self.plan.preset,
        )
        if len(self.plan.sheets) > 1:
            self.fields["sheet"] = forms.ChoiceField(
                choices=[(name, name) for name in self.plan.sheets], required=False, label=_("Sheet"), initial=self.plan.sheet_name
            )
        if imported.kind == Import.Kind.DEALS:
            self.fields["create_missing"] = forms.BooleanField(
                required=False,
                label=_("Make people, products and accounts that are not here yet"),
                help_text=_("Otherwise rows that name an unknown owner or product are rejected."),
                initial=said.create_missing,
            )
        if imported.kind in SHIFTABLE:
            self.fields["shift_dates"] = forms.BooleanField(
                required=False,
                label=_("Move all dates so that the export's last day becomes today"),
                help_text=_("For a trial on an old export. It is marked on every page that shows such dates."),
                initial=said.shift_dates,
            )

    def _format(self, column: Column) -> None:
        asked = {question.column: question for question in self.plan.questions}
        about = field_of(self.imported.kind, column.field) if column.field else None
        question = asked.get(column.title)
        if about is None:
            return
        label = _("How %(title)s is written") % {"title": column.title}
        if about.holds in (Holds.DAY, Holds.MOMENT) and (column.order or (question and question.about == "date")):
            choices = [("", _("Please choose")), *ORDERS[1:]] if question else ORDERS[1:]
            self.fields[f"order_{column.index}"] = forms.ChoiceField(choices=choices, required=False, initial=column.order, label=label)
        elif about.holds is Holds.MONEY and (column.convention or (question and question.about == "number")):
            choices = [("", _("Please choose")), *CONVENTIONS[1:]] if question else CONVENTIONS[1:]
            self.fields[f"convention_{column.index}"] = forms.ChoiceField(choices=choices, required=False, initial=column.convention, label=label)

    def rows(self) -> list[dict[str, Any]]:
        """For the template: a column with its menus."""
        asked = {question.column for question in self.plan.questions}
        return [
            {
                "column": column,
                "field": self[f"field_{column.index}"],
                "format": next((self[name] for name in (f"order_{column.index}", f"convention_{column.index}") if name in self.fields), None),
                "asked": column.title in asked,
            }
            for column in self.plan.columns
        ]

    def options(self) -> Options:
        """What a person changed about what was found; everything else stays to be found."""
        said = self.cleaned_data
        before = Options(**self.imported.plan["options"])
        if said.get("preset", "") != (before.preset or self.plan.preset) or (said.get("sheet") or self.plan.sheet_name) != self.plan.sheet_name:
            # Another CRM or another sheet: its columns are found afresh.
            columns: dict[str, str] = {}
        else:
            changed = {column.title: said[f"field_{column.index}"] for column in self.plan.columns if said[f"field_{column.index}"] != column.field}
            columns = {**before.columns, **changed}
        return Options(
            preset=said.get("preset", ""),
            columns=columns,
            date_orders={**before.date_orders, **self._said("order")},
            conventions={**before.conventions, **self._said("convention")},
            sheet=said.get("sheet", "") or before.sheet,
            encoding=before.encoding,
            create_missing=said.get("create_missing", False),
            shift_dates=said.get("shift_dates", False),
        )

    def _said(self, what: str) -> dict[str, str]:
        found = {column.title: self.cleaned_data.get(f"{what}_{column.index}", "") for column in self.plan.columns}
        return {title: word for title, word in found.items() if word}
