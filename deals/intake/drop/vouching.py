"""Whether the provider of the drop address vouches that a message is of the domain that its From names.

What the provider says stands above the first Received field, which it adds itself; below, the sender can have written anything
(RFC 8601, section 5). Of its verdicts those count that are of the From's own domain: a DKIM signature, DMARC, or SPF for the envelope.
"""

from __future__ import annotations

import re
from email.parser import BytesHeaderParser
from email.policy import compat32
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from deals.intake.mail.message import Mail

# The provider's own fields are at the very top.
MOST = 64 * 1024
COMMENT = re.compile(r"\([^()]*\)")
NAMED_BY = {"dkim": r"header\.(?:d|i)", "dmarc": r"header\.from", "spf": r"smtp\.mailfrom"}


def vouched(raw: bytes, mail: Mail) -> bool:
    """``mail`` was read from ``raw``. False where nothing is said, or nothing of the sender's domain."""
    if mail.sender is None or not mail.sender.domain:
        return False
    return any(_is_of(domain, mail.sender.domain) for domain in _passed(_provided(raw)))


def _provided(raw: bytes) -> list[tuple[str, str]]:
    """The fields above the first Received; none where there is no such field, as then nobody knows who wrote them."""
    fields = [(name.lower(), " ".join(str(value).split())) for name, value in BytesHeaderParser(policy=compat32).parsebytes(raw[:MOST]).items()]
    names = [name for name, _value in fields]
    return fields[: names.index("received")] if "received" in names else []


def _passed(fields: list[tuple[str, str]]) -> list[str]:
    """The domains for which a check passed."""
    found = []
    for name, value in fields:
        if name == "authentication-results":
            for result in COMMENT.sub("", value).lower().split(";")[1:]:
                method = re.match(r"\s*(dkim|dmarc|spf)\s*=\s*pass\b", result)
                named = re.search(rf"\b{NAMED_BY[method[1]]}\s*=\s*\"?([^\s\";]+)", result) if method else None
                found += [named[1].rpartition("@")[2]] if named else []
    told = dict(fields)
    if told.get("x-mailgun-spf", "").lower() == "pass":
        found.append(told.get("x-envelope-from", "").lower().strip("<> ").rpartition("@")[2])
    return [one.strip("<>.") for one in found]


def _is_of(domain: str, sender: str) -> bool:
    """The sender's own domain, or one above it, of which at least two labels are named."""
    return sender == domain or ("." in domain and sender.endswith("." + domain))
