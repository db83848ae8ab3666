"""What a message that no person wrote tells of an address: that it cannot be reached, or that its owner is away."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any

from django.utils import translation
from django.utils.translation import gettext as _

from accounts.services.notices import NewNotice, tell
from deals.copying import write_values
from deals.intake.mail import away, bounces
from deals.models import ContactAbsence, MailMessage, Severity
from deals.services.mail.known import rows as fetched
from deals.services.mail.letters import storable
from deals.services.mail.proof import AS_STORED, OURS, WENT_OUT

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from deals.intake.mail.bounces import Failure
    from deals.services.mail.known import Known
    from deals.services.mail.letters import Letter
    from deals.services.mail.ours import Ours

Kind = MailMessage.Kind
# Of the ids that bounces bring back, those of messages that went out from here: written here, read in a sent folder, or answered
# in a thread with one of these. Anybody can write a bounce; what only claims to be ours proves nothing.
SENT_BY_US = f"""{OURS}
UNION SELECT i.message_id FROM deals_threadedid i WHERE i.message_id = ANY(%(ids)s) AND EXISTS (
    SELECT 1 FROM deals_mailmessage m WHERE m.thread_id = i.thread_id AND {WENT_OUT})
"""  # noqa: S608 - of texts of ours
# The newest news counts; a hard failure is not made soft by one that passes.
MARK = """
INSERT INTO deals_undeliverableaddress AS u (address, is_hard, at, status_code, words, message_id) VALUES %s
ON CONFLICT (address) DO UPDATE SET is_hard = excluded.is_hard OR (u.is_hard AND u.cleared_at IS NULL), at = excluded.at,
    status_code = excluded.status_code, words = excluded.words, message_id = excluded.message_id, cleared_at = NULL
WHERE excluded.at > u.at AND (u.cleared_at IS NULL OR excluded.at > u.cleared_at)
"""


def failures_of(letter: Letter, ours: Ours) -> list[Failure]:
    """Whom a bounce names, without our own addresses."""
    if letter.kind != Kind.BOUNCE or letter.mail is None:
        return []
    found = [one for one in bounces.failures(letter.mail) if not one.delayed and "@" in one.address]
    return [one for one in found if not ours.is_ours(one.address)]


def addresses_in(letters: Sequence[Letter], ours: Ours) -> list[str]:
    return [one.address for letter in letters for one in failures_of(letter, ours)]


def mark_undeliverable(letters: Sequence[Letter], known: Known, ours: Ours, now: datetime) -> None:
    """Addresses that bounces of our own messages name; of hard ones the owner of their deals is told, else who had written.

    A bounce of a message that nobody here knows marks nothing; whoever it concerns is told, to look at the address themselves.
    """
    failing = {letter.message_id: found for letter in letters if (found := failures_of(letter, ours))}
    returned = [one for letter in letters if letter.message_id in failing for one in letter.parents]
    sent_by_us = {row[0] for row in fetched(SENT_BY_US, ids=returned, claimed=AS_STORED)} if returned else set()
    rows: dict[str, tuple[Any, ...]] = {}
    notices: list[NewNotice] = []
    for letter in letters:
        is_ours = not sent_by_us.isdisjoint(letter.parents)
        for failure in failing.get(letter.message_id, ()):
            address = storable(failure.address, 320).lower()
            hard = failure.hard or (address in rows and rows[address][1])
            if is_ours:
                rows[address] = (address, hard, letter.sent_at, failure.status[:20], storable(failure.diagnostic, 500), letter.pk)
            if failure.hard:
                notices += _notices(letter, address, known, ours, now, is_ours=is_ours)
    write_values(MARK, list(rows.values()))
    tell(notices)


def _notices(letter: Letter, address: str, known: Known, ours: Ours, now: datetime, *, is_ours: bool) -> list[NewNotice]:
    contacts = {person.id: person for person in known.people.get(address, ())}
    deals = [letter.deal] if letter.deal is not None else [deal for person in contacts.values() for deal in known.open_with(person)]
    told: dict[int, int | None] = {}
    for deal in deals:
        person = ours.company.responsible(owner_id=deal.owner_id, team_id=deal.team_id, at=now)
        if person is not None:
            told.setdefault(person, deal.id)
    if not told and letter.user_id is not None:
        told[letter.user_id] = None
    found = []
    for person_id, deal_id in told.items():
        with translation.override(ours.company.people[person_id].language):
            name = next((person.name for person in contacts.values()), "")
            title, body = _told_of_ours() if is_ours else _told_of_unknown()
            found.append(
                NewNotice(
                    user_id=person_id,
                    kind="mail_undelivered",
                    topic=f"deal:{deal_id}" if deal_id is not None else "",
                    title=title % {"address": address},
                    body=body % {"name": name or address},
                    path=f"/deals/{deal_id}/" if deal_id is not None else "",
                    severity=Severity.MEDIUM,
                    created_at=now,
                    dedupe_key=f"mail_undelivered:{sha256(f'{letter.message_id} {address}'.encode()).hexdigest()[:40]}:{person_id}",
                )
            )
    return found


def _told_of_ours() -> tuple[str, str]:
    return _("Mail to %(address)s does not arrive"), _("%(name)s has to be reached another way, or needs a new address.")


def _told_of_unknown() -> tuple[str, str]:
    return (
        _("It is said that mail to %(address)s does not arrive"),
        _("No message that we know of came back with it, and anybody can write that. Ask %(name)s before you believe it."),
    )


def note_absences(letters: Sequence[Letter], now: datetime) -> None:
    """Automatic answers of contacts that say until when, or who stands in."""
    rows = []
    for letter in letters:
        if letter.kind != Kind.AUTO_REPLY or letter.direction != "in" or letter.mail is None or letter.contact_id is None:
            continue
        said = away.absence(letter.mail, received_at=now)
        if said.until is None and said.stand_in is None:
            continue
        stand_in = said.stand_in
        rows.append(
            ContactAbsence(
                contact_id=letter.contact_id,
                said_at=letter.sent_at,
                until=said.until,
                stand_in_name=storable(stand_in.name, 150) if stand_in is not None else "",
                stand_in_address=storable(stand_in.address, 320) if stand_in is not None else "",
                message_id=letter.pk,
            )
        )
    ContactAbsence.objects.bulk_create(rows)
