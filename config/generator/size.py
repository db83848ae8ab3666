"""How large a company of so many deals is."""

from __future__ import annotations

from dataclasses import dataclass

TEAM = 8
# Contacts of four accounts in a row: two on average.
CONTACTS_OF_FOUR = (1, 2, 2, 3)
BEFORE_IN_FOUR = (0, 1, 3, 5)
# Of ten deals in a row, so many are open or inquiries.
WATCHED_OF_TEN = 7


@dataclass(frozen=True, slots=True)
class Size:
    """``activities``: interactions a deal, on average."""

    deals: int
    users: int
    activities: int = 3

    @classmethod
    def of(cls, deals: int, *, users: int | None = None, activities: int = 3) -> Size:
        """Fifty people at 100,000 deals, a thousand at a million; ten at least."""
        usual = deals // 2000 if deals <= 100_000 else deals // 1000
        return cls(deals, max(10, usual) if users is None else users, activities)

    @property
    def accounts(self) -> int:
        return max(self.deals // 5, 1)

    @property
    def contacts(self) -> int:
        return first_contact(self.accounts)

    @property
    def teams(self) -> int:
        """Teams that sell. The rest of the people lead regions, run the company or its Salvor."""
        return max((self.users - 2) // TEAM, 1)


def first_contact(account: int) -> int:
    """The number of the first contact of an account; both count from 0."""
    return account // 4 * 8 + BEFORE_IN_FOUR[account % 4]


def contacts_of(account: int) -> range:
    """The numbers of an account's contacts."""
    start = first_contact(account)
    return range(start, start + CONTACTS_OF_FOUR[account % 4])
