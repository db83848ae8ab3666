"""Where the demo answers: HOST and PORT, checked before anything starts."""

from __future__ import annotations

import errno
import ipaddress
import socket
import time
from dataclasses import dataclass
from typing import Self

from django.core.exceptions import ImproperlyConfigured

from config import environment

SECONDS_FOR_THE_LAST_DEMO = 12


@dataclass(frozen=True, slots=True)
class Address:
    host: str
    port: int

    @classmethod
    def from_environment(cls) -> Self:
        """127.0.0.1:8000 unless HOST and PORT say otherwise: a demo whose password is known is for this machine alone."""
        return cls(environment.text("HOST", default="127.0.0.1"), environment.number("PORT", 8000, low=1, high=65535))

    @property
    def everywhere(self) -> bool:
        return self.host in ("0.0.0.0", "::")  # noqa: S104 - compared, not bound

    @property
    def this_machine_only(self) -> bool:
        try:
            return self.host == "localhost" or ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False

    @property
    def reached_by(self) -> str:
        """The host as a browser on this machine writes it."""
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)  # noqa: S104 - see above
        return f"[{host}]" if ":" in host else host

    @property
    def url(self) -> str:
        return f"http://{self.reached_by}:{self.port}"

    @property
    def allowed_hosts(self) -> str:
        """The names a browser may call us by; everybody's when we answer everywhere."""
        return "*" if self.everywhere else ",".join(dict.fromkeys([self.reached_by, "127.0.0.1", "localhost", "[::1]"]))

    def check_free(self, *, patiently: bool) -> None:
        """Raises ImproperlyConfigured when it cannot be listened on. ``patiently``: a killed demo may still be letting go of it."""
        deadline = time.monotonic() + (SECONDS_FOR_THE_LAST_DEMO if patiently else 0)
        while (error := self._bind()) is not None:
            if error.errno != errno.EADDRINUSE or time.monotonic() > deadline:
                raise self._refusal(error) from error
            time.sleep(0.25)

    def _bind(self) -> OSError | None:
        try:
            family, kind, protocol, _name, where = socket.getaddrinfo(self.host, self.port, type=socket.SOCK_STREAM)[0]
            with socket.socket(family, kind, protocol) as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind(where)
                probe.listen()
        except OSError as error:
            return error
        return None

    def _refusal(self, error: OSError) -> ImproperlyConfigured:
        if error.errno == errno.EADDRINUSE:
            other = next((port for port in range(self.port + 1, 65536) if Address(self.host, port)._bind() is None), 8000)  # noqa: SLF001 - its own class
            return ImproperlyConfigured(f"Port {self.port} is taken by another program. Stop that one, or run: PORT={other} make demo")
        if error.errno == errno.EACCES:
            return ImproperlyConfigured(f"Port {self.port} is reserved for root. Run: PORT=8000 make demo")
        return ImproperlyConfigured(
            f"HOST={self.host} is no address of this machine. Leave HOST unset, or use HOST=0.0.0.0 to answer on all of them."
        )
