"""Who hears of a request and of its end, each in their own language: written in the transaction of the fact."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from accounts.readers import Readers, Words, lines
from accounts.services.notices import NewNotice, tell
from deals.handoff_words import name_of
from deals.models import Severity
from winback.decline_words import overtaken_in_words
from winback.models import Decline

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from accounts.organisation import Organisation


def tell_asked(decline: Decline, *, approver_id: int, why: str, company: Organisation, now: datetime) -> None:
    def words() -> Words:
        by = {"by": decline.asked_by.name, "deal": decline.deal}
        ask = _("Read the note: send it as it is, change a word, or say no. Until you decide, everything on the deal runs on.")
        return Words(_("%(by)s asks to decline %(deal)s") % by, lines(why, f"“{decline.reason}”", ask))

    # What comes back to somebody is told them anew.
    turn = f":{decline.task.due_at.isoformat()}" if decline.task is not None else ""
    tell(_of("asked", decline, [approver_id], words, readers=Readers(company, now), now=now, severity=Severity.HIGH, turn=turn))


def tell_approved(decline: Decline, *, company: Organisation, now: datetime) -> None:
    def words() -> Words:
        named = {"by": name_of(decline.approved_by), "deal": decline.deal}
        if decline.state == Decline.State.APPROVED:
            return Words(_("%(by)s agrees: decline %(deal)s") % named, _("Call them now, and say on the page that you did. Then the deal is closed."))
        sent = _("Some words were changed; read what went out.") if decline.changed else _("Your note goes out as you wrote it.")
        return Words(_("%(by)s agrees: %(deal)s is declined") % named, sent)

    tell(_of("approved", decline, [decline.asked_by_id], words, readers=Readers(company, now), now=now))


def tell_refused(decline: Decline, *, company: Organisation, now: datetime) -> None:
    def words() -> Words:
        said = {"by": name_of(decline.ended_by), "deal": decline.deal}
        return Words(_("%(by)s does not want to decline %(deal)s") % said, lines(f"“{decline.words}”", _("It stays as it is, and waits as before.")))

    tell(_of("refused", decline, [decline.asked_by_id], words, readers=Readers(company, now), now=now, severity=Severity.HIGH))


def tell_withdrawn(decline: Decline, *, company: Organisation, now: datetime) -> None:
    """Who was to decide, or has."""
    asked = decline.task.assignee_id if decline.task is not None else None
    person_id = decline.approved_by_id or asked
    if person_id is None:
        return

    def words() -> Words:
        said = {"by": decline.asked_by.name, "deal": decline.deal}
        return Words(_("%(by)s does not ask to decline %(deal)s any more") % said, _("Nothing is to be decided."))

    tell(_of("withdrawn", decline, [person_id], words, readers=Readers(company, now), now=now))


def tell_overtaken(declines: Sequence[Decline], *, company: Organisation, now: datetime) -> None:
    """Who asked: their request ended with its deal. Telling it again writes nothing."""
    rows: list[NewNotice] = []
    readers = Readers(company, now)
    for decline in declines:
        if decline.ended_by_id == decline.asked_by_id:
            continue

        def words(decline: Decline = decline) -> Words:
            return Words(_("Your request to decline %(deal)s has ended") % {"deal": decline.deal}, overtaken_in_words(decline))

        rows += _of("overtaken", decline, [decline.asked_by_id], words, readers=readers, now=now)
    tell(rows)


def tell_unsaid(declines: Sequence[Decline], *, company: Organisation, now: datetime) -> None:
    """Who asked and who decided: the note has not gone. Telling it again writes nothing."""
    rows: list[NewNotice] = []
    readers = Readers(company, now)
    for decline in declines:

        def words(decline: Decline = decline) -> Words:
            whom = {"name": decline.contact.name if decline.contact is not None else _("The customer"), "deal": decline.deal}
            body = _("The deal is closed, and they know of nothing. Send the note after all, or call them.")
            return Words(_("%(name)s was never told that %(deal)s is declined") % whom, body)

        people = [one for one in (decline.asked_by_id, decline.approved_by_id) if one is not None]
        rows += _of("unsaid", decline, people, words, readers=readers, now=now, severity=Severity.HIGH)
    tell(rows)


def _of(
    kind: str,
    decline: Decline,
    people: Sequence[int],
    words: Callable[[], Words],
    *,
    readers: Readers,
    now: datetime,
    severity: int = Severity.MEDIUM,
    turn: str = "",
) -> list[NewNotice]:
    return [
        NewNotice(
            user_id=person_id,
            kind=f"decline_{kind}",
            topic=f"deal:{decline.deal_id}",
            title=title,
            body=body,
            path=decline.get_absolute_url(),
            severity=severity,
            created_at=now,
            dedupe_key=f"decline_{kind}:{decline.pk}:{person_id}{turn}",
        )
        for person_id, (title, body) in readers.each(people, words)
    ]
