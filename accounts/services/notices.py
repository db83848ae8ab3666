"""Notices: written with the fact they tell of, mailed later by the drain."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from accounts.models import Notice

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class NewNotice:
    """One thing one person is to be told; ``mail=False`` shows it under the bell only."""

    user_id: int
    kind: str
    topic: str
    title: str
    body: str
    path: str
    severity: int
    created_at: datetime
    dedupe_key: str
    mail: bool = True


def tell(rows: Sequence[NewNotice]) -> None:
    """Write the notices in the caller's transaction; one that was written before stays as it is."""
    Notice.objects.bulk_create(
        [
            Notice(
                user_id=row.user_id,
                kind=row.kind,
                topic=row.topic,
                title=row.title,
                body=row.body,
                path=row.path,
                severity=row.severity,
                created_at=row.created_at,
                dedupe_key=row.dedupe_key,
                mail=Notice.Mail.PENDING if row.mail else Notice.Mail.NONE,
                next_attempt_at=row.created_at if row.mail else None,
            )
            for row in rows
        ],
        ignore_conflicts=True,
        batch_size=500,
    )
