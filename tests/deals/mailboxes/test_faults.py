"""What is wrong is said in words, with what to do about it; and it is tried again, less and less often."""

import socket
from base64 import b64decode
from datetime import timedelta

import pytest

from accounts import secrets
from accounts.models import Absence
from deals.models import Mailbox, MailMessage
from deals.services.mailboxes import outcomes
from tests.deals.mail_intake.conftest import letter
from tests.deals.mailboxes.conftest import NOW, mailbox_at, poll
from tests.deals.mailboxes.server import PASSWORD, Scripted, Server, free_port

pytestmark = pytest.mark.django_db


@pytest.fixture
def scripted():
    made = []

    def make(script, **named):
        made.append(Scripted(script, **named))
        return made[-1]

    yield make
    for one in made:
        one.close()


@pytest.fixture
def resolver(monkeypatch):
    """``resolver("10.0.0.7")``: what every name leads to."""

    def answer(*addresses):
        monkeypatch.setattr("deals.intake.mailboxes.places.addresses_within", lambda *_asked: list(addresses))

    return answer


def test_a_wrong_password(server, people, caplog):
    mailbox = mailbox_at(server.port, people.owner, secret="not the password")
    assert poll(mailbox).fault == "The log-in was refused: enter the password anew."
    assert (mailbox.last_error, mailbox.failures) == ("The log-in was refused: enter the password anew.", 1)
    assert mailbox.last_success_at is None
    assert "not the password" not in caplog.text


def test_it_is_tried_less_and_less_often_up_to_an_hour(server, people):
    mailbox, at, waits = mailbox_at(server.port, people.owner, secret="wrong"), NOW, []
    for _attempt in range(8):
        poll(mailbox, at=at)
        waits.append(int((mailbox.next_poll_at - at).total_seconds() / 60))
        at = mailbox.next_poll_at
    assert waits == [1, 2, 4, 8, 16, 32, 60, 60]
    mailbox.secret = secrets.keep("mailbox", PASSWORD)
    mailbox.save()
    poll(mailbox, at=at)
    assert (mailbox.failures, mailbox.next_poll_at) == (0, at + timedelta(minutes=1))


def test_an_hour_of_failures_is_told_of_and_not_before(server, people):
    mailbox, at, told = mailbox_at(server.port, people.owner, secret="wrong"), NOW, []
    for _attempt in range(8):
        poll(mailbox, at=at)
        told.append((Mailbox.objects.filter(outcomes.long_failing()).exists(), at - NOW >= timedelta(hours=1)))
        at = mailbox.next_poll_at
    assert [failing for failing, _hour in told] == [hour for _failing, hour in told]


def fails_for_hours(mailbox, *, at=NOW, times=10):
    for _attempt in range(times):
        poll(mailbox, at=at)
        at = mailbox.next_poll_at
    return at


def test_its_owner_is_told_once_each_time_it_stops_working(server, people):
    mailbox = mailbox_at(server.port, people.owner, secret="wrong")
    at = fails_for_hours(mailbox)
    notice = people.owner.notices.get(kind="mailbox_failing")
    assert (notice.title, notice.path) == ("owner@salvor.example cannot be read for an hour", f"/mailboxes/{mailbox.pk}/")
    assert notice.body == "The log-in was refused: enter the password anew."
    Mailbox.objects.update(secret=secrets.keep("mailbox", PASSWORD))
    poll(mailbox, at=at)
    Mailbox.objects.update(secret=secrets.keep("mailbox", "wrong"))
    fails_for_hours(mailbox, at=at)
    assert people.owner.notices.filter(kind="mailbox_failing").count() == 2


def test_of_a_team_mailbox_its_manager_is_told(server, people):
    fails_for_hours(mailbox_at(server.port, None, team=people.east, secret="wrong"))
    assert people.manager.notices.filter(kind="mailbox_failing").exists()
    assert not people.owner.notices.filter(kind="mailbox_failing").exists()


def test_while_its_owner_is_away_whoever_answers_for_them_hears_of_it_too(server, people):
    Absence.objects.create(user=people.owner, starts_at=NOW - timedelta(days=2), ends_at=NOW + timedelta(days=9), cover=people.teammate)
    fails_for_hours(mailbox_at(server.port, people.owner, secret="wrong"))
    assert people.owner.notices.filter(kind="mailbox_failing").exists()
    notice = people.teammate.notices.get(kind="mailbox_failing")
    assert notice.body.startswith("What is written to Olaf Owner is not taken in, and only they can mend it")
    assert notice.path == ""


def test_a_name_that_no_server_has(people, monkeypatch):
    def nobody(*_asked):
        raise socket.gaierror

    monkeypatch.setattr("deals.intake.mailboxes.places.addresses_within", nobody)
    fault = poll(mailbox_at(993, people.owner, host="imap.nowhere.example", security="tls")).fault
    assert fault == "There is no server named imap.nowhere.example: check its name."


@pytest.mark.parametrize("address", ["10.0.0.7", "127.0.0.1", "169.254.169.254", "::1", "fd00::7", "192.168.1.1", "100.64.0.1"])
def test_a_server_on_our_own_network_is_not_asked(people, resolver, address):
    resolver("93.184.216.34", address)
    fault = poll(mailbox_at(993, people.owner, host="imap.trick.example", security="tls")).fault
    assert "is not on the public internet" in fault


def test_the_operator_may_name_servers_on_our_own_network(server, people, settings):
    settings.INTERNAL_HOSTS = frozenset()
    mailbox = mailbox_at(server.port, people.owner)
    assert "is not on the public internet" in poll(mailbox).fault
    settings.INTERNAL_HOSTS = frozenset({"127.0.0.1"})
    assert poll(mailbox).fault == ""


def test_without_encryption_only_this_machine_is_spoken_to(people, resolver, settings):
    settings.INTERNAL_HOSTS = frozenset({"mail.internal.example"})
    resolver("10.0.0.7")
    fault = poll(mailbox_at(143, people.owner, host="mail.internal.example", security="plain")).fault
    assert fault == "Without encryption only this very machine is read: choose TLS or STARTTLS for mail.internal.example."


def test_ports_of_other_services_are_not_knocked_at(people):
    assert "Port 25 is not one of mailboxes" in poll(mailbox_at(25, people.owner, host="mail.example", security="tls")).fault


def test_nobody_at_the_port(server, people):
    port = free_port()
    assert poll(mailbox_at(port, people.owner)).fault == f"Nobody answers at 127.0.0.1, port {port}: check the port and the encryption."


def test_a_server_that_is_silent(server, people, monkeypatch):
    monkeypatch.setattr("deals.intake.mailboxes.connecting.SECONDS_TO_ENTER", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        fault = poll(mailbox_at(silent.getsockname()[1], people.owner)).fault
    assert fault == "127.0.0.1 did not answer in time; Salvor tries again later."


def test_a_server_that_talks_without_end_is_left(server, people, scripted, monkeypatch):
    monkeypatch.setattr("deals.intake.mailboxes.connecting.LONGEST_LINE", 10_000)
    endless = scripted(lambda tag, _command: b"* " + b"x" * 50_000 + b"\r\n%s OK done\r\n" % tag)
    assert "broke off" in poll(mailbox_at(endless.port, people.owner)).fault


def test_tls_where_the_server_speaks_none(server, people):
    fault = poll(mailbox_at(server.port, people.owner, security="tls")).fault
    assert fault == f"127.0.0.1 does not answer with TLS on port {server.port}: choose another encryption or port."


def test_starttls_where_the_server_has_none(server, people):
    fault = poll(mailbox_at(server.port, people.owner, security="starttls")).fault
    assert fault == "127.0.0.1 offers no STARTTLS: choose another encryption."


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(1)
    made = made.not_valid_before(NOW - timedelta(days=30)).not_valid_after(NOW + timedelta(days=9000))
    made = made.add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False).sign(key, hashes.SHA256())
    folder = tmp_path_factory.mktemp("certificate")
    (folder / "cert.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    plain = serialization.NoEncryption()
    (folder / "key.pem").write_bytes(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain))
    return folder


@pytest.fixture(scope="module")
def encrypted(certificate):
    server = Server("--cert", str(certificate / "cert.pem"), "--key", str(certificate / "key.pem"))
    yield server
    server.stop()


def test_a_certificate_that_nobody_vouches_for(encrypted, server, people):
    fault = poll(mailbox_at(encrypted.port, people.owner, security="starttls")).fault
    assert fault == "The certificate of 127.0.0.1 is not valid for it: check the server’s name, or tell whoever runs it."


def test_a_certificate_of_another_name(encrypted, certificate, server, people, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate / "cert.pem"))
    assert "certificate" in poll(mailbox_at(encrypted.port, people.owner, security="starttls")).fault


def test_an_encrypted_connection_whose_certificate_is_right(encrypted, certificate, server, people, settings, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate / "cert.pem"))
    settings.INTERNAL_HOSTS = frozenset({"localhost"})
    assert poll(mailbox_at(encrypted.port, people.owner, host="localhost", security="starttls")).fault == ""


def test_a_token_is_sent_as_such_and_an_expired_one_is_said_to_be(server, people, scripted):
    asked = []

    def script(tag, command):
        if command.startswith(b"AUTHENTICATE"):
            asked.append(tag)
            return b"+ \r\n"
        return b"%s NO [AUTHENTICATIONFAILED] invalid\r\n" % asked[-1]

    refuses = scripted(script)
    mailbox = mailbox_at(refuses.port, people.owner, log_in_by="token", secret="a-token")
    assert poll(mailbox).fault == "The token was refused or has expired: enter a new one."
    position = refuses.heard.index(b"AUTHENTICATE XOAUTH2")
    assert b64decode(refuses.heard[position + 1]) == b"user=owner\x01auth=Bearer a-token\x01\x01"


def test_a_server_that_is_busy_is_not_called_a_wrong_password(server, people, scripted):
    busy = scripted(lambda tag, _command: b"%s NO [UNAVAILABLE] try later\r\n" % tag)
    assert poll(mailbox_at(busy.port, people.owner)).fault == "The server takes no log-in just now; Salvor tries again later."


def test_a_password_in_another_script(server, people):
    assert poll(mailbox_at(server.port, people.owner, secret="falsches Paßwort")).fault == "The log-in was refused: enter the password anew."


def test_a_folder_that_does_not_open(server, people, scripted):
    def script(tag, command):
        if command.startswith(b"EXAMINE"):
            return b"%s NO [NONEXISTENT] no such folder\r\n" % tag
        return b"%s OK done\r\n" % tag

    assert "does not open the folder" in poll(mailbox_at(scripted(script).port, people.owner)).fault


def test_a_password_that_can_be_read_no_more(server, people, settings):
    mailbox = mailbox_at(server.port, people.owner)
    settings.SECRET_KEY = "another one altogether"
    assert "enter it anew" in poll(mailbox).fault


def a_message_that_is_not_handed_out(tag, command):
    """UID 2 of three cannot be had."""
    raw = letter(message_id=f"<{command[:12].decode().split()[-1]}@a.example>")
    if command.startswith(b"EXAMINE"):
        return b"* 3 EXISTS\r\n* OK [UIDVALIDITY 7] ok\r\n* OK [UIDNEXT 4] ok\r\n%s OK done\r\n" % tag
    if command.startswith(b"UID SEARCH"):
        return b"* SEARCH 1 2 3\r\n%s OK done\r\n" % tag
    if command.startswith(b"UID FETCH 1:3 (UID RFC822.SIZE"):
        return b"".join(b"* %d FETCH (UID %d RFC822.SIZE 500)\r\n" % (n, n) for n in (1, 2, 3)) + b"%s OK done\r\n" % tag
    if command.startswith((b"UID FETCH 1 ", b"UID FETCH 3 ")):
        return b"* 1 FETCH (BODY[] {%d}\r\n%s UID %s)\r\n%s OK done\r\n" % (len(raw), raw, command.split()[2], tag)
    if command.startswith(b"UID FETCH"):
        return b"%s NO cannot be had\r\n" % tag
    return b"%s OK done\r\n" % tag


def test_a_message_that_is_not_handed_out_holds_the_others_up_half_an_hour_and_is_then_kept_as_that(server, people, scripted):
    mailbox = mailbox_at(scripted(a_message_that_is_not_handed_out).port, people.owner)
    for _attempt in range(outcomes.FORGIVING_AFTER):
        assert poll(mailbox).fault != ""
    assert MailMessage.objects.count() == 0
    assert poll(mailbox).fault == ""
    assert sorted(MailMessage.objects.values_list("place", "status")) == [
        ("INBOX/1", "recorded"), ("INBOX/2", "unreadable"), ("INBOX/3", "recorded")
    ]  # fmt: skip
