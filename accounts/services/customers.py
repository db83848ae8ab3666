"""Customer organisations: made, edited, their domains and their place in a group. See ``contacts`` for the people there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.authority import may_steer
from accounts.domains import PUBLIC_MAIL, domain_named
from accounts.models import Account, AccountDomain, User
from accounts.refusals import Refused
from accounts.signals import customers_changed

if TYPE_CHECKING:
    from datetime import datetime

EDITABLE = frozenset({"name", "owner", "lifecycle", "recurring_value", "sector", "country", "parent"})
STEERED = frozenset({"owner", "lifecycle", "recurring_value"})
# What its open deals stand on: a customer's deals are hot, and its recurring value is at stake with each of them.
FELT_BY_DEALS = frozenset({"name", "lifecycle", "recurring_value"})


@transaction.atomic
def add_account(*, name: str, owner: User | None, domain: str = "", country: str = "") -> Account:
    """A new account, a prospect until somebody says otherwise. Refused without a name, and for a domain that is not its own."""
    if not name.strip():
        raise Refused(_("An account needs a name."))
    account = Account.objects.create(name=name.strip(), owner=owner, country=country.strip())
    if domain.strip():
        add_domain(account=account, domain=domain, by=owner)
    return account


@transaction.atomic
def edit_account(*, account: Account, by: User, now: datetime, **changes: Any) -> Account:
    """Change what a person may change (``EDITABLE``); what stays the same is not written. The history keeps each version.

    Refused: owner, lifecycle and recurring value by who may not steer it, no name, a parent that is below it.
    Raises ``TypeError`` for a field that is not editable.
    """
    unknown = changes.keys() - EDITABLE
    if unknown:
        raise TypeError(f"not editable: {', '.join(sorted(unknown))}")
    # With the parent it is to have, in the order of their ids, as a merge takes them.
    locked = {one.pk: lock_account(one) for one in sorted({account, changes.get("parent") or account}, key=lambda one: one.pk)}
    account = locked[account.pk]
    changed = [name for name, value in changes.items() if getattr(account, name) != value]
    if STEERED & set(changed) and not may_steer(by, account):
        raise Refused(_("Its owner or a manager says who owns an account, what it is to us and what it pays. Ask one of them."))
    for name in changed:
        setattr(account, name, changes[name])
    if not account.name.strip():
        raise Refused(_("An account needs a name."))
    if not changed:
        return account
    if account.owner is not None and "owner" in changed and not User.objects.here(now).filter(pk=account.owner.pk).exists():
        raise Refused(_("%(name)s cannot own accounts any more. Choose somebody else.") % {"name": account.owner.name})
    _save(account, changed)
    if FELT_BY_DEALS & set(changed):
        customers_changed.send(sender=Account, account_ids={account.pk}, now=now)
    return account


def _save(account: Account, changed: list[str]) -> None:
    """The database refuses a circle of parents, whoever closes it at the same time."""
    try:
        with transaction.atomic():
            account.save(update_fields=changed)
    except IntegrityError as error:
        if "would be part of itself" in str(error):
            parent = account.parent.name if account.parent else ""
            raise Refused(_("%(parent)s is this account or part of it. Choose another one as the parent.") % {"parent": parent}) from error
        raise


@transaction.atomic
def add_domain(*, account: Account, domain: str, by: User | None) -> AccountDomain:
    """Mail from this domain is this account's. Refused for what is no domain, a public mail host, and another account's."""
    found = domain_named(domain)
    if not found:
        raise Refused(_("“%(domain)s” is no mail domain. Write it like norwood.example.") % {"domain": domain.strip()[:100]})
    if found in PUBLIC_MAIL:
        raise Refused(
            _("Anybody can have an address at %(domain)s, so it belongs to no account. Add the organisation's own domain.") % {"domain": found}
        )
    lock_account(account)
    try:
        with transaction.atomic():
            added, _made = AccountDomain.objects.get_or_create(domain=found, defaults={"account": account})
    except IntegrityError:
        added = AccountDomain.objects.get(domain=found)  # somebody else was first
    if added.account_id != account.pk:
        seen = Account.objects.visible_to(by).filter(pk=added.account_id).first() if by is not None else None
        holder = seen.name if seen is not None else _("another account")
        raise Refused(
            _("%(domain)s belongs to %(holder)s already. Take it away there first, or merge the two.") % {"domain": found, "holder": holder}
        )
    return added


@transaction.atomic
def remove_domain(*, account: Account, domain: str) -> None:
    """The domain is nobody's again; one that is gone already is no error."""
    lock_account(account)
    AccountDomain.objects.filter(account=account, domain=domain).delete()


def lock_account(account: Account) -> Account:
    """The account as the database has it now, its row locked. Refused where it was merged or removed meanwhile."""
    locked: Account | None = Account.objects.select_for_update(no_key=True).filter(pk=account.pk).first()
    if locked is None:
        raise Refused(_("%(name)s is not here any more: somebody merged or removed it meanwhile.") % {"name": account.name})
    return locked
