"""The databases of a run: a generated company that is kept, and the copy the run works on."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import psycopg2
from psycopg2.extensions import quote_ident

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).resolve().parent.parent
COPY = "bench_run"
# A company stands at the moment it was made. Much later everything in it would be overdue.
KEPT_FOR = timedelta(hours=20)


def fingerprint(root: Path = ROOT) -> str:
    """Changes with the tables and with the generator, so that an old company is not taken for a new one."""
    digest = hashlib.sha256()
    for path in _sources(root):
        digest.update(path.name.encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:10]


def _sources(root: Path) -> Iterator[Path]:
    for pattern in ("*/migrations/0*.py", "config/generator/*.py", "deals/risk/**/*.py"):
        yield from sorted(root.glob(pattern))


def base_name(deals: int, seed: int, mark: str) -> str:
    return f"bench_{deals}_{seed}_{mark}"


def made_at(comment: str | None) -> datetime | None:
    """When a kept company was finished; None for one that never was."""
    try:
        return datetime.fromisoformat(comment or "")
    except ValueError:
        return None


class Databases:
    """``address``: of any database of the server."""

    def __init__(self, address: str, say: Callable[[str], None]) -> None:
        self._address = address
        self._say = say

    def address(self, name: str) -> str:
        """With commits that wait for the disk, as a production server's do."""
        parts = urlsplit(self._address)
        query = "&".join(part for part in (parts.query, "options=-c%20synchronous_commit%3Don") if part)
        return parts._replace(path=f"/{name}", query=query).geturl()

    def base(self, deals: int, seed: int, now: datetime) -> str:
        """The name of a database with the company in it; made where there is none, or only an old one."""
        name = base_name(deals, seed, fingerprint())
        made = made_at(self._comment(name))
        if made is not None and now - made < KEPT_FOR:
            self._say(f"Taking the company of {deals:,} deals that was made at {made:%H:%M} UTC.")
            return name
        for old in self._like(f"bench\\_{deals}\\_%"):
            self._do(f"DROP DATABASE {old} WITH (FORCE)")
        self._do(f"CREATE DATABASE {name}")
        self.manage(name, "migrate", "--verbosity", "0")
        self.manage(name, "generate", "--deals", str(deals), "--seed", str(seed))
        with closing(psycopg2.connect(self.address(name))) as connection, connection, connection.cursor() as cursor:
            cursor.execute(f"COMMENT ON DATABASE {name} IS %s", [datetime.now(UTC).isoformat()])
        return name

    def copy(self, base: str) -> str:
        """A fresh copy of it, to be changed at will."""
        self._do(f"DROP DATABASE IF EXISTS {COPY} WITH (FORCE)")
        self._do(f"CREATE DATABASE {COPY} TEMPLATE {base} STRATEGY FILE_COPY")
        return COPY

    def drop_copy(self) -> None:
        self._do(f"DROP DATABASE IF EXISTS {COPY} WITH (FORCE)")

    def manage(self, name: str, *arguments: str) -> None:
        subprocess.run([sys.executable, "manage.py", *arguments], cwd=ROOT, env=os.environ | {"DATABASE_URL": self.address(name)}, check=True)  # noqa: S603 - our own command

    def _do(self, sql: str) -> None:
        with closing(psycopg2.connect(self.address("postgres"))) as connection:
            connection.autocommit = True
            connection.cursor().execute(sql)

    def _comment(self, name: str) -> str | None:
        sql = "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s"
        with closing(psycopg2.connect(self.address("postgres"))) as connection, connection.cursor() as cursor:
            cursor.execute(sql, [name])
            row = cursor.fetchone()
        return row[0] if row else None

    def _like(self, pattern: str) -> list[str]:
        with closing(psycopg2.connect(self.address("postgres"))) as connection, connection.cursor() as cursor:
            cursor.execute("SELECT datname FROM pg_database WHERE datname LIKE %s", [pattern])
            return [quote_ident(name, cursor) for (name,) in cursor.fetchall()]
