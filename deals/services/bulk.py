"""One act on many deals: in one transaction, locked in the order of their ids, each deal looked at again once.

What changed or closed since the person saw it is left alone and named. Nothing here asks a question a deal.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.refusals import Refused
from deals.models import Deal, NextStep, StageChange
from deals.models.pipelines import CLOSED_KINDS, WATCHED_KINDS
from deals.risk.refresh import refresh
from deals.services.deals import given_to, hold_stage
from deals.services.next_steps import checked
from deals.services.stages import end_what_hangs, entered

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from deals.models import Stage

MOST = 500


@dataclass(frozen=True, slots=True)
class Seen:
    """A deal as somebody saw it when they chose it: whose it was (None: nobody's), and in which stage."""

    pk: int
    owner_id: int | None
    stage_id: int

    @classmethod
    def read(cls, text: str) -> Seen | None:
        """What ``str`` made of it; None for anything else."""
        parts = text.split(".")
        if len(parts) != 3 or not all(part.isascii() and part.isdecimal() and len(part) < 16 for part in parts):
            return None
        pk, owner_id, stage_id = map(int, parts)
        return cls(pk, owner_id or None, stage_id)

    def __str__(self) -> str:
        """``12.3.7``, as forms carry it: the deal, its owner (0: nobody) and its stage."""
        return f"{self.pk}.{self.owner_id or 0}.{self.stage_id}"


@dataclass(slots=True)
class Outcome:
    """``before``: whose each deal was, by its id (None: nobody's). ``skipped``: a deal's name and why it was left alone."""

    done: list[Deal] = field(default_factory=list)
    skipped: list[tuple[str, str]] = field(default_factory=list)
    before: dict[int, int | None] = field(default_factory=dict)


@transaction.atomic
def reassign_deals(*, seen: Sequence[Seen], owner: User, by: User, now: datetime) -> Outcome:
    """Give the deals to somebody. Each moves to the new owner's team. Refused for somebody who is not here any more."""
    if not User.objects.here(now).filter(pk=owner.pk).exists():
        raise Refused(_("%(name)s cannot take deals any more. Choose somebody else.") % {"name": owner.name})
    found = Outcome()
    for one, deal in _locked(seen, by, found):
        if deal.owner_id == owner.pk:
            found.skipped.append((deal.name, _("it is theirs already")))
        elif deal.owner_id != one.owner_id:
            found.skipped.append((deal.name, _("it went to somebody else meanwhile")))
        elif deal.status in CLOSED_KINDS and deal.stage_id != one.stage_id:
            found.skipped.append((deal.name, _("closed meanwhile")))
        else:
            found.before[deal.pk] = deal.owner_id
            found.done.append(deal)
    Deal.objects.filter(pk__in=found.before).update(**given_to(owner, now))
    refresh(found.before, now)
    return found


@transaction.atomic
def give_back(*, before: Mapping[int, int | None], owner_id: int, since: datetime, by: User, now: datetime) -> Outcome:
    """Each deal goes back to whom it had before; one that has changed hands since ``since`` stays where it is.

    So does one whose owner of before is not here any more.
    """
    found = Outcome()
    people = User.objects.here(now).in_bulk({pk for pk in before.values() if pk is not None})
    # Reversing needs no sight of the deals: it may have been lost with the deal, and what is given back was one's own doing.
    for deal in Deal.objects.select_for_update(of=("self",)).filter(pk__in=before).order_by("pk"):
        former = before[deal.pk]
        if deal.owner_id != owner_id or deal.owner_since != since:
            found.skipped.append((deal.name, _("it changed hands since")))
        elif former is not None and former not in people:
            found.skipped.append((deal.name, _("whoever had it is not here any more")))
        else:
            found.before[deal.pk] = former
            found.done.append(deal)
    for former in set(found.before.values()):
        ids = [pk for pk, owner in found.before.items() if owner == former]
        Deal.objects.filter(pk__in=ids).update(**given_to(people[former] if former is not None else None, now))
    refresh(found.before, now)
    return found


@transaction.atomic
def set_next_steps(*, seen: Sequence[Seen], what: str, due_at: datetime, by: User, now: datetime) -> Outcome:
    """Name the next step of each; the one before it is replaced. Refused for a moment that has passed."""
    what = checked(what, due_at, now)
    found = Outcome()
    for _one, deal in _locked(seen, by, found):
        if deal.is_watched:
            found.done.append(deal)
        else:
            found.skipped.append((deal.name, _("closed")))
    ids = [deal.pk for deal in found.done]
    NextStep.objects.filter(deal__in=ids, ended_at__isnull=True).update(ended_at=now)
    NextStep.objects.bulk_create([NextStep(deal_id=pk, what=what, due_at=due_at, created_at=now, created_by=by) for pk in ids])
    refresh(ids, now)
    return found


def lock_to_close(*, seen: Sequence[Seen], by: User) -> Outcome:
    """The deals that can be closed, locked for this transaction: open, and in the stage in which they were seen."""
    found = Outcome()
    for one, deal in _locked(seen, by, found):
        if deal.status not in WATCHED_KINDS:
            found.skipped.append((deal.name, _("closed meanwhile") if deal.stage_id != one.stage_id else _("closed")))
        elif deal.stage_id != one.stage_id:
            found.skipped.append((deal.name, _("it moved to another stage meanwhile")))
        else:
            found.done.append(deal)
    return found


@transaction.atomic
def close_deals(*, deals: Sequence[Deal], stages: Mapping[int, Stage], by: User, now: datetime) -> None:
    """Move deals that ``lock_to_close`` holds to a closed stage, by the id of their pipeline. Refused for a retired stage.

    The database refuses a lost deal without its loss.
    """
    held = {pipeline_id: hold_stage(stage) for pipeline_id, stage in stages.items()}
    ids = [deal.pk for deal in deals]
    StageChange.objects.bulk_create(
        [StageChange(deal=deal, from_stage_id=deal.stage_id, to_stage=held[deal.pipeline_id], at=now, by=by) for deal in deals]
    )
    end_what_hangs(ids, now)
    for pipeline_id, stage in held.items():
        Deal.objects.filter(pk__in=ids, pipeline_id=pipeline_id).update(**entered(stage, now))
    refresh(ids, now)


def _locked(seen: Sequence[Seen], by: User, found: Outcome) -> list[tuple[Seen, Deal]]:
    """The chosen deals as they are now, locked in the order of their ids; those out of the person's sight are not among them.

    Each id counts once. Refused for more than ``MOST``.
    """
    chosen = {one.pk: one for one in seen}
    if len(chosen) > MOST:
        raise Refused(_("That is more than %(most)s deals at once. Narrow the list, or do it in parts.") % {"most": MOST})
    deals = list(Deal.objects.select_for_update(of=("self",)).filter(pk__in=chosen).order_by("pk"))
    # Asked after the locks are held: what was seen a moment ago may have gone elsewhere.
    visible = set(Deal.objects.visible_to(by).filter(pk__in=chosen).values_list("pk", flat=True))
    gone = len(chosen) - len(visible)
    if gone:
        found.skipped += [(_("A deal"), _("it is out of your sight now"))] * gone
    return [(chosen[deal.pk], deal) for deal in deals if deal.pk in visible]
