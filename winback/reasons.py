"""Which reasons are offered, and their words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from winback.models import LossReason, Reason

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import QuerySet

    from winback.models import Loss


def offered() -> QuerySet[Reason]:
    """What a person may give as a reason, in the company's order. *Not recorded* is for imports alone."""
    return Reason.objects.filter(retired_at__isnull=True).exclude(key=LossReason.NOT_RECORDED).order_by("position")


def choices() -> list[tuple[str, str]]:
    """The offered reasons as (key, words). One query."""
    return [(reason.key, reason.words) for reason in offered()]


def put_names(losses: Iterable[Loss]) -> list[Loss]:
    """The losses with their reasons in words, for all of them with one query."""
    found = list(losses)
    words = {reason.key: reason.words for reason in Reason.objects.all()}
    for loss in found:
        loss.reason_names = [words[key] for key in loss.reasons if key in words]
    return found


def names_of(keys: Iterable[str]) -> list[str]:
    """These reasons in words, in their order. One query."""
    asked = list(keys)
    words = {reason.key: reason.words for reason in Reason.objects.filter(key__in=asked)}
    return [words[key] for key in asked if key in words]
