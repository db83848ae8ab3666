"""HTML of strangers: made harmless for the page, and as plain words."""

from __future__ import annotations

import html as entities
import re
from functools import partial

import nh3

TAGS = {
    "a", "abbr", "b", "blockquote", "br", "caption", "center", "cite", "code", "col", "colgroup", "dd", "del", "div", "dl", "dt", "em", "font",
    "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "img", "ins", "li", "ol", "p", "pre", "q", "s", "small", "span", "strike", "strong", "sub",
    "sup", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "tt", "u", "ul",
}  # fmt: skip
ATTRIBUTES = {
    "a": {"href", "title"},
    "img": {"src", "alt", "width", "height"},
    "td": {"colspan", "rowspan", "align", "valign"},
    "th": {"colspan", "rowspan", "align", "valign"},
    "table": {"align"},
    "ol": {"start", "type"},
    "*": {"dir", "lang"},
}
WITH_CONTENT = {"script", "style", "title", "head", "noscript", "template", "svg", "math", "object", "iframe", "textarea", "select", "xml"}
# Only what came with the message is shown: an image fetched from elsewhere tells the sender who reads, and when.
OWN_IMAGE = re.compile(r"\s*(?:cid:[^\s\"'<>]+|data:image/(?:png|gif|jpe?g|webp|bmp);base64,[A-Za-z0-9+/=\s]+)\s*\Z", re.IGNORECASE)
LONGEST = 1_000_000
# The time the parser takes grows with the square of the depth; no letter is this deep.
DEEPEST = 1_000
TAG_NAME = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
UNCLOSED = {"br", "img", "hr", "meta", "input", "link", "col", "area", "base", "wbr", "p", "li", "td", "th", "tr", "dd", "dt", "option", "tbody"}
BREAKS = re.compile(r"<(?:br|/p|/div|/tr|/li|/h[1-6]|/blockquote|hr|/table|/ul|/ol|/dd|/dt|/pre|p|div|blockquote|li)\b[^<>]*>", re.IGNORECASE)
QUOTE = re.compile(r"<(/?)blockquote\b[^<>]*>", re.IGNORECASE)
TAG = re.compile(r"<[^<>]*>")
CELL = re.compile(r"</t[dh]>", re.IGNORECASE)
BLANK_LINES = re.compile(r"\n[ \t]*(?:\n[ \t]*){2,}")


def clean_html(html: str) -> str:
    """What may stand in a page of ours: no script, style, form or frame, no image from elsewhere, links without a way back.

    HTML too deep to be a letter's comes back as its words alone.
    """
    html = html[:LONGEST]
    if _is_too_deep(html):
        return f"<pre>{entities.escape(text_of_html(html))}</pre>"
    return nh3.clean(
        html,
        tags=TAGS,
        clean_content_tags=WITH_CONTENT,
        attributes=ATTRIBUTES,
        attribute_filter=_attribute,
        url_schemes={"http", "https", "mailto", "tel", "cid", "data"},
        link_rel="noopener nofollow",
    )


def _attribute(tag: str, name: str, value: str) -> str | None:
    if tag == "img" and name == "src":
        return value.strip() if OWN_IMAGE.match(value) else None
    if name == "href":
        scheme = value.strip().partition(":")[0].lower()
        return value if scheme in {"http", "https", "mailto", "tel"} else None
    return value


_bare = partial(
    nh3.clean,
    tags={"p", "br", "div", "blockquote", "li", "tr", "td", "th", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "ul", "ol", "table", "dd", "dt", "pre"},
    clean_content_tags=WITH_CONTENT,
    attributes={},
    link_rel=None,
)


def text_of_html(html: str) -> str:
    """The words, a line for each block, quoted blocks marked with '>' as plain mail marks them."""
    html = " ".join(html[:LONGEST].split())
    if _is_too_deep(html):
        return _words(html)
    return "\n".join(_lines(_bare(html)))


def _is_too_deep(html: str) -> bool:
    """Whether more than `DEEPEST` elements stand open at once, or as good as that: formatting that is never closed is opened anew in each block."""
    if html.count("<") <= DEEPEST:
        return False
    depth = 0
    standing: dict[str, int] = {}
    for closing, written in TAG_NAME.findall(html):
        name = written.lower()
        if name in UNCLOSED or (closing and not standing.get(name)):
            continue
        step = -1 if closing else 1
        standing[name] = standing.get(name, 0) + step
        depth += step
        if depth > DEEPEST:
            return True
    return False


def _lines(html: str) -> list[str]:
    lines: list[str] = []
    depth, at = 0, 0
    for mark in (*QUOTE.finditer(html), None):
        block = html[at : mark.start() if mark else len(html)]
        lines += _quoted(_words(block), depth)
        if mark:
            depth = max(0, depth + (-1 if mark[1] else 1))
            at = mark.end()
    return lines


def _words(block: str) -> str:
    text = TAG.sub("", BREAKS.sub("\n", CELL.sub(" ", block)))
    text = entities.unescape(text).replace("\xa0", " ").replace("\u200b", "")
    text = "\n".join(line.strip() for line in text.split("\n"))
    return BLANK_LINES.sub("\n\n", text).strip("\n")


def _quoted(text: str, depth: int) -> list[str]:
    if not text.strip():
        return []
    mark = "> " * min(depth, 20)
    return [f"{mark}{line}".rstrip() for line in text.split("\n")] if depth else [*text.split("\n"), ""]
