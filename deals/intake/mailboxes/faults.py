"""What can go wrong with a mailbox, each as one sentence with its remedy."""

from __future__ import annotations

import imaplib
import re
import ssl
from contextlib import contextmanager
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from imap_tools import MailboxFolderSelectError
from imap_tools.errors import ImapToolsError

if TYPE_CHECKING:
    from collections.abc import Iterator

# What a server says of itself, not of the log-in (RFC 5530).
BUSY = re.compile(r"\[(UNAVAILABLE|INUSE|LIMIT|SERVERBUG|CONTACTADMIN|THROTTLED)\b", re.IGNORECASE)
EXPIRED = re.compile(r"\[(EXPIRED|PRIVACYREQUIRED)\b|expired", re.IGNORECASE)
LONGEST = 500


class MailboxFault(Exception):  # noqa: N818 - the name says what it is, like Refused
    """One sentence for the person whose mailbox it is. ``field``: what of the entry is wrong, where one thing is."""

    def __init__(self, sentence: str, *, field: str = "") -> None:
        super().__init__(sentence[:LONGEST])
        self.field = field


class TokenRefused(MailboxFault):
    """The mail server did not take the OAuth token."""


class NoStartTlsError(Exception):
    """The server does not offer to encrypt."""


def log_in_refused(words: str, *, by_token: bool) -> MailboxFault:
    """``words`` are the server's."""
    if BUSY.search(words):
        return MailboxFault(_("The server takes no log-in just now; Salvor tries again later."))
    if by_token:
        return TokenRefused(_("The token was refused or has expired: enter a new one."), field="secret")
    if EXPIRED.search(words):
        return MailboxFault(_("The password has expired: set a new one with your provider, then enter it here."), field="secret")
    return MailboxFault(_("The log-in was refused: enter the password anew."), field="secret")


@contextmanager
def explained(host: str, port: int) -> Iterator[None]:
    """What comes out of sockets and libraries, as a :class:`MailboxFault`. Programming errors go through as they are."""
    words = {"host": host, "port": port}
    try:
        yield
    except ssl.SSLCertVerificationError as error:
        sentence = _("The certificate of %(host)s is not valid for it: check the server’s name, or tell whoever runs it.")
        raise MailboxFault(sentence % words, field="host") from error
    except ssl.SSLError as error:
        sentence = _("%(host)s does not answer with TLS on port %(port)d: choose another encryption or port.")
        raise MailboxFault(sentence % words, field="security") from error
    except TimeoutError as error:
        raise MailboxFault(_("%(host)s did not answer in time; Salvor tries again later.") % words, field="host") from error
    except ConnectionRefusedError as error:
        raise MailboxFault(_("Nobody answers at %(host)s, port %(port)d: check the port and the encryption.") % words, field="port") from error
    except NoStartTlsError as error:
        raise MailboxFault(_("%(host)s offers no STARTTLS: choose another encryption.") % words, field="security") from error
    except imaplib.IMAP4.abort as error:
        raise MailboxFault(_("The connection to %(host)s broke off; Salvor goes on where it was.") % words) from error
    except MailboxFolderSelectError as error:
        raise MailboxFault(_("The server does not open the folder: check in your mail program that it is still there.")) from error
    except (imaplib.IMAP4.error, ImapToolsError, UnicodeError) as error:
        raise _not_understood(host, error) from error
    except OSError as error:
        raise MailboxFault(_("The connection to %(host)s failed; Salvor tries again later.") % words) from error


def _not_understood(host: str, error: Exception) -> MailboxFault:
    said = " ".join(str(error).split())
    if BUSY.search(said):
        return MailboxFault(_("%(host)s has trouble of its own; Salvor tries again later.") % {"host": host})
    return MailboxFault(_("%(host)s answers in a way Salvor does not understand: %(said)s") % {"host": host, "said": said[:200]})
