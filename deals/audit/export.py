"""The log of changes as CSV: a line for each field that changed, streamed batch by batch, harmless to spreadsheets."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from deals.audit.reading import every
from deals.audit.telling import Part, tell
from deals.intake.files.rejects import harmless

if TYPE_CHECKING:
    from collections.abc import Iterator
    from zoneinfo import ZoneInfo

    from deals.audit.reading import Wanted
    from deals.audit.telling import Told


def lines(wanted: Wanted, *, zone: ZoneInfo, language: str) -> Iterator[str]:
    """Begins with a byte order mark, for Excel. Runs after the page's own time zone and language are put away, so it is given both."""
    with timezone.override(zone), translation.override(language):
        head = [_("When"), _("Who"), _("Kind"), _("What"), _("Thing"), _("Number"), _("Field"), _("Was"), _("Is")]
        yield "\ufeff" + _line(list(map(str, head)))
    for events in every(wanted):
        with timezone.override(zone), translation.override(language):
            text = "".join(_lines_of(told) for told in tell(events))
        yield text


def _lines_of(told: Told) -> str:
    event = told.event
    at = timezone.localtime(event.at).isoformat(timespec="seconds")
    who = told.by.name if told.by else _("Nobody: a job or an import")
    start = [at, who, str(event.kind.one), told.what, told.title, str(event.thing)]
    text = ""
    for part in told.parts or [Part("", "", "")]:
        values = [_("not shown"), _("not shown")] if part.veiled else [part.was, part.now]
        text += _line([*start, part.name, *values])
    return text


def _line(cells: list[str]) -> str:
    out = io.StringIO()
    csv.writer(out).writerow([harmless(cell) for cell in cells])
    return out.getvalue()
