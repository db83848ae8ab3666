"""Who and what a row of deals names: its owner, account and product, found here or made along with it.

Each refuses (``Rejected``) what it cannot find and may not make, what several have the name of, and what whoever imports may not see.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.hashers import make_password
from django.utils.translation import gettext as _

from accounts.models import Account, User
from deals.intake.files.names import key, means_nobody, person_name
from deals.models import Product
from deals.services.imports.writer import Rejected

if TYPE_CHECKING:
    from django.db import models

    from deals.intake.files.values import Record
    from deals.services.imports.frame import Frame, Lookups, Ref
    from deals.services.imports.name_parts import Parts


class References:
    """``companions`` takes what a row makes; it is found by the rows after it."""

    def __init__(self, frame: Frame, lookups: Lookups) -> None:
        self.frame, self.lookups = frame, lookups

    def owner(self, record: Record, companions: list[models.Model]) -> Ref | None:
        """The owner, who works where whoever imports may look."""
        owner = self._owner_named(record, companions)
        if isinstance(owner, int) and not self.frame.sees(team_id=self.lookups.teams_of_people.get(owner), owner_id=owner):
            name = next(name for name in ("owner_email", "owner", "owner_id") if record.text(name))
            raise Rejected(name, record.text(name), _("This person works in a team you do not see. Ask an admin to import the row."))
        return owner

    def _owner_named(self, record: Record, companions: list[models.Model]) -> Ref | None:
        said = record.text("owner_email") or record.text("owner")
        external_id = record.text("owner_id")
        if external_id and external_id in self.lookups.people_by_id:
            return self.lookups.people_by_id[external_id]
        if said and not means_nobody(said):
            return self._person(record, said, companions)
        if external_id:
            return self._unknown_person("owner_id", external_id, companions)
        return None

    def _person(self, record: Record, said: str, companions: list[models.Model]) -> Ref:
        found = self.lookups.person(said) or (self.lookups.person(record.text("owner")) if record.text("owner") else None)
        name = "owner" if record.text("owner") else "owner_email"
        if found is not None:
            self.frame.found(name, said, found[0])
            return found[1]
        if self.lookups.people.is_ambiguous(said):
            raise Rejected(name, said, _("More than one person here has this name. Use a column with the owner's e-mail address."))
        return self._unknown_person(name, record.text("owner") or said, companions)

    def _unknown_person(self, name: str, said: str, companions: list[models.Model]) -> Ref:
        if not self.frame.options.create_missing:
            raise Rejected(name, said, _("Nobody here has this name or id. Import the people first, or let this import make those who are missing."))
        person = User(name=person_name(said)[:150], password=make_password(None), external_id=said if name == "owner_id" else None)
        self.lookups.people.add(said, person)
        if name == "owner_id":
            self.lookups.people_by_id[said] = person
        companions.append(person)
        self.frame.notes.made[_("people")] += 1
        return person

    def account(self, record: Record, parts: Parts, companions: list[models.Model]) -> Ref | None:
        """The account; one that belongs to another team would come into sight with the deal, so that is an admin's to do."""
        account = self._account_named(record, parts, companions)
        if isinstance(account, int) and not self.frame.sees_account(account):
            name = next((name for name in ("account", "account_id", "name") if record.text(name)), "account")
            raise Rejected(name, record.text(name), _("This account belongs to a team you do not see. Ask an admin to import the row."))
        return account

    def _account_named(self, record: Record, parts: Parts, companions: list[models.Model]) -> Ref | None:
        said, external_id = record.text("account"), record.text("account_id")
        if external_id and external_id in self.lookups.accounts_by_id:
            return self.lookups.accounts_by_id[external_id]
        if not said or means_nobody(said):
            if external_id and not said:
                return self._unknown_account(record, external_id, companions)
            return parts.account[1] if parts.account and not self.frame.has("account") else None
        found = self.lookups.accounts.find(said)
        if found is not None:
            self.frame.found("account", said, found[0])
            return found[1]
        if self.lookups.accounts.is_ambiguous(said):
            raise Rejected("account", said, _("More than one account here has this name. Use a column with the account's id."))
        if len(said) > 200:
            raise Rejected("account", said[:500], _("The text is longer than %(longest)s letters.") % {"longest": 200})
        account = Account(name=said)
        self.lookups.accounts.add(said, account)
        companions.append(account)
        self.frame.notes.made[_("accounts")] += 1
        return account

    def _unknown_account(self, record: Record, external_id: str, companions: list[models.Model]) -> Ref:
        if not self.frame.options.create_missing:
            raise Rejected(
                "account_id",
                external_id,
                _("No account here has this id. Import the accounts first, or let this import make those that are missing."),
            )
        account = Account(name=_("Account %(id)s") % {"id": external_id[:120]}, external_id=external_id[:120])
        self.lookups.accounts_by_id[external_id] = account
        companions.append(account)
        self.frame.notes.made[_("accounts")] += 1
        return account

    def product(self, record: Record, parts: Parts, companions: list[models.Model]) -> Ref | None:
        said = record.text("product")
        if not said or means_nobody(said):
            return parts.product[1] if parts.product and not self.frame.has("product") else None
        found = self.lookups.products.find(said)
        if found is not None:
            self.frame.found("product", said, found[0])
            return found[1]
        if not self.frame.options.create_missing or not key(said):
            raise Rejected(
                "product", said, _("No product here has this name. Import the products first, or let this import make those that are missing.")
            )
        product = Product(name=said[:150], name_key=key(said)[:150])
        self.lookups.products.add(said, product)
        companions.append(product)
        self.frame.notes.made[_("products")] += 1
        return product
