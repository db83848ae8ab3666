"""A company's own words for why deals are lost. Every change locks all reasons: there are a dozen."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.refusals import Refused
from winback.models import Loss, LossReason, Reason

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from accounts.models import User

EDITABLE = frozenset({"name", "ended_by"})


@transaction.atomic
def add_reason(*, name: str, ended_by: str, by: User, now: datetime) -> Reason:
    """A reason more, the last one offered before *Something else*, where that is the last."""
    reasons = _locked()
    name = name.strip()
    _check_name(name, None, reasons)
    last = [one for one in reasons if one.key in (LossReason.OTHER, LossReason.NOT_RECORDED)]
    made = Reason.objects.create(key=_key(name, reasons), name=name, ended_by=ended_by, position=len(reasons))
    _number([*(one for one in reasons if one not in last), made, *last])
    return made


@transaction.atomic
def edit_reason(*, reason: Reason, by: User, now: datetime, **changes: Any) -> Reason:
    """Change ``name`` (empty: a built-in reason has Salvor's words again) or ``ended_by``. Losses that named it follow."""
    unknown = changes.keys() - EDITABLE
    if unknown:
        raise TypeError(f"a reason has no {', '.join(sorted(unknown))}")
    reasons = _locked()
    reason = _mine(reason, reasons)
    if "name" in changes:
        name = changes["name"].strip()
        if reason.builtin and name == str(LossReason(reason.key).label):
            name = ""
        if name or not reason.builtin:
            _check_name(name, reason, reasons)
        reason.name = name
    reason.ended_by = changes.get("ended_by", reason.ended_by)
    reason.save(update_fields=["name", "ended_by"])
    return reason


@transaction.atomic
def retire_reason(*, reason: Reason, by: User, now: datetime) -> bool:
    """Offer it no more; losses that named it keep it. One of the company's own that no loss names is removed: then False.

    Refused for the last one that is offered.
    """
    reasons = _locked()
    reason = _mine(reason, reasons)
    if len([one for one in reasons if one.retired_at is None and one.key != LossReason.NOT_RECORDED and one != reason]) == 0:
        raise Refused(_("Who loses a deal needs something to choose. Add another reason first."))
    # Waits for losses that are being written with it.
    Reason.objects.select_for_update().get(pk=reason.pk)
    if not reason.builtin and not Loss.objects.filter(reasons__contains=[reason.key]).exists():
        reason.delete()
        return False
    reason.retired_at = now
    reason.save(update_fields=["retired_at"])
    return True


@transaction.atomic
def use_reason_again(*, reason: Reason, by: User, now: datetime) -> Reason:
    reason = _mine(reason, _locked())
    reason.retired_at = None
    reason.save(update_fields=["retired_at"])
    return reason


@transaction.atomic
def shift_reason(*, reason: Reason, by_places: int, by: User, now: datetime) -> Reason:
    """One place up (-1) or down (1) among those that are offered; at the end of them nothing moves."""
    reasons = _locked()
    reason = _mine(reason, reasons)
    peers = [one for one in reasons if one.retired_at is None and one.key != LossReason.NOT_RECORDED]
    here = peers.index(reason) if reason in peers else 0
    there = here + by_places
    if reason in peers and 0 <= there < len(peers):
        peers[here], peers[there] = peers[there], peers[here]
        rest = iter(peers)
        _number([next(rest) if one in peers else one for one in reasons])
    return reason


def _locked() -> list[Reason]:
    """Read anew once they are held: one that somebody added while this waited is not among those that it waited for."""
    list(Reason.objects.select_for_update(no_key=True).order_by("pk").values_list("pk"))
    return list(Reason.objects.order_by("position", "pk"))


def _mine(reason: Reason, reasons: Sequence[Reason]) -> Reason:
    """The reason as it is now. *Not recorded* is what imports write: it stays as it is."""
    found = next((one for one in reasons if one.pk == reason.pk), None)
    if found is None:
        raise Refused(_("It is gone already."))
    if found.key == LossReason.NOT_RECORDED:
        raise Refused(_("Imports write this where a file says nothing. It stays as it is."))
    return found


def _check_name(name: str, reason: Reason | None, reasons: Sequence[Reason]) -> None:
    if not name:
        raise Refused(_("A reason needs words."))
    if any(one.words.casefold() == name.casefold() for one in reasons if one != reason):
        raise Refused(_("There is already a reason %(name)s. Give it other words.") % {"name": name})


def _key(name: str, reasons: Sequence[Reason]) -> str:
    """From the name: letters and digits, and a number where it is taken."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    stem = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")[:20] or "own"
    taken = {one.key for one in reasons}
    return next(key for number in range(1, len(taken) + 2) if (key := stem if number == 1 else f"{stem}_{number}") not in taken)


def _number(reasons: Sequence[Reason]) -> None:
    for position, reason in enumerate(reasons):
        if reason.position != position:
            reason.position = position
            reason.save(update_fields=["position"])
