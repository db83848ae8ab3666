"""Forms to edit with: only what a person changed is written."""

from __future__ import annotations

from typing import Any

from django import forms


class OnlyWhatChanged(forms.Form):
    """Mixed into a form for editing. It carries what it showed when it was opened, and tells by that what the person
    changed: what somebody else has written meanwhile, and this person left alone, stays as it is."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.show_hidden_initial = True

    @property
    def changes(self) -> dict[str, Any]:
        """The cleaned values of the fields that were changed; for a form that is valid."""
        return {name: self.cleaned_data[name] for name in self.changed_data}
