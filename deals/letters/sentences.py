"""What the reading of mail said of a message, in the reader's language: it is kept as it was marked there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext

if TYPE_CHECKING:
    from collections.abc import Iterable


def in_words(sentences: Iterable[str]) -> list[str]:
    """Each sentence that says something; one that holds words of the message itself stays as it is."""
    return [gettext(one) for one in sentences if one]
