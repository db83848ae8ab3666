"""Fetching from addresses that people type: what is refused, what is limited, and that it works."""

import gzip
import socket
import ssl
import threading
import time
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from deals.fetching import NotFetched, fetch
from deals.public_addresses import is_public, system_addresses

HOST = "calendar.customer.example"


class Server(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self.server.seen.append((self.path, dict(self.headers)))
        self.server.answer(self)

    def say(self, status=200, body=b"", **headers):
        self.send_response(status)
        for name, value in {"Content_Length": len(body), **headers}.items():
            if value is not None:
                self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


class Quiet(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, client_address):
        """Who is hung up on has nothing to tell."""


@pytest.fixture
def server():
    """A server of the test's own; ``server.answer`` says what it does."""
    with Quiet(("127.0.0.1", 0), Server) as server:
        server.seen = []
        server.answer = lambda request: request.say(body=b"BEGIN:VCALENDAR")
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        server.url = f"http://{HOST}:{server.server_port}/feed"
        yield server
        server.shutdown()


def get(url, **options):
    return fetch(url, **{"resolve": lambda host, port: ["127.0.0.1"], "allowed": frozenset({HOST}), "seconds": 5, **options})


def test_what_lies_there_with_its_marks(server):
    server.answer = lambda request: request.say(
        body=b"BEGIN", ETag='"1"', Last_Modified="Wed, 04 Mar 2026 10:00:00 GMT", Content_Type="Text/Calendar; charset=x"
    )
    found = get(server.url + "?key=a b&ü=1")
    assert (found.body, found.etag, found.modified, found.kind) == (b"BEGIN", '"1"', "Wed, 04 Mar 2026 10:00:00 GMT", "text/calendar")
    path, headers = server.seen[0]
    assert path == "/feed?key=a%20b&%C3%BC=1"
    assert headers["Host"] == f"{HOST}:{server.server_port}"


def test_nothing_new_is_said_so(server):
    server.answer = lambda request: request.say(304, Content_Length=None)
    found = get(server.url, etag='"1"', modified="Wed, 04 Mar 2026 10:00:00 GMT")
    assert (found.unchanged, found.body, found.etag) == (True, b"", '"1"')
    assert (server.seen[0][1]["If-None-Match"], server.seen[0][1]["If-Modified-Since"]) == ('"1"', "Wed, 04 Mar 2026 10:00:00 GMT")


def test_a_mark_cannot_smuggle_in_a_header(server):
    get(server.url, etag="1\r\nX-Bad: yes")
    assert "X-Bad" not in server.seen[0][1]


def test_packed_bodies_are_unpacked(server):
    server.answer = lambda request: request.say(body=gzip.compress(b"BEGIN"), Content_Encoding="gzip")
    assert get(server.url).body == b"BEGIN"


def test_redirects_are_followed_five_times(server):
    left = iter([302, 301, 307, 308, 303])
    server.answer = lambda request: request.say(next(left), Location="/next") if len(server.seen) < 6 else request.say(body=b"there")
    assert get(server.url).body == b"there"
    assert len(server.seen) == 6


def test_redirects_without_an_end_are_not(server):
    server.answer = lambda request: request.say(302, Location="/again")
    with pytest.raises(NotFetched, match="without an end"):
        get(server.url)
    assert len(server.seen) == 6


@pytest.mark.parametrize(
    "location",
    ["http://10.0.0.1/", "http://localhost/", "http://[::1]/", "http://169.254.169.254/latest/meta-data", "file:///etc/passwd", "", "http://[bad"],
)
def test_every_redirect_is_checked(server, location):
    server.answer = lambda request: request.say(302, Location=location)
    with pytest.raises(NotFetched):
        get(server.url, resolve=lambda host, port: ["127.0.0.1"] if host == HOST else system_addresses(host, port))
    assert len(server.seen) == 1


def test_a_password_is_for_its_own_server_only(server):
    other = f"http://other.example:{server.server_port}/x"
    server.answer = lambda request: request.say(302, Location=other) if len(server.seen) == 1 else request.say(body=b"there")
    get(server.url.replace("//", "//ana:se%20cret@"), allowed=frozenset({HOST, "other.example"}))
    assert [headers.get("Authorization") for _path, headers in server.seen] == ["Basic YW5hOnNlIGNyZXQ=", None]


ADDRESSES_OF_OUR_OWN = [
    *("127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "255.255.255.255", "224.0.0.1", "240.0.0.1"),
    *("192.0.0.9", "192.0.2.1", "198.18.0.1", "203.0.113.1", "192.88.99.1", "::1", "::", "fe80::1", "fc00::1", "fd12::1", "fec0::1", "ff02::1"),
    *("::ffff:127.0.0.1", "::ffff:10.0.0.1", "::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a00:1", "64:ff9b:1::1", "2002:7f00:1::", "2001:0:1::1"),
    *("2001:db8::1", "3fff::1", "100::1", "5f00::1", "fe80::1%eth0", "2606:4700::1%1", "nonsense", "", "127.1", "0x7f000001"),
]


@pytest.mark.parametrize("address", ADDRESSES_OF_OUR_OWN)
def test_what_is_not_public_is_not_visited(address):
    assert not is_public(address)
    with pytest.raises(NotFetched, match="public internet"):
        fetch("https://feeds.example/x", resolve=lambda host, port: [address])


@pytest.mark.parametrize("address", ["93.184.216.34", "8.8.8.8", "2606:4700:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"])
def test_what_is_public_may_be(address):
    assert is_public(address)


def test_one_bad_address_among_good_ones_is_enough():
    with pytest.raises(NotFetched, match="public internet"):
        fetch("https://feeds.example/x", resolve=lambda host, port: ["93.184.216.34", "127.0.0.1"])


@pytest.mark.parametrize(
    "url", ["http://2130706433/", "http://0x7f.1/", "http://0177.0.0.1/", "http://localhost./", "http://[::ffff:127.0.0.1]/", "http://①②⑦.0.0.1/"]
)
def test_other_spellings_of_our_own_address(url):
    with pytest.raises(NotFetched):
        fetch(url, seconds=5)


def test_a_name_is_looked_up_once_and_that_address_is_visited(server):
    answers = iter([["127.0.0.1"], ["10.0.0.1"]])
    assert get(server.url, resolve=lambda host, port: next(answers)).body
    assert next(answers) == ["10.0.0.1"]


@pytest.mark.parametrize(
    "url",
    [
        "",
        "feeds.example/x",
        "ftp://feeds.example/x",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "https://",
        "https://a b/",
        "http://h:99999/",
        "https://[x/",
        "http://h\\@evil/",
        "https://h:25/",
        "https://%00/",
    ],
)
def test_what_is_no_address_is_refused(url):
    with pytest.raises(NotFetched) as refused:
        fetch(url, resolve=lambda host, port: ["93.184.216.34"], seconds=1)
    assert str(refused.value).endswith(".")
    assert not refused.value.temporary


def test_webcal_is_encrypted():
    asked = []
    with pytest.raises(NotFetched):
        fetch("webcal://feeds.example/x", resolve=lambda host, port: asked.append((host, port)) or ["127.0.0.1"])
    assert asked == [("feeds.example", 443)]


@pytest.mark.parametrize(
    ("status", "words", "temporary"),
    [
        (401, "log-in", False),
        (403, "log-in", False),
        (404, "nothing", False),
        (410, "nothing", False),
        (429, "trouble", True),
        (503, "trouble", True),
        (418, "418", False),
    ],
)
def test_each_answer_has_its_sentence(server, status, words, temporary):
    server.answer = lambda request: request.say(status)
    with pytest.raises(NotFetched, match=words) as refused:
        get(server.url)
    assert refused.value.temporary is temporary


def endless(request):
    request.say(Content_Length=None)
    while True:
        request.wfile.write(b"x" * 65536)


def endless_headers(request):
    while True:
        request.wfile.write(b"HTTP/1.1 100 Continue\r\nX: " + b"x" * 60000 + b"\r\n\r\n")


@pytest.mark.parametrize(
    "answer",
    [
        lambda request: request.say(body=b"x" * 2001),
        lambda request: request.say(body=b"x", Content_Length=10**12),
        lambda request: request.say(body=gzip.compress(b"x" * 50_000_000), Content_Encoding="gzip"),
        endless,
        endless_headers,
    ],
)
def test_too_much_is_refused(server, answer):
    server.answer = answer
    with pytest.raises(NotFetched, match="larger than 2000 bytes"):
        get(server.url, max_bytes=2000)


@pytest.mark.parametrize(
    "answer",
    [
        lambda request: request.say(body=b"half", Content_Length=100) or setattr(request, "close_connection", True),
        lambda request: request.say(body=gzip.compress(b"x" * 5000)[:-9], Content_Encoding="gzip"),
        lambda request: request.say(body=b"no gzip", Content_Encoding="gzip"),
        lambda request: request.wfile.write(b"nonsense\r\n\r\n") and setattr(request, "close_connection", True),
    ],
)
def test_what_breaks_off_is_told(server, answer):
    server.answer = answer
    with pytest.raises(NotFetched, match="failed") as refused:
        get(server.url)
    assert refused.value.temporary


def drip(request):
    request.say(Content_Length=1000)
    for _second in range(100):
        request.wfile.write(b"x")
        time.sleep(0.05)


def drip_headers(request):
    for _second in range(100):
        request.wfile.write(b"H")
        time.sleep(0.05)


@pytest.mark.parametrize("answer", [drip, drip_headers, lambda request: time.sleep(3)])
def test_a_server_that_takes_its_time_has_none_left(server, answer):
    server.answer = answer
    with pytest.raises(NotFetched, match=r"within 0\.3 seconds") as refused:
        get(server.url, seconds=0.3)
    assert refused.value.temporary


def test_a_resolver_that_hangs_has_the_same_limit():
    with pytest.raises(NotFetched, match=r"within 0\.2 seconds"):
        get(f"https://{HOST}/", seconds=0.2, resolve=lambda host, port: time.sleep(2) or [])


def test_a_handshake_that_hangs_has_the_same_limit():
    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(NotFetched, match=r"within 0\.3 seconds"):
        get(f"https://{HOST}:{silent.getsockname()[1]}/", seconds=0.3)


@pytest.fixture
def encrypted(server, tmp_path):
    """The server with a certificate for its name; its authority is the certificate itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name, now = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)]), datetime.now(UTC)
    made = x509.CertificateBuilder(name, name, key.public_key(), 1, now - timedelta(days=1), now + timedelta(days=1))
    made = made.add_extension(x509.SubjectAlternativeName([x509.DNSName(HOST)]), critical=False).sign(key, hashes.SHA256())
    file = tmp_path / "server.pem"
    key_text = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    file.write_bytes(key_text + made.public_bytes(serialization.Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    server.url = server.url.replace("http:", "webcal:")
    return file


def test_an_encrypted_server_is_held_to_its_name(server, encrypted, monkeypatch):
    with pytest.raises(NotFetched, match="certificate"):
        get(server.url)
    monkeypatch.setenv("SSL_CERT_FILE", str(encrypted))
    assert get(server.url).body == b"BEGIN:VCALENDAR"
    with pytest.raises(NotFetched, match="certificate"):
        get(server.url.replace(HOST, "other.example"), allowed=frozenset({"other.example"}))


def test_an_encrypted_address_does_not_lead_to_an_open_one(server, encrypted, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(encrypted))
    server.answer = lambda request: request.say(302, Location=f"http://{HOST}/")
    with pytest.raises(NotFetched, match="not encrypted"):
        get(server.url)


def test_a_server_that_is_not_there():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(NotFetched, match="failed"):
        get(f"http://{HOST}:{port}/")
    with pytest.raises(NotFetched, match="no server named"):
        get(f"http://{HOST}/", resolve=lambda host, port: socket.getaddrinfo("nowhere.invalid", port))
