"""A real IMAP server (pymap, from PyPI) in a process of its own, a small wire to it that can be cut, and a scripted server
for what no real one does on demand."""

import socket
import subprocess
import sys
import threading
import time
from contextlib import closing, contextmanager, suppress

from imap_tools import MailBoxUnencrypted

USER, PASSWORD = "owner", "the right password"
# It hashes a password half a million times at each log-in, which would take longer than all else.
PYMAP = """
import sys
from pymap.config import BuiltinHash
from pymap.main import main
BuiltinHash.__init__.__kwdefaults__["rounds"] = 1
sys.exit(main())
"""


def free_port():
    with closing(socket.socket()) as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


class Server:
    """``put`` lays a message into a folder as a mail server would. ``restart``: all is gone and every UIDVALIDITY is another."""

    def __init__(self, *arguments, port=None):
        self.port, self.arguments, self.process = port or free_port(), arguments, None
        self.start()

    def start(self):
        command = [sys.executable, "-c", PYMAP, "--host", "127.0.0.1", "--port", str(self.port), *(self.arguments or ["--no-tls"])]
        command += ["--no-service", "admin", "--no-service", "sieve", "dict", "--demo-user", USER, "--demo-password", PASSWORD]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for _attempt in range(200):
            with closing(socket.socket()) as one:
                if one.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.05)
        raise AssertionError("pymap does not start")

    def stop(self):
        self.process.kill()
        self.process.wait()

    def restart(self):
        self.stop()
        self.start()

    @contextmanager
    def box(self):
        with MailBoxUnencrypted("127.0.0.1", self.port).login(USER, PASSWORD) as box:
            yield box

    def put(self, *messages, folder="INBOX", at=None):
        with self.box() as box:
            if not box.folder.exists(folder):
                box.folder.create(folder)
            for message in messages:
                box.append(message, folder, dt=at)

    def unseen(self):
        with self.box() as box:
            return len(box.uids("UNSEEN"))


class Listening:
    """A port on loopback; each connection is worked off by ``serve``, in a thread of its own."""

    def __init__(self):
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.port = self.listening.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        with suppress(OSError):
            while True:
                client, _address = self.listening.accept()
                threading.Thread(target=self.serve, args=(client,), daemon=True).start()

    def close(self):
        self.listening.close()


class Wire(Listening):
    """Passes on what is said between two ports, and is cut once ``most`` bytes have come from the server."""

    def __init__(self, target, most=None):
        self.target, self.most, self.passed, self.connections = target, most, 0, 0
        super().__init__()

    def serve(self, client):
        self.connections += 1
        server = socket.create_connection(("127.0.0.1", self.target))
        threading.Thread(target=self._pass, args=(client, server, False), daemon=True).start()
        self._pass(server, client, True)

    def _pass(self, one, other, counted):
        try:
            while data := one.recv(4096):
                if counted and self.most is not None and self.passed + len(data) > self.most:
                    other.sendall(data[: max(self.most - self.passed, 0)])
                    break
                self.passed += len(data) if counted else 0
                other.sendall(data)
        except OSError:
            pass
        for end in (one, other):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()


class Scripted(Listening):
    """Says what it is told to: ``script`` is a function of a command's words that gives the untagged lines and the tagged end."""

    def __init__(self, script, greeting=b"* OK ready"):
        self.script, self.greeting, self.heard = script, greeting, []
        super().__init__()

    def serve(self, client):
        with suppress(BrokenPipeError, ConnectionResetError), client, client.makefile("rwb") as lines:
            lines.write(self.greeting + b"\r\n")
            lines.flush()
            for line in lines:
                tag, _space, command = line.rstrip(b"\r\n").partition(b" ")
                self.heard.append(command or tag)
                if command.startswith(b"CAPABILITY"):
                    said = b"* CAPABILITY IMAP4rev1 AUTH=XOAUTH2\r\n%s OK done\r\n" % tag
                else:
                    said = self.script(tag, command)
                if said is None:
                    return
                lines.write(said)
                lines.flush()
