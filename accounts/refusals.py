"""How a service says no."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from django.db import IntegrityError

Row = TypeVar("Row")


class Refused(Exception):  # noqa: N818 - it reads as what happened
    """What was asked for cannot be done. The message is one sentence for the person, with the remedy."""


def constraint_of(error: IntegrityError) -> str:
    """The name of the constraint the database held up, so that a service can say it in words; empty where it names none."""
    return getattr(getattr(error.__cause__, "diag", None), "constraint_name", None) or ""


def still_there(found: Row | None) -> Row:
    """What a service has locked; refused where somebody removed it a moment ago."""
    if found is None:
        raise Refused(_("This is not there any more."))
    return found
