"""Tags of the Inbox."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import template
from django.utils.safestring import SafeString

from deals.inbox.row_html import Rows

if TYPE_CHECKING:
    from collections.abc import Iterable

    from deals.inbox.listing import Waiting

register = template.Library()


@register.simple_tag(takes_context=True)
def waiting_rows(context: template.Context, rows: Iterable[Waiting]) -> SafeString:
    return SafeString(Rows(now=context["now"], back=context["request"].get_full_path()).html(rows))
