"""Tags of the risk desk: its bars, and the way back from a filter."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import template
from django.utils.translation import gettext as _

from deals.models import Severity
from deals.templatetags.words import bar, money, severity_class, with_query

if TYPE_CHECKING:
    from decimal import Decimal

    from django.utils.safestring import SafeString

    from deals.desk import Owed

register = template.Library()


@register.simple_tag
def limit_bar(owed: Owed) -> SafeString:
    """How far past its limit a signal is; the mark is the limit."""
    times = owed.signal.times_over
    label = _("%(times).1f times its limit") % {"times": times} if times > 1.05 else _("at its limit")
    return bar(owed.share, label, severity_class(owed.signal.severity), owed.mark)


@register.simple_tag
def share_bar(value: Decimal, most: Decimal, worst: int) -> SafeString:
    """An amount beside the largest of its list, in the colour of the worst severity in it."""
    share = float(value / most) if most else 0.0
    label = _("%(amount)s at stake, at worst %(severity)s") % {"amount": money(value), "severity": Severity(worst).label if worst else _("none")}
    return bar(share, label, severity_class(worst))


@register.simple_tag(takes_context=True)
def without_filter(context: template.Context, name: str) -> str:
    """The page's address with one filter taken out, from its first page on."""
    changes: dict[str, Any] = {name: "", "page": ""}
    return with_query(context, **changes)
