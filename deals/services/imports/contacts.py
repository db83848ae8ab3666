"""Contacts from a file: found by the source's id, by e-mail, or by name at their account."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from accounts.models import Account, Contact, ContactAddress, MergedContact
from deals.intake.files.names import join_name, key, means_nobody, person_name
from deals.services.imports.frame import Ref, pk_of
from deals.services.imports.writer import Rejected, Verdict, Writer

if TYPE_CHECKING:
    from deals.intake.files.values import Record


class ContactWriter(Writer):
    model = Contact

    def read_lookups(self) -> None:
        self.lookups.__init__()  # type: ignore[misc] # read afresh
        self.lookups.read_accounts()

    def identity(self, record: Record) -> str:
        account = key(record.text("account")) or record.text("account_id")
        return record.text("external_id") or record.text("email").lower() or f"{key(_name(record))}@{account}"

    def load(self, records: list[Record]) -> None:
        ids = {record.text("external_id") for record in records} - {""}
        emails = {record.text("email").lower() for record in records} - {""}
        names = {_name(record) for record in records} - {""}
        here = Contact.objects.filter(external_id__in=ids) | Contact.objects.filter(email__in=emails) | Contact.objects.filter(name__in=names)
        self.by_id: dict[str, Contact] = {}
        self.by_email: dict[str, list[Contact]] = {}
        self.by_name: dict[tuple[str, int | None], list[Contact]] = {}
        for contact in here.distinct():
            if contact.external_id:
                self.by_id[contact.external_id] = contact
            if contact.email:
                self.by_email.setdefault(contact.email.lower(), []).append(contact)
            self.by_name.setdefault((key(contact.name), contact.account_id), []).append(contact)
        self._load_merged(ids, emails)

    def _load_merged(self, ids: set[str], emails: set[str]) -> None:
        """Who was merged into somebody, or writes from one more address, is found as the one who stayed."""
        self.merged: set[str] = set()
        for record in MergedContact.objects.filter(external_id__in=ids - self.by_id.keys()).select_related("into"):
            if record.external_id:
                self.by_id[record.external_id] = record.into
                self.merged.add(record.external_id)
        for address in ContactAddress.objects.filter(email__in=emails - self.by_email.keys()).select_related("contact"):
            self.by_email.setdefault(address.email, []).append(address.contact)

    def judge_one(self, record: Record) -> Verdict:
        name, email, external_id = _name(record), record.text("email").lower(), self.fitting(record, "external_id")
        if not name:
            raise Rejected("name", "", _("A contact needs a name or an e-mail address."))
        if len(name) > 150:
            raise Rejected("name", name, _("The text is longer than %(longest)s letters.") % {"longest": 150})
        if email:
            try:
                validate_email(email)
            except ValidationError as error:
                raise Rejected("email", record.text("email"), _("This is not an e-mail address.")) from error
        account, companions = self._account(record)
        texts = {field: self.fitting(record, field) for field in ("phone", "title", "seniority")}
        wanted: dict[str, Any] = {"name": name, "email": email, "external_id": external_id, **texts}
        wanted = {field: value for field, value in wanted.items() if value}
        if "left_on" in record.values:
            wanted["left_on"] = record.values["left_on"]
        if account is not None:
            wanted["account"] = account
        here = self._here(record, name, email, account)
        if here is not None and email and here.email.lower() != email and not (external_id and here.external_id == external_id):
            wanted.pop("email", None)  # one more address of theirs: the one they are written to stays
        if here is not None and external_id in self.merged:  # what was decided at the merge stands
            wanted = {field: value for field, value in wanted.items() if field != "external_id" and getattr(here, field) in ("", None)}
        verdict = self.created(record, wanted) if here is None else self.compared(record, here, wanted)
        verdict.companions = companions
        return verdict

    def _here(self, record: Record, name: str, email: str, account: Ref | None) -> Contact | None:
        """A person may have moved: the id and the address decide before the name at the account does."""
        external_id = record.text("external_id")
        if external_id in self.by_id:
            return self.by_id[external_id]
        same = self.by_email.get(email, []) if email else self.by_name.get((key(name), pk_of(account)), [])
        same = [contact for contact in same if not (external_id and contact.external_id)]
        if len(same) > 1:
            raise Rejected("email" if email else "name", email or name, _("More than one contact here fits."))
        return same[0] if same else None

    def _account(self, record: Record) -> tuple[Ref | None, list[Any]]:
        external_id, name = record.text("account_id"), record.text("account")
        if external_id and external_id in self.lookups.accounts_by_id:
            return self.lookups.accounts_by_id[external_id], []
        if not name or means_nobody(name):
            if external_id:
                raise Rejected("account_id", external_id, _("No account here has this id. Import the accounts first."))
            return None, []
        found = self.lookups.accounts.find(name)
        if found is not None:
            self.frame.found("account", name, found[0])
            return found[1], []
        if self.lookups.accounts.is_ambiguous(name):
            raise Rejected("account", name, _("More than one account here has this name. Use a column with the account's id."))
        account = Account(name=name[:200])
        self.lookups.accounts.add(name, account)
        self.frame.notes.made[_("accounts")] += 1
        return account, [account]


def _name(record: Record) -> str:
    said = person_name(record.text("name")) or join_name(record.text("first_name"), record.text("last_name"))
    return said or record.text("email").partition("@")[0]
