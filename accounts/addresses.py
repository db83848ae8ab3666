"""Addresses of pages with nothing or whole numbers in them, put together instead of looked up each time.

A page has some fifty of them. Django looks for the pattern and checks the result against it anew for every one, which takes
five times as long as putting it together. Patterns do not change while a process lives.
"""

from __future__ import annotations

from functools import cache

from django.conf import settings
from django.urls import get_script_prefix, get_urlconf, reverse

# Stands in for a number, and in no address by itself.
MARK = 10**17


def address(route: str, *numbers: int) -> str:
    """``reverse(route, args=numbers)``; raises what that raises. For routes without a namespace."""
    if not all(type(one) is int and one >= 0 for one in numbers):
        return reverse(route, args=numbers)
    parts = _parts(get_urlconf() or settings.ROOT_URLCONF, get_script_prefix(), route, len(numbers))
    if parts is None:
        return reverse(route, args=numbers)
    return parts[0] + "".join(f"{number}{part}" for number, part in zip(numbers, parts[1:], strict=True))


@cache
def _parts(urlconf: str, _prefix: str, route: str, count: int) -> list[str] | None:
    """What stands around the numbers; None where an address does not show them all as they are."""
    marks = [MARK + place for place in range(count)]
    rest, parts = reverse(route, urlconf=urlconf, args=marks), []
    for mark in marks:
        part, found, rest = rest.partition(str(mark))
        if not found:
            return None
        parts.append(part)
    return [*parts, rest]
