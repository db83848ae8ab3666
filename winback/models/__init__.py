"""What we do about deals at risk and deals lost."""

from winback.models.declines import Decline
from winback.models.losses import Loss
from winback.models.reasons import LossReason, Reason

__all__ = ["Decline", "Loss", "LossReason", "Reason"]
