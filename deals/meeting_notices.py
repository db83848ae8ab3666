"""What the notice that asks how a meeting went offers: the five answers, while nobody has given one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse

from accounts.notice_acts import NoticeAct, leads_to
from deals import meeting_links
from deals.meeting_acts import OVER
from deals.meeting_words import answer
from deals.models import Interaction

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from accounts.models import Notice

Outcome = Interaction.Outcome
# By whom it was called off, and to when it was moved, is asked on the page that the answer leads to.
ASKED_ON = (Outcome.CANCELLED, Outcome.MOVED)


def acts(notices: Sequence[Notice], by_mail: bool) -> Mapping[int, Sequence[NoticeAct]]:
    """By the notice's id. One query."""
    about = {notice.pk: leads_to(notice) for notice in notices}
    open_ones = Interaction.objects.filter(
        pk__in={one for one in about.values() if one is not None}, outcome=Outcome.PLANNED, withdrawn_at=None, asked_at__isnull=False
    ).in_bulk()
    return {notice.pk: _acts(open_ones[pk], notice.user_id, by_mail=by_mail) for notice in notices if (pk := about[notice.pk]) in open_ones and pk}


def _acts(meeting: Interaction, person_id: int, *, by_mail: bool) -> list[NoticeAct]:
    said = reverse("meeting-said", args=[meeting.pk])
    made = []
    for outcome in (*OVER, *ASKED_ON):
        way = meeting_links.link(meeting, person_id=person_id, answer=outcome) if by_mail else f"{said}?answer={outcome}#answer"
        at_once = not by_mail and outcome in OVER
        made.append(NoticeAct(answer(outcome), way, post=said if at_once else "", name="outcome", value=outcome))
    return made
