"""A provider on loopback: a real server that gives out tokens (RFC 6749) and a mail server that lets in by them (XOAUTH2)."""

import json
import socket
import threading
from base64 import b64decode, urlsafe_b64encode
from contextlib import suppress
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

from tests.deals.mailboxes.server import PASSWORD, USER, Listening

CLIENT = {"id": "salvor", "secret": "of the client"}


class TokenServer(ThreadingHTTPServer):
    """``rotates``: each refresh token is good once, and a new one comes with each answer. ``says``: an answer in place of all others,
    a status and an object or bytes. ``asked``: the forms that came. ``good``: the access tokens that the mail server takes."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Answering)
        self.url = f"http://127.0.0.1:{self.server_port}/token"
        self.rotates, self.says, self.asked = False, None, []
        self.good, self.refresh, self.codes, self.numbers = set(), set(), {}, iter(range(1, 1000))
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

    def consent(self, challenge, redirect_uri):
        """What the owner's yes is worth: a code, once."""
        code = f"code-{next(self.numbers)}"
        self.codes[code] = (challenge, redirect_uri)
        return code

    def answer(self, form):
        if self.says is not None:
            return self.says
        if (form["client_id"], form["client_secret"]) != (CLIENT["id"], CLIENT["secret"]):
            return 401, {"error": "invalid_client"}
        if form["grant_type"] == "authorization_code":
            challenge = urlsafe_b64encode(sha256(form["code_verifier"].encode()).digest()).rstrip(b"=").decode()
            if self.codes.pop(form["code"], None) != (challenge, form["redirect_uri"]):
                return 400, {"error": "invalid_grant"}
        elif form["refresh_token"] not in self.refresh:
            return 400, {"error": "invalid_grant"}
        elif self.rotates:
            self.refresh.discard(form["refresh_token"])
        return 200, self.tokens(with_refresh=self.rotates or form["grant_type"] == "authorization_code")

    def tokens(self, *, with_refresh):
        number = next(self.numbers)
        self.good = {f"access-{number}"}
        made = {"access_token": f"access-{number}", "token_type": "Bearer", "expires_in": 3600}
        if with_refresh:
            self.refresh.add(f"refresh-{number}")
            made["refresh_token"] = f"refresh-{number}"
        return made


class Answering(BaseHTTPRequestHandler):
    def do_GET(self):
        """The consent page, on which everybody says yes."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}
        code = self.server.consent(asked["code_challenge"], asked["redirect_uri"])
        self.send_response(302)
        self.send_header("Location", f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}")
        self.end_headers()

    def do_POST(self):
        raw = self.rfile.read(int(self.headers["Content-Length"])).decode()
        form = {name: values[0] for name, values in parse_qs(raw).items()}
        self.server.asked.append(form)
        status, said = self.server.answer(form)
        body = said if isinstance(said, bytes) else json.dumps(said).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args):
        pass


class Door(Listening):
    """In front of the mail server: takes an access token that is good in place of the password, and passes on all that follows."""

    def __init__(self, tokens, port):
        self.tokens, self.target, self.tried = tokens, port, []
        super().__init__()

    def serve(self, client):
        with suppress(OSError), client, client.makefile("rwb", 0) as lines, socket.create_connection(("127.0.0.1", self.target)) as inside:
            inside_lines = inside.makefile("rwb", 0)
            lines.write(inside_lines.readline())
            for line in iter(lines.readline, b""):
                tag, _space, command = line.strip().partition(b" ")
                if not command.startswith(b"AUTHENTICATE"):
                    inside_lines.write(line)
                    for said in iter(inside_lines.readline, b""):
                        lines.write(said)
                        if said.startswith(tag):
                            break
                    continue
                lines.write(b"+ \r\n")
                token = b64decode(lines.readline()).decode().partition("Bearer ")[2].strip("\x01")
                self.tried.append(token)
                if token in self.tokens.good:
                    inside_lines.write(b'%s LOGIN %s "%s"\r\n' % (tag, USER.encode(), PASSWORD.encode()))
                    break
                # As Google has it: the reason first, as a challenge, and the end once that was answered.
                lines.write(b"+ eyJzdGF0dXMiOiI0MDAifQ==\r\n")
                lines.readline()
                lines.write(b"%s NO [AUTHENTICATIONFAILED] Invalid credentials (Failure)\r\n" % tag)
            else:
                return
            threading.Thread(target=self._pass, args=(client, inside), daemon=True).start()
            self._pass(inside, client)

    def _pass(self, one, other):
        with suppress(OSError):
            while data := one.recv(65536):
                other.sendall(data)
        for end in (one, other):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
