"""What we do about deals at risk and deals lost."""

from winback.models.losses import Loss
from winback.models.reasons import LossReason, Reason

__all__ = ["Loss", "LossReason", "Reason"]
