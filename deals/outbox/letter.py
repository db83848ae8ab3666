"""A row of the outbox as a message: headers, plain words, and a plain HTML of our own making beside them."""

from __future__ import annotations

import html
import re
from email.utils import format_datetime
from typing import TYPE_CHECKING

import nh3
from django.core.mail import EmailMultiAlternatives
from django.utils import timezone
from django.utils.translation import gettext as _

from deals.outbox.addresses import sender_of

if TYPE_CHECKING:
    from datetime import datetime

    from deals.models import MailMessage, OutgoingMail

LONGEST_QUOTE = 20_000
LINK = re.compile(r"https?://[^\s<>\"']+[^\s<>\"'.,;:!?)\]]")
TAGS = {"p", "br", "a", "blockquote"}


def letter(mail: OutgoingMail, *, now: datetime) -> EmailMultiAlternatives:
    """``now`` becomes its date. Raises ``ValueError`` where a header cannot be written, such as one with a line break in it."""
    sender, answers_to = sender_of(mail.author)
    headers = {"Message-ID": mail.message_id, "Date": format_datetime(timezone.localtime(now))}
    if mail.in_reply_to:
        headers["In-Reply-To"] = mail.in_reply_to
    if mail.references:
        headers["References"] = " ".join(mail.references)
    quoted = quote_of(mail.answers) if mail.answers is not None else ("", "")
    message = EmailMultiAlternatives(mail.subject, text_of(mail.body, *quoted), sender, to=mail.to, cc=mail.cc, reply_to=answers_to, headers=headers)
    message.attach_alternative(html_of(mail.body, *quoted), "text/html")
    return message


def quote_of(answered: MailMessage) -> tuple[str, str]:
    """The line above the words that are answered, and these words."""
    if not answered.text.strip():
        return "", ""
    who = answered.sender_name or answered.sender
    when = timezone.localtime(answered.sent_at).strftime("%Y-%m-%d %H:%M")
    return _("On %(when)s, %(who)s wrote:") % {"when": when, "who": who}, answered.text[:LONGEST_QUOTE].strip()


def text_of(body: str, above: str = "", quoted: str = "") -> str:
    words = _lines(body)
    if not quoted:
        return f"{words}\n"
    below = "\n".join(f"> {line}".rstrip() for line in _lines(quoted).split("\n"))
    return f"{words}\n\n{above}\n{below}\n"


def html_of(body: str, above: str = "", quoted: str = "") -> str:
    """Paragraphs, line breaks and links, everything else escaped; nh3 looks over it once more."""
    made = _paragraphs(body)
    if quoted:
        made += f"<p>{html.escape(above)}</p><blockquote>{_paragraphs(quoted)}</blockquote>"
    return nh3.clean(made, tags=TAGS, attributes={"a": {"href"}}, url_schemes={"http", "https"}, link_rel=None)


def _paragraphs(text: str) -> str:
    parts = [part for part in re.split(r"\n[ \t]*\n", _lines(text)) if part.strip()]
    return "".join("<p>" + _linked(part.strip("\n")).replace("\n", "<br>\n") + "</p>\n" for part in parts)


def _linked(text: str) -> str:
    made, at = "", 0
    for found in LINK.finditer(text):
        address = html.escape(found[0])
        made += f'{html.escape(text[at : found.start()])}<a href="{address}">{address}</a>'
        at = found.end()
    return made + html.escape(text[at:])


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "").rstrip()
