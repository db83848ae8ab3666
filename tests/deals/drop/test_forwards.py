"""A customer's mail that one of ours forwarded: what counts is the mail inside, and who forwarded is kept."""

from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from zoneinfo import ZoneInfo

import pytest

from deals.intake.drop import dates, forwards
from deals.intake.mail import reading
from deals.models import Interaction, MailMessage
from deals.services.drop import drop
from deals.services.mail import take_in
from tests.deals.mail_intake.conftest import letter

NOW = datetime(2026, 3, 5, 10, 0, tzinfo=UTC)
PROGRAMS = {
    "Gmail": """Please see below.

---------- Forwarded message ---------
From: Priya Raman <priya@norwood.example>
Date: Wed, Mar 4, 2026 at 9:30 AM
Subject: Two more clinics
To: Olaf Owner <owner@salvor.example>


Could you quote two more clinics?
""",
    "Outlook": """FYI

________________________________
From: Priya Raman <priya@norwood.example>
Sent: Wednesday, March 4, 2026 9:30 AM
To: Olaf Owner <owner@salvor.example>; Tara Teammate <teammate@salvor.example>
Cc: Quentin <quentin@norwood.example>
Subject: Two more clinics

Could you quote two more clinics?
""",
    "Outlook, old": """-----Original Message-----
From: Priya Raman [mailto:priya@norwood.example]
Sent: 04 March 2026 09:30
To: Olaf Owner
Subject: Two more clinics

Could you quote two more clinics?
""",
    "Outlook in German": """Von: Priya Raman <priya@norwood.example>
Gesendet: Mittwoch, 4. März 2026 09:30
An: Olaf Owner <owner@salvor.example>
Betreff: Two more clinics

Could you quote two more clinics?
""",
    "Outlook in French": """De : Priya Raman <priya@norwood.example>
Envoyé : mercredi 4 mars 2026 09:30
À : Olaf Owner <owner@salvor.example>
Objet : Two more clinics

Could you quote two more clinics?
""",
    "Outlook in Spanish": """De: Priya Raman <priya@norwood.example>
Enviado el: miércoles, 4 de marzo de 2026 9:30
Para: Olaf Owner <owner@salvor.example>
Asunto: Two more clinics

Could you quote two more clinics?
""",
    "Apple Mail": """Begin forwarded message:

> From: Priya Raman <priya@norwood.example>
> Subject: Two more clinics
> Date: 4 March 2026 at 09:30:00 GMT
> To: owner@salvor.example
>\x20
> Could you quote two more clinics?
""",
    "Thunderbird": """-------- Forwarded Message --------
Subject: \tTwo more clinics
Date: \tWed, 4 Mar 2026 09:30:00 +0000
From: \tPriya Raman <priya@norwood.example>
To: \towner@salvor.example



Could you quote two more clinics?
""",
    "with stars": """*From:* Priya Raman <priya@norwood.example<mailto:priya@norwood.example>>

*Sent:* Wednesday, March 4, 2026 9:30 AM

*Subject:* Two more clinics

Could you quote two more clinics?
""",
}


@pytest.fixture(autouse=True)
def here(settings):
    settings.DROP_ADDRESS = "drop@salvor.example"


def forward(body, **named):
    fields = {"sender": "Olaf Owner <owner@salvor.example>", "to": "drop@salvor.example", "subject": "Fwd: Two more clinics"}
    return letter(body=body, date=NOW, message_id="<outer@salvor.example>", **fields | named)


def inner():
    return MailMessage.objects.exclude(message_id="<outer@salvor.example>").get()


@pytest.mark.parametrize("program", PROGRAMS)
def test_every_mail_program_is_understood(program):
    found = forwards.inline(reading.read(forward(PROGRAMS[program])))
    assert (found.sender.address, found.sender.name) == ("priya@norwood.example", "Priya Raman")
    assert found.subject == "Two more clinics"
    assert found.body.strip() == "Could you quote two more clinics?"
    zone = UTC
    assert dates.read(found.date, zone=zone, forwarded_at=NOW) == datetime(2026, 3, 4, 9, 30, tzinfo=UTC)


@pytest.mark.django_db
@pytest.mark.parametrize("program", PROGRAMS)
def test_what_was_forwarded_is_what_was_said(company, program):
    drop(raw=forward(PROGRAMS[program]), now=NOW)
    message = inner()
    assert (message.sender, message.direction, message.kind, message.status) == ("priya@norwood.example", "in", "human", "recorded")
    assert (message.deal, message.contact, message.user) == (company.deal, company.contact, company.owner)
    assert message.text.strip() == "Could you quote two more clinics?"
    assert message.sent_at == datetime(2026, 3, 4, 9, 30, tzinfo=UTC)
    assert Interaction.objects.get().direction == "in"


@pytest.mark.django_db
def test_who_forwarded_is_kept_and_the_outer_message_too(company):
    drop(raw=forward(PROGRAMS["Gmail"]), now=NOW)
    assert inner().place == "forwarded by owner@salvor.example in <outer@salvor.example>"
    raw = message_from_bytes(bytes(inner().raw.content), policy=policy.default)
    assert raw["Resent-From"].addresses[0].addr_spec == "owner@salvor.example"
    assert MailMessage.objects.get(message_id="<outer@salvor.example>").status == "internal"


@pytest.mark.django_db
def test_an_attached_message_comes_as_it_was(company):
    outer = EmailMessage()
    outer["From"], outer["To"], outer["Subject"] = "owner@salvor.example", "drop@salvor.example", "Fwd: Two more clinics"
    outer["Message-ID"] = "<outer@salvor.example>"
    outer.set_content("See attached.")
    outer.add_attachment(message_from_bytes(letter(message_id="<real@norwood.example>"), policy=policy.default))
    drop(raw=outer.as_bytes(), now=NOW)
    assert (inner().message_id, inner().deal) == ("<real@norwood.example>", company.deal)
    assert inner().text.strip() == "Could you quote two more clinics?"
    assert "forwarded by owner@salvor.example" in inner().place


@pytest.mark.django_db
def test_what_a_mailbox_brought_too_is_one_fact(company):
    from deals.models import Mailbox

    own = Mailbox.objects.create(owner=company.owner, address="owner@salvor.example", host="h", login="o", created_at=NOW)
    take_in(mailbox=own, raw=letter(message_id="<real@norwood.example>"), place="INBOX/1", now=NOW)
    drop(raw=forward(PROGRAMS["Gmail"]), now=NOW)
    assert MailMessage.objects.filter(message_id="<real@norwood.example>").count() == 2
    assert Interaction.objects.count() == 1


@pytest.mark.django_db
def test_two_who_forward_the_same_are_one_fact_and_twice_changes_nothing(company):
    for sender, outer in (("owner@salvor.example", "<1@a.example>"), ("teammate@salvor.example", "<2@a.example>")) * 2:
        drop(raw=letter(sender=sender, to="drop@salvor.example", message_id=outer, body=PROGRAMS["Gmail"], date=NOW), now=NOW)
    assert MailMessage.objects.count() == 3
    assert Interaction.objects.count() == 1


@pytest.mark.django_db
def test_a_stranger_who_was_forwarded_is_an_inquiry_of_the_forwarder(company):
    body = PROGRAMS["Gmail"].replace("Priya Raman <priya@norwood.example>", "Quill <quill@unknown.example>").replace("owner@", "info@")
    drop(raw=forward(body), now=NOW)
    assert (inner().status, inner().deal.owner) == ("inquiry", company.owner)


@pytest.mark.django_db
def test_a_forward_of_a_forward_is_opened_to_the_end(company):
    below = "\n".join(f"> {line}" for line in PROGRAMS["Outlook"].splitlines())
    body = f"""---------- Forwarded message ---------
From: Tara Teammate <teammate@salvor.example>
Date: Wed, Mar 4, 2026 at 11:00 AM
Subject: Fwd: Two more clinics
To: Olaf Owner <owner@salvor.example>

Yours?

{below}
"""
    drop(raw=forward(body), now=NOW)
    assert inner().sender == "priya@norwood.example"
    assert inner().text.strip() == "Could you quote two more clinics?"


@pytest.mark.django_db
def test_files_come_along(company):
    outer = message_from_bytes(forward(PROGRAMS["Gmail"]), policy=policy.default)
    outer.add_attachment(b"%PDF-1.4 plans", maintype="application", subtype="pdf", filename="Pläne.pdf")
    drop(raw=outer.as_bytes(), now=NOW)
    assert list(inner().attachments.values_list("name", "size")) == [("Pläne.pdf", 14)]


@pytest.mark.django_db
def test_a_copy_of_what_we_wrote_to_a_customer_is_no_forward(company):
    checked = b"Authentication-Results: mx.p.example; dkim=pass header.d=salvor.example\nReceived: from a by mx.p.example\n"
    drop(raw=checked + forward(PROGRAMS["Outlook"], to="priya@norwood.example", bcc="drop@salvor.example"), now=NOW)
    message = MailMessage.objects.get()
    assert (message.direction, message.deal) == ("out", company.deal)


@pytest.mark.django_db
def test_what_a_customer_sends_there_is_theirs_whatever_is_in_it(company):
    drop(raw=forward(PROGRAMS["Gmail"], sender="priya@norwood.example"), now=NOW)
    assert MailMessage.objects.get().sender == "priya@norwood.example"


@pytest.mark.django_db
def test_a_forward_that_does_not_say_who_wrote_is_left_to_the_forwarder_with_the_reason(company):
    drop(raw=forward("From: Priya\nSent: yesterday\nSubject: Two more clinics\n\nCould you quote?"), now=NOW)
    message = MailMessage.objects.get()
    assert (message.status, message.user) == ("unmatched", company.owner)
    assert "Forward it as an attachment" in message.reason


def test_words_that_look_like_a_header_are_none():
    assert forwards.inline(reading.read(forward("From: now on we meet at 9.\nTo: be clear.\n"))) is None


@pytest.mark.parametrize("written", ["", "nonsense", "31/31/2026 99:99", "04/03/2027 09:30", "9:30"])
def test_a_date_that_cannot_be_read_or_lies_ahead_is_that_of_the_forwarding(written):
    assert dates.read(written, zone=ZoneInfo("Europe/Berlin"), forwarded_at=NOW) == NOW


@pytest.mark.parametrize(
    ("written", "hour"), [("04.03.2026 09:30", 8), ("4 March 2026 at 09:30:00 GMT", 9), ("Wed, 4 Mar 2026 09:30 +0500", 4), ("3/4/2026 9:30 PM", 20)]
)
def test_the_time_is_the_forwarders_unless_a_zone_stands_there(written, hour):
    read = dates.read(written, zone=ZoneInfo("Europe/Berlin"), forwarded_at=NOW)
    assert read.astimezone(UTC) == datetime(2026, 3, 4, hour, 30, tzinfo=UTC)
