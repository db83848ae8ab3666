"""One contact, for whoever may see them, and the deals they are on. Over the deals the reader may see; a query each."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from django.db.models import Exists, F, OuterRef, Q
from django.http import Http404

from accounts.models import Account, Contact, ContactAddress
from accounts.prepared import Given, prepare
from accounts.prepared_objects import Objects
from deals.models import Deal, DealContact
from deals.querysets import seen_by, shape_of

if TYPE_CHECKING:
    from accounts.models import User
    from accounts.prepared import Statement
    from deals.querysets import Shape

AT_MOST = 40


def contact_or_404(user: User, pk: int) -> Contact:
    """``at_account``: the user sees their account, too; somebody may be known from a deal alone.

    Raises ``Http404`` where there is none that the user may see.
    """
    found = _whole(shape_of(user)).first(contact=pk, **seen_by(user))
    if found is None:
        raise Http404
    return found


def parts_of(contact: Contact, user: User) -> list[DealContact]:
    """The deals they are on, open ones first, with the part they have in each."""
    return _parts(shape_of(user)).all(contact=contact.pk, **seen_by(user))


def introduced_by(contact: Contact, user: User) -> list[Deal]:
    """The deals they brought us, the latest first."""
    return _introduced(shape_of(user)).all(contact=contact.pk, **seen_by(user))


def addresses_of(contact: Contact) -> list[str]:
    """What they write from beside their own address, in the order these were added."""
    return [email for (email,) in _addresses().rows(contact=contact.pk)]


@cache
def _addresses() -> Statement:
    return prepare(ContactAddress.objects.filter(contact_id=Given("contact")).order_by("pk").values_list("email"), planned=True)


@cache
def _whole(shape: Shape) -> Objects[Contact]:
    account = Account.objects.in_shape(shape).filter(pk=OuterRef("account"))
    found = Contact.objects.in_shape(shape).filter(pk=Given("contact")).select_related("account")
    return Objects(found.annotate(at_account=Q(account__isnull=True) | Exists(account)))


@cache
def _parts(shape: Shape) -> Objects[DealContact]:
    parts = DealContact.objects.filter(contact_id=Given("contact"), deal__in=Deal.objects.in_shape(shape))
    parts = parts.order_by(F("deal__closed_on").desc(nulls_first=True), "-deal__value_at_stake", "-deal__pk")
    return Objects(parts.select_related("deal__stage", "deal__owner", "deal__account")[:AT_MOST])


@cache
def _introduced(shape: Shape) -> Objects[Deal]:
    brought = Deal.objects.in_shape(shape).filter(introduced_by_id=Given("contact"))
    return Objects(brought.select_related("stage", "account").order_by("-pk")[:AT_MOST])
