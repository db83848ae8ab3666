"""The door of the drop address: opened by the provider's signature alone, once is as good as twice, nothing is lost."""

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from deals.models import Interaction, MailMessage
from tests.deals.mail_intake.conftest import letter

pytestmark = pytest.mark.django_db
KEY = "the provider's key"
DOOR = "/mail/drop/mime"
NOW = datetime(2026, 3, 4, 10, 0, tzinfo=UTC)
CHECKED = b"Authentication-Results: mx.provider.example; dkim=pass header.d=salvor.example\nReceived: from a by mx.provider.example\n"


@pytest.fixture(autouse=True)
def here(settings, company, monkeypatch):
    settings.DROP_PROVIDER, settings.DROP_ADDRESS = "mailgun", "drop@salvor.example"
    settings.ANYMAIL = {"MAILGUN_WEBHOOK_SIGNING_KEY": KEY}
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = settings.DROP_MAX_BYTES
    monkeypatch.setattr("deals.views.drop.timezone.now", lambda: NOW)


def signed(raw, *, key=KEY, token="a-token", field="body-mime"):
    """What Mailgun posts for a message."""
    timestamp = "1772618400"
    signature = hmac.new(key.encode(), f"{timestamp}{token}".encode(), hashlib.sha256).hexdigest()
    fields = {"recipient": "drop@salvor.example", "timestamp": timestamp, "token": token, "signature": signature}
    boundary = b"----made-for-this"
    parts = [b'Content-Disposition: form-data; name="%s"\r\n\r\n%s' % (name.encode(), value.encode()) for name, value in fields.items()]
    parts.append(b'Content-Disposition: form-data; name="%s"\r\n\r\n%s' % (field.encode(), raw))
    body = b"".join(b"--%s\r\n%s\r\n" % (boundary, part) for part in parts) + b"--%s--\r\n" % boundary
    return Client().post(DOOR, body, content_type=f"multipart/form-data; boundary={boundary.decode()}")


def test_a_signed_message_comes_in(company):
    answer = signed(CHECKED + letter(sender="owner@salvor.example", to="priya@norwood.example", bcc="drop@salvor.example"))
    assert answer.status_code == 200
    message = MailMessage.objects.get()
    assert (message.direction, message.status, message.deal, message.user) == ("out", "recorded", company.deal, company.owner)
    assert (message.mailbox.kind, message.mailbox.address) == ("drop", "drop@salvor.example")


def test_its_bytes_stay_as_they_are():
    raw = letter().replace(b"Could you", "Könnten Sie".encode("latin-1")).replace(b"utf-8", b"iso-8859-1").replace(b"\n", b"\r\n")
    signed(raw)
    assert bytes(MailMessage.objects.get().raw.content) == raw


def test_the_same_again_changes_nothing():
    raw = letter()
    for _time in range(3):
        assert signed(raw).status_code == 200
    assert (MailMessage.objects.count(), Interaction.objects.count()) == (1, 1)


@pytest.mark.parametrize("key", ["another key", ""])
def test_a_wrong_signature_opens_nothing(key):
    assert signed(letter(), key=key).status_code == 403
    assert not MailMessage.objects.exists()


def test_without_a_signature_nothing_opens():
    assert Client().post(DOOR, {"body-mime": letter().decode()}).status_code == 403
    assert Client().post(DOOR).status_code == 403
    assert Client().get(DOOR).status_code == 405


def test_it_is_off_where_no_provider_is_named(settings):
    settings.DROP_PROVIDER = ""
    assert signed(letter()).status_code == 404


def test_a_provider_may_ask_whether_there_is_anybody():
    assert Client().head(DOOR).status_code == 200


def test_what_is_too_large_is_refused_before_it_is_read(settings):
    settings.DROP_MAX_BYTES = 500
    assert signed(letter()).status_code == 413
    assert not MailMessage.objects.exists()


def test_a_large_message_is_not_refused_as_a_form_field_would_be():
    assert signed(letter(body="line of text\n" * 300_000)).status_code == 200
    assert MailMessage.objects.get().raw.size > 3_000_000


def test_what_is_signed_and_no_message_is_kept_with_the_reason():
    assert signed(b"whatever", field="something-else").status_code == 200
    kept = MailMessage.objects.get()
    assert (kept.kind, kept.status) == ("unreadable", "unreadable")
    assert b"something-else" in bytes(kept.raw.content)


def test_bytes_that_are_no_mail_are_kept_too():
    assert signed(b"\x00\x01\x02 nothing of a message").status_code == 200
    assert MailMessage.objects.get().status == "unreadable"


def test_a_database_that_is_away_has_the_provider_come_again(monkeypatch):
    from django.db import OperationalError

    def away(**_given):
        raise OperationalError("server closed the connection")

    with monkeypatch.context() as patched:
        patched.setattr("deals.services.drop.take_in_many", away)
        with pytest.raises(OperationalError):
            signed(letter())
    assert signed(letter()).status_code == 200
    assert MailMessage.objects.count() == 1


def posted(body, **headers):
    return Client().post(DOOR, json.dumps(body), content_type="application/json", headers=headers)


def test_mailersend(settings):
    settings.DROP_PROVIDER, settings.ANYMAIL = "mailersend", {"MAILERSEND_INBOUND_SECRET": KEY}
    body = {"type": "inbound.message", "data": {"raw": letter().decode()}}
    signature = hmac.new(KEY.encode(), json.dumps(body).encode(), hashlib.sha256).hexdigest()
    assert posted(body, Signature="0" * 64).status_code == 403
    assert posted(body, Signature=signature).status_code == 200
    assert MailMessage.objects.get().status == "recorded"


def taken_apart(_raw):
    head = [{"Name": "Message-ID", "Value": "<p@a.example>"}]
    return {"FromFull": {"Email": "priya@norwood.example"}, "Subject": "Two more clinics", "TextBody": "Could you quote?", "Headers": head}


def sparkpost(raw):
    content = {"email_rfc822": base64.b64encode(raw).decode(), "email_rfc822_is_base64": True}
    return [{"msys": {"relay_message": {"content": content}}}]


@pytest.mark.parametrize(
    ("provider", "body"), [("postmark", lambda raw: {"RawEmail": raw.decode()}), ("postmark", taken_apart), ("sparkpost", sparkpost)]
)
def test_providers_that_log_in_instead(settings, provider, body):
    settings.DROP_PROVIDER, settings.ANYMAIL = provider, {"WEBHOOK_SECRET": "door:keeper"}
    wrong, right = (f"Basic {base64.b64encode(pair).decode()}" for pair in (b"door:knocker", b"door:keeper"))
    assert posted(body(letter())).status_code == 403
    assert posted(body(letter()), Authorization=wrong).status_code == 403
    assert posted(body(letter()), Authorization=right).status_code == 200
    assert MailMessage.objects.get().sender == "priya@norwood.example"


def test_mandrill(settings):
    settings.DROP_PROVIDER, settings.ANYMAIL = "mandrill", {"MANDRILL_WEBHOOK_KEY": KEY}
    events = json.dumps([{"event": "inbound", "msg": {"raw_msg": letter().decode()}}, {"event": "inbound", "msg": {"raw_msg": letter().decode()}}])
    told = f"http://testserver{DOOR}mandrill_events{events}".encode()
    signature = base64.b64encode(hmac.new(KEY.encode(), told, hashlib.sha1).digest()).decode()
    assert Client().post(DOOR, {"mandrill_events": events}, headers={"X-Mandrill-Signature": signature}).status_code == 200
    assert MailMessage.objects.count() == 2


def test_a_message_of_a_month_ago_is_no_news():
    signed(letter(date=NOW - timedelta(days=30)))
    assert MailMessage.objects.get().sent_at == NOW - timedelta(days=30)
