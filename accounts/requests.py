"""What a view is given: the request of somebody who is logged in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpRequest

if TYPE_CHECKING:
    from django_htmx.middleware import HtmxDetails

    from accounts.models import User


class PersonRequest(HttpRequest):
    """For annotations only: LoginRequiredMiddleware and HtmxMiddleware see to it that both are there."""

    user: User
    htmx: HtmxDetails
