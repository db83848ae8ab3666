"""Rows that a batch is about to use, held in the order every other writer takes them: accounts, contacts, deals."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import InterfaceError, OperationalError, connection
from psycopg2.errors import DeadlockDetected

from deals.services.mail.known import PEOPLE, rows

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from deals.services.mail.inquiries import Plan
    from deals.services.mail.known import DealRow

ACCOUNTS = "SELECT id FROM accounts_account WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE"
CONTACTS = "SELECT id, account_id FROM accounts_contact WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE"
DEALS = "SELECT id, status, account_id FROM deals_deal WHERE id = ANY(%s) ORDER BY id FOR UPDATE"


class MeanwhileError(Exception):
    """Something was changed between looking and holding: the batch is looked at anew."""


def database_is_away(error: Exception) -> bool:
    """It is, unless two of us only waited for one another: then the same may be done again."""
    return isinstance(error, InterfaceError | OperationalError) and not isinstance(error.__cause__, DeadlockDetected)


def hold(plan: Plan, deals: Iterable[DealRow], contact_ids: Collection[int]) -> None:
    """Lock what the batch stands on. Raises :class:`MeanwhileError` where it is not as it was when the batch was sorted."""
    new = {contact.pk for contact in plan.contacts}
    accounts = sorted({contact.account_id for contact in plan.contacts if contact.account_id is not None})
    old = sorted(set(contact_ids) - new)
    expected = {deal.id: (deal.status, deal.account_id) for deal in deals if not deal.is_new}
    if _held(ACCOUNTS, accounts) != dict.fromkeys(accounts, ()):
        raise MeanwhileError("an account went")
    if _held(CONTACTS, old).keys() != set(old):
        raise MeanwhileError("a contact went")
    if _held(DEALS, sorted(expected)) != expected:
        raise MeanwhileError("a deal moved")
    if accounts and any(
        account in accounts for _address, _pk, _name, account, *_more in rows(PEOPLE, addresses=[one.email for one in plan.contacts])
    ):
        raise MeanwhileError("somebody added the same person")


def _held(sql: str, ids: list[int]) -> dict[int, tuple[object, ...]]:
    if not ids:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(sql, [ids])
        return {row[0]: tuple(row[1:]) for row in cursor.fetchall()}
