"""What people say about themselves."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from accounts.editing import OnlyWhatChanged
from accounts.forms import WeekForm, time_zones
from accounts.models import User
from accounts.notice_kinds import KINDS, kinds_for


class ProfileForm(OnlyWhatChanged, forms.Form):
    name = forms.CharField(label=_("Name"), max_length=150)
    time_zone = forms.ChoiceField(label=_("Time zone"), required=False, choices=lambda: time_zones(_("That of my working hours")))
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    theme = forms.ChoiceField(label=_("Look"), choices=list(User._meta.get_field("theme").choices or ()))
    single_keys = forms.BooleanField(
        label=_("Keys of one letter"),
        required=False,
        help_text=_("j, k, c, / and the like act at once. Switch them off if you speak to your computer or use keys of its own."),
    )


class OwnHoursForm(WeekForm):
    """``own`` says whether the hours below count, or those of the team."""

    own = forms.TypedChoiceField(
        label=_("I work"),
        choices=[("no", _("as my team does")), ("yes", _("at hours of my own"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    time_zone = forms.ChoiceField(label=_("Time zone of these hours"), choices=time_zones)


class MailForm(forms.Form):
    """One tick for each kind of notice that may be kept out of one's mail."""

    def __init__(self, *args: Any, role: str, silenced: set[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._kinds = kinds_for(role)
        for kind in self._kinds:
            always = kind.is_always_mailed
            self.fields[kind.name] = forms.BooleanField(
                label=kind.words, help_text=kind.about, required=False, disabled=always, initial=always or kind.name not in silenced
            )

    @property
    def by_mail(self) -> dict[str, bool]:
        return {name: bool(wanted) for name, wanted in self.cleaned_data.items() if not KINDS[name].is_always_mailed}

    @property
    def rows(self) -> list[tuple[Any, forms.BoundField]]:
        return [(kind, self[kind.name]) for kind in self._kinds]
