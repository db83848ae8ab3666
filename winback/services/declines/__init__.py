"""Passing on a deal: said with a courteous note, decided by somebody who may, never a silence.

The row lock of the deal is the lock of its declines: of two who decide at once exactly one counts. A note goes out in the same
transaction in which the deal is closed, as mail in the outbox; killed in the middle, neither has happened.
"""

from winback.services.declines.allowed import Approval, approval_for, may_decide, may_say
from winback.services.declines.asking import ask_to_decline, withdraw_decline
from winback.services.declines.deciding import approve_decline, refuse_decline
from winback.services.declines.following import follow_declines
from winback.services.declines.passing_on import Passing, decline_deal, said_by_phone

__all__ = [
    "Approval", "Passing", "approval_for", "approve_decline", "ask_to_decline", "decline_deal", "follow_declines", "may_decide", "may_say",
    "refuse_decline", "said_by_phone", "withdraw_decline",
]  # fmt: skip
