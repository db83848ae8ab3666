"""What one should know of an address before writing to it: that it is dead, or that its owner is away."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from deals.models import ContactAbsence, UndeliverableAddress

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from deals.deal_people import Person


class Away(NamedTuple):
    """What a contact's own automatic answer said."""

    name: str
    words: str


def dead(addresses: Iterable[str]) -> list[str]:
    """Sentences about the addresses that a server has said do not exist, and nobody has cleared since."""
    found = UndeliverableAddress.objects.filter(address__in=[one.lower() for one in addresses], is_hard=True, cleared_at__isnull=True)
    return [
        _("Mail to %(address)s came back on %(day)s: %(words)s")
        % {"address": one.address, "day": date_format(timezone.localtime(one.at), "j M Y"), "words": one.words or one.status_code}
        for one in found.order_by("address")
    ]


def away(people: Sequence[Person], today: date) -> list[Away]:
    """Whoever of them is away today, as their latest automatic answer says, with who stands in for them."""
    names = {one.pk: one.name for one in people}
    latest = ContactAbsence.objects.filter(contact_id__in=names, until__gte=today).order_by("contact_id", "-said_at").distinct("contact_id")
    return [Away(names[one.contact_id], _sentence(names[one.contact_id], one)) for one in latest]


def _sentence(name: str, one: ContactAbsence) -> str:
    assert one.until is not None  # noqa: S101 - only those are asked for
    words = _("%(name)s is away until %(day)s.") % {"name": name, "day": date_format(one.until, "j M")}
    stand_in = " ".join(part for part in (one.stand_in_name, one.stand_in_address) if part)
    return f"{words} {_('In their place: %(who)s.') % {'who': stand_in}}" if stand_in else words
