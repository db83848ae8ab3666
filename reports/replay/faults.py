"""A story that could not be played to its end for a fault of ours."""

from __future__ import annotations


class Fault(Exception):  # noqa: N818 - it reads as what it is
    """Something in Salvor broke: no mistake of the file, and no expectation that failed."""
