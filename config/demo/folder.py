"""One demo per folder: a lock that the kernel lets go of however the demo ends, with its address in it."""

from __future__ import annotations

import fcntl
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

from django.core.exceptions import ImproperlyConfigured

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class FolderInUse(ImproperlyConfigured):
    """Another demo runs from this folder."""


@contextmanager
def only_demo_of(folder: Path, address: str) -> Iterator[bool]:
    """Holds the folder. Gives True when the last demo here was killed: something of it may still be letting go."""
    descriptor = os.open(folder / "demo.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            running = os.read(descriptor, 200).decode().strip() or "an address that it will print in a moment"
            raise FolderInUse(f"A demo already runs from this folder, on {running}. Open that, or stop it there with Ctrl-C first.") from None
        was_killed = bool(os.read(descriptor, 1))
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, address.encode(), 0)
        yield was_killed
        os.ftruncate(descriptor, 0)
    finally:
        os.close(descriptor)
