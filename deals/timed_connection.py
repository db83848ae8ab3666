"""One HTTP exchange with an address that was checked, within a deadline for all of it.

``http.client`` connects by name, asks the resolver again while doing so, and limits each wait rather than their sum; here the
socket is made first, to the address itself, and every read and write gets what is left of the whole time.
"""

from __future__ import annotations

import http.client
import io
import socket
import ssl
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

# So that one address that does not answer leaves time for the next.
EACH_CONNECT = 5.0


class Deadline:
    """A moment by the machine's own clock, which nobody can turn back."""

    def __init__(self, seconds: float) -> None:
        self.at = time.monotonic() + seconds

    def left(self) -> float:
        """In seconds. Raises TimeoutError where there are none."""
        left = self.at - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return left


class _Reader(io.RawIOBase):
    """What arrives, each read within what is left of the whole time, and no more than ``most`` bytes of it."""

    def __init__(self, connection: socket.socket, deadline: Deadline, most: int) -> None:
        self.connection, self.deadline, self.left = connection, deadline, most

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview, /) -> int:  # type: ignore[override] # of all buffers those that http.client uses
        if self.left <= 0:
            raise OverflowError
        self.connection.settimeout(self.deadline.left())
        count = self.connection.recv_into(buffer)
        self.left -= count
        return count


class _Socket:
    """As much of a socket as ``http.client`` uses."""

    def __init__(self, connection: socket.socket, deadline: Deadline, most: int) -> None:
        self.connection, self.deadline, self.most = connection, deadline, most

    def sendall(self, data: bytes) -> None:
        self.connection.settimeout(self.deadline.left())
        self.connection.sendall(data)

    def makefile(self, mode: str) -> io.BufferedReader:
        return io.BufferedReader(_Reader(self.connection, self.deadline, self.most))

    def close(self) -> None:
        """``http.client`` lets go before it has read the body; ``hang_up`` closes."""


class TimedConnection(http.client.HTTPConnection):
    """``addresses`` are tried in their order; ``host`` is only what is said to the server and what its certificate has to name.

    ``most``: how many bytes may arrive in all, headers included; one more raises OverflowError. A deadline that
    passes raises TimeoutError.
    """

    def __init__(self, host: str, port: int, *, addresses: Sequence[str], encrypted: bool, deadline: Deadline, most: int) -> None:
        super().__init__(host, port)
        self.addresses, self.encrypted, self.deadline, self.most = addresses, encrypted, deadline, most
        # Says the port in the Host header only where it is not the usual one.
        self.default_port = 443 if encrypted else 80
        self.connection: socket.socket | None = None

    def connect(self) -> None:
        self.connection = self._connected()
        if self.encrypted:
            self.connection.settimeout(self.deadline.left())
            self.connection = ssl.create_default_context().wrap_socket(self.connection, server_hostname=self.host)
        self.sock = _Socket(self.connection, self.deadline, self.most)

    def hang_up(self) -> None:
        self.close()
        if self.connection is not None:
            self.connection.close()

    def _connected(self) -> socket.socket:
        failed: OSError = OSError("no address")
        for address in self.addresses:
            try:
                return socket.create_connection((address, self.port), timeout=min(self.deadline.left(), EACH_CONNECT))
            except OSError as error:
                failed = error
        raise failed

    def ask(self, method: str, target: str, headers: Mapping[str, str], body: bytes | None = None) -> http.client.HTTPResponse:
        self.request(method, target, body=body, headers=dict(headers))
        return self.getresponse()
