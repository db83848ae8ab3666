"""Mail goes once, through a real server, and becomes what was said."""

from datetime import timedelta

import pytest

from accounts.models import Departure, Notice
from deals.models import Interaction, MailThread, OutgoingMail, ThreadedId
from deals.risk.refresh import refresh
from deals.services import outbox
from deals.services.mail import take_in

pytestmark = pytest.mark.django_db
SOON = timedelta(seconds=11)
WORDS = "Dear Priya,\n\nboth sites: https://salvor.example/q?a=1&b=2.\n<script>alert(1)</script>"


def state(mail):
    mail.refresh_from_db()
    return mail.state


def test_it_goes_once_in_its_authors_name(server, write, now):
    mail = write(body=WORDS, cc=["lee@norwood.example"])
    assert [outbox.drain(now + SOON), outbox.drain(now + SOON)] == [1, 0]
    (letter,) = server.letters
    assert server.envelopes == [("owner@salvor.example", ["priya@norwood.example", "lee@norwood.example"])]
    assert (letter["From"], letter["To"], letter["Cc"]) == ("Olaf Owner <owner@salvor.example>", "priya@norwood.example", "lee@norwood.example")
    assert letter["Message-ID"] == mail.message_id
    assert letter["Auto-Submitted"] is None
    assert letter.get_body(("plain",)).get_content().strip().splitlines() == WORDS.splitlines()
    html = letter.get_body(("html",)).get_content()
    assert '<a href="https://salvor.example/q?a=1&amp;b=2">' in html
    assert "&lt;script&gt;" in html


def test_what_went_is_said_on_the_deal_and_stops_the_clock(server, write, asked, company, now):
    refresh([company.deal.pk], now + timedelta(days=3))
    assert company.deal.signals.filter(rule="reply_overdue", state="raised").exists()
    mail = write(answers=asked, now=now + timedelta(days=3))
    outbox.drain(now + timedelta(days=3) + SOON)
    said = Interaction.objects.get(external_id=f"mail:{mail.message_id}")
    assert (said.kind, said.direction, said.is_human, said.user, said.contact) == ("email", "out", True, company.owner, company.contact)
    assert (said.subject, said.body, said.deal) == ("The quote", "Here it is.", company.deal)
    assert not company.deal.signals.filter(rule="reply_overdue", state="raised").exists()
    assert state(mail) == "sent"
    assert mail.interaction == said


def test_an_answer_stands_in_its_thread(server, write, asked, now):
    mail = write(answers=asked)
    outbox.drain(now + SOON)
    (letter,) = server.letters
    assert letter["In-Reply-To"] == "<ask-2@norwood.example>"
    assert letter["References"] == "<ask-1@norwood.example> <ask-2@norwood.example>"
    assert "> Could you send the quote for both sites?" in letter.get_body(("plain",)).get_content()
    assert ThreadedId.objects.get(message_id=mail.message_id).thread_id == asked.thread_id
    assert MailThread.objects.get(pk=asked.thread_id).deal_id == mail.deal_id


def test_the_customers_answer_comes_to_the_deal(server, write, asked, company, now):
    mail = write(to=["new.buyer@elsewhere.example"])
    outbox.drain(now + SOON)
    heads = ["From: new.buyer@elsewhere.example", "To: owner@salvor.example", "Subject: Re: The quote", f"In-Reply-To: {mail.message_id}"]
    raw = "\n".join([*heads, "Message-ID: <b@e.example>", "", "Thanks, we take it."])
    taken = take_in(mailbox=asked.mailbox, raw=raw.encode(), place="INBOX/2", now=now + timedelta(hours=1))
    assert (taken.deal_id, taken.matched_by, taken.kind) == (company.deal.pk, "thread", "human")


def test_the_copy_in_the_sent_folder_is_the_same_fact(server, write, asked, company, now):
    mail = write()
    outbox.drain(now + SOON)
    taken = take_in(mailbox=asked.mailbox, raw=server.letters[0].as_bytes(), place="Sent/1", role="sent", now=now + timedelta(hours=1))
    said = Interaction.objects.get(deal=company.deal, direction="out")
    mail.refresh_from_db()
    assert (mail.interaction, said.mail.get().pk) == (said, taken.pk)


def test_a_copy_that_is_read_first_is_not_said_twice(server, write, asked, company, now):
    mail = write()
    raw = f"From: owner@salvor.example\nTo: priya@norwood.example\nSubject: The quote\nMessage-ID: {mail.message_id}\n\nHere it is."
    claimed = outbox.draining.claim(now + SOON)
    take_in(mailbox=asked.mailbox, raw=raw.encode(), place="Sent/1", role="sent", now=now + SOON)
    outbox.draining.finish(claimed, outbox.draining.send(claimed), now + SOON)
    assert state(mail) == "sent"
    assert Interaction.objects.filter(deal=company.deal, direction="out").count() == 1


def test_the_installations_sender_takes_the_authors_place(server, settings, write, now):
    settings.OUTGOING_SENDER = "sales@salvor.example"
    outbox.drain(write() and now + SOON)
    (letter,) = server.letters
    assert (letter["From"], letter["Reply-To"]) == ("Olaf Owner <sales@salvor.example>", "Olaf Owner <owner@salvor.example>")
    assert server.envelopes[0][0] == "sales@salvor.example"


def test_it_waits_for_its_time(server, write, now):
    mail = write(send_at=now + timedelta(days=1))
    assert outbox.drain(now + timedelta(hours=23)) == 0
    assert state(mail) == "waiting"
    assert outbox.drain(now + timedelta(days=1)) == 1


def test_nothing_goes_in_the_name_of_somebody_who_has_left(server, write, company, now):
    mail = write(send_at=now + timedelta(days=9))
    Departure.objects.create(user=company.owner, last_day=(now + timedelta(days=2)).date(), leaves_at=now + timedelta(days=2))
    assert outbox.drain(now + timedelta(days=9)) == 0
    assert state(mail) == "failed"
    assert "not here any more" in mail.last_error
    assert server.letters == []


def test_a_name_in_other_letters_arrives_whole(server, write, company, now):
    company.owner.name = 'Zoë "Ö" Ångström, Sales'
    company.owner.save()
    outbox.drain(write(subject="Grüße – 見積もり") and now + SOON)
    (letter,) = server.letters
    assert letter["From"].addresses[0].display_name == company.owner.name
    assert letter["Subject"] == "Grüße – 見積もり"


def test_long_ids_stay_whole_in_the_headers(server, write, asked, now):
    asked.in_reply_to = [f"<{letter * 150}@mail.norwood.example>" for letter in "ab"]
    asked.save()
    outbox.drain(write(answers=asked) and now + SOON)
    found = server.letters[0]["References"].split()
    assert found == [f"<{'b' * 150}@mail.norwood.example>", f"<{'a' * 150}@mail.norwood.example>", "<ask-2@norwood.example>"]


def test_nobody_is_told_while_all_goes_well(server, write, now):
    outbox.drain(write() and now + SOON)
    assert not Notice.objects.filter(kind="mail_not_sent").exists()
    assert OutgoingMail.objects.get().attempts == 1
