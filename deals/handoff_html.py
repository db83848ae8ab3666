"""An offer and its end as a line of the deal's timeline."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.html import escape
from django.utils.translation import gettext as _

from deals.models import Handoff

if TYPE_CHECKING:
    from deals.timeline import Item

State = Handoff.State
FIRST_WORDS = 100
ICONS = {State.OFFERED: "send", State.ACCEPTED: "check", State.DECLINED: "x", State.EXPIRED: "hourglass", State.WITHDRAWN: "undo-2"}


def handed(item: Item) -> tuple[str, str, str, str]:
    """Its icon, its words, who did it, and how the icon is marked. What is put into the texts is escaped, they are not."""
    names = {"to": escape(item.now), "by": escape(item.by)}
    if item.kind == "handoff":
        words = _("Offered to <b>%(to)s</b>") % names
        quote = f' <span class="dim">“{escape(_first_words(item.what))}”</span>'
        return ICONS[State.OFFERED], f'<a href="{reverse("handoff", args=[item.id])}">{words}</a>{quote}', _by(item.by), ""
    if item.was == State.ACCEPTED:
        return ICONS[State.ACCEPTED], _("<b>%(to)s</b> accepted it and owns it now") % names, "", " good"
    if item.was == State.DECLINED:
        return ICONS[State.DECLINED], f'{_("<b>%(to)s</b> declined it") % names} <span class="dim">“{escape(item.what)}”</span>', "", " warn"
    if item.was == State.EXPIRED:
        return ICONS[State.EXPIRED], _("<b>%(to)s</b> did not answer in time, so the offer ended") % names, "", " warn"
    if item.by:
        return ICONS[State.WITHDRAWN], _("The offer to <b>%(to)s</b> was taken back") % names, _by(item.by), ""
    return ICONS[State.WITHDRAWN], _("The offer to <b>%(to)s</b> ended") % names, f' <span class="dim">· {escape(_why(item.what))}</span>', ""


def _why(code: str) -> str:
    return str(dict(Handoff.EndedWith.choices).get(code, ""))


def _by(name: str) -> str:
    return f' <span class="dim">· {escape(name)}</span>' if name else ""


def _first_words(brief: str) -> str:
    text = " ".join(brief.split())
    return text if len(text) <= FIRST_WORDS else text[: FIRST_WORDS - 1].rstrip() + "…"
