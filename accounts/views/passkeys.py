"""Taking a passkey away, unless it is the last second step of somebody who must have one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.webauthn.views import RemoveWebAuthnView
from django.contrib import messages
from django.http import HttpResponseRedirect

if TYPE_CHECKING:
    from django.http import HttpResponse


class RemovePasskeyView(RemoveWebAuthnView):  # type: ignore[misc] # allauth has no types
    """allauth asks ``can_delete_authenticator`` for the app alone; a passkey may be the last one too."""

    def form_valid(self, form: Any) -> HttpResponse:
        adapter = get_adapter()
        if not adapter.can_delete_authenticator(self.object):
            messages.error(self.request, str(adapter.error_messages["cannot_delete_authenticator"]))
            return HttpResponseRedirect(self.get_success_url())
        response: HttpResponse = super().form_valid(form)
        return response
