"""Several workers at the same moment, and one that dies: nothing is lost, nothing doubled."""

from datetime import UTC, datetime

import pytest

from accounts.models import Contact
from deals.models import Deal, Interaction, Mailbox, MailMessage, MailThread
from deals.services.mail import Item, take_in, take_in_many, taking
from tests.at_once import at_once
from tests.deals.mail_intake.conftest import letter
from tests.factories import make_company

NOW = datetime(2026, 3, 4, 10, 0, tzinfo=UTC)
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def boxes(transactional_db):
    company = make_company()
    people = (company.owner, company.teammate)
    return [Mailbox.objects.create(address=one.email, owner=one, host="h", login=one.email, created_at=NOW) for one in people]


def everything():
    return MailMessage.objects.count(), Interaction.objects.count(), Deal.objects.filter(status="inquiry").count(), MailThread.objects.count()


def test_two_workers_with_the_same_messages_take_each_once(boxes):
    items = [Item(letter(sender=f"a{n % 5}@b.example", message_id=f"<{n}@b.example>"), f"#{n}") for n in range(40)]
    found = at_once(*[lambda: take_in_many(mailbox=boxes[0], items=items, now=NOW)] * 3)
    assert found == []
    assert everything() == (40, 40, 5, 40)


def test_one_message_in_two_mailboxes_is_one_inquiry(boxes):
    raw = letter(sender="quinn@unknown.example", to="owner@salvor.example, teammate@salvor.example")
    found = at_once(*(lambda box=box: take_in(mailbox=box, raw=raw, place="INBOX/1", now=NOW) for box in boxes))
    assert found == []
    assert everything() == (2, 1, 1, 1)
    assert Contact.objects.filter(email="quinn@unknown.example").count() == 1


def test_an_answer_and_what_it_answers_at_once_are_one_thread(boxes):
    first = letter(sender="quinn@unknown.example", message_id="<a@u.example>")
    second = letter(sender="rio@unknown.example", message_id="<b@u.example>", in_reply_to="<a@u.example>")
    works = [lambda: take_in(mailbox=boxes[0], raw=first, place="1", now=NOW), lambda: take_in(mailbox=boxes[1], raw=second, place="2", now=NOW)]
    assert at_once(*works) == []
    assert everything() == (2, 2, 1, 1)


@pytest.mark.parametrize("step", ["deals.services.mail.writing.messages", "deals.services.mail.taking.refresh", "deals.services.mail.threads._write"])
def test_killed_in_the_middle_nothing_is_left_and_nothing_is_lost(boxes, monkeypatch, step):
    items = [Item(letter(sender=f"a{n}@b.example", message_id=f"<{n}@b.example>"), f"#{n}") for n in range(10)]

    class Killed(BaseException):
        pass

    def die(*_args, **_named):
        raise Killed

    with monkeypatch.context() as patched, pytest.raises(Killed):
        patched.setattr(step, die)
        take_in_many(mailbox=boxes[0], items=items, now=NOW)
    assert everything() == (0, 0, 0, 0)
    take_in_many(mailbox=boxes[0], items=items, now=NOW)
    assert everything() == (10, 10, 10, 10)


def test_what_others_change_meanwhile_is_looked_at_anew(boxes, monkeypatch):
    before = taking.hold
    moved = []

    def meanwhile(*args):
        if not moved:
            moved.append(True)
            raise taking.MeanwhileError("a deal moved")
        before(*args)

    monkeypatch.setattr(taking, "hold", meanwhile)
    taken = take_in(mailbox=boxes[0], raw=letter(), place="1", now=NOW)
    assert (taken.status, taken.is_new) == ("recorded", True)
    assert everything() == (1, 1, 0, 1)


def test_one_message_that_the_database_refuses_keeps_no_other_out(boxes, monkeypatch):
    whole = taking.writing.messages

    def refuse(letters, mailbox, now):
        from django.db import DataError

        if any(one.subject == "Poison" and one.mail is not None for one in letters):
            raise DataError("too much")
        whole(letters, mailbox, now)

    monkeypatch.setattr(taking.writing, "messages", refuse)
    items = [Item(letter(subject=subject, sender=f"a{n}@b.example"), f"#{n}") for n, subject in enumerate(["One", "Poison", "Two"])]
    taken = take_in_many(mailbox=boxes[0], items=items, now=NOW)
    assert [one.status for one in taken] == ["inquiry", "unreadable", "inquiry"]
    assert MailMessage.objects.count() == 3
    assert taken[1].reason == "It could not be sorted: DataError."


def test_an_invitation_that_nobody_understands_costs_no_message(boxes):
    from email.message import EmailMessage

    from django.dispatch import receiver

    from deals.signals import mail_with_calendar

    @receiver(mail_with_calendar)
    def fail(**_more):
        raise ValueError("a calendar from another world")

    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "priya@norwood.example", "owner@salvor.example", "The workshop"
    mail.set_content("See you there.")
    mail.add_attachment(b"BEGIN:VCALENDAR", maintype="text", subtype="calendar", filename="workshop.ics")
    taken = take_in(mailbox=boxes[0], raw=mail.as_bytes(), place="1", now=NOW)
    mail_with_calendar.disconnect(fail)
    assert (taken.is_new, MailMessage.objects.get().status) == (True, taken.status)
    assert taken.status != "unreadable"


def test_while_the_database_is_away_nothing_is_said_to_be_in(boxes, monkeypatch):
    from django.db import OperationalError

    def away(*_args, **_named):
        raise OperationalError("server closed the connection unexpectedly")

    with monkeypatch.context() as patched:
        patched.setattr("deals.services.mail.taking.refresh", away)
        with pytest.raises(OperationalError):
            take_in(mailbox=boxes[0], raw=letter(), place="1", now=NOW)
    assert everything() == (0, 0, 0, 0)
