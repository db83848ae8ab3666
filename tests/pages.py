"""What a browser would send."""

from html import unescape
from re import DOTALL, findall, search


def as_shown(answer):
    """The fields of a page's form as they stand, hidden ones too: what saving it without a change sends."""
    html = search(r'<form method="post" class="card.*?</form>', answer.content.decode(), DOTALL)[0]
    fields = {}
    for tag in findall(r"<input[^>]*>", html):
        name, value = search(r'name="([^"]*)"', tag), search(r'value="([^"]*)"', tag)
        if name and "checkbox" not in tag:
            fields[name[1]] = unescape(value[1]) if value else ""
    for name, choices in findall(r'<select name="([^"]*)".*?>(.*?)</select>', html, DOTALL):
        chosen = search(r'value="([^"]*)" selected', choices)
        fields[name] = unescape(chosen[1]) if chosen else ""
    return fields
