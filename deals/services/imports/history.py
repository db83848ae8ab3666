"""What is written beside the deals of a file: the way through their stages, pushes of their close date, contacts, losses."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from accounts.models import Contact, ContactAddress
from deals.copying import copy_rows
from deals.intake.files.names import Names
from deals.models import CloseDateChange, DealContact, StageChange
from deals.signals import LostByImport, deals_imported_as_lost

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime

    from deals.intake.files.values import Record
    from deals.models import Deal, Stage
    from deals.services.imports.frame import Frame


@dataclass(slots=True)
class History:
    """What is written beside a deal."""

    changes: list[tuple[Stage | None, Stage, datetime]] = field(default_factory=list)
    close_date: tuple[date | None, date] | None = None
    lost_at: datetime | None = None
    reason: str = ""
    contacts: list[int] = field(default_factory=list)


class ContactsNamed:
    """The contacts that rows name, by address and by name, as far as they are here and whoever imports may see them."""

    def __init__(self, frame: Frame) -> None:
        self.frame = frame
        self.by_email: dict[str, int] = {}
        self.by_name: Names[int] = Names()
        self.of_deals: dict[int, set[int]] = {}

    def load(self, records: list[Record], deals: Iterable[Deal]) -> None:
        self.by_email, self.by_name, self.of_deals = {}, Names(), {}
        if not (self.frame.has("contact") or self.frame.has("contact_email")):
            return
        seen = Contact.objects.visible_to(self.frame.by) if self.frame.by else Contact.objects.all()
        emails = {record.text("contact_email").lower() for record in records} - {""}
        names = {record.text("contact") for record in records} - {""}
        self.by_email = {email.lower(): pk for pk, email in seen.filter(email__in=emails).order_by("-pk").values_list("pk", "email")}
        more = ContactAddress.objects.filter(email__in=emails - self.by_email.keys(), contact__in=seen)
        self.by_email.update(more.values_list("email", "contact_id"))
        for pk, name in seen.filter(name__in=names).values_list("pk", "name"):
            self.by_name.add(name, pk)
        for deal, contact in DealContact.objects.filter(deal__in=list(deals)).values_list("deal_id", "contact_id"):
            self.of_deals.setdefault(deal, set()).add(contact)

    def missing_on(self, deal_id: int | None, record: Record) -> int | None:
        """The contact that the row names, unless it is on the deal already. One who is not here is noted."""
        email, name = record.text("contact_email").lower(), record.text("contact")
        if not email and not name:
            return None
        found = self.by_email.get(email) or (by_name[1] if (by_name := self.by_name.find(name)) else None)
        if found is None:
            self.frame.notes.facts[_("whose contact is not here; import the contacts first to link them")] += 1
            return None
        return found if deal_id is None or found not in self.of_deals.get(deal_id, set()) else None


def write_histories(written: list[tuple[Deal, History]], *, frame: Frame, sender: type) -> None:
    """Of deals that are in the database. ``sender``: of the signal that tells of the losses."""
    by_id = frame.by.pk if frame.by else None
    moves = ((deal.pk, before.pk if before else None, after.pk, at, by_id) for deal, history in written for before, after, at in history.changes)
    copy_rows(StageChange, ("deal_id", "from_stage_id", "to_stage_id", "at", "by_id"), moves)
    CloseDateChange.objects.bulk_create(
        [
            CloseDateChange(deal=deal, old=history.close_date[0], new=history.close_date[1], at=frame.now, by_id=by_id)
            for deal, history in written
            if history.close_date
        ]
    )
    DealContact.objects.bulk_create(
        [DealContact(deal=deal, contact_id=contact) for deal, history in written for contact in history.contacts], ignore_conflicts=True
    )
    losses = [LostByImport(deal.pk, history.lost_at, history.reason) for deal, history in written if history.lost_at]
    if losses:
        deals_imported_as_lost.send(sender=sender, losses=losses)
