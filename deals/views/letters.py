"""A message's own page, and what is downloaded from it. Nothing of a stranger's is ever run, and nothing is fetched from elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from csp.constants import NONE, SELF
from csp.decorators import csp_replace, csp_update
from django.contrib import messages
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_GET, require_POST

from accounts.requests import typed_words
from deals.customers.contact import contact_or_404
from deals.letters import parts
from deals.letters.page import letter_of
from deals.models import MailAttachment, MailMessage, RawMail
from deals.services.mail.reachable import say_it_works
from deals.views.triage import message_or_404

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from accounts.models import User
    from accounts.requests import PersonRequest

Answer = TypeVar("Answer", HttpResponse, StreamingHttpResponse)
View = TypeVar("View", bound="Callable[..., Any]")
# The frame may show what came with the message and our own stylesheet; it can run nothing and send nothing.
FRAME = {
    **{key: [NONE] for key in ("default-src", "script-src", "font-src", "connect-src", "manifest-src", "form-action")},
    "img-src": [SELF, "data:"],
    "style-src": [SELF],
    "frame-ancestors": [SELF],
    "sandbox": ["allow-same-origin", "allow-popups", "allow-popups-to-escape-sandbox"],
}
# What is downloaded can do nothing at all, should a browser show it after all.
FILE = {**FRAME, "img-src": [NONE], "style-src": [NONE], "frame-ancestors": [NONE], "sandbox": True}


def policy(decorator: Any) -> Callable[[View], View]:
    """A decorator of django-csp, whose own types know views without arguments alone."""
    kept: Callable[[View], View] = decorator
    return kept


@require_GET
@policy(csp_update({"frame-src": [SELF]}))
def mail(request: PersonRequest, pk: int) -> HttpResponse:
    message = message_or_404(request.user, pk)
    context = {"letter": letter_of(message, request.user), "message": message, "now": timezone.now(), "has_html": _has_html(pk)}
    return render(request, "deals/letter/page.html", context)


@require_GET
def whole(request: PersonRequest, pk: int) -> HttpResponse:
    """All of its text, quotes folded: a fragment for the page; without script a page of its own."""
    message = message_or_404(request.user, pk)
    blocks = parts.blocks(parts.whole_text(message, _raw_of(pk)))
    template = "deals/letter/_whole.html" if request.htmx else "deals/letter/whole.html"
    return render(request, template, {"message": message, "blocks": blocks})


@require_GET
@xframe_options_sameorigin
@policy(csp_replace(FRAME))
def html(request: PersonRequest, pk: int) -> HttpResponse:
    """The clean HTML, for the frame alone."""
    message = _seen(request.user, pk)
    attachments = list(MailAttachment.objects.filter(message=pk, is_image=True))
    return _private(HttpResponse(parts.document(message, attachments, stylesheet=static("css/letter-body.css"))))


@require_GET
@policy(csp_replace(FILE))
def raw(request: PersonRequest, pk: int) -> StreamingHttpResponse:
    """The message as it came, byte for byte."""
    message = message_or_404(request.user, pk)
    return _download([_raw_of(pk)], f"{parts.file_name(message.subject)[:80] or 'message'}.eml", "message/rfc822")


@require_GET
@policy(csp_replace(FILE))
def attachment(request: PersonRequest, pk: int, position: int) -> StreamingHttpResponse:
    """What hangs on it, whatever it is, as a file to keep: never shown in the page."""
    found = _attachment(request.user, pk, position)
    return _download(_pieces(found), parts.file_name(found.name), "application/octet-stream")


@require_GET
@policy(csp_replace(FILE))
def image(request: PersonRequest, pk: int, position: int) -> StreamingHttpResponse:
    """A picture that stands in the message."""
    found = _attachment(request.user, pk, position)
    if not found.is_image or found.content_type not in parts.DRAWN:
        raise Http404
    return _private(StreamingHttpResponse(_pieces(found), content_type=found.content_type))


@require_POST
def works_again(request: PersonRequest, pk: int) -> HttpResponse:
    """Somebody says that an address of the contact's, which mail came back from, can be written to again."""
    contact = contact_or_404(request.user, pk)
    address = typed_words(request.POST, "address", most=320)
    if say_it_works(contact=contact, address=address, now=timezone.now()):
        messages.success(request, _("Noted: %(address)s works again.") % {"address": address})
    return redirect(reverse("contact", args=[pk]))


def _seen(user: User, pk: int) -> MailMessage:
    found: MailMessage = get_object_or_404(MailMessage.objects.visible_to(user), pk=pk)
    return found


def _has_html(pk: int) -> bool:
    return MailMessage.objects.filter(pk=pk).exclude(html="").exists()


def _raw_of(pk: int) -> bytes:
    return bytes(get_object_or_404(RawMail, pk=pk).content)


def _attachment(user: User, pk: int, position: int) -> MailAttachment:
    _seen(user, pk)
    found: MailAttachment = get_object_or_404(MailAttachment, message=pk, position=position)
    return found


def _pieces(found: MailAttachment) -> Iterable[bytes]:
    try:
        return parts.pieces(found)
    except LookupError:
        raise Http404 from None


def _download(pieces: Iterable[bytes], name: str, content_type: str) -> StreamingHttpResponse:
    answer = StreamingHttpResponse(pieces, content_type=content_type)
    answer["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name)
    return _private(answer)


def _private(answer: Answer) -> Answer:
    """Read as what it says it is, and kept by nobody in between."""
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, no-store"
    answer["Referrer-Policy"] = "no-referrer"
    return answer
