"""Deals from a file: their stage, owner, account and product found, their history begun, losses told.

An import is no contact. A deal that was shifted once keeps its own shift, so that a second run finds it unchanged.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from deals.intake.files.names import company_key, key
from deals.models import Deal, StageKind
from deals.models.pipelines import CLOSED_KINDS
from deals.risk.refresh import add_judged
from deals.services.imports.frame import Ref, currency_of, pk_of, shifted
from deals.services.imports.history import ContactsNamed, History, write_histories
from deals.services.imports.name_parts import NameParts
from deals.services.imports.references import References
from deals.services.imports.standing import Standing, road
from deals.services.imports.writer import CREATED, Rejected, Verdict, Writer, fingerprint
from deals.services.stages import end_what_hangs

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db import models

    from deals.intake.files.values import Record
    from deals.models import Stage
    from deals.services.imports import pipelines
    from deals.services.imports.frame import Frame

SOURCES = {
    Deal.Source.INBOUND: (
        "inbound web website webform contactform organicsearch organic directtraffic email phoneinquiry inquiry advertisement "
        "paidsearch paidsocial socialmedia webseite anfrage"
    ),
    Deal.Source.INTRODUCED: (
        "referral employeereferral externalreferral customerreferral partner partnerreferral introduced introduction introducer "
        "empfehlung wordofmouth recommandation"
    ),
    Deal.Source.OUTBOUND: "outbound coldcall coldcalling purchasedlist prospecting outreach kaltakquise tradeshow offline offlinesources",
    Deal.Source.RENEWAL: "renewal existingbusiness existingcustomer upsell crosssell bestandskunde verlangerung",
}
SOURCE_OF = {word: source for source, words in SOURCES.items() for word in words.split()}
# What a row names and may itself bring along.
RELATIONS = ("owner", "account", "product")


class DealWriter(Writer):
    model = Deal

    def __init__(self, frame: Frame) -> None:
        super().__init__(frame)
        self.twins: Counter[int] = Counter()
        self.keys: dict[int, str] = {}
        self.names = NameParts(frame, self.lookups)
        self.references = References(frame, self.lookups)
        self.standing = Standing(frame)
        self.contacts = ContactsNamed(frame)
        of_all = {
            "owner_since": frame.now,
            "created_at": frame.now,
            "created_by_id": frame.by.pk if frame.by else None,
            "imported_by_id": frame.import_id,
            "dates_shifted_by": frame.shift,
        }
        # What a new deal is by default, by its columns.
        self.blank: dict[str, Any] = {field.attname: field.get_default() for field in Deal._meta.concrete_fields} | of_all

    def read_lookups(self) -> None:
        self.lookups.__init__()  # type: ignore[misc] # read afresh
        self.lookups.read_people()
        self.lookups.read_accounts()
        self.lookups.read_products()
        self.standing.read()

    def begin(self) -> None:
        """The stages exist before the first deal does."""
        if self.frame.import_id is not None:
            self.standing.save(self.frame.import_id)

    def add(self, instances: list[Any]) -> None:
        """Rhythms are learned from deals that were won before anything is judged by them."""
        if self.standing.has_won_deals():
            super().add(instances)
        else:
            add_judged(instances, self.frame.now)

    # --- which deal it is -----------------------------------------------------------------------------------
    def identity(self, record: Record) -> str:
        """The source's id; else a key of what stays the same (never the stage, the amount or the close), and a count of its twins."""
        if external_id := record.text("external_id"):
            return external_id
        if record.line not in self.keys:
            opened = record.values.get("opened_on")
            stable = [
                key(record.text("name")),
                company_key(record.text("account")),
                key(record.text("product")),
                opened.isoformat() if opened else "",
            ]
            if not record.text("name"):
                stable.append(key(record.text("owner")))
            mark = fingerprint(*stable)
            self.twins[hash(mark)] += 1
            self.keys[record.line] = f"~{mark}#{self.twins[hash(mark)]}"
        return self.keys[record.line]

    def pass_over(self, records: Iterable[Record]) -> None:
        super().pass_over(records)
        self.keys.clear()

    def load(self, records: list[Record]) -> None:
        self.keys = {line: known for line, known in self.keys.items() if records and line >= records[0].line}
        identities = [self.identity(record) for record in records]
        self.here = {deal.external_id: deal for deal in Deal.objects.filter(external_id__in=identities).select_related("stage")}
        self.names.look(records)
        self.contacts.load(records, self.here.values())

    # --- what the row says ----------------------------------------------------------------------------------
    def judge_one(self, record: Record) -> Verdict:
        external_id = self.identity(record)
        if len(external_id) > 200:
            raise Rejected("external_id", external_id, _("The text is longer than %(longest)s letters.") % {"longest": 200})
        deal = self.here.get(external_id)
        if deal is not None:
            self._may_change(deal, record)
        companions: list[models.Model] = []
        parts = self.names.of(record)
        owner = self.references.owner(record, companions)
        account = self.references.account(record, parts, companions)
        product = self.references.product(record, parts, companions)
        stage, choice = self.standing.stage(record, deal)
        wanted: dict[str, Any] = {"name": self.fitting(record, "name"), "owner": owner, "account": account, "product": product}
        if "amount" in record.values:
            amount, currency = record.values["amount"]
            wanted["amount"] = amount
            said = record.text("currency").upper()[:3] or currency
            if said or deal is None:  # an amount without a currency leaves the one that is there
                wanted["currency"] = currency_of(said)
        if source := SOURCE_OF.get(key(record.text("source"))):
            wanted["source"] = source
        wanted["opened_on"] = record.values.get("opened_on")
        wanted["closed_on"], wanted["expected_close_on"] = self.standing.close_days(record, stage, deal)
        wanted = {name: value for name, value in wanted.items() if value not in (None, "")}
        verdict = self._known(record, deal, wanted, stage) if deal is not None else self._new(record, external_id, wanted, stage, choice)
        verdict.companions = companions
        if (contact := self.contacts.missing_on(verdict.instance.pk, record)) is not None:
            verdict.extra = verdict.extra or History()
            verdict.extra.contacts.append(contact)
        return verdict

    def _may_change(self, deal: Deal, record: Record) -> None:
        if not self.frame.sees(team_id=deal.team_id, owner_id=deal.owner_id):
            raise Rejected(
                "external_id",
                record.text("external_id"),
                _("A deal with this id is here already, in a team you do not see. Ask an admin to import it."),
            )

    # --- new and known deals ----------------------------------------------------------------------------------
    def _new(self, record: Record, external_id: str, wanted: dict[str, Any], stage: Stage, choice: pipelines.Choice) -> Verdict:
        frame = self.frame
        for name in ("opened_on", "closed_on", "expected_close_on"):
            if name in wanted:
                wanted[name] = shifted(wanted[name], frame.shift)
        opened, closed = wanted.get("opened_on"), wanted.get("closed_on")
        entered = self.standing.entered(record, opened, closed)
        history = History(changes=road(stage, choice, frame.day_start(min(opened, closed or opened)) if opened else None, entered))
        if stage.kind == StageKind.LOST:
            history.lost_at, history.reason = entered, record.text("lost_reason")
        if "name" not in wanted:
            wanted["name"] = self._called(wanted, external_id)
        if "account" not in wanted:
            frame.notes.facts[_("without an account")] += 1
        wanted |= {
            "team_id": self._team_of(wanted.get("owner")),
            "external_id": external_id,
            "pipeline_id": stage.pipeline_id,
            "stage_id": stage.pk,
            "status": stage.kind,
            "stage_entered_at": entered,
        }
        return Verdict(record, CREATED, self._made(wanted), extra=history)

    def _made(self, wanted: dict[str, Any]) -> Deal:
        """A deal by its columns in their order, which is how the database gives them: naming the fields takes four times as long."""
        unsaved = {name: wanted.pop(name) for name in RELATIONS if name in wanted and not isinstance(wanted[name], int)}
        ids = {f"{name}_id": wanted.pop(name) for name in RELATIONS if name in wanted}
        deal = Deal(*(self.blank | wanted | ids).values())
        for name, one in unsaved.items():
            setattr(deal, name, one)
        return deal

    def _called(self, wanted: dict[str, Any], external_id: str) -> str:
        """'GTX Basic, Cancity', as well as the file allows."""
        product, account = wanted.get("product"), wanted.get("account")
        product_name = self.lookups.product_names.get(product, "") if isinstance(product, int) else getattr(product, "name", "")
        account_name = self.lookups.account_names.get(account, "") if isinstance(account, int) else getattr(account, "name", "")
        name = ", ".join(part for part in (product_name, account_name) if part)
        return (name or _("Deal %(id)s") % {"id": external_id})[:250]

    def _team_of(self, owner: Ref | None) -> int | None:
        if isinstance(owner, int):
            return self.lookups.teams_of_people.get(owner)
        return self.frame.by.team_id if owner is None and self.frame.by is not None else None

    def _known(self, record: Record, deal: Deal, wanted: dict[str, Any], stage: Stage) -> Verdict:
        frame = self.frame
        for name in ("opened_on", "closed_on", "expected_close_on"):
            if name in wanted:
                wanted[name] = shifted(wanted[name], deal.dates_shifted_by)
        if not record.text("account") and not record.text("account_id") and deal.account_id is not None:
            wanted.pop("account", None)  # people may have said since whose deal it is
        if not record.text("product") and deal.product_id is not None:
            wanted.pop("product", None)
        history = History()
        if "owner" in wanted and pk_of(wanted["owner"]) != deal.owner_id:
            wanted |= {"team": self._team_of(wanted["owner"]), "owner_since": frame.now}
        if stage.pk != deal.stage_id:
            self._move(record, deal, wanted, stage, history)
        new_close = wanted.get("expected_close_on")
        if new_close is not None and deal.expected_close_on not in (None, new_close) and stage.kind not in CLOSED_KINDS:
            history.close_date = (deal.expected_close_on, new_close)
        verdict = self.compared(record, deal, wanted)
        verdict.extra = history
        return verdict

    def _move(self, record: Record, deal: Deal, wanted: dict[str, Any], stage: Stage, history: History) -> None:
        closed = wanted.get("closed_on") if stage.kind in CLOSED_KINDS else None
        said = record.values.get("stage_entered_on")
        entered = self.frame.day_start(closed) if closed else shifted(self.frame.moment(said), deal.dates_shifted_by) if said else self.frame.now
        entered = max(min(entered, self.frame.now), deal.stage_entered_at) if not closed else entered
        wanted |= {"stage": stage, "pipeline": stage.pipeline, "status": stage.kind, "stage_entered_at": entered}
        if stage.kind in CLOSED_KINDS:
            wanted |= {"alarm_at": None}
        else:
            wanted["closed_on"] = None
        history.changes = [(deal.stage, stage, entered)]
        if stage.kind == StageKind.LOST:
            history.lost_at, history.reason = entered, record.text("lost_reason")

    # --- what hangs on it -------------------------------------------------------------------------------------
    def after_write(self, verdicts: list[Verdict]) -> None:
        end_what_hangs((verdict.instance.pk for verdict in verdicts if verdict.changes.get("status") in CLOSED_KINDS), self.frame.now)
        written = [(verdict.instance, verdict.extra) for verdict in verdicts if verdict.extra is not None]
        write_histories(written, frame=self.frame, sender=type(self))
