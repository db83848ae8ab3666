"""Connections that break, workers that die, two at once: nothing is lost, nothing doubled."""

import threading
from datetime import timedelta

import pytest
from django.db import IntegrityError

from deals.models import Interaction, Mailbox, MailFolder, MailMessage
from deals.services import leasing, mailboxes
from tests.at_once import at_once
from tests.deals.mail_intake.conftest import letter
from tests.deals.mailboxes.conftest import NOW, ids, mailbox_at, poll
from tests.deals.mailboxes.server import Wire
from tests.processes import run_python

pytestmark = pytest.mark.django_db(transaction=True)
EXPECTED = [f"<{n:02}@a.example>" for n in range(12)]


@pytest.fixture
def twelve(server, monkeypatch):
    from deals.intake.mailboxes import messages

    monkeypatch.setattr(messages, "BATCH", 4)
    server.put(*(letter(message_id=one, body="What was said. " * 200) for one in EXPECTED), at=NOW)
    return server


@pytest.fixture
def wire(server):
    wire = Wire(server.port)
    yield wire
    wire.close()


def test_a_connection_cut_in_the_middle_loses_and_doubles_nothing(twelve, people, wire):
    """Cut again and again, a little later each time, in the middle of whatever is said just then."""
    mailbox = mailbox_at(wire.port, people.owner)
    faults, at = [], NOW
    for most in range(400, 60_000, 2_900):
        wire.most, wire.passed = most, 0
        at += timedelta(hours=2)
        faults.append(poll(mailbox, at=at).fault)
        kept = MailMessage.objects.count()
        assert ids() == EXPECTED[:kept], "what is kept is kept in order, and once"
        assert MailFolder.objects.filter(last_uid__gt=0).exists() == (kept > 0)
        if not faults[-1]:
            break
    assert len([one for one in faults if "broke off" in one]) >= 3
    assert faults[-1] == ""
    assert ids() == EXPECTED
    assert Interaction.objects.count() == 12


def test_a_cut_is_said_in_words_and_waits_a_minute(twelve, people, wire):
    mailbox = mailbox_at(wire.port, people.owner)
    wire.most = 9_000
    assert poll(mailbox).fault == "The connection to 127.0.0.1 broke off; Salvor goes on where it was."
    assert (mailbox.failures, mailbox.last_error_at, mailbox.leased_until) == (1, NOW, None)
    assert mailbox.next_poll_at == NOW + timedelta(minutes=1)


def test_two_workers_at_once_read_it_once(twelve, people):
    mailbox, found = mailbox_at(twelve.port, people.owner), []
    works = [lambda: found.append(mailboxes.poll(mailbox_id=mailbox.pk, clock=lambda: NOW))] * 3
    assert at_once(*works) == []
    assert ids() == EXPECTED
    assert sum(one.new + one.known for one in found if one is not None) == 12, "each message was fetched by one worker only"


def test_while_one_reads_another_goes_away(twelve, people, monkeypatch):
    from deals.services.mailboxes import polling

    mailbox, inside, go_on = mailbox_at(twelve.port, people.owner), threading.Event(), threading.Event()
    take_in_many = polling.take_in_many

    def slowly(**given):
        inside.set()
        assert go_on.wait(20)
        return take_in_many(**given)

    monkeypatch.setattr(polling, "take_in_many", slowly)

    def second():
        assert inside.wait(20)
        assert mailboxes.poll(mailbox_id=mailbox.pk, clock=lambda: NOW + timedelta(minutes=5)) is None
        assert mailboxes.due(NOW + timedelta(minutes=5)) == []
        go_on.set()

    assert at_once(lambda: mailboxes.poll(mailbox_id=mailbox.pk, clock=lambda: NOW), second) == []
    assert ids() == EXPECTED


def test_a_worker_that_lost_its_lease_keeps_nothing_more(twelve, people, monkeypatch):
    """It slept too long: the other one has read everything meanwhile."""
    from deals.services.mailboxes import polling

    mailbox = mailbox_at(twelve.port, people.owner)
    take_in_many, slept = polling.take_in_many, []

    def sleeps(**given):
        if not slept:
            slept.append(True)
            other = threading.Thread(target=lambda: at_once(lambda: mailboxes.poll(mailbox_id=mailbox.pk, clock=lambda: NOW + leasing.LEASE * 2)))
            other.start()
            other.join()
        return take_in_many(**given)

    monkeypatch.setattr(polling, "take_in_many", sleeps)
    late = poll(mailbox)
    assert (late.new, late.known, late.fault) == (0, 0, "")
    assert ids() == EXPECTED
    assert mailbox.last_success_at == NOW + leasing.LEASE * 2
    assert Interaction.objects.count() == 12


@pytest.mark.parametrize("when", ["before the batch is kept", "before it is committed", "after it is committed"])
def test_a_worker_killed_in_the_middle_loses_and_doubles_nothing(twelve, people, when):
    mailbox = mailbox_at(twelve.port, people.owner)
    code = f"""
from datetime import datetime, UTC
from django.conf import settings
from deals.intake.mailboxes import messages
from deals.services import leasing
from deals.services.mailboxes import polling
settings.INTERNAL_HOSTS = frozenset(["127.0.0.1"])
messages.BATCH = 4
calls, keep, renew = [], polling._Reading._keep, leasing.Lease.renew
def die(): os.kill(os.getpid(), signal.SIGKILL)
def keeps(self, *given):
    calls.append(1)
    if len(calls) == 2 and {when!r}.startswith("before the"): die()
    keep(self, *given)
    if len(calls) == 2: die()
def renews(self, now):
    renew(self, now)
    if len(calls) == 2 and {when!r}.startswith("before it"): die()
polling._Reading._keep, leasing.Lease.renew = keeps, renews
polling.poll(mailbox_id={mailbox.pk}, clock=lambda: datetime.fromisoformat({NOW.isoformat()!r}))
"""
    assert run_python(code) == -9
    kept = 8 if when.startswith("after") else 4
    assert ids() == EXPECTED[:kept]
    assert mailboxes.poll(mailbox_id=mailbox.pk, clock=lambda: NOW) is None, "its lease holds a while"
    later = NOW + leasing.LEASE + timedelta(seconds=1)
    assert mailboxes.due(later) == [mailbox.pk]
    poll(mailbox, at=later)
    assert ids() == EXPECTED
    assert Interaction.objects.count() == 12


def test_a_batch_that_cannot_be_committed_is_a_fault_and_waits_longer(twelve, people, monkeypatch, caplog):
    from deals.services.mailboxes import polling

    mailbox = mailbox_at(twelve.port, people.owner)
    take_in_many = polling.take_in_many

    def spoils(**given):
        taken = take_in_many(**given)
        if MailMessage.objects.count() == 8:
            MailFolder.objects.create(mailbox_id=0, name="Of a mailbox that is none", role="inbox")  # refused at the end of the transaction
        return taken

    monkeypatch.setattr(polling, "take_in_many", spoils)
    for failures, minutes in ((1, 1), (2, 2)):
        with pytest.raises(IntegrityError):
            poll(mailbox)
        mailbox.refresh_from_db()
        assert (mailbox.failures, mailbox.next_poll_at, mailbox.leased_until) == (failures, NOW + timedelta(minutes=minutes), None)
    assert ids() == EXPECTED[:4]
    assert "mailbox_reading_failed" in caplog.text
    monkeypatch.undo()
    poll(mailbox)
    assert ids() == EXPECTED


def test_pausing_stops_the_one_who_reads(twelve, people, monkeypatch):
    from deals.services.mailboxes import polling

    mailbox = mailbox_at(twelve.port, people.owner)
    take_in_many = polling.take_in_many

    def meanwhile(**given):
        taken = take_in_many(**given)
        if MailMessage.objects.count() == 8:
            Mailbox.objects.update(is_active=False)
        return taken

    monkeypatch.setattr(polling, "take_in_many", meanwhile)
    poll(mailbox)
    assert ids() == EXPECTED[:4]


def test_a_fault_of_our_own_is_counted_and_told_not_swallowed(twelve, people, monkeypatch):
    from deals.services.mailboxes import polling

    mailbox = mailbox_at(twelve.port, people.owner)
    with monkeypatch.context() as patched:
        patched.setattr(polling, "take_in_many", lambda **_given: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            mailboxes.poll(mailbox_id=mailbox.pk, clock=lambda: NOW)
    mailbox.refresh_from_db()
    assert mailbox.failures == 1
    assert "finds it in the log" in mailbox.last_error
    poll(mailbox)
    assert ids() == EXPECTED
