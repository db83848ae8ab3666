"""A real mail server in a thread, with moods."""

import socket
import time
from email import message_from_bytes, policy

from aiosmtpd.controller import Controller


class MailServer:
    """``mood``: "well" takes mail, "refuses" answers 451, "breaks" hangs up after it; who is ``unknown`` is refused."""

    def __init__(self):
        self.mails, self.mood, self.slow, self.unknown = [], "well", 0.0, set()
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self._controller = None

    async def handle_RCPT(self, server, session, envelope, address, rcpt_options):  # noqa: N802 - aiosmtpd's name
        if address in self.unknown:
            return "550 Nobody here of that name"
        envelope.rcpt_tos.append(address)
        return "250 Known"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 - aiosmtpd's name
        if self.slow:
            time.sleep(self.slow)
        if self.mood == "refuses":
            return "451 Come back later"
        self.mails.append(message_from_bytes(envelope.content, policy=policy.default))
        if self.mood == "breaks":
            session.peer_gone = True
            server.transport.abort()
        return "250 Taken"

    def start(self):
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self._controller.start()

    def stop(self):
        if self._controller:
            self._controller.stop()
            self._controller = None

    @property
    def subjects(self):
        return [mail["Subject"] for mail in self.mails]
