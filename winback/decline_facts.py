"""What a page for passing on a deal begins with: whom the note answers, and words to start from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from deals.deal_people import people_of
from deals.models import Interaction

if TYPE_CHECKING:
    from accounts.models import Contact
    from deals.models import Deal

# Further back nobody looks for who asked.
LATELY = 30


def who_asked(deal: Deal) -> tuple[Contact | None, Interaction | None]:
    """Who of the customer wrote or called last, with that message; else the first one on the deal. The introducer only where
    nobody else is known: they hear of it by a note of their own."""
    said = Interaction.objects.filter(deal=deal, direction=Interaction.Direction.IN, is_human=True, withdrawn_at=None, contact__isnull=False)
    last = list(said.select_related("contact").order_by("-at", "-pk")[:LATELY])
    of_customer = next((one for one in last if one.contact_id != deal.introduced_by_id), None)
    if of_customer is not None:
        return of_customer.contact, of_customer
    people = list(people_of(deal).order_by("left_on", "name")[:LATELY])
    on_deal = set(deal.deal_contacts.values_list("contact_id", flat=True))
    people.sort(key=lambda one: (one.pk == deal.introduced_by_id, one.pk not in on_deal, not one.email))
    contact = people[0] if people else None
    return contact, next((one for one in last if contact is not None and one.contact_id == contact.pk), None)


def _thanks(deal: Deal) -> str:
    if deal.introduced_by is not None:
        return _("Thank you for speaking with us, and for the time you took to show us what you need.")
    return _("Thank you for coming to us with this. I know what it takes to ask, and I am glad that you thought of us.")


def beginning(deal: Deal, contact: Contact | None) -> dict[str, str]:
    """Words to start from; the reason and who else may help are a person's own."""
    customer = deal.account.name if deal.account is not None else deal.name
    found = {
        "subject": _("About %(deal)s") % {"deal": deal.name},
        "greeting": _("Dear %(name)s,") % {"name": contact.name} if contact is not None else _("Hello,"),
        "thanks": _thanks(deal),
        "door": _("Should something change, on your side or on ours, write to me at any time. I would be glad to hear from you."),
        "farewell": _("Kind regards"),
    }
    if deal.introduced_by is not None:
        found["introducer_words"] = _(
            "Dear %(name)s,\n\nYou brought us together with %(customer)s, so I want you to hear this from me: we are not the right ones"
            " for it, and I have told them so, and who else may help.\n\nThank you for thinking of us. I hope you will again."
        ) % {"name": deal.introduced_by.name, "customer": customer}
    return found
