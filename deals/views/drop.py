"""Where the provider of the drop address hands mail over. Nothing opens it but the provider's signature."""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog
from anymail.exceptions import AnymailWebhookValidationFailure
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from deals.intake.drop import providers
from deals.services import drop as service

if TYPE_CHECKING:
    from django.http import HttpRequest

log = structlog.get_logger(__name__)


@csrf_exempt
@login_not_required
@require_http_methods(["HEAD", "POST"])
def receive(request: HttpRequest) -> HttpResponse:
    """200: it is kept, whatever it is. 403: the signature is wrong. Anything else, and the provider brings it again."""
    if not settings.DROP_PROVIDER:
        raise Http404
    if request.method == "HEAD":  # some ask so whether there is anybody
        return HttpResponse()
    if int(request.META.get("CONTENT_LENGTH") or 0) > settings.DROP_MAX_BYTES:
        log.warning("drop_too_large", bytes=request.META["CONTENT_LENGTH"])
        return HttpResponse(status=413)
    now = timezone.now()
    try:
        found = providers.received(request, settings.DROP_PROVIDER)
    except AnymailWebhookValidationFailure as failure:
        log.warning("drop_signature_wrong", reason=str(failure)[:200])
        return HttpResponse(status=403)
    except providers.NotUnderstoodError as failure:
        log.error("drop_not_understood", reason=str(failure))
        service.keep_failure(raw=request.body, reason=str(failure), now=now)
        return HttpResponse()
    for raw in found:
        service.drop(raw=raw, now=now)
    return HttpResponse()
