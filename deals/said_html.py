"""Lines of what was said as HTML, made in Python: a page shows dozens, and a template for each would cost more than all else.

What people typed is escaped where it is put in, once. Icons, chips and moments come as HTML already.
"""

from __future__ import annotations

import json
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from deals.letters import words
from deals.said import Direction, Kind
from deals.templatetags.deal_words import needs_fold, preview, said_icon, said_kind
from deals.templatetags.words import ago, count, icon, moment_on

if TYPE_CHECKING:
    from datetime import datetime

    from deals.said import Said


def who(said: Said, account: str | None) -> SafeString:
    """Who spoke, and to whom; ``account``: in whose name they spoke where nobody of theirs is named."""
    if said.direction == Direction.IN:
        return escape(said.them or account or _("The customer"))
    us, them = escape(said.us or _("We")), escape(", ".join(one for one in (said.them, *said.others) if one))
    if them and said.kind == Kind.MEETING:
        return SafeString(_("%(us)s with %(them)s") % {"us": us, "them": them})
    if them and said.direction == Direction.OUT:
        return SafeString(_("%(us)s to %(them)s") % {"us": us, "them": them})
    return us


class SaidHtml:
    """The lines of one page."""

    def __init__(self) -> None:
        self._zone = timezone.get_current_timezone()
        self._today = timezone.localdate()

    @cached_property
    def _deal_url(self) -> str:
        return reverse("deal", args=[0])

    @cached_property
    def _mail_url(self) -> str:
        return reverse("mail", args=[0])

    def moment(self, at: datetime) -> SafeString:
        return moment_on(at.astimezone(self._zone), self._today)

    def of_deal(self, said: Said, account: str | None, tools: str) -> str:
        """A line of one deal's page; ``tools``: what can be done with it, as HTML."""
        return self._line(said, account, f' id="said-{said.pk}"', _shifted(said.dates_shifted_by), tools)

    def of_many(self, said: Said) -> str:
        """A line of a page that shows the words of many deals."""
        on = ""
        if said.deal is not None:
            url = self._deal_url.replace("/0/", f"/{said.deal_id}/")
            on = f'\n<div class="said-on"><a class="link small" href="{url}">{escape(said.deal)}</a></div>'
        return self._line(said, said.account, "", "", on + withdrawn(said))

    def _line(self, said: Said, account: str | None, name: str, chips: str, below: str) -> str:
        kind = said_kind(said)
        subject = f" · {escape(said.subject)}" if said.subject and said.subject != kind else ""
        mail = json.loads(said.mail) if said.mail is not None else None
        machine = f'\n<span class="chip outline">{escape(_automatic(mail))}</span>' if not said.is_human else ""
        title = f'<span class="title">{who(said, account)}</span> <span class="dim">{escape(kind)}{subject}</span>'
        if mail is not None:
            url = self._mail_url.replace("/0/", f"/{mail['pk']}/")
            title = f'<a class="title" href="{url}">{who(said, account)}</a> <span class="dim">{escape(kind)}{subject}</span>'
        return (
            f'<div class="line{" withdrawn" if said.withdrawn_at else ""}{"" if said.is_human else " machine"}"{name}>\n'
            f'<span class="dot{" in" if said.direction == "in" else ""}">{icon(said_icon(said))}</span>\n'
            f"<div>\n{title}{machine}{chips}{_body(said.body)}{below}\n</div>\n{self.moment(said.at)}\n</div>\n"
        )


def _automatic(mail: dict[str, Any] | None) -> str:
    """What a machine said: of an absence, until when and who stands in."""
    if mail is None:
        return _("automatic")
    until = date.fromisoformat(mail["until"]) if mail["until"] else None
    return words.automatic(mail["kind"], words.away(until, mail["stand_in"]))


def _body(body: str) -> str:
    if not body:
        return ""
    if not needs_fold(body):
        return f'\n<div class="body">{escape(body)}</div>'
    first = f'<summary><span class="body">{escape(preview(body))}</span></summary>'
    return f'\n<details class="fold-words">{first}<div class="body words">{escape(body)}</div></details>'


def _shifted(days: int) -> str:
    if not days:
        return ""
    why = _("The import moved this date forward by %(days)s days.") % {"days": count(days)}
    return f'\n<span class="chip outline" title="{escape(why)}">{icon("calendar-clock")}{escape(_("shifted"))}</span>'


def withdrawn(said: Said) -> str:
    """That it was taken back, and by whom; empty where it stands."""
    if said.withdrawn_at is None:
        return ""
    words = escape(_("withdrawn by %(name)s") % {"name": said.withdrawn_by or ""})
    return f'\n<div class="tools dim">{words} {ago(said.withdrawn_at)}</div>'
