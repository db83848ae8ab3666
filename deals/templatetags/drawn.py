"""Parts of a page that are drawn once for everything they show, and then kept as text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import template
from django.urls import get_script_prefix
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

if TYPE_CHECKING:
    from django.template.base import FilterExpression, NodeList, Parser, Token

register = template.Library()
# Of one part; what is more is begun anew.
KEPT = 512


class Drawn(template.Node):
    def __init__(self, nodelist: NodeList, shows: list[FilterExpression]) -> None:
        self.nodelist = nodelist
        self._shows = shows
        self._kept: dict[tuple[object, ...], SafeString] = {}

    def render(self, context: template.Context) -> SafeString:
        key = (get_language(), get_script_prefix(), *(one.resolve(context) for one in self._shows))
        found = self._kept.get(key)
        if found is None:
            found = mark_safe(self.nodelist.render(context))  # noqa: S308 - what the template engine has escaped
            if len(self._kept) >= KEPT:
                self._kept.clear()
            self._kept[key] = found
        return found


@register.tag
def drawn(parser: Parser, token: Token) -> Drawn:
    """``{% drawn by shell.drawn_by user.role %}…{% enddrawn %}``: the block's text, kept for these values, the language
    and the path that the product is mounted at, which its links begin with.

    Only for a block that depends on nothing else: no token of a form, no address of the request. Nothing is ever stale,
    since what it shows is what it is kept by. The values must be hashable.
    """
    _tag, _by, *shows = token.split_contents()
    nodelist = parser.parse(("enddrawn",))
    parser.delete_first_token()
    return Drawn(nodelist, [parser.compile_filter(one) for one in shows])
