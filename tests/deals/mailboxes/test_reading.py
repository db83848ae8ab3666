"""What is in a real mailbox becomes what was said on a deal."""

from datetime import timedelta

import pytest

from deals.models import Interaction, MailFolder, MailMessage
from deals.services import mailboxes
from tests.deals.mail_intake.conftest import letter
from tests.deals.mailboxes.conftest import NOW, ids, poll

pytestmark = pytest.mark.django_db


def test_new_mail_is_an_interaction_after_one_poll(server, mailbox, people):
    server.put(letter(), at=NOW - timedelta(minutes=2))
    polled = poll(mailbox)
    assert (polled.new, polled.fault, polled.folders) == (1, "", ["INBOX"])
    said = Interaction.objects.get()
    assert (said.deal, said.contact, said.direction) == (people.deal, people.contact, "in")
    assert (mailbox.last_success_at, mailbox.failures, mailbox.lag) == (NOW, 0, 120)
    assert mailbox.leased_until is None
    assert mailbox.next_poll_at == NOW + timedelta(minutes=1)


def test_reading_leaves_no_mark_on_the_server(server, mailbox):
    server.put(letter(), letter())
    poll(mailbox)
    assert server.unseen() == 2
    assert MailMessage.objects.count() == 2


def test_what_was_read_is_not_fetched_again(server, mailbox):
    server.put(letter(message_id="<1@a.example>"), at=NOW)
    poll(mailbox)
    server.put(letter(message_id="<2@a.example>"), at=NOW)
    polled = poll(mailbox)
    assert (polled.new, polled.known) == (1, 0)
    assert ids() == ["<1@a.example>", "<2@a.example>"]


def test_the_first_reading_goes_back_a_month_and_no_further(server, mailbox, settings):
    server.put(letter(message_id="<old@a.example>"), at=NOW - timedelta(days=40))
    server.put(letter(message_id="<month@a.example>"), at=NOW - timedelta(days=20))
    poll(mailbox)
    poll(mailbox)
    assert ids() == ["<month@a.example>"]


def test_our_own_answers_count_from_the_folder_of_what_was_sent(server, mailbox, people):
    server.put(letter(), at=NOW)
    server.put(letter(sender="owner@salvor.example", to="priya@norwood.example"), folder="Gesendete Elemente", at=NOW)
    assert poll(mailbox).folders == ["Gesendete Elemente", "INBOX"]
    assert sorted(Interaction.objects.values_list("direction", flat=True)) == ["in", "out"]
    assert MailFolder.objects.get(role="sent").name == "Gesendete Elemente"


def test_another_folder_of_sent_mail_takes_the_place_of_the_one_before(server, mailbox):
    sent = letter(sender="owner@salvor.example", to="priya@norwood.example")
    server.put(sent, folder="Envoyés", at=NOW)
    poll(mailbox)
    with server.box() as box:
        box.folder.rename("Envoyés", "Sent")
    poll(mailbox)
    assert MailFolder.objects.get(role="sent").name == "Sent"
    assert MailMessage.objects.count() == 1


def test_many_messages_come_in_batches_and_memory_stays_flat(server, mailbox, monkeypatch):
    from deals.intake.mailboxes import messages

    monkeypatch.setattr(messages, "BATCH", 3)
    server.put(*(letter(message_id=f"<{n}@a.example>") for n in range(8)), at=NOW)
    sizes = []
    keep = messages.Batch
    monkeypatch.setattr(messages, "Batch", lambda *given: sizes.append(len(given[0])) or keep(*given))
    poll(mailbox)
    assert sizes == [3, 3, 2]
    assert len(set(ids())) == 8


def test_big_messages_come_alone(server, mailbox, monkeypatch):
    from deals.intake.mailboxes import messages

    monkeypatch.setattr(messages, "BATCH_BYTES", 5_000)
    server.put(letter(), letter(body="x" * 4_000 + "\n"), letter(body="y" * 4_000 + "\n"), letter(), at=NOW)
    sizes = []
    keep = messages.Batch
    monkeypatch.setattr(messages, "Batch", lambda *given: sizes.append(len(given[0])) or keep(*given))
    poll(mailbox)
    assert sizes == [2, 2]


def test_of_a_message_that_is_too_large_the_beginning_is_kept(server, mailbox, settings, monkeypatch):
    from deals.intake.mailboxes import messages

    settings.MAIL_MAX_BYTES = 3_000
    monkeypatch.setattr(messages, "BEGINNING", 1_000)
    server.put(letter(body="line\n" * 2_000), letter(subject="Small"), at=NOW)
    poll(mailbox)
    large = MailMessage.objects.get(subject="Two more clinics")
    assert large.raw.size == 1_000
    assert "the first 1,000 of" in large.place
    assert MailMessage.objects.filter(subject="Small").exists()


def test_numbers_that_begin_anew_double_nothing(server, mailbox):
    first = [letter(message_id=f"<{n}@a.example>") for n in range(3)]
    server.put(*first, at=NOW)
    poll(mailbox)
    before = MailFolder.objects.get().uid_validity
    server.restart()
    server.put(letter(message_id="<new@a.example>"), *first, at=NOW)
    polled = poll(mailbox)
    assert (polled.new, polled.known) == (1, 3)
    assert len(ids()) == len(set(ids())) == 4
    folder = MailFolder.objects.get()
    assert folder.uid_validity != before
    assert Interaction.objects.count() == 4


def test_only_mailboxes_that_are_due_are_read(mailbox):
    assert mailboxes.due(NOW) == [mailbox.pk]
    assert mailboxes.due(NOW - timedelta(seconds=1)) == []
    mailbox.is_active = False
    mailbox.save()
    assert mailboxes.due(NOW) == []
    assert mailboxes.poll(mailbox_id=mailbox.pk, clock=lambda: NOW) is None


def test_a_full_mailbox_lets_others_have_their_turn(server, mailbox, monkeypatch):
    from deals.intake.mailboxes import messages
    from deals.services.mailboxes import polling

    monkeypatch.setattr(messages, "BATCH", 2)
    monkeypatch.setattr(polling, "LONGEST_READING", timedelta(seconds=-1))
    server.put(*(letter(message_id=f"<{n}@a.example>") for n in range(5)), at=NOW)
    assert poll(mailbox).left
    assert mailbox.next_poll_at == NOW
    assert len(ids()) == 2
    poll(mailbox)
    poll(mailbox)
    assert len(set(ids())) == 5
