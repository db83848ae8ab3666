"""What the notice of an offer offers itself: accepting and declining, while it is open."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.notice_acts import NoticeAct, leads_to
from deals.models import Handoff

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from accounts.models import Notice


def acts(notices: Sequence[Notice], by_mail: bool) -> Mapping[int, Sequence[NoticeAct]]:
    """By the notice's id, for whoever is to answer. One query. From a mail both lead to the offer's page."""
    about = {notice.pk: leads_to(notice) for notice in notices}
    pairs = Handoff.objects.open().filter(pk__in={pk for pk in about.values() if pk is not None}).values_list("pk", "receiver_id")
    receivers = dict(pairs)
    return {
        notice.pk: _acts(pk, by_mail=by_mail) for notice in notices if (pk := about[notice.pk]) is not None and receivers.get(pk) == notice.user_id
    }


def _acts(pk: int, *, by_mail: bool) -> list[NoticeAct]:
    page = reverse("handoff", args=[pk])
    post = "" if by_mail else reverse("handoff-accept", args=[pk])
    return [NoticeAct(_("Accept"), page, post=post, name="next", value=page), NoticeAct(_("Decline"), f"{page}?decline=1#decline")]
