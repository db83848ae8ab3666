"""What can be done about a duty: the one obvious act first, the others behind it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from deals.models import Severity
from deals.today import meetings
from deals.today.acts import Act
from deals.today.kinds import ABOUT_MEETINGS, HOW_IT_WENT, KINDS, MAKE_GOOD

if TYPE_CHECKING:
    from deals.today.people import Partner
    from deals.today.rows import Known
    from deals.today.sources import Found

HERE = "/today/"
# How many of the acts of a duty stand side by side, because none of them is the obvious one: see ``at_hand``.
AT_HAND = {"offered": 2, "handoff": 2, "turned-to": 2, "decide": 1, "say-no": 2, HOW_IT_WENT: 3}


def at_hand(found: Found, acts: list[Act]) -> int:
    """How many of them those are; where we owe an apology and a new date, the forms that are still owed."""
    return sum(act.opens for act in acts) if found.kind == MAKE_GOOD else AT_HAND.get(found.kind, 1)


def acts_of_waiting(found: Found, deal: Known, partner: Partner, *, none_needed: bool, called: bool, reader_id: int) -> list[Act]:
    """The obvious one first: a mail of the reader's own that waits to go can be changed."""
    changes = partner.goes_id is not None and partner.goes_from == reader_id
    answer, noted = (_change(partner), None) if changes else _answers(deal, partner, called=called)
    log = Act(_("Log a call"), "phone", opens=True)
    name = partner.name.split(" ")[0] if partner.name else ""
    call = (
        Act(_("Call %(name)s") % {"name": name} if name else _("Call"), "phone", href=tel(partner.phone), calls=partner.phone)
        if partner.phone
        else None
    )
    ids = ",".join(str(pk) for pk in partner.messages)
    nothing = Act(_("No answer needed"), "check", post=reverse("today-no-answer", args=[deal.pk]), name="messages", value=ids) if ids else None
    urgent = called or found.urgency >= Severity.CRITICAL
    if changes:
        order = [answer, call, nothing]
    elif none_needed and nothing is not None:
        order = [nothing, answer, call, noted]
    elif urgent and call is not None:
        order = [call, answer, nothing, noted]
    else:
        order = [answer, call or (log if urgent else None), nothing, noted]
    return [act for act in order if act is not None] + [_by_phone(deal), *_of_signal(found), _open(deal)]


def _answers(deal: Known, partner: Partner, *, called: bool) -> tuple[Act, Act | None]:
    """Answering from here, and noting an answer that was given elsewhere. A call is answered by a call, or noted."""
    if called or not partner.messages:
        return Act(_("Answer"), "mail", opens=True), None
    write = f"{reverse('deal-write', args=[deal.pk])}?{urlencode({'answers': str(partner.messages[-1]), 'next': HERE})}"
    return Act(_("Answer"), "mail", href=write, writes=True), Act(_("I have answered"), "check", opens=True)


def _change(partner: Partner) -> Act:
    write = f"{reverse('outgoing-edit', args=[partner.goes_id])}?{urlencode({'next': HERE})}"
    return Act(_("Change"), "mail", href=write, writes=True)


def acts_of_owed(found: Found, deal: Known | None, partner: Partner) -> list[Act]:
    kind = KINDS[found.kind]
    leave = [_open(deal)] if deal else []
    if deal is not None and (found.kind in AT_HAND or found.kind in ABOUT_MEETINGS):
        return [*_at_hand(found, deal, partner), *leave]
    if found.kind in ("task", "step"):
        return [_done(found, deal), Act(_("Another day"), "calendar-days", opens=True), *leave]
    assert deal is not None  # noqa: S101 - only tasks stand without one
    rest = _of_signal(found) + leave
    if kind.does == "open":
        tells = found.kind == "introducer" and partner.contact_id is not None
        first = _tell(deal, partner) if tells else Act(str(kind.act), href=deal.get_absolute_url())
        return [first, Act(_("Log a call"), "phone", opens=True), *_of_signal(found)]
    if kind.does == "owner":
        return [Act(str(kind.act), href=f"{reverse('deal-owner', args=[deal.pk])}?{urlencode({'next': HERE})}"), *rest]
    if kind.does == "log" and partner.phone:
        words_ = _("Call %(name)s") % {"name": partner.name.split(" ")[0]} if partner.name else _("Call")
        return [Act(words_, "phone", href=tel(partner.phone), calls=partner.phone), Act(_("Log a call"), "phone", opens=True), _by_phone(deal), *rest]
    return [Act(str(kind.act), opens=True), *([_by_phone(deal)] if kind.does == "log" else []), *rest]


def _at_hand(found: Found, deal: Known, partner: Partner) -> list[Act]:
    if found.kind in ABOUT_MEETINGS:
        return [*meetings.acts(found), *_call(partner), *_of_signal(found)]
    return _of_colleagues(found, deal, partner)


def _call(partner: Partner) -> list[Act]:
    return (
        [Act(_("Call %(name)s") % {"name": partner.name.split(" ")[0]}, "phone", href=tel(partner.phone))] if partner.phone and partner.name else []
    )


def _done(found: Found, deal: Known | None) -> Act:
    words_ = str(KINDS[found.kind].act)
    if found.kind == "task" or deal is None:
        return Act(words_, "check", post=reverse("task-done", args=[found.key]))
    return Act(words_, "check", post=reverse("today-step-done", args=[deal.pk]), name="step", value=str(found.key))


def _of_colleagues(found: Found, deal: Known, partner: Partner) -> list[Act]:
    """A deal one is offered, or has offered, one that somebody asks to decline, and a customer who turned to one because nobody else answered."""
    does = str(KINDS[found.kind].act)
    if found.kind in ("decide", "say-no"):
        return [Act(does, "file-text", href=reverse("deal-decline", args=[deal.pk])), *(_call(partner) if found.kind == "say-no" else [])]
    if found.kind == "offered":
        accept = Act(does, "check", post=reverse("handoff-accept", args=[found.key]), name="next", value=HERE)
        return [accept, Act(_("Decline"), "x", opens=True), Act(_("Read the brief"), "eye", href=reverse("handoff", args=[found.key]))]
    if found.kind == "handoff":
        return _not_accepted(found, deal, does)
    write = f"{reverse('deal-write', args=[deal.pk])}?{urlencode({'next': HERE})}"
    no = Act(_("Decline"), "x", href=reverse("deal-decline", args=[deal.pk]))
    return [Act(does, "mail", href=write, writes=True), _hand_over(deal, _("Pass it on")), _by_phone(deal), no]


def _not_accepted(found: Found, deal: Known, does: str) -> list[Act]:
    """The offer, whose id the signal names, and taking it back."""
    offer = json.loads(found.facts or "{}").get("handoff")
    if offer is None:
        return [Act(does, "eye", href=deal.get_absolute_url())]
    back = Act(_("Take it back"), "undo-2", post=reverse("handoff-withdraw", args=[offer]), name="next", value=HERE)
    return [Act(does, "eye", href=reverse("handoff", args=[offer])), back, *_of_signal(found)]


def _tell(deal: Known, partner: Partner) -> Act:
    """A word to who brought us in, begun with what they have not heard of."""
    words_ = _("Tell %(name)s") % {"name": partner.name.split(" ")[0]}
    way = urlencode({"to": str(partner.contact_id), "tell": "1", "next": HERE})
    return Act(words_, "mail", href=f"{reverse('deal-write', args=[deal.pk])}?{way}", writes=True)


def _hand_over(deal: Known, words: str) -> Act:
    return Act(words, "send", href=f"{reverse('deal-hand-over', args=[deal.pk])}?{urlencode({'next': HERE})}")


def _of_signal(found: Found) -> list[Act]:
    """Parking, for what has gone off; taking it, where nobody has said "mine" yet."""
    if found.signal_id is None:
        return []
    park = Act(_("Park"), "circle-pause", href=f"{reverse('signal-park', args=[found.signal_id])}?{urlencode({'next': HERE})}")
    if found.taken_by_id is not None:
        return [park]
    return [Act(_("Take it"), "hand", post=reverse("signal-take", args=[found.signal_id]), name="next", value=HERE, takes=True), park]


def _by_phone(deal: Known) -> Act:
    """The page for the thumb: the number, and how it went."""
    return Act(_("Call, then say how it went"), "phone", href=f"{reverse('call', args=[deal.pk])}?{urlencode({'next': HERE})}")


def _open(deal: Known) -> Act:
    return Act(_("Open the deal"), "arrow-up-right", href=deal.get_absolute_url())


def tel(phone: str) -> str:
    return "tel:" + "".join(sign for sign in phone if sign in "+0123456789*#,;")
