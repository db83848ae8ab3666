"""Who may take over from somebody, who does where nobody is named, and what there is to be said before it is done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.template.defaultfilters import date as date_words
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts import burdens
from accounts.models import Role, User
from accounts.refusals import Refused

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime

    from accounts.burdens import Burden
    from accounts.organisation import Away, Organisation, Person

# An heir who will be away is told of this long before: they could hardly get to know what comes to them.
SOON = timedelta(days=14)
# What is answered by clocks: pointed at somebody who is behind, it will wait.
ANSWERED = frozenset({"mail", "cover", "deals", "inquiries", "mailboxes", "inbox"})


@dataclass(frozen=True, slots=True)
class Warning:
    """Something to be known before ``heir`` takes over; ``instead``: who leads the team, where that is somebody else."""

    heir: User
    words: str
    instead: User | None = None


def refuse_heir(*, heir: User, leaver: User, leaves_at: datetime | None, company: Organisation, now: datetime) -> None:
    """Raise Refused for somebody who cannot take over from ``leaver``, who leaves at ``leaves_at``: gone, going first, or away uncovered."""
    person = company.people.get(heir.pk)
    if heir.pk == leaver.pk:
        raise Refused(_("What %(name)s leaves behind goes to somebody who stays. Choose another person.") % {"name": leaver.name})
    if person is None or person.has_left(now):
        raise Refused(_("%(name)s is not here any more. Choose somebody else.") % {"name": heir.name})
    if _goes_first(person, leaves_at):
        raise Refused(_("%(name)s leaves as well, and not later. Choose somebody who stays.") % {"name": heir.name})
    away = person.away(now)
    if away is not None and not company.available(away.cover_id, now):
        raise Refused(
            _("%(name)s is away until %(day)s and nobody covers. Choose somebody else, or name a cover first.")
            % {"name": heir.name, "day": _day(away.end)}
        )


def line_of(leaver: User, company: Organisation, now: datetime, leaves_at: datetime | None) -> list[User]:
    """Who takes over where nobody is named, the nearest first: those up the line who are there, past the top the admins. One query.

    Who leaves no later than ``leaver`` does, at ``leaves_at`` (None: on no day yet), is passed over, as :func:`refuse_heir` does.
    """
    ids = [pk for pk in company.line(leaver.team_id, but=leaver.pk) if _stays(pk, company, now, leaves_at)]
    ids += [pk for pk in company.admins(now) if pk != leaver.pk and pk not in ids and _stays(pk, company, now, leaves_at)]
    people = User.objects.select_related("team").in_bulk(ids)
    return [people[pk] for pk in ids]


def _stays(pk: int, company: Organisation, now: datetime, leaves_at: datetime | None) -> bool:
    """They are there, and still will be when the leaver goes."""
    return company.available(pk, now) and not _goes_first(company.people[pk], leaves_at)


def _goes_first(person: Person, leaves_at: datetime | None) -> bool:
    return person.leaves_at is not None and leaves_at is not None and person.leaves_at <= leaves_at


def warnings(
    *, leaver: User, given: Mapping[User, Collection[str]], company: Organisation, now: datetime, leaves_at: datetime | None = None
) -> list[Warning]:
    """What there is to say of each heir by what they are given (keys of holdings; "mail" and "cover"). One query for all of them."""
    answering = [heir for heir, kinds in given.items() if ANSWERED.intersection(kinds)]
    leads = _leads(leaver, company, now, leaves_at)
    known = burdens.burdens([one.pk for one in (*answering, *([leads] if leads is not None else []))], now)
    found: list[Warning] = [one for heir in given for one in _gaps(heir, company, now)]
    for heir in answering:
        is_executive = heir.role == Role.EXECUTIVE
        other = leads if leads is not None and leads.pk != heir.pk and (is_executive or known[leads.pk].weight < known[heir.pk].weight) else None
        if known[heir.pk].is_behind:
            found.append(Warning(heir, _behind(heir, known[heir.pk]), other))
        if is_executive:
            words = _("%(name)s is an executive. The clocks run for them as for everybody, and nobody answers in between.") % {"name": heir.name}
            found.append(Warning(heir, words, other))
    return found


def _gaps(heir: User, company: Organisation, now: datetime) -> list[Warning]:
    """They are covered for at this moment, will be away soon, or go themselves before long."""
    person = company.people[heir.pk]
    found = []
    away = person.away(now)
    if away is not None and away.cover_id is not None:
        words = _("%(name)s is away until %(day)s, and %(cover)s covers.")
        found.append(Warning(heir, words % {"name": heir.name, "day": _day(away.end), "cover": company.people[away.cover_id].name}))
    found += [Warning(heir, _away_soon(person, one, company)) for one in person.absences if now < one.start <= now + SOON]
    if person.leaves_at is not None:
        found.append(Warning(heir, _("%(name)s leaves as well, on %(day)s.") % {"name": heir.name, "day": _day(person.leaves_at)}))
    return found


def _away_soon(person: Person, away: Away, company: Organisation) -> str:
    said = {"name": person.name, "first": date_words(timezone.localtime(away.start), "j F Y"), "last": _day(away.end)}
    if away.cover_id is None or not company.available(away.cover_id, away.start):
        return _("%(name)s is away from %(first)s until %(last)s, and nobody covers.") % said
    return _("%(name)s is away from %(first)s until %(last)s, and %(cover)s covers.") % {**said, "cover": company.people[away.cover_id].name}


def _day(end: datetime) -> str:
    """The last day of what ends at this moment."""
    return date_words(timezone.localtime(end - timedelta(seconds=1)), "j F Y")


def _leads(leaver: User, company: Organisation, now: datetime, leaves_at: datetime | None) -> User | None:
    """Whoever leads the team, or the next up the line who is there and no executive."""
    above = company.line(leaver.team_id, but=leaver.pk)
    line = [pk for pk in above if _stays(pk, company, now, leaves_at) and company.people[pk].role != Role.EXECUTIVE]
    return User.objects.filter(pk__in=line[:1]).first() if line else None


def _behind(heir: User, burden: Burden) -> str:
    parts = []
    if burden.answers:
        parts.append(ngettext("%(n)d overdue answer", "%(n)d overdue answers", burden.answers) % {"n": burden.answers})
    if burden.grave:
        parts.append(ngettext("%(n)d high or critical signal", "%(n)d high or critical signals", burden.grave) % {"n": burden.grave})
    return _("Already waiting for %(name)s: %(what)s.") % {"name": heir.name, "what": _(" and ").join(parts)}
