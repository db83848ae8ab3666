"""A connection to an IMAP server: to an address that was checked, within a time for each step, and with no answer without end.

``imaplib`` asks the resolver once more, limits each wait rather than their sum, and reads whatever length a server announces.
"""

from __future__ import annotations

import imaplib
import io
import socket
import ssl
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from django.conf import settings
from imap_tools import BaseMailBox
from imap_tools.errors import MailboxLoginError

from deals.intake.mailboxes import places
from deals.intake.mailboxes.faults import NoStartTlsError, explained, log_in_refused
from deals.timed_connection import Deadline

if TYPE_CHECKING:
    from collections.abc import Iterator

    from deals.intake.mailboxes.places import Place

# For finding the server, connecting and logging in; and for each step after that, such as one batch of messages.
SECONDS_TO_ENTER = 20.0
SECONDS_A_STEP = 120.0
SECONDS_TO_LEAVE = 5.0
# One silence within a step.
SECONDS_OF_SILENCE = 30.0
LONGEST_LINE = 20 * 1024 * 1024


class _Arriving(io.RawIOBase):
    """What arrives, each read within what is left of the step."""

    def __init__(self, client: Client) -> None:
        self.client = client

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview, /) -> int:  # type: ignore[override] # of all buffers those that BufferedReader uses
        self.client.sock.settimeout(self.client.patience())
        return self.client.sock.recv_into(buffer)


class Client(imaplib.IMAP4):
    """``imaplib`` on a socket of ours. Raises OverflowError for an answer larger than we ever asked for."""

    def __init__(self, place: Place, *, seconds: float, each_step: float) -> None:
        self.place, self.each_step = place, each_step
        self.deadline = Deadline(seconds)
        super().__init__(place.host, place.port)
        if place.security == places.STARTTLS:
            if "STARTTLS" not in self.capabilities:
                raise NoStartTlsError
            self.starttls(ssl.create_default_context())
            self.lines = io.BufferedReader(_Arriving(self))

    def step(self) -> None:
        """The next thing asked for has its own time."""
        self.deadline = Deadline(self.each_step)

    def patience(self) -> float:
        return min(self.deadline.left(), SECONDS_OF_SILENCE)

    def open(self, host: str = "", port: int = 0, timeout: float | None = None) -> None:
        """In place of the library's, which looks the name up anew. ``timeout`` is the deadline's."""
        self.host, self.port = host, port
        self.sock: socket.socket = self._connected()
        if self.place.security == places.TLS:
            self.sock.settimeout(self.patience())
            self.sock = ssl.create_default_context().wrap_socket(self.sock, server_hostname=host)
        self.lines = io.BufferedReader(_Arriving(self))

    def _connected(self) -> socket.socket:
        failed: OSError = OSError("no address")
        for address in self.place.addresses:
            try:
                return socket.create_connection((address, self.place.port), timeout=min(self.deadline.left(), 10.0))
            except OSError as error:
                failed = error
        raise failed

    def read(self, size: int) -> bytes:
        if size > settings.MAIL_MAX_BYTES + LONGEST_LINE:
            raise self.abort(f"an answer of {size} bytes")
        return self.lines.read(size)

    def readline(self) -> bytes:
        line = self.lines.readline(LONGEST_LINE + 1)
        if len(line) > LONGEST_LINE:
            raise self.abort("a line without end")
        return line

    def send(self, data: bytes) -> None:  # type: ignore[override] # of all buffers those that imaplib sends
        self.sock.settimeout(self.patience())
        self.sock.sendall(data)

    def shutdown(self) -> None:
        with suppress(OSError):
            self.sock.shutdown(socket.SHUT_RDWR)
        self.sock.close()


class Box(BaseMailBox):
    """imap_tools over such a client."""

    def __init__(self, client: Client) -> None:
        self.given = client
        super().__init__()

    def _get_mailbox_client(self) -> imaplib.IMAP4:
        return self.given


@contextmanager
def entered(host: str, port: int, security: str, *, login: str, secret: str, by_token: bool, each_step: float = SECONDS_A_STEP) -> Iterator[Box]:
    """A mailbox one is logged in to. Raises MailboxFault, also for what goes wrong inside. Never within a transaction.

    ``each_step``: seconds for each thing asked for after the log-in.
    """
    place = places.find(host, port, security, seconds=SECONDS_TO_ENTER)
    with explained(host, port):
        client = Client(place, seconds=SECONDS_TO_ENTER, each_step=each_step)
    try:
        with explained(host, port):
            box = Box(client)
            _log_in(box, login, secret, by_token=by_token)
            client.step()
            yield box
    finally:
        _leave(client)


def _log_in(box: Box, login: str, secret: str, *, by_token: bool) -> None:
    client = box.given
    by_mechanism = not (login + secret).isascii() or "LOGINDISABLED" in client.capabilities
    try:
        if by_token:
            box.xoauth2(login, secret, None)
        elif by_mechanism:
            box.login_utf8(login, secret, None)
        else:
            box.login(login, secret, None)
    except MailboxLoginError as error:
        raise log_in_refused(str(error.command_result[1]), by_token=by_token) from None
    except client.abort:
        raise
    except client.error as error:
        raise log_in_refused(str(error), by_token=by_token) from None


def _leave(client: Client) -> None:
    """Politely where that is possible. What was read is kept already, so nothing here matters."""
    with suppress(OSError, imaplib.IMAP4.error):
        client.deadline = Deadline(SECONDS_TO_LEAVE)
        client.logout()
    client.shutdown()
