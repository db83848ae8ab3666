"""Meetings, handoffs and introducers have rules now: every watched deal is looked at once, in the background, as the sweep goes."""

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


class Migration(migrations.Migration):
    dependencies = [("deals", "0040_what_ranks_at_risk")]
    operations = [migrations.RunPython(look_again, migrations.RunPython.noop)]
