"""What a person says about a new deal while they make it of mail: its name, its account, and who wrote. It can be taken back, too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from accounts.models import Contact
from accounts.services.contacts import add_contact, edit_contact
from deals.models import Deal, DealContact, MailMessage
from deals.services.deals import edit_deal

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import Account, User
    from deals.services.mail.thread_moves import Before


def name_writer(*, message: MailMessage, name: str, account: Account | None, address: str, before: Before, now: datetime) -> Contact | None:
    """Who wrote, under this name and at this account. Only somebody at no account yet is corrected: others have pages of their own."""
    contact = message.contact
    if contact is None:
        if not name.strip() or "@" not in address:
            return None
        made = add_contact(name=name, account=account, email=address)
        before.made_contact_id = made.pk
        return made
    changes = {"name": name.strip()} if name.strip() and contact.account_id is None else {}
    if contact.account_id is None and (changes or account is not None):
        before.edited_contact = {"id": contact.pk, "name": contact.name, "account_id": None}
        contact = edit_contact(contact=contact, now=now, **changes, **({"account": account} if account is not None else {}))
    return contact


def name_deal(*, deal: Deal, name: str, account: Account | None, before: Before, by: User, now: datetime) -> Deal:
    """An inquiry is called and belongs as the person says; what they left empty stays."""
    before.edited_deal = {"id": deal.pk, "name": deal.name, "account_id": deal.account_id}
    changes = {**({"name": name.strip()} if name.strip() else {}), **({"account": account} if account is not None else {})}
    return edit_deal(deal=deal, by=by, now=now, **changes)


def put_back(before: Before) -> None:
    """Name and account of the deal and of who wrote are as before; who was made a contact for it, and is nowhere else, goes."""
    for model, kept in ((Deal, before.edited_deal), (Contact, before.edited_contact)):
        if kept is not None:
            model.objects.filter(pk=kept["id"]).update(**{name: value for name, value in kept.items() if name != "id"})
    if before.made_contact_id is not None:
        DealContact.objects.filter(contact=before.made_contact_id, deal=before.opened_deal_id).delete()
        made = Contact.objects.select_for_update().filter(pk=before.made_contact_id).first()
        if made is not None and not made.deal_contacts.exists() and not made.interactions.exists():
            made.delete()
