"""What was merged into another one leads to the one that stayed: a link in a mail, a bookmark, a page open in another tab."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from accounts.models import Account, Contact, MergedAccount, MergedContact

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpResponse

    from accounts.requests import PersonRequest

    View = Callable[[PersonRequest, int], HttpResponse]


def or_the_account_that_stayed(view: View) -> View:
    return _or_what_stayed(view, Account, MergedAccount, "customer")


def or_the_contact_that_stayed(view: View) -> View:
    return _or_what_stayed(view, Contact, MergedContact, "contact")


def _or_what_stayed(view: View, model: Any, record: Any, route: str) -> View:
    """``record``: what is kept of a merge, by the id of the one that went. Looked at only where the view finds nothing."""

    @wraps(view)
    def answered(request: PersonRequest, pk: int) -> HttpResponse:
        try:
            return view(request, pk)
        except Http404:
            merge = record.objects.filter(was__id=pk, into__in=model.objects.visible_to(request.user)).select_related("into").first()
            if merge is None:
                raise
        if request.method == "POST":
            messages.warning(
                request, _("It was merged into %(name)s meanwhile, and nothing was changed. Do it here if it still holds.") % {"name": merge.into}
            )
        else:
            messages.info(request, _("What you followed was merged into %(name)s.") % {"name": merge.into})
        return redirect(route, merge.into_id)

    return answered
