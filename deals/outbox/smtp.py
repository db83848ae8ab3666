"""SMTP that remembers how far it came: a letter that may have been taken must not go a second time.

Django's backend says whether a letter went, not whether its words were under way when the line broke. And smtplib sends to
those recipients whom the server accepts even where it refuses others; here nobody gets a letter that somebody cannot get, so
that there is nothing to send to the rest later.
"""

from __future__ import annotations

import smtplib
from typing import TYPE_CHECKING

from django.core.mail.backends.smtp import EmailBackend as DjangoBackend

if TYPE_CHECKING:
    from collections.abc import Sequence

GO_ON = 354  # RFC 5321, 4.2: the server waits for the words


class _Progress(smtplib.SMTP):
    """``words_begun``: the server asked for the words of the letter under way. From then on only its last reply tells its fate."""

    words_begun = False

    def mail(self, sender: str, options: Sequence[str] = ()) -> tuple[int, bytes]:
        self.words_begun = False
        self._refused: dict[str, tuple[int, bytes]] = {}
        return super().mail(sender, options)

    def rcpt(self, recip: str, options: Sequence[str] = ()) -> tuple[int, bytes]:
        code, words = super().rcpt(recip, options)
        if code not in (250, 251):
            self._refused[recip] = (code, words)
        return code, words

    def data(self, msg: bytes | str) -> tuple[int, bytes]:  # type: ignore[override] # typeshed names the buffer otherwise
        if self._refused:
            self.rset()
            raise smtplib.SMTPRecipientsRefused(self._refused)
        return super().data(msg)

    def getreply(self) -> tuple[int, bytes]:
        code, words = super().getreply()
        self.words_begun = self.words_begun or code == GO_ON
        return code, words


class _EncryptedProgress(_Progress, smtplib.SMTP_SSL):
    """The same inside TLS from the first byte."""


class EmailBackend(DjangoBackend):
    """Django's SMTP backend; ``words_begun`` is True from the moment a letter may have been taken."""

    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        return _EncryptedProgress if self.use_ssl else _Progress

    @property
    def words_begun(self) -> bool:
        return bool(getattr(self.connection, "words_begun", False))
