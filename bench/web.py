"""Two web servers: Salvor's with its production settings, and one with the bare views."""

from __future__ import annotations

import http.client
import os
import socket
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import psutil

from bench.databases import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

SECONDS_TO_START = 60


@dataclass(frozen=True)
class Answer:
    status: int
    body: bytes
    milliseconds: float


@dataclass(frozen=True)
class Server:
    port: int
    process: psutil.Process

    def memory(self) -> float:
        """MB of all its processes; what they share is counted once (PSS)."""
        return sum(one.memory_full_info().pss for one in (self.process, *self.process.children(recursive=True))) / 1024 / 1024


class Client:
    """One browser: a connection that stays open, and cookies."""

    def __init__(self, port: int, cookies: Mapping[str, str] | None = None) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        self._cookies = dict(cookies or {})

    def get(self, path: str) -> Answer:
        return self._ask("GET", path, None, {})

    def post(self, path: str, fields: Mapping[str, str]) -> Answer:
        headers = {"Content-Type": "application/x-www-form-urlencoded", "X-CSRFToken": self._cookies["csrftoken"]}
        return self._ask("POST", path, urlencode(fields), headers)

    def close(self) -> None:
        self._connection.close()

    def _ask(self, method: str, path: str, body: str | None, headers: Mapping[str, str]) -> Answer:
        cookies = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        started = time.perf_counter()
        self._connection.request(method, path, body, {"Cookie": cookies, **headers})
        response = self._connection.getresponse()
        found = response.read()
        return Answer(response.status, found, (time.perf_counter() - started) * 1000)


@contextmanager
def gunicorn(application: str, *, log: Path, environment: Mapping[str, str], answers_at: str) -> Iterator[Server]:
    """The application under Salvor's own gunicorn settings: two workers, four threads each."""
    port = _free_port()
    own = {"HOST": "127.0.0.1", "PORT": str(port), "WEB_WORKERS": "2", "ACCESS_LOG": "/dev/null", "LOG_LEVEL": "WARNING"}
    with log.open("wb") as output:
        process = subprocess.Popen(  # noqa: S603 - the locked gunicorn
            [sys.executable, "-m", "gunicorn", "--config", "python:config.gunicorn", application],
            cwd=ROOT,
            env={**os.environ, **own, **environment},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    try:
        _wait(port, process, log, answers_at)
        yield Server(port, psutil.Process(process.pid))
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait(port: int, process: subprocess.Popen[bytes], log: Path, path: str) -> None:
    deadline = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < deadline and process.poll() is None:
        with suppress(OSError, http.client.HTTPException):
            client = Client(port)
            try:
                if client.get(path).status < 500:
                    return
            finally:
                client.close()
        time.sleep(0.2)
    raise SystemExit(f"The web server did not start. Its log is {log}:\n{log.read_text(errors='replace')[-2000:]}")


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
    return port
