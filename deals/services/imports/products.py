"""Products from a file: found by the source's id, then by name without spaces, signs and case."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from deals.intake.files.names import key
from deals.models import Product
from deals.services.imports.frame import currency_of
from deals.services.imports.writer import Rejected, Verdict, Writer

if TYPE_CHECKING:
    from deals.intake.files.values import Record


class ProductWriter(Writer):
    model = Product

    def identity(self, record: Record) -> str:
        return key(record.text("name"))

    def load(self, records: list[Record]) -> None:
        keys = {key(record.text("name")) for record in records}
        ids = {record.text("external_id") for record in records} - {""}
        self.by_key = {product.name_key: product for product in Product.objects.filter(name_key__in=keys)}
        self.by_id = {product.external_id: product for product in Product.objects.filter(external_id__in=ids)}

    def judge_one(self, record: Record) -> Verdict:
        name, external_id = self.fitting(record, "name"), self.fitting(record, "external_id")
        name_key = key(name)
        if not name_key:
            raise Rejected("name", name, _("A product needs a name."))
        wanted: dict[str, Any] = {"name": name, "name_key": name_key, "series": self.fitting(record, "series"), "external_id": external_id}
        if "list_price" in record.values:
            amount, currency = record.values["list_price"]
            wanted["list_price"] = amount
            if said := record.text("currency").upper()[:3] or currency:
                wanted["currency"] = currency_of(said)
        wanted = {name: value for name, value in wanted.items() if value != ""}
        here = self.by_id.get(external_id) or self.by_key.get(name_key)
        if here is None:
            return self.created(record, wanted)
        if here.external_id and external_id and here.external_id != external_id:
            raise Rejected(
                "external_id", external_id, _("The product %(name)s is here with another id, %(id)s.") % {"name": here.name, "id": here.external_id}
            )
        if here.name_key == name_key:
            # The name here stays as people wrote it.
            self.frame.found("name", name, here.name)
            del wanted["name"], wanted["name_key"]
        elif name_key in self.by_key:
            raise Rejected("name", name, _("Another product has this name."))
        return self.compared(record, here, wanted)
