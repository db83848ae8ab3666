"""Tags of the risk desk: its rows, and the bars of what is at stake."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from deals.desk_html import row_html
from deals.models import Severity
from deals.templatetags.words import bar, money, severity_class

if TYPE_CHECKING:
    from collections.abc import Iterable
    from decimal import Decimal

    from deals.desk_rows import Row

register = template.Library()


@register.simple_tag
def desk_rows(rows: Iterable[Row]) -> SafeString:
    """The rows of the list."""
    return SafeString("\n  ".join(map(row_html, rows)))


@register.simple_tag
def desk_row(row: Row, changed: object = False) -> SafeString:
    """A row of the list; ``changed`` where it is sent alone."""
    return row_html(row, changed=bool(changed))


@register.simple_tag
def share_bar(value: Decimal, most: Decimal, worst: int) -> SafeString:
    """An amount beside the largest of its list, in the colour of the worst severity in it."""
    share = float(value / most) if most else 0.0
    label = _("%(amount)s at stake, at worst %(severity)s") % {"amount": money(value), "severity": Severity(worst).label if worst else _("none")}
    return bar(share, label, severity_class(worst))
