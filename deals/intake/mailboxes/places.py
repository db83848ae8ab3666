"""Where a mailbox is. The server is named by people: it must not become a way into our own network."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import ip_address
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.translation import gettext as _

from deals.intake.mailboxes.faults import MailboxFault
from deals.public_addresses import addresses_within, is_public, system_addresses

if TYPE_CHECKING:
    from deals.public_addresses import Resolve

# Ports of other services are nobody's business; above 1024 a provider may have put IMAP anywhere.
PORTS = frozenset({143, 993})
ADDRESSES = 4
TLS, STARTTLS, PLAIN = "tls", "starttls", "plain"


@dataclass(frozen=True, slots=True)
class Place:
    """A server whose addresses were checked; the connection goes to one of these, whatever the name says a moment later."""

    host: str
    port: int
    security: str
    addresses: tuple[str, ...]


def find(host: str, port: int, security: str, *, seconds: float, resolve: Resolve = system_addresses) -> Place:
    """Look the server up once. Raises :class:`MailboxFault` for one that is unknown, on our own network, or to be spoken to openly.

    Servers that the operator names (INTERNAL_HOSTS) may be anywhere. Without encryption only this very machine is spoken to.
    """
    name = _name(host)
    words = {"host": host, "port": port}
    trusted = name in settings.INTERNAL_HOSTS
    if not trusted and port < 1024 and port not in PORTS:
        raise MailboxFault(_("Port %(port)d is not one of mailboxes: 993 is usual, 143 with STARTTLS.") % words, field="port")
    try:
        addresses = addresses_within(seconds, resolve, name, port)
    except TimeoutError as error:
        raise MailboxFault(_("%(host)s could not be looked up in time; Salvor tries again later.") % words, field="host") from error
    except OSError as error:
        raise MailboxFault(_("There is no server named %(host)s: check its name.") % words, field="host") from error
    if not addresses or not (trusted or all(is_public(one) for one in addresses)):
        sentence = _("%(host)s is not on the public internet: use a public server, or ask whoever runs Salvor to allow this one.")
        raise MailboxFault(sentence % words, field="host")
    if security == PLAIN and not all(_is_this_machine(one) for one in addresses):
        sentence = _("Without encryption only this very machine is read: choose TLS or STARTTLS for %(host)s.")
        raise MailboxFault(sentence % words, field="security")
    return Place(name, port, security, tuple(addresses[:ADDRESSES]))


def _name(host: str) -> str:
    plain = host.strip().rstrip(".").lower()
    try:
        return plain if ":" in plain else plain.encode("idna").decode()
    except UnicodeError as error:
        raise MailboxFault(_("%(host)s is no name of a server: check it.") % {"host": host}, field="host") from error


def _is_this_machine(address: str) -> bool:
    return ip_address(address.partition("%")[0]).is_loopback
