"""Words of the import pages."""

from __future__ import annotations

from django import template
from django.utils.translation import gettext as _

from deals.templatetags.words import count

register = template.Library()


@register.filter
def things(number: int, kind: str) -> str:
    """``1 account``, ``1,204 accounts``. ``kind``: the plural an import keeps with its counts."""
    ours = {
        _("accounts"): _("account"),
        _("contacts"): _("contact"),
        _("deals"): _("deal"),
        _("interactions"): _("interaction"),
        _("next steps"): _("next step"),
        _("people"): _("person"),
        _("products"): _("product"),
        _("teams"): _("team"),
    }
    named = {"users": _("people")}.get(kind, kind)
    return f"{count(number)} {ours.get(named, named) if number == 1 else named}"
