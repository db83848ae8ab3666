"""One writer of meetings at a time, and what it stands on held in the order that every other writer takes it: contacts, then deals."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import structlog
from django.db import IntegrityError, OperationalError, connection, transaction

from deals.services.mail.holding import CONTACTS, DEALS, MeanwhileError, database_is_away
from deals.services.mail.taking import ONE_AT_A_TIME

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

log = structlog.get_logger(__name__)
# Entries a transaction.
BATCH = 50
ATTEMPTS = 4
Found = TypeVar("Found")


def settled(work: Callable[[], Found]) -> Found:
    """Do it in a transaction of its own, alone; again where somebody else was in the way.

    Inside somebody else's transaction it is part of that, and they try again.
    """
    if connection.in_atomic_block:
        return _alone(work)
    for attempt in range(1, ATTEMPTS):
        try:
            return _alone(work)
        except (IntegrityError, MeanwhileError, OperationalError) as error:
            if database_is_away(error):
                raise
            log.warning("meetings_again", attempt=attempt, error=str(error)[:300])
    return _alone(work)


def _alone(work: Callable[[], Found]) -> Found:
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(ONE_AT_A_TIME)
        return work()


def hold(contact_ids: Collection[int], deal_ids: Collection[int]) -> dict[int, int | None]:
    """Lock them; the account of each deal. Raises MeanwhileError where one of them went."""
    contacts, deals = sorted(set(contact_ids)), sorted(set(deal_ids))
    with connection.cursor() as cursor:
        cursor.execute(CONTACTS, [contacts])
        if len(cursor.fetchall()) != len(contacts):
            raise MeanwhileError("a contact went")
        cursor.execute(DEALS, [deals])
        held = {pk: account for pk, _status, account in cursor.fetchall()}
    if held.keys() != set(deals):
        raise MeanwhileError("a deal went")
    return held
