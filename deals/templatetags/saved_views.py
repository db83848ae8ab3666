"""What the menu of saved views says of the address one is at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django import template

from deals.saved_views import changed, kept

if TYPE_CHECKING:
    from django.template import Context

    from deals.filters import DealFilter
    from deals.models import SavedView

register = template.Library()


@dataclass(frozen=True, slots=True)
class Here:
    """The view the address names, whether it asks for something else by now, whether it is the reader's own; if so, what would be kept."""

    view: SavedView | None
    changed: bool
    own: bool
    query: str


@register.simple_tag(takes_context=True)
def view_here(context: Context, found: DealFilter) -> Here:
    request = context["request"]
    view = found.view
    differs = view is not None and changed(view, request.GET, request.resolver_match.url_name)
    own = view is not None and view.owner_id == request.user.pk
    return Here(view, differs, own, kept(request.GET) if differs and own else "")
