"""Each page is shown in its reader's time zone and language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone, translation

from accounts.calendars import zone_for

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse


class LocalTimeMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        if not user.is_authenticated:
            return self.get_response(request)
        with timezone.override(zone_for(user)), translation.override(user.language):
            return self.get_response(request)
