"""The embedded PostgreSQL and Valkey: real servers from wheels, for a first look and for tests.

Where ``DATABASE_URL`` or ``REDIS_URL`` is set, that server is used and nothing is started. Otherwise a
server starts (or one that already runs from this folder is joined) and its address is put into the
environment of this process and so of its children. Data lives in ``SALVOR_LOCAL`` (default ``.local/``).
Nothing here is used in production.
"""

from __future__ import annotations

import atexit
import os
import secrets
from contextlib import suppress
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from config.embedded.postgres import Postgres
from config.embedded.valkey import Valkey, running_at

ROOT = Path(__file__).resolve().parent.parent.parent

_running: dict[str, Postgres | Valkey] = {}


def local_folder() -> Path:
    """Where everything that is made here lives; made when it is missing."""
    folder = Path(os.environ.get("SALVOR_LOCAL") or ROOT / ".local").expanduser().absolute()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ImproperlyConfigured(f"The folder {folder} cannot be made ({error.strerror}). Set SALVOR_LOCAL to a folder of your own.") from error
    if not os.access(folder, os.W_OK | os.X_OK):
        raise ImproperlyConfigured(f"The folder {folder} belongs to somebody else. Set SALVOR_LOCAL to a folder of your own.")
    return folder


def start_servers(*, durable: bool = True) -> None:
    """Make sure both servers answer, and say where in the environment. Safe to call twice.

    ``durable=False`` trades safety after a power cut for speed: for tests.
    """
    folder = local_folder()
    if not os.environ.get("DATABASE_URL"):
        postgres = Postgres(folder, durable=durable)
        postgres.start()
        _running["postgres"] = postgres
        os.environ["DATABASE_URL"] = postgres.address()
        os.environ.setdefault("SALVOR_EMBEDDED", "yes")
    if not os.environ.get("REDIS_URL"):
        os.environ["REDIS_URL"] = running_at(folder) or _own_valkey(folder)
        os.environ.setdefault("SALVOR_EMBEDDED", "yes")
    if os.environ.get("SALVOR_EMBEDDED") and not os.environ.get("SECRET_KEY"):
        os.environ["SECRET_KEY"] = secret_key(folder)


def _own_valkey(folder: Path) -> str:
    valkey = Valkey(folder)
    valkey.start()
    _running["valkey"] = valkey
    return valkey.address


@atexit.register
def stop_servers() -> None:
    """Stop what this process started; a PostgreSQL that others still use goes on for them."""
    for name in ("valkey", "postgres"):
        server = _running.pop(name, None)
        if server is not None:
            server.stop()


def secret_key(folder: Path) -> str:
    """A key of this folder's own, made once and readable by its owner alone."""
    path = folder / "secret_key"
    with suppress(FileExistsError):
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(50))
    key = path.read_text()
    if not key:
        # The process that made the file was killed before it wrote.
        path.unlink(missing_ok=True)
        return secret_key(folder)
    return key
