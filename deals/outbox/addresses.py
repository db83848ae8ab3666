"""Addresses as people type them, and the sender's own."""

from __future__ import annotations

import re
from email.headerregistry import Address
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from accounts.refusals import Refused

if TYPE_CHECKING:
    from collections.abc import Iterable

    from accounts.models import User

MOST = 50
BETWEEN = re.compile(r"[,;\s]+")
ANGLE = re.compile(r"<([^<>]+)>")
# What a header cannot hold, and what would make another one of it.
CONTROL = re.compile(r"[\x00-\x1f\x7f\u2028\u2029]")


def typed(text: str) -> list[str]:
    """The addresses of a field: separated by commas, semicolons or spaces, or as "Name <address>". Not yet checked."""
    named = ANGLE.findall(text)
    rest = re.sub(r"(?:\"[^\"]*\"|[^,;<>\n])*<[^<>]+>", " ", text)
    return list(dict.fromkeys(one for one in (*named, *BETWEEN.split(rest)) if one))


def checked(addresses: Iterable[str]) -> list[str]:
    """In small letters, each once. Refused for what is no address, and for one that only newer servers could reach."""
    found = []
    for one in addresses:
        address = one.strip().lower()
        try:
            validate_email(address)
        except ValidationError:
            raise Refused(_("“%(address)s” is no e-mail address. Correct it.") % {"address": CONTROL.sub(" ", address)[:100]}) from None
        if CONTROL.search(address) or not address.rpartition("@")[0].isascii():
            raise Refused(_("“%(address)s” has letters before the @ that mail servers do not take. Ask for another address.") % {"address": address})
        found.append(address)
    if len(found) > MOST:
        raise Refused(_("That is more than %(most)s addresses. Write to fewer.") % {"most": MOST})
    return list(dict.fromkeys(found))


def sender_of(author: User) -> tuple[str, list[str]]:
    """What stands in From, and in Reply-To: the author's own address, or the installation's with answers to the author."""
    own = str(author.email)
    shared: str = settings.OUTGOING_SENDER
    if not shared or shared.lower() == own.lower():
        return _written(author.name, own), []
    return _written(author.name, shared), [_written(author.name, own)]


def _written(name: str, address: str) -> str:
    return str(Address(CONTROL.sub(" ", name).strip(), addr_spec=address))


def domain_of_ids(author: User) -> str:
    """Where Message-IDs are made: the sender's domain, which keeps mail with one house's name in both places."""
    sender = settings.OUTGOING_SENDER or author.email or ""
    domain = str(sender).rpartition("@")[2].strip().lower()
    made = domain.encode("idna").decode() if domain and not domain.isascii() else domain
    return made or urlsplit(settings.SITE_URL).hostname or "localhost"
