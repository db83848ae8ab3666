"""What the notice that asks how a meeting went offers: the five answers, while nobody has given one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import Resolver404, resolve, reverse

from accounts.notice_acts import NoticeAct
from deals import meeting_links
from deals.meeting_words import answer
from deals.models import Interaction

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from accounts.models import Notice

Outcome = Interaction.Outcome
# By whom it was called off, and to when it was moved, is asked on the page that the answer leads to.
AT_ONCE = (Outcome.HELD, Outcome.MISSED_BY_THEM, Outcome.MISSED_BY_US)
ASKED_ON = (Outcome.CANCELLED, Outcome.MOVED)


def acts(notices: Sequence[Notice], by_mail: bool) -> Mapping[int, Sequence[NoticeAct]]:
    """By the notice's id. One query."""
    about = {notice.pk: _meeting_id(notice) for notice in notices}
    open_ones = Interaction.objects.filter(
        pk__in={one for one in about.values() if one is not None}, outcome=Outcome.PLANNED, withdrawn_at=None, asked_at__isnull=False
    ).in_bulk()
    return {notice.pk: _acts(open_ones[pk], notice.user_id, by_mail=by_mail) for notice in notices if (pk := about[notice.pk]) in open_ones and pk}


def _meeting_id(notice: Notice) -> int | None:
    try:
        found: int | None = resolve(notice.path).kwargs.get("pk")
    except Resolver404:
        return None
    return found


def _acts(meeting: Interaction, person_id: int, *, by_mail: bool) -> list[NoticeAct]:
    said = reverse("meeting-said", args=[meeting.pk])
    made = []
    for outcome in (*AT_ONCE, *ASKED_ON):
        way = meeting_links.link(meeting, person_id=person_id, answer=outcome) if by_mail else f"{said}?answer={outcome}#answer"
        at_once = not by_mail and outcome in AT_ONCE
        made.append(NoticeAct(answer(outcome), way, post=said if at_once else "", name="outcome", value=outcome))
    return made
