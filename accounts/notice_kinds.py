"""Every kind of notice, in words: what the bell shows, what a person may keep out of their mail, and what not.

An app registers its kinds when it is loaded. The bell always shows everything; whether a notice is mailed too is
decided here, and in ``accounts.services.notices.tell``, which asks here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from django.db.models import QuerySet
    from django.utils.functional import _StrPromise

    from accounts.models import Notice
    from accounts.notice_acts import NoticeAct

# One above the gravest: never.
NEVER = 5


@dataclass(frozen=True, slots=True)
class Kind:
    """``always_from``: from this severity on (0 to 4) it is mailed whatever the person prefers; NEVER: their choice alone.

    ``acts``: what can be done about some notices of the kind, by their ids; told whether they are read in a mail.
    ``parties``: where a notice about a deal leads to a page of its own, which these people see without the deal: the rows that
    concern a person by their id, or by the place of one.
    ``roles``: who is ever told of it, and so asked about their mail; empty for everybody.
    """

    name: str
    words: _StrPromise
    about: _StrPromise
    always_from: int = NEVER
    acts: Callable[[Sequence[Notice], bool], Mapping[int, Sequence[NoticeAct]]] | None = None
    parties: Callable[[Any], QuerySet[Any, Any]] | None = None
    roles: Collection[str] = ()

    def may_be_silenced(self, severity: int) -> bool:
        return severity < self.always_from

    @property
    def is_always_mailed(self) -> bool:
        return self.always_from == 0

    @property
    def is_sometimes_mailed(self) -> bool:
        return 0 < self.always_from < NEVER


KINDS: dict[str, Kind] = {}


def register(*kinds: Kind) -> None:
    KINDS.update({kind.name: kind for kind in kinds})


def kinds_for(role: str) -> list[Kind]:
    return [kind for kind in KINDS.values() if not kind.roles or role in kind.roles]


def may_be_silenced(kind: str, severity: int) -> bool:
    """Whether a person's preference counts for this notice. A kind nobody registered is mailed as it asks to be."""
    known = KINDS.get(kind)
    return known is not None and known.may_be_silenced(severity)


register(
    Kind("second_factor", _("Your log-in"), _("A passkey, an app or recovery codes were added, made anew or taken away."), always_from=0),
    Kind("bequest", _("Somebody leaves, and it is yours now"), _("Deals, tasks and meetings of a colleague who leaves came to you.")),
    Kind("left_behind", _("Somebody has left, and it waits for you"), _("What still stands in the name of one of your people who left.")),
    Kind("cover", _("You cover for a colleague"), _("A colleague is going to be away, and you answer meanwhile; or that has changed.")),
)
