"""The timeline of a deal as HTML: what was said, what moved beside it, and the silences. See ``said_html``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from deals.handoff_html import handed
from deals.letters.words import automatic
from deals.said import Kind
from deals.said_html import SaidHtml, withdrawn
from deals.templatetags.deal_words import event_words, iso_day
from deals.templatetags.words import icon, severity

if TYPE_CHECKING:
    from collections.abc import Sequence

    from deals.said import Said
    from deals.timeline import Item

SERVER_WORDS = 140
EVENT_ICONS = {
    "cleared": "check",
    "taken": "hand",
    "untaken": "hand",
    "parked": "circle-pause",
    "unparked": "circle-pause",
    "climbed": "arrow-up",
}


def lines_html(items: Sequence[Item], *, account: str | None, reader_id: int, csrf_token: str, write: str) -> SafeString:
    """All lines, the latest first; ``account``: the name of the deal's; ``write``: where one writes on it."""
    said, tools = SaidHtml(), _Tools(reader_id, csrf_token, write)
    made = []
    for item in items:
        if item.said is not None:
            made.append(said.of_deal(item.said, account, tools.of(item.said, waits=item.waits)))
        elif item.silence:
            made.append(_silence(item))
        else:
            made.append(f'<div class="line quiet">{_moved(item)}\n{said.moment(item.at)}</div>\n')
    return SafeString("".join(made))


class _Tools:
    """What can be done with a line: forms, for those who may."""

    def __init__(self, reader_id: int, csrf_token: str, write: str) -> None:
        self._reader_id = reader_id
        self._write = write
        self._token = f'<input type="hidden" name="csrfmiddlewaretoken" value="{escape(csrf_token)}">'

    def of(self, said: Said, *, waits: bool) -> str:
        if said.withdrawn_at is not None:
            return withdrawn(said)
        made = ""
        if waits or said.no_answer_needed_at is not None:
            acts = f"{self._answer(said)}\n{self._form('interaction-no-answer', said, _('No answer needed'))}" if waits else ""
            made = f'\n<div class="tools">\n{acts}\n{_settled(said)}</div>'
        if said.kind == Kind.MEETING:
            made += f'\n<div class="tools quietly"><a class="link quiet" href="{self._meeting(said)}">{escape(_("Open the meeting"))}</a></div>'
        if said.recorded_by_id == self._reader_id:
            made += f'\n<div class="tools quietly">{self._form("interaction-withdraw", said, _("Withdraw"))}</div>'
        return made

    def _answer(self, said: Said) -> str:
        return f'<a class="link" href="{self._write}?answers={said.pk}" data-write>{escape(_("Answer"))}</a>'

    def _meeting(self, said: Said) -> str:
        return reverse("meeting-said", args=[said.pk])

    def _form(self, route: str, said: Said, words: str) -> str:
        button = f'<button class="link quiet">{escape(words)}</button>'
        return f'<form method="post" action="{reverse(route, args=[said.pk])}" hx-boost="true">{self._token}{button}</form>'


def _settled(said: Said) -> str:
    if said.no_answer_needed_at is None:
        return ""
    words = _("no answer needed, said %(name)s") % {"name": said.no_answer_needed_by or ""}
    return f'<span class="dim">{escape(words)}</span>'


def _silence(item: Item) -> str:
    words = ngettext("%(n)s working day without a word", "%(n)s working days without a word", item.silence) % {"n": item.silence}
    return f'<div class="gapline{"" if item.long else " mild"}">{escape(words)}</div>\n'


def _moved(item: Item) -> str:
    by = f' <span class="dim">· {escape(item.by)}</span>' if item.by else ""
    if item.kind == "stage":
        return _small("milestone", _stage(item), by)
    if item.kind == "close":
        return _small("calendar-days", _close(item), by)
    if item.kind == "step":
        return _small("footprints", _step(item), by)
    if item.kind in ("handoff", "handoff-end"):
        return _small(*handed(item))
    if item.kind in ("mail", "apology"):
        return _small("mail", _returned(item), "") if item.kind == "mail" else _small("message-circle", _apology(item), by)
    return _small(EVENT_ICONS.get(item.was, "triangle-alert"), _event(item), by, _event_mark(item))


def _small(name: str, words: str, by: str, mark: str = "") -> str:
    return f'<span class="dot{mark}">{icon(name)}</span><div class="small">{words}{by}</div>'


def _stage(item: Item) -> str:
    """The texts hold a ``<b>``: what is put into them is escaped, they are not."""
    names = {"was": escape(item.was), "now": escape(item.now)}
    if item.what == "retired":
        return _("The stage %(was)s was retired: put into <b>%(now)s</b>") % names
    return _("Moved from %(was)s to <b>%(now)s</b>") % names if item.was else _("Opened in <b>%(now)s</b>") % names


def _close(item: Item) -> str:
    if not item.now:
        return escape(_("Close date taken away"))
    days = {"now": escape(iso_day(item.now))}
    if not item.was:
        return _("Close date set to <b>%(now)s</b>") % days
    return _("Close date moved from %(was)s to <b>%(now)s</b>") % {"was": escape(iso_day(item.was)), **days}


def _step(item: Item) -> str:
    done = f' <span class="chip good">{escape(_("done"))}</span>' if item.now == "true" else ""
    words = _("Next step: <b>%(what)s</b>") % {"what": escape(item.what)}
    return f"{words}, {escape(_('due'))} {escape(iso_day(item.was))}{done}"


def _apology(item: Item) -> str:
    words = f' <span class="dim">“{escape(item.what)}”</span>' if item.what else ""
    return f"{escape(_('Apologised for the meeting of %(day)s') % {'day': iso_day(item.was)})}{words}"


def _returned(item: Item) -> str:
    """Mail of ours that came back, and what the server says of it in its first words."""
    said = " ".join(item.what.split())[:SERVER_WORDS]
    return (
        f'<a class="link" href="{reverse("mail", args=[item.id])}">{escape(automatic(item.was))}</a>'
        f' <span class="dim">{escape(item.now)}{": " if item.now and said else ""}{escape(said)}</span>'
    )


def _event(item: Item) -> str:
    how = f" {severity(item.severity)}" if item.was in ("raised", "worsened") else ""
    note = f' <span class="dim">“{escape(item.now)}”</span>' if item.now else ""
    return f"{escape(event_words(item))}{how}{note}"


def _event_mark(item: Item) -> str:
    if item.was == "cleared":
        return " good"
    return " warn" if item.was in ("raised", "worsened") and item.severity >= 3 else ""
