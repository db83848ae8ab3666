"""Each test process gets its own database as a copy of one that was migrated once, which takes a moment and not ten seconds.

The pattern is named after what it was made from: every migration and the installed apps' versions. When one
changes, a new pattern is made and the old ones are dropped.
"""

import hashlib
import os
from contextlib import contextmanager
from importlib.metadata import distributions
from pathlib import Path

import psutil
from django.apps import apps
from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader

# Any number, as long as only this file uses it: one process makes the pattern, the others wait.
LOCK = 7_251_968


def pattern_name():
    digest = hashlib.sha256()
    for config in sorted(apps.get_app_configs(), key=lambda one: one.name):
        digest.update(config.name.encode())
        name, _explicit = MigrationLoader.migrations_module(config.label)
        folder = Path(config.path) / name.rpartition(".")[2] if name else None
        if folder is not None and Path(settings.BASE_DIR) in folder.parents:
            for path in sorted(folder.glob("*.py")):
                digest.update(path.name.encode() + path.read_bytes())
    digest.update("".join(sorted(f"{one.name}{one.version}" for one in distributions())).encode())
    digest.update(settings.BASE_CURRENCY.encode())
    return f"test_pattern_{digest.hexdigest()[:16]}"


@contextmanager
def server():
    """A cursor beside every test database, for CREATE and DROP."""
    with connection.creation._nodb_cursor() as cursor:
        yield cursor


def own_copy():
    """Make this process's database, and lead the connection to it. Returns its name."""
    pattern = pattern_name()
    name = f"test_salvor_{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}_{os.getpid()}"
    with server() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        try:
            cursor.execute("SELECT datname FROM pg_database WHERE datname LIKE 'test_pattern_%%'")
            known = {row[0] for row in cursor.fetchall()}
            _clear_up(cursor)
            if pattern not in known:
                for old in known:
                    cursor.execute(f'DROP DATABASE IF EXISTS "{old}" WITH (FORCE)')
                _make(pattern)
            cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{pattern}"')
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
    lead_to(name)
    return name


def _clear_up(cursor):
    """Copies whose process was killed before it could drop its own."""
    cursor.execute("SELECT datname FROM pg_database WHERE datname LIKE 'test_salvor_%%'")
    for (name,) in cursor.fetchall():
        if not psutil.pid_exists(int(name.rpartition("_")[2])):
            cursor.execute(f'DROP DATABASE IF EXISTS "{name}"')


def _make(pattern):
    """Migrate under another name first: a run that is killed leaves no half-made pattern."""
    half = f"{pattern}_half"
    connection.settings_dict["TEST"]["NAME"] = half
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    connection.close()
    with server() as cursor:
        cursor.execute(f'ALTER DATABASE "{half}" RENAME TO "{pattern}"')


def lead_to(name):
    connection.close()
    settings.DATABASES["default"]["NAME"] = name
    connection.settings_dict["NAME"] = name
    connection.settings_dict["TEST"]["NAME"] = name


def drop(name):
    connection.close()
    with server() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
