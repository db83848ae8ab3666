"""The demo's second half of starting up, in a process of its own that can be stopped at any moment:
tables, static files, the demo company. Each step is skipped when there is nothing to do and can be repeated."""

from __future__ import annotations

import hashlib
import os
import sys
from pathlib import Path

import django
from django.core.exceptions import ImproperlyConfigured

from config import environment
from config.embedded import local_folder


def say(words: str) -> None:
    print(words, flush=True)


def migrate() -> None:
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        say("Making the tables.")
        call_command("migrate", verbosity=0, interactive=False)


def collect_static() -> None:
    """Only when a file has changed since the last time; a stamp says which ones were collected."""
    from django.conf import settings
    from django.contrib.staticfiles.finders import get_finders
    from django.core.management import call_command

    digest = hashlib.sha256()
    for finder in get_finders():
        for name, storage in finder.list([]):
            found = Path(storage.path(name)).stat()
            digest.update(f"{name} {found.st_size} {found.st_mtime_ns}\n".encode())
    stamp = local_folder() / "static.stamp"
    if stamp.exists() and stamp.read_text() == digest.hexdigest() and (Path(settings.STATIC_ROOT) / "staticfiles.json").exists():
        return
    say("Collecting the static files.")
    call_command("collectstatic", verbosity=0, interactive=False, clear=True)
    stamp.write_text(digest.hexdigest())


def load_company() -> None:
    from django.core.management import call_command

    call_command("load_demo", deals=environment.number("DEMO_DEALS", 2000, low=100, high=20_000))


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from django.core.management import CommandError

    try:
        django.setup()
        migrate()
        collect_static()
        load_company()
    except (ImproperlyConfigured, CommandError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
