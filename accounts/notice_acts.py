"""What can be done about a notice right where it is read: under the bell by a click, in a mail by a link.

A kind of notice that asks something says how in its ``acts`` (:mod:`accounts.notice_kinds`). They are made anew whenever a
notice is read or mailed, so that what was answered meanwhile is asked no more.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import Resolver404, resolve

from accounts.notice_kinds import KINDS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from accounts.models import Notice


@dataclass(frozen=True, slots=True)
class NoticeAct:
    """``link``: the path a mail leads to; whoever or whatever follows it changes nothing by that. ``post``: the path that the
    bell posts ``name`` and ``value`` to; empty where the bell follows ``link``, too."""

    words: str
    link: str
    post: str = ""
    name: str = ""
    value: str = ""


def leads_to(notice: Notice) -> int | None:
    """The id of what the notice's path is about; None where it leads to nothing that there is."""
    try:
        found: int | None = resolve(notice.path).kwargs.get("pk")
    except Resolver404:
        return None
    return found


def with_acts(notices: Iterable[Notice], *, by_mail: bool = False) -> None:
    """Put on each notice what can be done about it, as ``acts``. ``by_mail``: the links work without a log-in.

    One query at most for each kind that has any.
    """
    by_kind: defaultdict[str, list[Notice]] = defaultdict(list)
    for notice in notices:
        notice.acts = []  # type: ignore[attr-defined] # as long as it is shown
        by_kind[notice.kind].append(notice)
    for name, some in by_kind.items():
        kind = KINDS.get(name)
        if kind is None or kind.acts is None:
            continue
        found = kind.acts(some, by_mail)
        for notice in some:
            notice.acts = found.get(notice.pk, [])  # type: ignore[attr-defined] # likewise
