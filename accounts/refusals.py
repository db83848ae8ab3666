"""How a service says no."""


class Refused(Exception):  # noqa: N818 - it reads as what happened
    """What was asked for cannot be done. The message is one sentence for the person, with the remedy."""
