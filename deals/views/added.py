"""Adding one more of something a customer or contact has several of, or taking one away: mail domains, addresses."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.contrib import messages
from django.shortcuts import redirect

from accounts.refusals import Refused
from accounts.requests import typed_words

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpResponse

    from accounts.requests import PersonRequest

    Act = Callable[[str], str]


def added_or_removed(request: PersonRequest, back: str, *, field: str, place: str, most: int, add: Act, remove: Act) -> HttpResponse:
    """``add`` and ``remove`` do it and say what was done. What is refused stands in its ``field`` again, at that ``place`` of the page ``back``."""
    typed = "" if "remove" in request.POST else typed_words(request.POST, field, most=most)
    try:
        said = remove(typed_words(request.POST, "remove", most=most)) if "remove" in request.POST else add(typed)
    except Refused as refusal:
        messages.error(request, str(refusal))
        if typed:
            return redirect(f"{back}?{urlencode({field: typed})}#{place}")
    else:
        messages.success(request, said)
    return redirect(back)
