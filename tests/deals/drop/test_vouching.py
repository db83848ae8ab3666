"""Who writes to the drop address in our name: it counts where the provider, the outbox or a sent folder knows it."""

from datetime import UTC, datetime

import pytest

from deals.models import Mailbox, MailMessage, OutgoingMail
from deals.services.drop import drop
from deals.services.mail import take_in
from tests.deals.mail_intake.conftest import letter

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 4, 10, 0, tzinfo=UTC)
RECEIVED = b"Received: from a by mx.provider.example\n"


@pytest.fixture(autouse=True)
def here(settings, company):
    settings.DROP_ADDRESS = "drop@salvor.example"


def status(head=b""):
    drop(raw=head + letter(sender="owner@salvor.example", to="priya@norwood.example", message_id="<one@salvor.example>"), now=NOW)
    return MailMessage.objects.get(mailbox__kind="drop").status


@pytest.mark.parametrize(
    "verdict",
    [
        b"Authentication-Results: mx.p.example; spf=fail; dkim=pass (2048) header.d=salvor.example\n",
        b"Authentication-Results: mx.p.example;\n dmarc=pass header.from=salvor.example\n",
        b"Authentication-Results: mx.p.example; spf=pass smtp.mailfrom=owner@salvor.example\n",
        b"X-Mailgun-Spf: Pass\nX-Envelope-From: <owner@salvor.example>\n",
    ],
)
def test_the_providers_verdict_of_our_domain_counts(verdict):
    assert status(verdict + RECEIVED) == "recorded"


@pytest.mark.parametrize(
    "head",
    [
        b"",
        RECEIVED,
        b"Authentication-Results: mx.p.example; dkim=fail header.d=salvor.example\n" + RECEIVED,
        b"Authentication-Results: mx.p.example; dkim=pass header.d=evil.example\n" + RECEIVED,
        RECEIVED + b"Authentication-Results: mx.p.example; dkim=pass header.d=salvor.example\n",
        b"Authentication-Results: mx.p.example; dkim=pass header.d=salvor.example\n",
    ],
)
def test_everything_else_waits_for_a_person(head):
    assert status(head) == "unmatched"
    assert "anybody can write that" in MailMessage.objects.get().reason


def test_what_was_written_here_is_ours(company):
    OutgoingMail.objects.create(
        deal=company.deal, author=company.owner, message_id="<one@salvor.example>", to=["priya@norwood.example"], subject="Hello", body="Hello",
        created_at=NOW, send_at=NOW, next_try_at=NOW,
    )  # fmt: skip
    assert status() == "recorded"


def test_so_is_what_a_sent_folder_has(company):
    own = Mailbox.objects.create(owner=company.owner, address="owner@salvor.example", host="h", login="o", created_at=NOW)
    copy = letter(sender="owner@salvor.example", to="priya@norwood.example", message_id="<one@salvor.example>")
    take_in(mailbox=own, raw=copy, place="Sent/1", role="sent", now=NOW)
    assert status() == "recorded"
