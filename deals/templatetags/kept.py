"""Django's tags ``url`` and ``translate``, which a page has a hundred of, without working out each time what stays the same.

In the place of Django's own in every template (``TEMPLATES`` in the settings); loading ``i18n`` would bring back its ``translate``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import template
from django.template import defaulttags
from django.templatetags import i18n
from django.urls import NoReverseMatch
from django.utils.html import escape
from django.utils.translation import get_language

from accounts.addresses import address

if TYPE_CHECKING:
    from django.template.base import Parser, Token

register = template.Library()


class Address(defaulttags.URLNode):
    """Of a route by its name, with whole numbers or nothing in it; all others are worked out as ever."""

    def __init__(self, url: defaulttags.URLNode) -> None:
        super().__init__(url.view_name, url.args, url.kwargs, url.asvar)
        name = url.view_name.var
        self._route = name if isinstance(name, str) and ":" not in name and not (url.view_name.filters or url.kwargs) else None

    def render(self, context: template.Context) -> str:
        if self._route is None:
            return str(super().render(context))
        numbers = [one.resolve(context) for one in self.args]
        if not all(type(one) is int for one in numbers):
            return str(super().render(context))
        try:
            found = address(self._route, *numbers)
        except NoReverseMatch:
            if not self.asvar:
                raise
            found = ""
        if self.asvar:
            context[self.asvar] = found
            return ""
        return escape(found) if context.autoescape else found


class Sentence(i18n.TranslateNode):
    """Fixed words, kept by language."""

    def __init__(self, words: i18n.TranslateNode) -> None:
        super().__init__(words.filter_expression, words.noop, words.asvar, words.message_context)
        self._kept: dict[str | None, str] = {}

    def render(self, context: template.Context) -> str:
        language = get_language()
        found = self._kept.get(language)
        if found is None:
            found = self._kept[language] = super().render(context)
        return found


@register.tag
def url(parser: Parser, token: Token) -> Address:
    return Address(defaulttags.url(parser, token))


@register.tag("trans")
@register.tag("translate")
def translate(parser: Parser, token: Token) -> i18n.TranslateNode:
    node = i18n.do_translate(parser, token)
    fixed = node.filter_expression.var.lookups is None and not node.filter_expression.filters
    return Sentence(node) if fixed and not (node.asvar or node.message_context) else node
