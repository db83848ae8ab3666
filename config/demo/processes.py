"""The demo's process manager: starts what the Procfile names, watches it, and leaves none of it behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from honcho.environ import parse_procfile

from config.embedded import ROOT
from config.embedded.children import end_with_parent

if TYPE_CHECKING:
    from collections.abc import Callable

SECONDS_TO_STOP = 10


@dataclass(slots=True)
class Child:
    """One program in a session of its own, its words in a log of its own."""

    name: str
    log: Path
    process: subprocess.Popen[bytes]

    @classmethod
    def start(cls, name: str, command: list[str], logs: Path, *, talks: bool = False) -> Child:
        """``talks``: its standard output is the demo's; its errors go to the log all the same."""
        log = logs / f"{name}.log"
        with log.open("wb") as file:
            process = subprocess.Popen(  # noqa: S603 - commands of this project
                command,
                cwd=ROOT,
                env={**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}", "PYTHONUNBUFFERED": "1"},
                stdin=subprocess.DEVNULL,
                stdout=None if talks else file,
                stderr=file,
                start_new_session=True,
                preexec_fn=end_with_parent,  # noqa: PLW1509 - one system call, no locks
            )
        return cls(name, log, process)

    def last_words(self, lines: int = 6) -> str:
        return "\n".join(self.log.read_text(errors="replace").strip().splitlines()[-lines:])

    def ask_to_stop(self) -> None:
        with suppress(ProcessLookupError):
            self.process.terminate()

    def kill(self) -> None:
        """The program and everything it started."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


def procfile() -> dict[str, str]:
    """The programs by name, each a line for the shell."""
    return dict(parse_procfile((ROOT / "Procfile").read_text()).processes)


def start_all(logs: Path) -> list[Child]:
    return [Child.start(name, ["/bin/sh", "-c", f"exec {command}"], logs) for name, command in procfile().items()]


def stop_all(children: list[Child], *, impatient: Callable[[], bool]) -> None:
    """Ask, wait a little for work in hand, then kill what is left, with all it started."""
    for child in children:
        child.ask_to_stop()
    deadline = time.monotonic() + SECONDS_TO_STOP
    while any(child.process.poll() is None for child in children) and time.monotonic() < deadline and not impatient():
        time.sleep(0.05)
    for child in children:
        child.kill()


def fallen(children: list[Child]) -> Child | None:
    """The first that has ended by itself."""
    return next((child for child in children if child.process.poll() is not None), None)
