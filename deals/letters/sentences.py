"""What the reading of mail said of a message, in the reader's language: it is kept as it was marked there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext

from deals.intake.mail.marking import parted

if TYPE_CHECKING:
    from collections.abc import Iterable


def in_words(sentences: Iterable[str]) -> list[str]:
    """Each sentence that says something, with the values it names; one that holds words of the message itself stays as it is."""
    return [_in_words(one) for one in sentences if one]


def _in_words(sentence: str) -> str:
    template, values = parted(sentence)
    return gettext(template) % values if values else gettext(sentence)
