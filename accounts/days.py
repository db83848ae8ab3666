"""Days people type lie near enough to count with: whoever adds a day to the last one of all gets none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from datetime import date

FIRST_YEAR = 1970
YEARS_AHEAD = 50


def near(day: date) -> None:
    """A validator of form fields, for dates and for moments."""
    if not FIRST_YEAR <= day.year <= timezone.localdate().year + YEARS_AHEAD:
        raise ValidationError(_("Choose a date closer to today."))
