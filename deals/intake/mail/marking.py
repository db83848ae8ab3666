"""Marks a sentence for translation where it is written; who shows it translates it. Django's own asks for settings, this package has none.

A sentence that names a value is kept with the value in it. Its template stands here, so that it is known again when it is shown.
"""

from __future__ import annotations

import re


def gettext_noop(sentence: str) -> str:
    return sentence


_ = gettext_noop

HEADER_CUT = _("The header is cut: it is longer than %(size)s KB.")
TOO_LONG = _("The message is longer than %(size)s MB.")
TOO_MANY_PARTS = _("The message has more than %(most)s parts; the rest was left out.")
DATE_WRONG = _("The date cannot be right: %(written)s")
OTHER_CHARSET = _("The text is not in the charset it names (%(charset)s).")
NOT_READ = _("Reading it failed: %(error)s.")
NOT_SORTED = _("It could not be sorted: %(error)s.")

WITH_VALUES = {
    template: re.compile(re.sub(r"%\\\((\w+)\\\)s", r"(?P<\1>.*)", re.escape(template)), re.DOTALL)
    for template in (HEADER_CUT, TOO_LONG, TOO_MANY_PARTS, DATE_WRONG, OTHER_CHARSET, NOT_READ, NOT_SORTED)
}


def parted(sentence: str) -> tuple[str, dict[str, str]]:
    """The template of a sentence and the values in it; of one without values the sentence itself."""
    for template, pattern in WITH_VALUES.items():
        if found := pattern.fullmatch(sentence):
            return template, found.groupdict()
    return sentence, {}
