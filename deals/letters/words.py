"""What a machine's message tells of a person, in words. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.template.defaultfilters import date as date_filter
from django.utils.translation import gettext as _

from deals.models import MailMessage

if TYPE_CHECKING:
    from datetime import date

Kind = MailMessage.Kind


def away(until: date | None, stand_in: str, address: str = "") -> str:
    """``away until 3 Dec, Jana Weiss stands in``; empty where neither is known."""
    who = stand_in or address
    if until is not None and who:
        return _("away until %(day)s, %(name)s stands in") % {"day": date_filter(until, "j M"), "name": who}
    if until is not None:
        return _("away until %(day)s") % {"day": date_filter(until, "j M")}
    return _("away, %(name)s stands in") % {"name": who} if who else ""


def automatic(kind: str, said: str = "") -> str:
    """What it is, in front of what it says: ``Automatic answer: away until 3 Dec``."""
    what = str(Kind(kind).label)
    return f"{what}: {said}" if said else what
