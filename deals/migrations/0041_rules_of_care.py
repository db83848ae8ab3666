"""Meetings, handoffs and introducers have rules now: every watched deal is looked at once, in the background, as the sweep goes.

Of meetings that were over before, nobody was ever asked how they went; they are left as they stand and nothing is owed for them.
Otherwise the first look would raise years of them at once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import migrations
from django.utils import timezone

if TYPE_CHECKING:
    from django.apps.registry import Apps
    from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def look_again(apps: Apps, _editor: BaseDatabaseSchemaEditor | None) -> None:
    """Nothing is asked for where there are no deals yet."""
    if apps.get_model("deals", "Deal").objects.exists():
        apps.get_model("deals", "LookAgain").objects.create(asked_at=timezone.now())


def leave_old_meetings(apps: Apps, _editor: BaseDatabaseSchemaEditor | None) -> None:
    now = timezone.now()
    over = apps.get_model("deals", "Interaction").objects.filter(kind="meeting", outcome="planned", moment__lte=now, withdrawn_at=None)
    over.update(outcome_said_at=now, asked_at=now)


class Migration(migrations.Migration):
    dependencies = [("deals", "0040_what_ranks_at_risk")]
    operations = [
        migrations.RunPython(leave_old_meetings, migrations.RunPython.noop),
        migrations.RunPython(look_again, migrations.RunPython.noop),
    ]
