"""What every page of the shell shows: the navigation with its counts, unread notices, marks.

All of it is lazy: a page that does not extend the shell (a partial, a file) asks the database nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any

from django.urls import NoReverseMatch
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _

from accounts.addresses import address
from accounts.authority import ORGANISERS, SENIORS
from accounts.models import Notice, Role
from accounts.prepared import woven
from deals import first_run
from deals.inbox import sources as inbox
from deals.querysets import shape_of
from deals.today import sources
from deals.totals import AT_RISK, at_risk_asked

if TYPE_CHECKING:
    from collections.abc import Collection

    from django.http import HttpRequest
    from django.utils.functional import _StrPromise

    from accounts.models import User
    from accounts.prepared import Statement
    from deals.querysets import Shape

# Counting stops here: a badge says "999+", and costs the same in the largest company.
COUNT_AT_MOST = 1000
# Each unread notice about a deal is held against what its reader may see.
UNREAD_AT_MOST = 100
BELOW = ("today", "pipeline", "risk-desk")


@dataclass(frozen=True, slots=True)
class Place:
    """One entry of the navigation. ``roles``: to whom it is shown; empty for everybody."""

    route: str
    words: _StrPromise
    icon: str
    roles: Collection[str] = ()
    apart: bool = False
    # Which of the shell's counts stands beside it, if any.
    counted: str = ""


PLACES = (
    Place("today", _("Today"), "sun", counted="today"),
    Place("triage", _("Inbox"), "inbox", counted="inbox"),
    Place("pipeline", _("Pipeline"), "square-kanban"),
    Place("risk-desk", _("Risk desk"), "radar", counted="at_risk"),
    Place("customers", _("Accounts"), "building-2"),
    Place("imports", _("Import"), "upload", ORGANISERS, apart=True),
    Place("training", _("Training"), "footprints", SENIORS, apart=True),
    Place("people", _("People"), "users", ORGANISERS, apart=True),
    Place("settings", _("Settings"), "settings", apart=True),
)


@dataclass(frozen=True, slots=True)
class Entry:
    place: Place
    url: str
    current: bool
    shell: Shell

    @property
    def count(self) -> int | None:
        """What waits there; None where nothing is counted."""
        return getattr(self.shell, self.place.counted) if self.place.counted else None

    @property
    def badge(self) -> str:
        """The count's part of the ids that pages exchange: ``nav-today``, ``bar-at-risk``."""
        return self.place.counted.replace("_", "-")


class Shell:
    """One query for all counts, asked when the template first needs one; one more for an admin during the first run."""

    def __init__(self, user: User, path: str, *, setup_later: bool = False, duties: int | None = None) -> None:
        """``setup_later``: an admin has said that the first steps can wait. ``duties``: how many there are, where the page has counted them."""
        self._user = user
        self._path = path
        self._duties = duties
        self._asks_setup = user.role == Role.ADMIN and not setup_later

    @cached_property
    def entries(self) -> list[Entry]:
        """The places this person may go to, of those that exist."""
        found = []
        for place in PLACES:
            if place.roles and self._user.role not in place.roles:
                continue
            try:
                url = address(place.route)
            except NoReverseMatch:
                continue
            found.append(Entry(place, url, self._path.startswith(url), self))
        return found

    @cached_property
    def drawn_by(self) -> tuple[object, ...]:
        """All that the navigation shows."""
        return (*(entry.place.route for entry in self.entries if entry.current), self._user.role, self.today, self.at_risk, self.inbox)

    @property
    def places(self) -> list[Entry]:
        return [entry for entry in self.entries if not entry.place.apart]

    @property
    def places_apart(self) -> list[Entry]:
        return [entry for entry in self.entries if entry.place.apart]

    @property
    def places_below(self) -> list[Entry]:
        """Under the thumb there is room for three."""
        return [entry for entry in self.places if entry.place.route in BELOW]

    @property
    def places_more(self) -> list[Entry]:
        """What the thumb finds behind "More"."""
        return [entry for entry in self.entries if entry.place.route not in BELOW]

    @cached_property
    def _counts(self) -> tuple[int, int, int | None, int | None, int]:
        """One query for all: deals at risk, unread notices, days shifted, duties, mail that wants a decision."""
        now = timezone.now()
        given = {**at_risk_asked(self._user), **sources.asked(self._user, now), **inbox.asked(self._user)}
        (found,) = _counting(shape_of(self._user), leads=bool(given["teams"]), duties=self._duties is None).rows(**given)
        return found

    @cached_property
    def setup(self) -> first_run.Progress | None:
        """How far the first run is, for an admin whom it still concerns."""
        progress = first_run.progress(self._user) if self._asks_setup else None
        return progress if progress is not None and not progress.complete else None

    @property
    def at_risk(self) -> int:
        """Deals in the person's sight with a raised signal: as many as the risk desk lists."""
        return min(int(self._counts[0]), COUNT_AT_MOST)

    @property
    def today(self) -> int:
        """Duties that wait for the person now: as many as Today lists."""
        return int(self._counts[3] or 0) if self._duties is None else min(self._duties, COUNT_AT_MOST)

    @property
    def inbox(self) -> int:
        """Mail that wants a decision of the person: as many rows as the Inbox has."""
        return int(self._counts[4])

    @property
    def unread(self) -> int:
        return int(self._counts[1])

    @property
    def unread_said(self) -> str:
        return f"{UNREAD_AT_MOST - 1}+" if self.unread >= UNREAD_AT_MOST else str(self.unread)

    @property
    def shifted_by(self) -> int:
        """By how many days an import that still stands moved its dates; 0: all dates are true."""
        return int(self._counts[2] or 0)


@cache
def _counting(shape: Shape, *, leads: bool, duties: bool) -> Statement:
    """``leads``: see ``sources.counting``. ``duties``: these are to be counted as well."""
    unread = Notice.objects.in_shape(shape).filter(read_at__isnull=True).values("pk")[:UNREAD_AT_MOST]
    shifted = "(SELECT dates_shifted_by FROM deals_import WHERE state = 'done' AND dates_shifted_by > 0 ORDER BY created_at DESC LIMIT 1)"
    counted = f"{sources.counting(leads=leads, at_most=COUNT_AT_MOST) if duties else 'NULL'}, {inbox.counting(at_most=COUNT_AT_MOST)}"
    sql = f"SELECT {AT_RISK}, (SELECT count(*) FROM ({{unread}}) AS unread), {shifted}, {counted}"  # noqa: S608 - of texts of ours
    return woven(sql, planned=True, unread=unread)


def shell(request: HttpRequest) -> dict[str, Any]:
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {}
    duties = getattr(request, "duties", None)  # Today has counted them
    return {"shell": SimpleLazyObject(lambda: Shell(user, request.path, setup_later=first_run.put_off(request), duties=duties))}
