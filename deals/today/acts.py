"""What one can do about a duty, as markup. Made in Python: a page has some hundreds of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.html import format_html
from django.utils.safestring import mark_safe

from deals.templatetags.words import icon as icon_svg

if TYPE_CHECKING:
    from django.utils.safestring import SafeString

FIRST, TAKES, WRITES = mark_safe(" data-act"), mark_safe(" data-take"), mark_safe(" data-write")  # plain words of this module
NOTHING = mark_safe("")


@dataclass(frozen=True, slots=True)
class Act:
    """``opens`` a form inside the row, is posted at once (with ``name`` and ``value``), or leads elsewhere (``tel:`` too).

    Each works without script: a button of the page's form ``act``, or a link.
    """

    words: str
    icon: str = ""
    opens: bool = False
    post: str = ""
    name: str = ""
    value: str = ""
    href: str = ""
    calls: str = ""  # the number, as people write it
    takes: bool = False
    writes: bool = False  # opens over the page
    asks: str = ""  # which of two forms of a row it opens

    def button(self, key: str) -> SafeString:
        """The one obvious action of the row."""
        return self._html(key, "btn", NOTHING, FIRST)

    def beside(self, key: str) -> SafeString:
        """One that stands beside it."""
        return self._html(key, "btn", NOTHING, NOTHING)

    def item(self, key: str) -> SafeString:
        """One of the others, in the row's menu."""
        return self._html(key, "item", icon_svg(self.icon) if self.icon else NOTHING, NOTHING)

    def _html(self, key: str, css: str, icon: SafeString, marks: SafeString) -> SafeString:
        if self.takes:
            marks += TAKES
        if self.writes:
            marks += WRITES
        if self.post:
            value = format_html(' name="{}" value="{}"', self.name, self.value) if self.name else NOTHING
            return format_html(
                '<button class="{}" form="act" formaction="{}" hx-post="{}"{}{}>{}{}</button>',
                css,
                self.post,
                self.post,
                value,
                marks,
                icon,
                self.words,
            )
        if self.opens:
            asked = f"?open={key}{'&call=1' if self.icon == 'phone' else ''}{f'&ask={self.asks}' if self.asks else ''}"
            return format_html(
                '<a class="{}" role="button" href="{}#form-{}" hx-get="{}" hx-target="#form-{}" hx-select="#form-{}" hx-select-oob="unset"'
                ' data-opens="{}" data-ask="{}"{}>{}{}</a>',
                css, asked, key, asked, key, key, key, self.asks, marks, icon, self.words,
            )  # fmt: skip
        calls = format_html(' data-calls="{}" title="{}"', key, self.calls) if self.calls else NOTHING
        return format_html('<a class="{}" href="{}"{}{}>{}{}</a>', css, self.href, calls, marks, icon, self.words)
