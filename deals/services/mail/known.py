"""What is known about a batch of messages: threads, people, deals, asked by arrays, a fixed number of queries a batch."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db import connection

from accounts.domains import PUBLIC_MAIL
from deals.models.pipelines import WATCHED_KINDS
from deals.services.mail.proof import OURS

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime

HERE = """
SELECT m.message_id, m.mailbox_id, m.id, m.status, m.reason, m.matched_by, m.thread_id, m.user_id, m.contact_id, m.account_id, m.deal_id
FROM deals_mailmessage m WHERE m.message_id = ANY(%(ids)s) ORDER BY m.id
"""
# A message of ours, or one on a deal: who answers it answers us.
TALKED = f"""{OURS}
UNION SELECT m.message_id FROM deals_mailmessage m WHERE m.message_id = ANY(%(ids)s) AND m.deal_id IS NOT NULL
UNION SELECT i.message_id FROM deals_threadedid i JOIN deals_mailthread t ON t.id = i.thread_id
      WHERE i.message_id = ANY(%(ids)s) AND t.deal_id IS NOT NULL
"""  # noqa: S608 - of texts of ours
THREADS = """
SELECT i.message_id, t.id, t.deal_id,
       EXISTS (SELECT 1 FROM deals_mailmessage m WHERE m.thread_id = t.id AND m.status = 'not_for_us' AND m.settled_by_id IS NOT NULL)
FROM deals_threadedid i JOIN deals_mailthread t ON t.id = i.thread_id WHERE i.message_id = ANY(%(ids)s)
"""
# What was written here, whether its copy has come in or not.
WRITTEN_HERE = "SELECT o.message_id, o.deal_id FROM deals_outgoingmail o WHERE o.message_id = ANY(%(ids)s)"
PEOPLE = """
SELECT lower(c.email), c.id, c.name, c.account_id, a.lifecycle, c.left_on IS NOT NULL
FROM accounts_contact c LEFT JOIN accounts_account a ON a.id = c.account_id WHERE lower(c.email) = ANY(%(addresses)s)
UNION
SELECT x.email, c.id, c.name, c.account_id, a.lifecycle, c.left_on IS NOT NULL
FROM accounts_contactaddress x JOIN accounts_contact c ON c.id = x.contact_id LEFT JOIN accounts_account a ON a.id = c.account_id
WHERE x.email = ANY(%(addresses)s)
"""
ACCOUNTS = """
SELECT d.domain, d.account_id, a.name FROM accounts_accountdomain d JOIN accounts_account a ON a.id = d.account_id
WHERE d.domain = ANY(%(domains)s)
"""
DEALS = """
WITH wanted AS (
    SELECT d.id FROM deals_deal d WHERE d.id = ANY(%(deals)s)
    UNION SELECT d.id FROM deals_deal d WHERE d.status IN ('inquiry', 'open') AND d.account_id = ANY(%(accounts)s)
    UNION SELECT d.id FROM deals_deal d WHERE d.status IN ('inquiry', 'open') AND d.introduced_by_id = ANY(%(contacts)s)
    UNION SELECT d.id FROM deals_dealcontact p JOIN deals_deal d ON d.id = p.deal_id
          WHERE p.contact_id = ANY(%(contacts)s) AND d.status IN ('inquiry', 'open')
)
SELECT d.id, d.name, d.account_id, a.name, d.owner_id, d.team_id, d.status, d.closed_on, d.introduced_by_id
FROM wanted w JOIN deals_deal d ON d.id = w.id LEFT JOIN accounts_account a ON a.id = d.account_id
"""
ON_DEALS = "SELECT p.deal_id, p.contact_id FROM deals_dealcontact p WHERE p.deal_id = ANY(%(deals)s) AND p.contact_id = ANY(%(contacts)s)"
SPOKEN = """
SELECT i.deal_id, i.contact_id, max(i.at) FROM deals_interaction i
WHERE i.deal_id = ANY(%(deals)s) AND i.contact_id = ANY(%(contacts)s) AND i.is_human AND i.withdrawn_at IS NULL AND i.kind <> 'note'
GROUP BY i.deal_id, i.contact_id
"""
# What was said in this very message and stands already: read in another mailbox, or written here.
SAID = """
SELECT i.external_id, i.id, i.deal_id FROM deals_interaction i WHERE i.external_id = ANY(%(ids)s)
UNION SELECT 'mail:' || o.message_id, i.id, i.deal_id FROM deals_outgoingmail o JOIN deals_interaction i ON i.id = o.interaction_id
      WHERE o.message_id = ANY(%(messages)s)
"""
# The newest threads with such a subject, for a reply without any id; few enough for a subject that everybody writes.
BY_SUBJECT = """
SELECT s.subject, m.thread_id, m.sender, m.recipients, m.sent_at
FROM unnest(%(subjects)s::text[]) AS s (subject)
JOIN LATERAL (SELECT t.id FROM deals_mailthread t WHERE t.subject = s.subject AND t.subject <> '' ORDER BY t.id DESC LIMIT 100) f ON true
JOIN deals_mailmessage m ON m.thread_id = f.id AND m.sent_at >= %(since)s
"""
THREADS_BY_ID = """
SELECT t.id, t.deal_id,
       EXISTS (SELECT 1 FROM deals_mailmessage m WHERE m.thread_id = t.id AND m.status = 'not_for_us' AND m.settled_by_id IS NOT NULL)
FROM deals_mailthread t WHERE t.id = ANY(%(ids)s)
"""


@dataclass(slots=True, eq=False)
class DealRow:
    """A deal as the intake needs it. ``spoken``: when something was last said on it, by contact; ``people``: who is part of it."""

    id: int
    name: str
    account_id: int | None
    account: str
    owner_id: int | None
    team_id: int | None
    status: str
    closed_on: date | None = None
    introduced_by_id: int | None = None
    is_new: bool = False
    spoken: dict[int, datetime] = field(default_factory=dict)
    people: set[int] = field(default_factory=set)

    @property
    def is_open(self) -> bool:
        return self.status in WATCHED_KINDS


@dataclass(slots=True, eq=False)
class ThreadRow:
    """A thread. ``into``: the one it turned out to be part of."""

    id: int
    deal: DealRow | None = None
    not_for_us: bool = False
    is_new: bool = False
    had_deal: bool = False
    into: ThreadRow | None = None

    @property
    def root(self) -> ThreadRow:
        return self if self.into is None else self.into.root


@dataclass(frozen=True, slots=True)
class Person:
    """A contact behind an address."""

    id: int
    name: str
    account_id: int | None
    lifecycle: str | None
    has_left: bool = False


@dataclass(slots=True)
class Known:
    """What the database knows of a batch; the intake adds what the batch itself brings."""

    threads: dict[str, ThreadRow] = field(default_factory=dict)  # by Message-ID
    written_here: dict[str, int] = field(default_factory=dict)  # Message-ID -> deal
    people: dict[str, list[Person]] = field(default_factory=dict)  # by address
    accounts: dict[str, tuple[int, str]] = field(default_factory=dict)  # by domain
    deals: dict[int, DealRow] = field(default_factory=dict)
    said: dict[str, tuple[int, int | None]] = field(default_factory=dict)  # external id -> interaction, deal
    # Deals by who is on them and by whose they are, each in a row (the values say nothing).
    with_contact: dict[int, dict[DealRow, None]] = field(default_factory=dict)
    of_account: dict[int, dict[DealRow, None]] = field(default_factory=dict)

    def account_of(self, address: str) -> tuple[int, str] | None:
        """The account whose mail domain the address is of, or of a part of: ann@mail.norwood.example is Norwood's."""
        return next((self.accounts[one] for one in domains_of(address) if one in self.accounts), None)

    def open_deals(self) -> list[DealRow]:
        return [deal for deal in self.deals.values() if deal.is_open]

    def open_with(self, person: Person) -> list[DealRow]:
        """The open deals that a contact is part of, was spoken with about, or introduced."""
        return [deal for deal in self.with_contact.get(person.id, {}) if deal.is_open]

    def open_of(self, account_id: int) -> list[DealRow]:
        return [deal for deal in self.of_account.get(account_id, {}) if deal.is_open]

    def connect(self, deal: DealRow, *contact_ids: int | None) -> None:
        """From now on the deal is found by its account and by these contacts."""
        if deal.account_id is not None:
            self.of_account.setdefault(deal.account_id, {})[deal] = None
        for contact_id in contact_ids:
            if contact_id is not None:
                self.with_contact.setdefault(contact_id, {})[deal] = None


def domains_of(address: str) -> list[str]:
    """The domain and those above it, never one at which anybody can have an address, nor a country's."""
    labels = address.rpartition("@")[2].split(".")
    found = [".".join(labels[start:]) for start in range(min(len(labels) - 1, 6))]
    return [] if any(one in PUBLIC_MAIL for one in found) else found


def rows(sql: str, **given: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, given)
        return list(cursor.fetchall())


def look_up(*, ids: list[str], addresses: Iterable[str], external_ids: list[str]) -> Known:
    """Threads by the ids, and whoever is behind the addresses with their open deals: at most nine queries."""
    known = Known()
    _threads(known, ids)
    known.written_here = dict(rows(WRITTEN_HERE, ids=ids))
    known.said = {external_id: (pk, deal) for external_id, pk, deal in rows(SAID, ids=external_ids, messages=ids)}
    wanted = sorted({one for one in addresses if "@" in one})
    for address, *person in rows(PEOPLE, addresses=wanted):
        known.people.setdefault(address, []).append(Person(*person))
    domains = sorted({domain for address in wanted for domain in domains_of(address)})
    known.accounts = {domain: (account, name) for domain, account, name in rows(ACCOUNTS, domains=domains)}
    deals = set(known.written_here.values()) | {deal for _pk, deal in known.said.values() if deal is not None}
    _deals(known, deals)
    return known


def _threads(known: Known, ids: list[str]) -> None:
    by_id: dict[int, ThreadRow] = {}
    deals: dict[int, int] = {}
    for message_id, thread_id, deal_id, not_for_us in rows(THREADS, ids=ids):
        thread = by_id.setdefault(thread_id, ThreadRow(thread_id, not_for_us=not_for_us, had_deal=deal_id is not None))
        if deal_id is not None:
            deals[thread_id] = deal_id
        known.threads[message_id] = thread
    for deal_id in deals.values():
        known.deals[deal_id] = DealRow(deal_id, "", None, "", None, None, "")
    for thread_id, deal_id in deals.items():
        by_id[thread_id].deal = known.deals[deal_id]


def more_threads(known: Known, thread_ids: Iterable[int]) -> dict[int, ThreadRow]:
    """Threads that were found by their subject; their deals are read with them."""
    here = {thread.id: thread for thread in known.threads.values()}
    missing = [one for one in thread_ids if one not in here]
    found: dict[int, int | None] = {}
    for thread_id, deal_id, not_for_us in rows(THREADS_BY_ID, ids=missing):
        here[thread_id] = ThreadRow(thread_id, not_for_us=not_for_us, had_deal=deal_id is not None)
        found[thread_id] = deal_id
    unread = {deal_id for deal_id in found.values() if deal_id is not None} - known.deals.keys()
    if unread:
        _deals(known, unread)
    for thread_id, deal_id in found.items():
        here[thread_id].deal = known.deals.get(deal_id) if deal_id is not None else None
    return here


def _deals(known: Known, more: set[int]) -> None:
    """The deals of threads, and the open ones of everybody behind the addresses; who is part of them and spoke last."""
    people = [person for found in known.people.values() for person in found]
    contacts = sorted({person.id for person in people})
    accounts = sorted({person.account_id for person in people if person.account_id is not None} | {account for account, _ in known.accounts.values()})
    asked = sorted(known.deals.keys() | more)
    for row in rows(DEALS, deals=asked, accounts=accounts, contacts=contacts):
        pk, name, account_id, account, owner_id, team_id, status, closed_on, introduced_by_id = row
        deal = known.deals.setdefault(pk, DealRow(pk, "", None, "", None, None, ""))
        deal.name, deal.account_id, deal.account, deal.owner_id, deal.team_id = name, account_id, account or "", owner_id, team_id
        deal.status, deal.closed_on, deal.introduced_by_id = status, closed_on, introduced_by_id
    here = list(known.deals)
    for deal_id, contact_id in rows(ON_DEALS, deals=here, contacts=contacts):
        known.deals[deal_id].people.add(contact_id)
    for deal_id, contact_id, at in rows(SPOKEN, deals=here, contacts=contacts):
        known.deals[deal_id].spoken[contact_id] = at
    for deal in known.deals.values():
        known.connect(deal, deal.introduced_by_id, *deal.people, *deal.spoken)
