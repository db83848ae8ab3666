"""A real mail server on this machine that does what a test tells it to, and messages of a customer to answer."""

import socket
from email import message_from_bytes
from email.policy import default

import pytest
from aiosmtpd.controller import Controller

from deals.models import Mailbox
from deals.services import outbox
from deals.services.mail import take_in


class Server:
    """``letters``: what it took, parsed. ``says``: by command (RCPT, DATA) the replies to come; ``cut``: hangs up instead of the last reply."""

    def __init__(self):
        self.letters, self.envelopes, self.says, self.cut, self.port = [], [], {"RCPT": [], "DATA": []}, "", None
        self.controller = None
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]

    def start(self):
        self.controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self.controller.start()

    def stop(self):
        if self.controller is not None:
            self.controller.stop()
            self.controller = None

    async def handle_RCPT(self, server, session, envelope, address, rcpt_options):  # noqa: N802 - aiosmtpd calls it so
        said = self.says["RCPT"].pop(0) if self.says["RCPT"] else "250 OK"
        if said.startswith("250"):
            envelope.rcpt_tos.append(address)
        return said

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 - likewise
        said = self.says["DATA"].pop(0) if self.says["DATA"] else "250 OK"
        if self.cut != "before":
            self._keep(envelope, said)
        if self.cut:
            server.transport.abort()
        return said

    def _keep(self, envelope, said):
        if said.startswith("250"):
            self.envelopes.append((envelope.mail_from, envelope.rcpt_tos))
            self.letters.append(message_from_bytes(envelope.content, policy=default))


@pytest.fixture
def dead_server(settings):
    """Where mail would go if anybody listened."""
    server = Server()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", server.port, 5
    yield server
    server.stop()


@pytest.fixture
def server(dead_server):
    dead_server.start()
    return dead_server


@pytest.fixture
def write(company, now):
    """Write to Priya as the owner, at ``now`` unless told otherwise."""

    def make(**how):
        facts = {"to": ["priya@norwood.example"], "subject": "The quote", "body": "Here it is.", "now": now}
        return outbox.write(deal=company.deal, author=company.owner, **(facts | how))

    return make


@pytest.fixture
def asked(company, now):
    """Priya's mail to the owner, as the intake took it in."""
    mailbox = Mailbox.objects.create(owner=company.owner, address="owner@salvor.example", host="imap.salvor.example", login="owner", created_at=now)
    raw = (
        b"From: Priya Raman <priya@norwood.example>\r\nTo: Olaf Owner <owner@salvor.example>\r\nSubject: Two more clinics\r\n"
        b"Date: Wed, 04 Mar 2026 09:00:00 +0000\r\nMessage-ID: <ask-2@norwood.example>\r\nReferences: <ask-1@norwood.example>\r\n"
        b"In-Reply-To: <ask-1@norwood.example>\r\n\r\nCould you send the quote for both sites?\r\n"
    )
    taken = take_in(mailbox=mailbox, raw=raw, place="INBOX/1", now=now)
    return mailbox.messages.get(pk=taken.pk)
