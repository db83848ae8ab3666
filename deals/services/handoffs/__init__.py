"""Handing a deal to somebody by name: offered with a brief, accepted, declined, taken back, or not answered in time.

The row lock of the deal is the lock of its offers: whoever changes one holds it, so of two answers at once exactly one counts.
An offer whose deal gets another owner in any other way, or is closed, ends with it by a trigger of the database.
"""

from deals.services.handoffs.allowed import may_offer, may_withdraw
from deals.services.handoffs.answering import accept_handoff, decline_handoff, withdraw_handoff
from deals.services.handoffs.expiring import expire_handoffs
from deals.services.handoffs.offering import offer_handoff

__all__ = ["accept_handoff", "decline_handoff", "expire_handoffs", "may_offer", "may_withdraw", "offer_handoff", "withdraw_handoff"]
