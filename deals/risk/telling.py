"""Notices of what befell a signal, in the words of the person they are for."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.services.notices import NewNotice
from accounts.services.notices import tell as write_notices
from deals.answer_words import why
from deals.models import Severity, SignalEvent
from deals.risk.judging import CHASED, HANDED
from deals.risk.policy import CHASED_ANSWERS_IN
from deals.risk.sentences import detail, say

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from deals.risk.judging import Happening
    from deals.risk.loading import Loaded
    from deals.risk.statements import DealRow

TOLD_OF = {SignalEvent.Kind.RAISED, SignalEvent.Kind.WORSENED, SignalEvent.Kind.CLIMBED, SignalEvent.Kind.UNPARKED, HANDED, CHASED}


def tell(happenings: Iterable[Happening], loaded: Loaded, now: datetime) -> None:
    """Write the notices; where nobody is responsible, the admins hear of it. Low ones are shown but not mailed."""
    told = [
        (happening, person_id)
        for happening in happenings
        if happening.kind in TOLD_OF and happening.signal.state == "raised"
        for person_id in happening.tell or tuple(loaded.company.admins(now))
    ]
    write_notices(_notices(told, loaded, now))


def _notices(told: list[tuple[Happening, int]], loaded: Loaded, now: datetime) -> list[NewNotice]:
    """In the order given, written person by person: each reads them in their own language and zone."""
    places: defaultdict[int, list[int]] = defaultdict(list)
    for place, (_happening, person_id) in enumerate(told):
        places[person_id].append(place)
    written: dict[int, NewNotice] = {}
    for person_id, theirs in places.items():
        with translation.override(loaded.company.people[person_id].language), timezone.override(loaded.clock(person_id).zone):
            for place in theirs:
                written[place] = _notice(told[place][0], person_id, loaded, now)
    return [written[place] for place in range(len(told))]


def _notice(happening: Happening, person_id: int, loaded: Loaded, now: datetime) -> NewNotice:
    signal = happening.signal
    deal = loaded.deals[signal.deal_id]
    return NewNotice(
        user_id=person_id,
        kind=f"signal_{happening.kind}",
        topic=f"deal:{deal.id}",
        title=f"{say(signal.rule, signal.facts)}: {deal.name}"[:300],
        body=_body(happening, deal, person_id, loaded, now),
        path=f"/deals/{deal.id}/",
        severity=signal.severity,
        created_at=now,
        dedupe_key=_key(happening, person_id, now),
        mail=signal.severity > Severity.LOW,
    )


def _body(happening: Happening, deal: DealRow, person_id: int, loaded: Loaded, now: datetime) -> str:
    signal = happening.signal
    lines = [deal.account or _("No account yet"), detail(signal.rule, signal.facts)]
    waits_for = loaded.company.people.get(signal.responsible_id) if signal.responsible_id else None
    if happening.kind == CHASED:
        hours = CHASED_ANSWERS_IN // timedelta(hours=1)
        lines.append(_("They turned to you. Answer them, or pass it on, within %(hours)s working hours.") % {"hours": hours})
        if waits_for is not None:
            lines.append(_("It waits for %(name)s, who is told as well.") % {"name": waits_for.name})
    if happening.kind == SignalEvent.Kind.CLIMBED:
        lines.append(
            _("It waits for %(name)s and nobody has acted on it yet.") % {"name": waits_for.name} if waits_for else _("Nobody is there for it.")
        )
    lines.append(_why(deal, person_id, loaded, now))
    return "\n".join(line for line in lines if line)


def _why(deal: DealRow, reader_id: int, loaded: Loaded, now: datetime) -> str:
    """Why it is they whom it waits for, where it is not simply theirs."""
    company, offer = loaded.company, loaded.offer(deal)
    giver = company.people.get(offer.giver_id) if offer is not None and offer.giver_id is not None else None
    answer = company.answer(owner_id=deal.owner_id, team_id=deal.team_id, at=now, giver_id=giver.id if giver is not None else None)
    receiver = offer.receiver if offer is not None else ""
    names = {pk: company.people[pk].name for pk in (answer.person_id, answer.instead_of_id, answer.cover_id) if pk in company.people}
    return why(answer, names, reader_id=reader_id, giver=giver.name if giver is not None else "", receiver=receiver)


def _key(happening: Happening, person_id: int, now: datetime) -> str:
    """The same telling can be written once only: a signal gets worse, climbs or comes back once a severity, level or day, and
    somebody is turned to once a message."""
    signal, kind = happening.signal, happening.kind
    if kind == CHASED:
        return f"signal:{signal.id}:{kind}:{happening.note}:{person_id}"
    return f"signal:{signal.id}:{kind}:{signal.severity}:{signal.level}:{signal.park_count}:{person_id}" + (
        f":{now:%Y%m%d%H%M}" if kind == HANDED else ""
    )
