"""Each page is shown in its reader's time zone and language."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.utils import timezone, translation
from pghistory.middleware import HistoryMiddleware

from accounts.calendars import zone_for

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

# Asked when the database may be away: who asks is not looked up there.
HEALTH = "/health/"


class ClosedDoorMiddleware(LoginRequiredMiddleware):
    """Every page asks for log-in, but those open to everybody, and these do not even ask who it is."""

    def process_view(self, request: HttpRequest, view_func: Callable[..., Any], view_args: Any, view_kwargs: Any) -> Any:
        if not getattr(view_func, "login_required", True):
            return None
        return super().process_view(request, view_func, view_args, view_kwargs)


class WhoDidItMiddleware(HistoryMiddleware):
    """Every change is recorded with the person who made it."""

    def __call__(self, request: HttpRequest) -> Any:
        return self.get_response(request) if request.path_info == HEALTH else super().__call__(request)  # type: ignore[no-untyped-call] # pghistory has no types


class LocalTimeMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info == HEALTH:
            return self.get_response(request)
        user = request.user
        if not user.is_authenticated:
            return self.get_response(request)
        with timezone.override(zone_for(user)), translation.override(user.language):
            return self.get_response(request)
