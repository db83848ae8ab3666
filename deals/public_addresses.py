"""Which network addresses belong to the public internet. An address that a person types may lead to none of our own machines."""

from __future__ import annotations

import socket
import threading
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    # A host and a port to its addresses, as text, the best first. Raises OSError where there are none.
    Resolve = Callable[[str, int], list[str]]

UNICAST = IPv6Network("2000::/3")
# Of the public space, what leads elsewhere: addresses that carry one of version 4 (6to4, Teredo), examples, benchmarks, routing by segment.
ELSEWHERE = tuple(IPv6Network(one) for one in ("2002::/16", "2001::/23", "2001:db8::/32", "3fff::/20"))
# The well-known prefix behind which a network may translate to version 4 (RFC 6052).
TRANSLATED = IPv6Network("64:ff9b::/96")


def is_public(address: str) -> bool:
    """Whether the address is one host of the public internet. Anything that is no plain address is not.

    An address of version 6 that carries one of version 4 counts as that one; those of tunnels never count.
    """
    try:
        parsed = ip_address(address)
    except ValueError:
        return False
    if isinstance(parsed, IPv6Address):
        if parsed.scope_id is not None:
            return False
        if parsed.ipv4_mapped is not None:
            return _is_public_4(parsed.ipv4_mapped)
        if parsed in TRANSLATED:
            return _is_public_4(IPv4Address(int(parsed) & 0xFFFFFFFF))
        return parsed.is_global and parsed in UNICAST and not any(parsed in network for network in ELSEWHERE)
    return _is_public_4(parsed)


def _is_public_4(address: IPv4Address) -> bool:
    outside = address.is_multicast or address.is_reserved or address.is_unspecified or address.is_loopback or address.is_link_local
    # 192.88.99.0/24 was the way into 6to4, 192.0.0.0/24 belongs to protocols.
    return address.is_global and not outside and address.packed[:3] not in (b"\xc0\x58\x63", b"\xc0\x00\x00")


def system_addresses(host: str, port: int) -> list[str]:
    """What the machine's resolver says. Also reads numbers such as 0x7f.1, which are addresses too."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(one[4][0]) for one in found))


def addresses_within(seconds: float, resolve: Resolve, host: str, port: int) -> list[str]:
    """``resolve`` with a limit of time, which the system's has not. Raises TimeoutError, and OSError where it fails."""
    found: list[list[str]] = []
    failed: list[OSError] = []

    def ask() -> None:
        try:
            found.append(resolve(host, port))
        except OSError as error:
            failed.append(error)
        except UnicodeError as error:  # a name that cannot be asked for
            failed.append(OSError(str(error)))

    asking = threading.Thread(target=ask, daemon=True, name="resolve")
    asking.start()
    asking.join(max(seconds, 0))
    if failed:
        raise failed[0]
    if not found:
        raise TimeoutError(host)
    return found[0]
