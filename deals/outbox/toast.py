"""What is said when a mail was put into the outbox: when it goes, the button that takes it back, and its end when it has gone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.middleware.csrf import get_token
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from deals.outbox import times
from deals.services.outbox.soon import TO_UNDO

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import HttpRequest
    from django.utils.safestring import SafeString

    from accounts.models import User
    from deals.models import OutgoingMail


def name_of(mail: OutgoingMail) -> str:
    return mail.contact.name if mail.contact is not None else mail.to[0]


def on_its_way(request: HttpRequest, mail: OutgoingMail, now: datetime) -> SafeString:
    """With script the seconds count down, and the words change when it has gone."""
    address = reverse("outgoing-back", args=[mail.pk])
    return format_html(
        '{} <form method="post" action="{}"><input type="hidden" name="csrfmiddlewaretoken" value="{}"><button class="undo">{}</button></form>',
        _soon(mail) if mail.send_at <= now + TO_UNDO else _later(mail, now),
        address,
        get_token(request),
        _("Undo"),
    )


def _soon(mail: OutgoingMail) -> SafeString:
    seconds = int(TO_UNDO.total_seconds())
    words = format_html(_("Goes to {name} in {seconds} seconds."), name=name_of(mail), seconds=_counted(seconds))
    state = reverse("outgoing-state", args=[mail.pk])
    return format_html(
        '<span data-goes="{}" hx-get="{}" hx-trigger="load delay:{}s, every 3s" hx-target="this" hx-swap="outerHTML" hx-select="unset"'
        ' hx-select-oob="unset">{}</span>',
        _("On its way to %(name)s.") % {"name": name_of(mail)},
        state,
        seconds + 1,
        words,
    )


def _counted(seconds: int) -> SafeString:
    """What is seen counts down; what is read aloud is said once."""
    return format_html('<span data-seconds aria-hidden="true">{}</span><span class="visually-hidden">{}</span>', seconds, seconds)


def _later(mail: OutgoingMail, now: datetime) -> str:
    author: User = mail.author
    words = _("Goes to %(name)s %(when)s.") % {"name": name_of(mail), "when": times.in_words(mail.send_at, now)}
    return words if times.is_working_time(author, mail.send_at) else f"{words} {_('That is outside your working hours.')}"
