"""What is asked when a deal is lost: little enough for a thumb and a minute."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from deals.models import Stage, StageKind
from winback.models import Loss
from winback.reasons import choices as reason_choices

if TYPE_CHECKING:
    from deals.models import Deal

# What only an import may say, a person is asked; and whom we decline hears it from us, on a page of its own.
KINDS = [choice for choice in Loss.Kind.choices if choice[0] not in (Loss.Kind.NOT_RECORDED, Loss.Kind.DECLINED_BY_US)]


if TYPE_CHECKING:
    StageField = forms.ModelChoiceField[Stage]
else:
    StageField = forms.ModelChoiceField


class StageChoice(StageField):
    def label_from_instance(self, obj: Stage) -> str:
        return obj.name


class LossForm(forms.Form):
    """How, why, and in whose words. Asks for the stage only where the pipeline has several lost ones."""

    kind = forms.ChoiceField(
        label=_("How was it lost?"), choices=KINDS, widget=forms.RadioSelect, error_messages={"required": _("Say how it was lost.")}
    )
    competitor = forms.CharField(
        label=_("The other vendor"),
        max_length=150,
        required=False,
        widget=forms.TextInput(attrs={"list": "known-vendors", "autocomplete": "off"}),
    )
    reasons = forms.MultipleChoiceField(
        label=_("Why? Everything that played a part"),
        choices=reason_choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Tick at least one reason; “Something else” will do, with a word in our view.")},
    )
    customer_words = forms.CharField(
        label=_("The customer’s words"),
        required=False,
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("As they said or wrote it, as near as you remember."),
    )
    our_view = forms.CharField(
        label=_("Our view"), required=False, max_length=10_000, widget=forms.Textarea(attrs={"rows": 3}), help_text=_("What you think it was.")
    )
    stage = StageChoice(label=_("Which kind of lost?"), queryset=Stage.objects.none(), widget=forms.RadioSelect, empty_label=None)

    def __init__(self, *args: Any, deal: Deal | None, vendors: list[str] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.vendors = vendors or []
        if deal is None:  # many deals: each goes to its own pipeline's first lost stage
            del self.fields["stage"]
            return
        stages = Stage.objects.in_use().filter(pipeline_id=deal.pipeline_id, kind=StageKind.LOST).order_by("position", "pk")
        known = list(stages)
        if len(known) > 1:
            field = self.fields["stage"]
            assert isinstance(field, StageChoice)  # noqa: S101 - declared above; tells the type
            field.queryset = stages
            field.initial = known[0].pk
        else:
            del self.fields["stage"]

    @property
    def in_words(self) -> list[forms.BoundField]:
        """The fields for sentences."""
        return [self["customer_words"], self["our_view"]]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        competitor = data.get("competitor", "").strip()
        if data.get("kind") == Loss.Kind.COMPETITOR and not competitor:
            self.add_error("competitor", _("Name the vendor they chose; “not known” is an answer, too."))
        return {**data, "competitor": competitor}
