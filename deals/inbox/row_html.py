"""A row of the Inbox as HTML: who wrote, when, what they said, what Salvor thinks of it and why, and the three decisions.

What strangers typed is escaped where it is put in. Every decision is a link or a button that works without script; its
letter (``data-row-key``) is for the keyboard.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.html import escape
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from deals.intake.mail.signs import telling
from deals.letters.sentences import in_words
from deals.models import MailMessage
from deals.templatetags.words import ago, icon, timed
from deals.today import words

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from deals.inbox.listing import Waiting

Status, MatchedBy = MailMessage.Status, MailMessage.MatchedBy


class Rows:
    """The rows of one page; ``back``: where a decision leads to."""

    def __init__(self, *, now: datetime, back: str) -> None:
        self._now = now
        self._next = urlencode({"next": back})
        self._back = escape(back)
        routes = ("mail", "triage-deal", "triage-attach", "triage-refuse", "deal")
        self._urls = {route: reverse(route, args=[0]) for route in routes}

    def html(self, rows: Iterable[Waiting]) -> str:
        return "".join(self._row(row, first=not number) for number, row in enumerate(rows))

    def _url(self, route: str, pk: int) -> str:
        return self._urls[route].replace("/0/", f"/{pk}/")

    def _row(self, row: Waiting, *, first: bool) -> str:
        said = words.first_words(row.text, "")
        return (
            f'<li class="ask{" sel" if first else ""}" id="waits-{row.pk}" data-row data-key="{row.pk}">\n'
            f'<div class="when">{self._due(row)}<div class="small dim">{ago(row.sent_at)}</div></div>\n'
            f'<div class="what">\n<a class="say" href="{self._url("mail", row.pk)}">{_who(row)}</a>'
            f' <span class="dim">{escape(row.account)}</span>{_marks(row)}\n'
            f'<div class="subject">{escape(row.subject) or escape(_("(no subject)"))}{_files(row)}</div>\n'
            f"{f'<div><q>{escape(said)}</q></div>' if said else ''}\n"
            f'<div class="small dim">{self._thinks(row)}</div>\n</div>\n{self._acts(row)}\n</li>\n'
        )

    def _due(self, row: Waiting) -> str:
        if row.due_at is None:
            return f'<span class="chip outline">{escape(_("No deal yet"))}</span>'
        late = row.due_at <= self._now
        style, said = ("high", _("Overdue")) if late else ("ok", words.due(row.due_at, self._now))
        return f'<span class="sev {style}"><i></i>{timed(row.due_at, said)}</span>'

    def _thinks(self, row: Waiting) -> str:
        """What Salvor made of it, and why."""
        if row.deal_id is not None:
            deal = f'<a class="link" href="{self._url("deal", row.deal_id)}">{escape(row.deal)}</a>'
            made = _("An inquiry: %(deal)s.") % {"deal": deal}
            return " ".join([made, escape(_known(row)), escape(_evidence(row)), self._whose(row)]).strip()
        return " ".join(escape(one) for one in (_known(row), *in_words([row.reason]), _evidence(row), _to(row)) if one)

    def _whose(self, row: Waiting) -> str:
        return escape(_("Its owner is %(name)s.") % {"name": row.owner}) if row.owner else escape(_("It has no owner yet."))

    def _acts(self, row: Waiting) -> str:
        make = self._opener("triage-deal", row.pk, _("Make a deal"), "d", css="btn", marks=' data-open=""')
        attach = self._opener("triage-attach", row.pk, _("Attach"), "a", css="btn", marks="")
        refuse = self._url("triage-refuse", row.pk)
        return (
            f'<div class="acts">{make}{attach}'
            f'<button class="btn quiet" form="act" formaction="{refuse}?{self._next}" hx-post="{refuse}?{self._next}" data-row-key="i x">'
            f"{escape(_('Not for us'))} {_key('i')}</button></div>"
        )

    def _opener(self, route: str, pk: int, said: str, key: str, *, css: str, marks: str) -> str:
        """Opens a form in the page's dialog; without script its own page."""
        url = f"{self._url(route, pk)}?{self._next}"
        return (
            f'<a class="{css}" role="button" href="{url}" hx-get="{url}" hx-target="#quick-add" hx-select="unset" hx-select-oob="unset"'
            f' hx-swap="innerHTML" data-opens="quick-add" data-row-key="{key}"{marks}>{escape(said)} {_key(key)}</a>'
        )


def _key(letter: str) -> str:
    return f'<kbd class="hide-s" aria-hidden="true">{letter}</kbd>'


def _who(row: Waiting) -> str:
    name = escape(row.contact or row.sender_name or row.sender or _("Nobody is named as the sender"))
    if row.direction == MailMessage.Direction.OUT:
        return escape(_("%(name)s wrote") % {"name": row.to_whom or row.sender})
    return name


def _marks(row: Waiting) -> str:
    address = f' <span class="address dim small">{escape(row.sender)}</span>' if row.sender and row.sender != row.contact else ""
    customer = f' <span class="chip good">{escape(_("customer"))}</span>' if row.lifecycle == "customer" else ""
    return address + customer


def _files(row: Waiting) -> str:
    if not row.files:
        return ""
    said = ngettext("%(n)s file", "%(n)s files", row.files) % {"n": row.files}
    return f' <span class="chip outline">{icon("file-text")}{escape(said)}</span>'


def _known(row: Waiting) -> str:
    """Who it is, by what it was found."""
    if row.matched_by == MatchedBy.CONTACT or (row.contact_id is not None and row.account):
        name = {"name": row.contact, "account": row.account}
        return _("%(name)s of %(account)s is known by this address.") % name if row.account else _("%(name)s is known by this address.") % name
    if row.matched_by == MatchedBy.DOMAIN or row.account:
        return _("The address is of %(account)s.") % {"account": row.account}
    return _("Nobody has written from this address before.")


def _evidence(row: Waiting) -> str:
    return " ".join(in_words(telling(row.evidence)[:2]))


def _to(row: Waiting) -> str:
    return _("It came to %(mailbox)s.") % {"mailbox": row.mailbox} if row.mailbox else ""
