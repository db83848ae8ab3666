"""New people and new deals that a batch of mail brings: planned while it is sorted, written at once."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Contact
from deals.copying import next_ids
from deals.intake.mail.facts import ANSWER
from deals.models import Deal, DealContact, Stage, StageChange, StageKind
from deals.services.deals import first_open_stage, hold_stage
from deals.services.mail.known import DealRow, Person

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from django.db.models import Model

    from deals.services.mail.known import Known
    from deals.services.mail.letters import Letter
    from deals.services.mail.ours import Ours

LONGEST_NAME = 250
LONGEST_ADDRESS = 254
IDS_AT_ONCE = 16


@dataclass(slots=True)
class Plan:
    """What is to be made. ``parts``: (deal, contact) pairs."""

    contacts: list[Contact] = field(default_factory=list)
    deals: list[DealRow] = field(default_factory=list)
    parts: dict[tuple[int, int], None] = field(default_factory=dict)
    _ids: dict[type[Model], list[int]] = field(default_factory=dict)

    def fresh_id(self, model: type[Model]) -> int:
        """Of the table's own sequence, some at a time."""
        kept = self._ids.setdefault(model, [])
        kept += next_ids(model, IDS_AT_ONCE) if not kept else []
        return kept.pop(0)


def add_contact(letter: Letter, account_id: int | None, known: Known, plan: Plan) -> Person | None:
    """Who wrote becomes a contact, by the name they give themselves; None where the address is none that one could answer to."""
    if len(letter.sender) > LONGEST_ADDRESS:
        return None
    try:
        validate_email(letter.sender)
    except ValidationError:
        return None
    name = letter.sender_name[:150] or re.sub(r"[._+-]+", " ", letter.sender.partition("@")[0]).strip().title()[:150] or letter.sender[:150]
    pk = plan.fresh_id(Contact)
    plan.contacts.append(Contact(pk=pk, name=name, email=letter.sender, account_id=account_id))
    person = Person(pk, name, account_id, None)
    known.people.setdefault(letter.sender, []).append(person)
    return person


def open_inquiry(
    letter: Letter, account_id: int | None, person: Person | None, *, ours: Ours, team_id: int | None, known: Known, plan: Plan
) -> DealRow:
    """A deal for what nobody has a deal for yet, with whom it was sent to; where that is a team's mailbox, with the team."""
    owner = ours.company.people.get(letter.user_id) if letter.user_id is not None else None
    pk = plan.fresh_id(Deal)
    deal = DealRow(pk, named_by(letter.subject, letter.sender_name or letter.sender), account_id, "", None, team_id, StageKind.INQUIRY, is_new=True)
    if owner is not None:
        deal.owner_id, deal.team_id = owner.id, owner.team_id
    if person is not None:
        deal.people.add(person.id)
        plan.parts[pk, person.id] = None
    known.deals[pk] = deal
    plan.deals.append(deal)
    return deal


def named_by(subject: str, sender: str) -> str:
    """The subject without "Re:" and "Fwd:"; who wrote where there is none."""
    name = ANSWER.sub("", " ".join(subject.split()), count=1).strip()
    return (name or _("Mail from %(name)s") % {"name": sender})[:LONGEST_NAME]


def inquiry_stage() -> Stage:
    """The first stage of the default pipeline for inquiries; the first open one where it has none."""
    inquiries = Stage.objects.in_use().filter(pipeline__is_default=True, kind=StageKind.INQUIRY)
    return hold_stage(inquiries.order_by("position").first() or first_open_stage(), to_begin=True)


def write(plan: Plan, *, by_deal: Iterable[tuple[int, int]], now: datetime) -> None:
    Contact.objects.bulk_create(plan.contacts)
    if plan.deals:
        stage = inquiry_stage()
        deals = [_deal(row, stage, now) for row in plan.deals]
        Deal.objects.bulk_create(deals)
        StageChange.objects.bulk_create([StageChange(deal=deal, to_stage=stage, at=now) for deal in deals])
        for row in plan.deals:
            row.status = stage.kind
    parts = dict.fromkeys((*plan.parts, *by_deal))
    DealContact.objects.bulk_create([DealContact(deal_id=deal, contact_id=contact) for deal, contact in parts], ignore_conflicts=True)


def _deal(row: DealRow, stage: Stage, now: datetime) -> Deal:
    return Deal(
        pk=row.id,
        name=row.name,
        account_id=row.account_id,
        owner_id=row.owner_id,
        owner_since=now,
        team_id=row.team_id,
        pipeline_id=stage.pipeline_id,
        stage=stage,
        status=stage.kind,
        stage_entered_at=now,
        source=Deal.Source.INBOUND,
        opened_on=timezone.localdate(now),
        created_at=now,
    )
