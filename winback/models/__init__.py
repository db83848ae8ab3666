"""What we do about deals at risk and deals lost."""

from winback.models.losses import Loss

__all__ = ["Loss"]
