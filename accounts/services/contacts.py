"""People at customers: made, edited, their addresses, and that they left."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Contact, ContactAddress
from accounts.refusals import Refused
from accounts.services.customers import lock_account

if TYPE_CHECKING:
    from datetime import date, datetime

    from accounts.models import Account

EDITABLE = frozenset({"name", "email", "phone", "title", "account"})


@transaction.atomic
def add_contact(*, name: str, account: Account | None, email: str = "", phone: str = "", title: str = "") -> Contact:
    """A new person at an account. Refused without a name, and where somebody at that account has this very address already."""
    if not name.strip():
        raise Refused(_("A contact needs a name."))
    email = _address(email)
    if account is not None:
        lock_account(account)
    _refuse_known(account, email)
    contact: Contact = Contact.objects.create(name=name.strip(), account=account, email=email, phone=phone.strip(), title=title.strip())
    return contact


@transaction.atomic
def edit_contact(*, contact: Contact, now: datetime, **changes: Any) -> Contact:
    """Change what a person may change (``EDITABLE``). The address written to so far stays as one more address of theirs."""
    unknown = changes.keys() - EDITABLE
    if unknown:
        raise TypeError(f"not editable: {', '.join(sorted(unknown))}")
    contact = _lock_with_account(contact, changes.get("account", contact.account))
    if "email" in changes:
        changes["email"] = _address(changes["email"])
    changed = [name for name, value in changes.items() if getattr(contact, name) != value]
    before = contact.email
    for name in changed:
        setattr(contact, name, changes[name])
    if not contact.name.strip():
        raise Refused(_("A contact needs a name."))
    if {"email", "account"} & set(changed):
        _refuse_known(contact.account, contact.email, but=contact)
    if "email" in changed:
        if before:
            ContactAddress.objects.get_or_create(contact=contact, email=before.lower(), defaults={"added_at": now})
        ContactAddress.objects.filter(contact=contact, email=contact.email).delete()
    if changed:
        contact.save(update_fields=changed)
    return contact


@transaction.atomic
def add_address(*, contact: Contact, email: str, now: datetime) -> ContactAddress | None:
    """One more address they write from; None where it is known of them already. The first one of all is the one to write to."""
    contact = _lock_with_account(contact, contact.account)
    email = _address(email)
    if not email:
        raise Refused(_("Write the address to add."))
    if email == contact.email.lower():
        return None
    _refuse_known(contact.account, email, but=contact)
    if not contact.email:
        contact.email = email
        contact.save(update_fields=["email"])
        return None
    added, _made = ContactAddress.objects.get_or_create(contact=contact, email=email, defaults={"added_at": now})
    return added


@transaction.atomic
def remove_address(*, contact: Contact, email: str) -> None:
    lock_contact(contact)
    ContactAddress.objects.filter(contact=contact, email=email).delete()


@transaction.atomic
def record_leaving(*, contact: Contact, left_on: date | None, now: datetime) -> Contact:
    """They left the company on that day; None: they are there after all. Refused for a day to come."""
    contact = lock_contact(contact)
    if left_on is not None and left_on > timezone.localdate(now):
        raise Refused(_("That day is still to come. Record it when they have left."))
    if contact.left_on != left_on:
        contact.left_on = left_on
        contact.save(update_fields=["left_on"])
    return contact


def lock_contact(contact: Contact) -> Contact:
    """The contact as the database has it now, locked. Refused where it was merged or removed meanwhile."""
    locked: Contact | None = Contact.objects.select_for_update(no_key=True).filter(pk=contact.pk).first()
    if locked is None:
        raise Refused(_("%(name)s is not here any more: somebody merged or removed the contact meanwhile.") % {"name": contact.name})
    return locked


def _lock_with_account(contact: Contact, account: Account | None) -> Contact:
    """The account's row first, as a merge of accounts takes them: so that no two wait for each other."""
    if account is not None:
        lock_account(account)
    return lock_contact(contact)


def with_address(email: str) -> Q:
    """Contacts who write from this address: the one they are written to, or one more of theirs."""
    more = ContactAddress.objects.filter(contact=OuterRef("pk"), email=email.lower())
    return Q(email__iexact=email) | Q(Exists(more))


def _refuse_known(account: Account | None, email: str, *, but: Contact | None = None) -> None:
    """One address is one person at one account. Two who write it at the same time wait for each other at the account's row."""
    if account is None or not email:
        return
    lock_account(account)
    same = Contact.objects.filter(with_address(email), account=account)
    known = same.exclude(pk=but.pk).first() if but is not None else same.first()
    if known is not None:
        raise Refused(_("%(email)s is %(name)s's address at this account already. Use that contact.") % {"email": email, "name": known.name})


def _address(email: str) -> str:
    email = email.strip().lower()
    if email:
        try:
            validate_email(email)
        except ValidationError as error:
            raise Refused(_("“%(email)s” is no e-mail address.") % {"email": email[:100]}) from error
    return email
