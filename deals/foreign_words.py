"""What another server said, as a sentence of ours may hold it."""

from __future__ import annotations

import re

# Controls (the database refuses a NUL), halves of surrogate pairs, and the marks that turn the text around them round.
NO_WORDS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]+")
# What the fields for a last error hold.
LONGEST = 500


def foreign_words(text: str) -> str:
    """On one line, without what is no letter, at most 500 signs."""
    return " ".join(NO_WORDS.sub(" ", text).split())[:LONGEST]
