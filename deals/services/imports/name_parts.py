"""Names of deals that are made of an account's and a product's, as some files have no columns for these."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from deals.intake.files.names import means_nobody

if TYPE_CHECKING:
    from deals.intake.files.values import Record
    from deals.services.imports.frame import Frame, Lookups, Ref


@dataclass(slots=True)
class Parts:
    """What a deal's name says. ``nobody``: the account's place holds a word for none."""

    account: tuple[str, Ref] | None = None
    product: tuple[str, Ref] | None = None
    nobody: bool = False


class NameParts:
    """Whether the names of a file are made so is said by its first rows, once."""

    def __init__(self, frame: Frame, lookups: Lookups) -> None:
        self.frame, self.lookups = frame, lookups
        self.made_so: bool | None = None

    def look(self, records: list[Record]) -> None:
        if self.made_so is None:
            self.made_so = self._are_made_so(records)

    def _are_made_so(self, records: list[Record]) -> bool:
        """Whether most of the file's names are an account's and a product's, so that the others may be read so, too."""
        if not self.frame.has("name") or (self.frame.has("product") and self.frame.has("account")) or not self.lookups.products.exact:
            return False
        names = [record.text("name") for record in records[:400] if record.text("name")]
        split = [self._split(name) for name in names]
        return bool(names) and sum(one.product is not None and (one.account is not None or one.nobody) for one in split) >= len(names) * 0.8

    def of(self, record: Record) -> Parts:
        """Nothing where the file's names are not made so. What was taken from a name is noted."""
        if not self.made_so or not record.text("name"):
            return Parts()
        parts = self._split(record.text("name"))
        if parts.product and not self.frame.has("product"):
            self.frame.notes.facts[_("whose product was taken from the name of the deal")] += 1
        if parts.account and not self.frame.has("account"):
            self.frame.notes.facts[_("whose account was taken from the name of the deal")] += 1
        return parts

    def _split(self, name: str) -> Parts:
        """Tries every place between two words, either one first; the rest must be a known account or a word for none."""
        words = name.split()
        best = Parts()
        for cut in range(1, len(words)):
            left, right = " ".join(words[:cut]).strip(" -–—|/:,"), " ".join(words[cut:]).strip(" -–—|/:,")
            for account_part, product_part in ((left, right), (right, left)):
                product = self.lookups.products.find(product_part)
                if product is None:
                    continue
                account = self.lookups.accounts.find(account_part)
                if account is not None:
                    return Parts(account, product)
                if means_nobody(account_part):
                    best = Parts(None, product, nobody=True)
        return best
