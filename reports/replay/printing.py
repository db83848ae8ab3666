"""The timeline of a story as lines of text, coloured where a person looks on."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reports.replay.result import Happening, Moment, Played

INDENT = " " * 22
COLOURS = {"red": "31", "green": "32", "yellow": "33", "blue": "34", "grey": "90", "bold": "1"}
OF_SEVERITY = {"low": "grey", "medium": "yellow", "high": "red", "critical": "red"}


class Printer:
    """``coloured``: for a terminal alone. ``check``: expectations are told, too."""

    def __init__(self, *, coloured: bool, check: bool) -> None:
        self.coloured, self.check = coloured, check

    def moment(self, moment: Moment) -> Iterator[str]:
        """The lines of one moment; none for an expectation of a story that is only told."""
        if moment.kind == "expect" and not self.check:
            return
        yield f"{datetime.fromisoformat(moment.at):%a %Y-%m-%d %H:%M}  {self._title(moment)}"
        if moment.refused and moment.held is not False:
            yield INDENT + self._in("yellow", _("refused: %(words)s") % {"words": moment.refused})
        for failure in moment.failures if self.check or moment.kind != "expect" else ():
            yield INDENT + self._in("red", _("line %(line)s: expected %(expected)s") % {"line": failure.line, "expected": failure.expected})
            yield INDENT + self._in("red", _("found %(found)s") % {"found": failure.found})
        for happening in moment.happenings:
            yield INDENT + self._happening(happening)
        by_words: dict[str, list[str]] = {}
        for told in moment.told:
            by_words.setdefault(told.title, []).append(told.to)
        for title, people in by_words.items():
            yield INDENT + self._in("blue", _("told %(people)s: %(title)s") % {"people": ", ".join(people), "title": title})

    def summary(self, played: Played) -> Iterator[str]:
        if played.unknown:
            yield _("Not known yet: %(facts)s.") % {"facts": ", ".join(played.unknown)}
        if self.check:
            held = ngettext("%(n)s expectation held", "%(n)s expectations held", played.held) % {"n": played.held}
            yield self._in("red" if played.failed else "green", f"{held}, " + _("%(n)s failed") % {"n": played.failed})

    def _title(self, moment: Moment) -> str:
        if moment.kind == "due":
            return self._in("grey", _("time passes"))
        if moment.kind == "fact":
            return self._in("yellow", moment.title) if moment.not_known else self._in("bold", moment.title)
        mark = self._in("green", _("holds")) if moment.held else self._in("red", _("FAILS"))
        return f"{mark}: {moment.title}"

    def _happening(self, one: Happening) -> str:
        words = {"name": one.name, "severity": one.severity, "deal": one.deal, "words": one.words, "level": one.level, "note": one.note}
        said = {
            "raised": _("%(name)s raised, %(severity)s: %(words)s (%(deal)s)"),
            "worsened": _("%(name)s worse, %(severity)s: %(words)s (%(deal)s)"),
            "climbed": _("%(name)s climbs to level %(level)s (%(deal)s)"),
            "unparked": _("%(name)s back from parking, %(severity)s (%(deal)s)"),
            "cleared": _("%(name)s cleared: %(note)s (%(deal)s)"),
        }
        line = said.get(one.kind, "%(name)s " + one.kind) % words
        return self._in("green" if one.kind == "cleared" else OF_SEVERITY.get(one.severity, "grey"), line)

    def _in(self, colour: str, words: str) -> str:
        return f"\033[{COLOURS[colour]}m{words}\033[0m" if self.coloured else words
