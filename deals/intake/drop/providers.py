"""What a provider hands over: opened by its signature alone (django-anymail checks it), and the message's own bytes taken out of it."""

from __future__ import annotations

import json
from base64 import b64decode
from typing import TYPE_CHECKING, Any

from anymail.webhooks.mailersend import MailerSendInboundWebhookView
from anymail.webhooks.mailgun import MailgunInboundWebhookView
from anymail.webhooks.mandrill import MandrillCombinedWebhookView
from anymail.webhooks.postal import PostalInboundWebhookView
from anymail.webhooks.postmark import PostmarkInboundWebhookView
from anymail.webhooks.sendgrid import SendGridInboundWebhookView
from anymail.webhooks.sparkpost import SparkPostInboundWebhookView

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest

VIEWS: dict[str, Any] = {
    "mailersend": MailerSendInboundWebhookView,
    "mailgun": MailgunInboundWebhookView,
    "mandrill": MandrillCombinedWebhookView,
    "postal": PostalInboundWebhookView,
    "postmark": PostmarkInboundWebhookView,
    "sendgrid": SendGridInboundWebhookView,
    "sparkpost": SparkPostInboundWebhookView,
}
# A form field holds the message as bytes of any charset: read as this one, each byte comes out as it went in.
EVERY_BYTE = "latin-1"
FIELDS = {"mailgun": "body-mime", "sendgrid": "email"}


class NotUnderstoodError(Exception):
    """The signature is right, and there is no message in it."""


def received(request: HttpRequest, provider: str) -> list[bytes]:
    """The messages of a request. Raises AnymailWebhookValidationFailure for a wrong signature, else :class:`NotUnderstoodError`."""
    view = VIEWS[provider]()
    if provider in FIELDS:
        request.encoding = EVERY_BYTE
    request.body  # noqa: B018 - reading it keeps it, for who has to look at what was not understood
    view.run_validators(request)
    try:
        found = RAW[provider](request) or ([] if provider in FIELDS else _rebuilt(view, request))
    except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
        raise NotUnderstoodError(f"{type(error).__name__}: {error}"[:300]) from error
    if not found:
        raise NotUnderstoodError("the provider has to send whole messages, as raw MIME")
    return found


def _field(name: str) -> Callable[[HttpRequest], list[bytes]]:
    def read(request: HttpRequest) -> list[bytes]:
        value = request.POST.get(name)
        return [value.encode(EVERY_BYTE)] if value else []

    return read


def _mailersend(request: HttpRequest) -> list[bytes]:
    return _texts(json.loads(request.body)["data"].get("raw"))


def _mandrill(request: HttpRequest) -> list[bytes]:
    events = json.loads(request.POST["mandrill_events"])
    return _texts(*(event["msg"].get("raw_msg") for event in events if event.get("event") == "inbound"))


def _postal(request: HttpRequest) -> list[bytes]:
    given = json.loads(request.body)
    return [b64decode(given["message"])] if given.get("base64") else _texts(given["message"])


def _postmark(request: HttpRequest) -> list[bytes]:
    return _texts(json.loads(request.body).get("RawEmail"))


def _sparkpost(request: HttpRequest) -> list[bytes]:
    found = []
    for event in json.loads(request.body):
        content = event["msys"]["relay_message"]["content"] if event.get("msys") else {}
        if content:
            text = content["email_rfc822"]
            found.append(b64decode(text) if content.get("email_rfc822_is_base64") else text.encode())
    return found


def _texts(*given: str | None) -> list[bytes]:
    return [one.encode("utf-8", "surrogateescape") for one in given if one]


def _rebuilt(view: Any, request: HttpRequest) -> list[bytes]:
    """Where the provider sends a message taken apart: put together again by django-anymail."""
    return [event.message.as_bytes() for event in view.parse_events(request) if getattr(event, "message", None) is not None]


RAW: dict[str, Callable[[HttpRequest], list[bytes]]] = {
    **{provider: _field(name) for provider, name in FIELDS.items()},
    "mailersend": _mailersend,
    "mandrill": _mandrill,
    "postal": _postal,
    "postmark": _postmark,
    "sparkpost": _sparkpost,
}
