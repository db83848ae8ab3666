"""What an admin types about pipelines and stages. Services decide; forms only read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.editing import OnlyWhatChanged
from deals.models import Pipeline, Stage, StageKind
from deals.models.pipelines import CLOSED_KINDS, WATCHED_KINDS

if TYPE_CHECKING:
    PipelineField = forms.ModelChoiceField[Pipeline]
    StageField = forms.ModelChoiceField[Stage]
else:
    PipelineField = StageField = forms.ModelChoiceField

FINISH, MOVE = "finish", "move"


class PipelineForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("Name"), max_length=120)


class NewPipelineForm(PipelineForm):
    like = PipelineField(
        label=gettext_lazy("Begin with the stages of"),
        queryset=Pipeline.objects.filter(retired_at__isnull=True),
        required=False,
        empty_label=gettext_lazy("None: an open, a won and a lost one"),
    )


class EditPipelineForm(OnlyWhatChanged, PipelineForm):
    is_default = forms.BooleanField(
        label=gettext_lazy("Deals begin here when nobody says where"), required=False, help_text=gettext_lazy("One pipeline is the default.")
    )


class StageForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("Name"), max_length=120)
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=StageKind.choices, initial=StageKind.OPEN)
    probability = forms.IntegerField(
        label=gettext_lazy("Chance in percent"),
        min_value=0,
        max_value=100,
        initial=50,
        help_text=gettext_lazy("Of how many deals here are won in the end; weighted values count with it."),
    )


class EditStageForm(OnlyWhatChanged, StageForm):
    pass


class StageInto(StageField):
    """A stage that deals can go to; with its pipeline's name where there are several."""

    def label_from_instance(self, obj: Stage) -> str:
        return f"{obj.pipeline.name}: {obj.name}"


class RetireStageForm(forms.Form):
    """Where the deals go. Closed deals may stay where they are."""

    into = StageField(label=gettext_lazy("The deals go to"), queryset=Stage.objects.none(), widget=forms.RadioSelect, empty_label=None)

    def __init__(self, *args: Any, stage: Stage, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        closed = stage.kind in CLOSED_KINDS
        kinds = [stage.kind] if closed else WATCHED_KINDS
        field: Any = self.fields["into"]
        field.queryset = Stage.objects.in_use().filter(pipeline=stage.pipeline_id, kind__in=kinds).exclude(pk=stage.pk).order_by("position")
        field.error_messages["required"] = _("Say to which stage the deals go.")
        if closed:
            field.required = False
            field.empty_label = _("Nowhere: they are closed, and keep the name of this stage")

    def targets(self) -> list[tuple[Any, Stage | None]]:
        """Each choice as it is drawn, with its stage; None for *nowhere*. One query more."""
        field: Any = self.fields["into"]
        stages = {str(one.pk): one for one in field.queryset}
        return [(radio, stages.get(str(radio.data["value"]))) for radio in self["into"]]


class RetirePipelineForm(forms.Form):
    """Whether the open deals finish in their pipeline or go to a stage of another one."""

    what = forms.ChoiceField(
        label=gettext_lazy("Its open deals"),
        choices=[(FINISH, gettext_lazy("finish in it; only nothing new begins")), (MOVE, gettext_lazy("go to a stage of another pipeline"))],
        widget=forms.RadioSelect,
        initial=FINISH,
    )
    into = StageInto(label=gettext_lazy("That stage"), queryset=Stage.objects.none(), required=False, empty_label=gettext_lazy("Choose a stage"))

    def __init__(self, *args: Any, pipeline: Pipeline, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["into"]
        field.queryset = Stage.objects.to_open_in().exclude(pipeline=pipeline).select_related("pipeline")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("what") == MOVE and data.get("into") is None and "into" not in self.errors:
            self.add_error("into", _("Choose the stage the deals go to."))
        return {**data, "into": data.get("into") if data.get("what") == MOVE else None}
