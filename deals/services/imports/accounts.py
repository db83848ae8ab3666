"""Accounts from a file: found by the source's id, then by name without case, signs and legal forms."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from accounts.domains import domain_in
from accounts.models import Account, AccountDomain
from deals.intake.files.cells import text_of
from deals.intake.files.names import key
from deals.models import ImportRow
from deals.services.imports.frame import Ref, pk_of
from deals.services.imports.writer import CREATED, UPDATED, Rejected, Verdict, Writer

if TYPE_CHECKING:
    from deals.intake.files.values import Record

LIFECYCLES = {
    Account.Lifecycle.CUSTOMER: "customer client kunde bestandskunde cliente evangelist customerdirect customerchannel",
    Account.Lifecycle.FORMER: "former formercustomer churned lost ehemalig ehemaligerkunde ancienclient lapsed",
    Account.Lifecycle.PARTNER: "partner channelpartner reseller integrator vertriebspartner partenaire socio",
    Account.Lifecycle.PROSPECT: "prospect lead opportunity subscriber interessent marketingqualifiedlead salesqualifiedlead",
}
LIFECYCLE_OF = {word: lifecycle for lifecycle, words in LIFECYCLES.items() for word in words.split()}


class AccountWriter(Writer):
    model = Account
    needs_second_look = True

    def read_lookups(self) -> None:
        self.lookups.__init__()  # type: ignore[misc] # read afresh
        self.lookups.read_accounts()
        if self.frame.has("owner") or self.frame.has("owner_id"):
            self.lookups.read_people()

    def identity(self, record: Record) -> str:
        return record.text("external_id") or key(record.text("name"))

    def load(self, records: list[Record]) -> None:
        ids = {pk for record in records if isinstance(pk := self._find(record), int)}
        self.here = Account.objects.in_bulk(ids)
        domains = {domain for record in records if (domain := domain_in(record.text("domain")))}
        self.domains = dict(AccountDomain.objects.filter(domain__in=domains).values_list("domain", "account_id"))

    def _find(self, record: Record) -> Ref | None:
        external_id = record.text("external_id")
        if external_id in self.lookups.accounts_by_id:
            return self.lookups.accounts_by_id[external_id]
        found = self.lookups.accounts.find(record.text("name")) if record.text("name") else None
        return found[1] if found else None

    def judge_one(self, record: Record) -> Verdict:
        name, external_id = self.fitting(record, "name"), self.fitting(record, "external_id")
        if not name:
            raise Rejected("name", "", _("An account needs a name."))
        wanted: dict[str, Any] = {
            "name": name,
            "external_id": external_id,
            "sector": self.fitting(record, "sector"),
            "country": self.fitting(record, "country"),
        }
        wanted = {field: value for field, value in wanted.items() if value}
        if "employees" in record.values:
            wanted["employees"] = record.values["employees"]
        if "recurring_value" in record.values:
            wanted["recurring_value"] = record.values["recurring_value"][0]
        if lifecycle := LIFECYCLE_OF.get(key(record.text("lifecycle"))):
            wanted["lifecycle"] = lifecycle
        if (owner := self._owner(record)) is not None:
            wanted["owner"] = owner
        ref = self._find(record)
        here = self.here.get(ref) if isinstance(ref, int) else None
        merged = external_id in self.lookups.merged_accounts
        if here is not None and here.external_id and external_id and here.external_id != external_id and not merged:
            here = None  # two accounts of the source share a name
        details = self._details(record)
        if here is None:
            verdict = self.created(record, wanted, details=details)
            self._remember(name, external_id, verdict.instance)
        else:
            if details:
                wanted["details"] = {**here.details, **details}
            if merged or self.lookups.accounts_by_id.get(external_id) != here.pk:
                self.frame.found("name", name, here.name)
                del wanted["name"]
            if merged:  # what was decided at the merge stands; the row fills in what is still unknown
                wanted = {field: value for field, value in wanted.items() if field != "external_id" and getattr(here, field) in ("", None, {})}
            verdict = self.compared(record, here, wanted)
        self._domain(record, verdict)
        return verdict

    def _remember(self, name: str, external_id: str, account: Account) -> None:
        self.lookups.accounts.add(name, account)
        if external_id:
            self.lookups.accounts_by_id[external_id] = account

    def _details(self, record: Record) -> dict[str, str]:
        """Columns without a field of their own, by their titles, so that nothing of the file is lost."""
        found = {column.title: text_of(record.cells[column.index])[:1000] for column in self.frame.plan.unused}
        if (said := record.text("lifecycle")) and key(said) not in LIFECYCLE_OF:
            found[self.frame.title("lifecycle")] = said[:1000]
        return {title: text for title, text in found.items() if text}

    def _owner(self, record: Record) -> int | None:
        said, external_id = record.text("owner"), record.text("owner_id")
        if external_id and (by_id := self.lookups.people_by_id.get(external_id)):
            return int(by_id)
        if said and (found := self.lookups.person(said)):
            self.frame.found("owner", said, found[0])
            return int(found[1])
        if said or external_id:
            self.frame.notes.facts[_("without an owner, because nobody here has that name or id")] += 1
        return None

    def _domain(self, record: Record, verdict: Verdict) -> None:
        domain = domain_in(record.text("domain"))
        if not domain:
            return
        holder = self.domains.get(domain)
        if holder is None:
            self.domains[domain] = 0
            verdict.extra = domain
        elif holder != getattr(verdict.instance, "pk", None):
            self.frame.notes.facts[_("whose mail domain belongs to another account already")] += 1

    def after_write(self, verdicts: list[Verdict]) -> None:
        AccountDomain.objects.bulk_create(
            [AccountDomain(account=verdict.instance, domain=verdict.extra) for verdict in verdicts if verdict.extra], ignore_conflicts=True
        )

    def finish(self, records: list[Record]) -> None:
        """Subsidiaries find their parents, which may stand further down; who is already in place is left alone."""
        pairs: dict[int, tuple[int, int]] = {}
        for record in records:
            child, parent = pk_of(self._find(record)), pk_of(self._parent(record))
            if child and parent and child != parent:
                pairs[child] = (parent, record.line)
            elif child and (record.text("parent") or record.text("parent_id")) and not parent:
                self.frame.notes.facts[_("part of an account that is not here")] += 1
        if self.frame.import_id is None:
            return
        changed = []
        rows = []
        parents: dict[int, int | None] = dict(Account.objects.values_list("pk", "parent_id")) if pairs else {}
        for account in Account.objects.filter(pk__in=pairs).only("pk", "parent_id"):
            parent, line = pairs[account.pk]
            if account.parent_id == parent or _is_below(parent, account.pk, parents):
                continue
            rows.append(
                ImportRow(
                    imported_id=self.frame.import_id,
                    line=line,
                    result=UPDATED,
                    model="accounts.account",
                    object_id=account.pk,
                    before={"parent_id": account.parent_id},
                    after={"parent_id": parent},
                )
            )
            account.parent_id = parents[account.pk] = parent
            changed.append(account)
        Account.objects.bulk_update(changed, ["parent"], batch_size=200)
        own = set(
            ImportRow.objects.filter(imported_id=self.frame.import_id, result=CREATED, model="accounts.account", object_id__in=pairs).values_list(
                "object_id", flat=True
            )
        )
        ImportRow.objects.bulk_create([row for row in rows if row.object_id not in own], batch_size=500)

    def _parent(self, record: Record) -> Ref | None:
        if found := self.lookups.accounts_by_id.get(record.text("parent_id")):
            return found
        by_name = self.lookups.accounts.find(record.text("parent")) if record.text("parent") else None
        return by_name[1] if by_name else None


def _is_below(parent: int, child: int, parents: dict[int, int | None]) -> bool:
    """Whether making ``parent`` the parent would close a ring."""
    above: int | None = parent
    for _step in range(50):
        if above is None:
            return False
        if above == child:
            return True
        above = parents.get(above)
    return True
