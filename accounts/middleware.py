"""What every request goes through: the door, whose hand it is, the reader's time and language, and when they were seen."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit, urlunsplit

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.http import HttpResponse
from django.shortcuts import redirect, resolve_url
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers
from django.utils.http import url_has_allowed_host_and_scheme
from pghistory.middleware import HistoryMiddleware

from accounts.calendars import zone_for
from accounts.second_factors import must_have_one
from accounts.services.sessions import seen

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest

# Asked when the database may be away: who asks is not looked up there.
HEALTH = "/health/"


class ClosedDoorMiddleware(LoginRequiredMiddleware):
    """Every page asks for log-in, but those open to everybody, and these do not even ask who it is."""

    def process_view(self, request: HttpRequest, view_func: Callable[..., Any], view_args: Any, view_kwargs: Any) -> Any:
        if not getattr(view_func, "login_required", True):
            return None
        request.is_private = True  # type: ignore[attr-defined] # read when the answer goes out
        return super().process_view(request, view_func, view_args, view_kwargs)

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        """What only those who are logged in see is kept by no cache on the way, and asked for anew by the browser's own.

        Going back a browser shows what it has without asking: a part that htmx fetched must not stand there for the page.
        """
        if getattr(request, "is_private", False):
            response.headers.setdefault("Cache-Control", "private, no-cache")
            patch_vary_headers(response, ["HX-Request"])
        return response

    def handle_no_permission(self, request: HttpRequest, view_func: Callable[..., Any]) -> Any:
        """To the log-in, and from there back to a page: not to a part of one, nor to an address that only takes forms.

        A part that htmx asks for is not answered with the log-in, which would stand in its place; the whole page goes there.
        """
        partly = "HX-Request" in request.headers and "HX-History-Restore-Request" not in request.headers
        if not partly and request.method in ("GET", "HEAD"):
            return super().handle_no_permission(request, view_func)
        shown = request.headers.get("HX-Current-URL" if partly else "Referer", "")
        to_log_in = redirect_to_login(_path_here(request, shown), resolve_url(self.get_login_url(view_func)))
        return HttpResponse(status=204, headers={"HX-Redirect": to_log_in.url}) if partly else to_log_in


def _path_here(request: HttpRequest, address: str) -> str:
    """The path of an address of ours; the first page for any other."""
    if not url_has_allowed_host_and_scheme(address, allowed_hosts={request.get_host()}):
        return resolve_url("home")
    parts = urlsplit(address)
    return urlunsplit(("", "", parts.path or "/", parts.query, ""))


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


# How exact "last seen" is: one write in this time for each session that is used.
SEEN_EVERY = timedelta(minutes=5)


class LastSeenMiddleware:
    """Notes when and from where each session was used last, for the list of them on one's profile."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info != HEALTH and request.user.is_authenticated and request.session.session_key:
            now, noted = timezone.now(), request.session.last_seen_at  # type: ignore[attr-defined] # accounts.sessions has it
            if noted is None or now - noted >= SEEN_EVERY:
                seen(request, now)
        return self.get_response(request)


class SecondFactorMiddleware:
    """Whoever must have a second step at log-in and has none is led to set it up; all else waits until then."""

    OPEN = ("account_", "mfa_", "theme")

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view_func: Callable[..., Any], view_args: Any, view_kwargs: Any) -> HttpResponse | None:
        route = request.resolver_match.url_name if request.resolver_match else None
        if route == "health" or not request.user.is_authenticated or not must_have_one(request.user):
            return None
        if getattr(request.user, "has_second_factor", False):
            return None
        if (route or "").startswith(self.OPEN):
            request.must_set_up = True  # type: ignore[attr-defined] # the page says why one is there
            return None
        if request.headers.get("HX-Request"):
            return HttpResponse(status=204, headers={"HX-Redirect": resolve_url("mfa_index")})
        return redirect("mfa_index")
