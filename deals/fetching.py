"""Fetching what lies at an address a person typed, such as a calendar, and sending a form to one that is configured. Neither must
become a way into our own network.

Every name is looked up once, its addresses are checked, and the connection goes to one of those that were checked; so does each
redirect. Size, time and unpacking are limited as a whole.
"""

from __future__ import annotations

import base64
import http.client
import re
import ssl
import zlib
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, quote, unquote, urljoin, urlsplit

from django.utils.translation import gettext as _

from accounts.refusals import Refused
from deals.public_addresses import addresses_within, is_public, system_addresses
from deals.timed_connection import Deadline, TimedConnection

if TYPE_CHECKING:
    from collections.abc import Iterator

    from deals.public_addresses import Resolve

MEGABYTE = 1024 * 1024
MAX_BYTES = 10 * MEGABYTE
SECONDS = 20.0
REDIRECTS = 5
CHUNK = 64 * 1024
# Headers and the marks between chunks come on top of the body.
OVERHEAD = 256 * 1024
ADDRESSES = 4
LONGEST_MARK = 300
SCHEMES = {"http": "http", "https": "https", "webcal": "https", "webcals": "https"}
MOVED = frozenset((301, 302, 303, 307, 308))
UNPRINTABLE = re.compile(r"[\x00-\x20\x7f\\]")


class NotFetched(Refused):
    """One sentence with the remedy. ``temporary``: whether the same address may well answer later."""

    def __init__(self, sentence: str, *, temporary: bool = False) -> None:
        super().__init__(sentence)
        self.temporary = temporary


@dataclass(frozen=True, slots=True)
class Fetched:
    """``etag`` and ``modified`` are to be given along the next time. ``unchanged``: the server says so, and ``body`` is empty.

    ``url``: where it was found in the end; ``kind``: its content type, in lower case, without parameters.
    """

    body: bytes
    etag: str
    modified: str
    unchanged: bool = False
    url: str = ""
    kind: str = ""


def fetch(
    url: str,
    *,
    max_bytes: int = MAX_BYTES,
    seconds: float = SECONDS,
    resolve: Resolve = system_addresses,
    allowed: frozenset[str] = frozenset(),
    etag: str = "",
    modified: str = "",
    accept: str = "*/*",
) -> Fetched:
    """What lies at the address now. Raises NotFetched. Never inside a transaction: it waits up to ``seconds`` in all.

    ``allowed``: host names, in lower case, that the operator trusts although they may be on a network of our own.
    """
    headers = {"Accept": accept, "Accept-Encoding": "gzip", "User-Agent": "Salvor", "Connection": "close"}
    headers |= {name: value for name, value in (("If-None-Match", etag), ("If-Modified-Since", modified)) if _is_plain(value)}
    visitor = _Visitor(headers, Deadline(seconds), max_bytes, resolve, allowed)
    place = _parsed(url)
    for _hop in range(REDIRECTS + 1):
        with _explained(visitor, place, seconds):
            found = visitor.visit(place)
        if isinstance(found, Fetched):
            return replace(found, etag=etag, modified=modified) if found.unchanged else found
        place = _next(place, found)
    raise NotFetched(_("%(host)s sends from one address to the next without an end; check the address.") % {"host": place.hostname})


@dataclass(frozen=True, slots=True)
class Answered:
    """What a server said to what was sent to it, whether it took it or not."""

    status: int
    body: bytes


def post(
    url: str, form: str, *, max_bytes: int, seconds: float, resolve: Resolve = system_addresses, allowed: frozenset[str] = frozenset()
) -> Answered:
    """Send a form, as ``application/x-www-form-urlencoded`` has it, and hear the answer. Raises NotFetched. Never inside a transaction.

    What is sent may be secret: it goes to this one address, encrypted unless the operator trusts the host; a redirect is an answer like any other.
    """
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json", "User-Agent": "Salvor", "Connection": "close"}
    visitor = _Visitor(headers, Deadline(seconds), max_bytes, resolve, allowed)
    place = _parsed(url)
    if place.scheme != "https" and place.hostname not in allowed:
        raise NotFetched(_("%(host)s is not asked without encryption; use an address that begins with https://.") % {"host": place.hostname})
    with _explained(visitor, place, seconds):
        return visitor.send(place, form.encode())


@contextmanager
def _explained(visitor: _Visitor, place: SplitResult, seconds: float) -> Iterator[None]:
    """A visit whose failures are sentences."""
    words = {"host": place.hostname, "seconds": f"{seconds:g}"}
    try:
        yield
    except TimeoutError as error:
        raise NotFetched(_("%(host)s did not answer within %(seconds)s seconds; Salvor tries again later.") % words, temporary=True) from error
    except OverflowError as error:
        raise _too_large(place, visitor.most) from error
    except ssl.SSLCertVerificationError as error:
        raise NotFetched(_("The certificate of %(host)s is not valid for it; tell whoever runs it, or use another address.") % words) from error
    except (OSError, http.client.HTTPException, zlib.error, ValueError) as error:
        raise NotFetched(_("The connection to %(host)s failed; Salvor tries again later.") % words, temporary=True) from error


@dataclass(frozen=True, slots=True)
class _Visitor:
    headers: dict[str, str]
    deadline: Deadline
    most: int
    resolve: Resolve
    allowed: frozenset[str]

    def visit(self, place: SplitResult) -> Fetched | str:
        """One request: what was found, or the address it was moved to."""
        with self._asked("GET", place) as response:
            if response.status in MOVED:
                return response.headers.get("Location", "")
            if response.status == 304:
                return Fetched(b"", "", "", unchanged=True, url=place.geturl())
            if response.status != 200:
                raise _said_no(place, response.status)
            body = _body(response, place, self.most)
            etag, modified = (value if _is_plain(value := response.headers.get(name, "")) else "" for name in ("ETag", "Last-Modified"))
            return Fetched(body, etag, modified, url=place.geturl(), kind=response.headers.get_content_type())

    def send(self, place: SplitResult, form: bytes) -> Answered:
        with self._asked("POST", place, form) as response:
            return Answered(response.status, _body(response, place, self.most))

    @contextmanager
    def _asked(self, method: str, place: SplitResult, form: bytes | None = None) -> Iterator[http.client.HTTPResponse]:
        host, port = place.hostname or "", _port(place)
        addresses = self._checked(host, port)
        allowance = self.most + self.most // 100 + OVERHEAD
        encrypted = place.scheme == "https"
        connection = TimedConnection(host, port, addresses=addresses, encrypted=encrypted, deadline=self.deadline, most=allowance)
        try:
            yield connection.ask(method, _target(place), self.headers | _credentials(place), form)
        finally:
            connection.hang_up()

    def _checked(self, host: str, port: int) -> list[str]:
        """The addresses of a host, if every one of them may be visited. One bad one among them is a trick, or soon will be."""
        trusted = host in self.allowed
        words = {"host": host, "port": port}
        if not trusted and port not in (80, 443) and port < 1024:
            raise NotFetched(_("Port %(port)d is not one of the web; use an address that begins with https:// and names no port.") % words)
        try:
            addresses = addresses_within(self.deadline.left(), self.resolve, host, port)
        except TimeoutError:
            raise
        except OSError as error:
            raise NotFetched(_("There is no server named %(host)s; check the address.") % words, temporary=True) from error
        if not addresses or not (trusted or all(is_public(one) for one in addresses)):
            raise NotFetched(_("%(host)s is not on the public internet; ask whoever runs Salvor to allow it, or use a public address.") % words)
        return addresses[:ADDRESSES]


def _target(place: SplitResult) -> str:
    """What is asked for, with every letter that may not stand in a request spelled out."""
    query = quote(place.query, safe="/%:@!$&()*+,;=~-._?")
    return quote(place.path or "/", safe="/%:@!$&'()*+,;=~-._") + (f"?{query}" if query else "")


def _body(response: http.client.HTTPResponse, place: SplitResult, most: int) -> bytes:
    """The body, unpacked. Stops at the first byte too many, whatever the headers promise."""
    if (response.length or 0) > most:
        raise _too_large(place, most)
    packing = response.headers.get("Content-Encoding", "identity").strip().lower()
    if packing not in ("identity", "", "gzip", "x-gzip", "deflate"):
        raise NotFetched(_("%(host)s packs what it sends in a way Salvor does not know; use another address.") % {"host": place.hostname})
    # 47: gzip or zlib, whichever it is.
    unpack = None if packing in ("identity", "") else zlib.decompressobj(47)
    body = bytearray()
    while chunk := response.read(CHUNK):
        body += unpack.decompress(chunk, most + 1 - len(body)) if unpack else chunk
        if len(body) > most or (unpack and unpack.unconsumed_tail):
            raise _too_large(place, most)
    if response.length or (unpack and not unpack.eof):
        raise http.client.IncompleteRead(b"")
    return bytes(body)


def _parsed(url: str) -> SplitResult:
    """The parts of an address whose host is in the form that is asked for. Raises NotFetched."""
    try:
        parts = urlsplit(url.strip())
        scheme = SCHEMES.get(parts.scheme.lower(), "")
        name = (parts.hostname or "").rstrip(".")
        host = name if ":" in name else name.encode("idna").decode()
        port = parts.port
    except ValueError as error:  # UnicodeError is one
        raise NotFetched(_("This is no address; copy the whole of it, from https:// on.")) from error
    if not scheme:
        raise NotFetched(_("Only addresses that begin with https://, http:// or webcal:// can be fetched."))
    if not host or UNPRINTABLE.search(parts.netloc + host) or "%" in host or port == 0:
        raise NotFetched(_("This is no address; copy the whole of it, from https:// on."))
    before = parts.netloc.rpartition("@")[0]
    netloc = f"{before}@" if before else ""
    netloc += f"[{host}]" if ":" in host else host
    return SplitResult(scheme, netloc + (f":{port}" if port else ""), parts.path, parts.query, "")


def _next(place: SplitResult, location: str) -> SplitResult:
    """Where a redirect leads; never from an encrypted address to an open one, as addresses may be secrets."""
    without = place._replace(netloc=place.netloc.rpartition("@")[2]).geturl()
    words = {"host": place.hostname}
    if not location:
        raise NotFetched(_("%(host)s says that this has moved, but not where to; check the address.") % words)
    try:
        found = _parsed(urljoin(without, location))
    except ValueError as error:
        raise NotFetched(_("%(host)s says that this has moved, but not where to; check the address.") % words) from error
    if place.scheme == "https" and found.scheme == "http":
        raise NotFetched(_("%(host)s leads to an address that is not encrypted; use that one, if you trust it.") % words)
    if _same_origin(place, found) and not found.username:
        return found._replace(netloc=place.netloc)
    return found


def _same_origin(one: SplitResult, other: SplitResult) -> bool:
    return (one.scheme, one.hostname, _port(one)) == (other.scheme, other.hostname, _port(other))


def _port(place: SplitResult) -> int:
    return place.port or (443 if place.scheme == "https" else 80)


def _credentials(place: SplitResult) -> dict[str, str]:
    """A name and a password in the address are for its own server only."""
    if place.username is None:
        return {}
    pair = f"{unquote(place.username)}:{unquote(place.password or '')}".encode()
    return {"Authorization": f"Basic {base64.b64encode(pair).decode()}"}


def _is_plain(value: str) -> bool:
    """May stand in a header, and is no longer than a mark has any reason to be."""
    return bool(value) and len(value) <= LONGEST_MARK and value.isascii() and value.isprintable()


def _too_large(place: SplitResult, most: int) -> NotFetched:
    size = f"{most / MEGABYTE:g} MB" if most >= MEGABYTE else f"{most} bytes"
    return NotFetched(_("What %(host)s sends is larger than %(size)s; use an address with less behind it.") % {"host": place.hostname, "size": size})


def _said_no(place: SplitResult, status: int) -> NotFetched:
    words = {"host": place.hostname, "status": status}
    if status in (401, 403, 407):
        return NotFetched(_("%(host)s wants a log-in (%(status)d); use the secret or public address of the calendar instead.") % words)
    if status in (404, 410):
        return NotFetched(_("There is nothing at this address of %(host)s (%(status)d); copy it again from where you found it.") % words)
    if status == 429 or status >= 500:
        return NotFetched(_("%(host)s has trouble of its own (%(status)d); Salvor tries again later.") % words, temporary=True)
    return NotFetched(_("%(host)s answered in a way Salvor does not understand (%(status)d); check the address.") % words)
