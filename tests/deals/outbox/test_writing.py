"""What may be written, changed and taken back."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError
from django.utils import timezone
from kombu.exceptions import OperationalError

from accounts.models import ContactAddress
from accounts.refusals import Refused
from deals.models import OutgoingMail
from deals.services import outbox
from deals.services.outbox import writing
from deals.tasks import send_mail
from tests.factories import ContactFactory, DealFactory

pytestmark = pytest.mark.django_db
SOON = timedelta(seconds=11)


def test_ten_seconds_are_left_to_take_it_back(server, write, company, now):
    mail = write()
    assert (mail.send_at - now).total_seconds() == 10
    assert outbox.drain(now + timedelta(seconds=9)) == 0
    outbox.take_back(mail=mail, by=company.owner)
    assert outbox.drain(now + SOON) == 0
    assert (OutgoingMail.objects.get().state, server.letters) == ("cancelled", [])


@pytest.mark.parametrize(("state", "words"), [("sending", "on its way"), ("sent", "has gone"), ("unknown", "may have gone")])
def test_too_late_is_said(write, company, now, state, words):
    mail = write()
    OutgoingMail.objects.update(state=state, claimed_at=now, sent_at=now)
    with pytest.raises(Refused, match=words):
        outbox.take_back(mail=mail, by=company.owner)
    with pytest.raises(Refused, match=words):
        outbox.change(mail=mail, by=company.owner, to=mail.to, subject="Other", body="Other", now=now)


def test_it_is_changed_until_it_goes_and_keeps_its_id(server, write, company, now):
    mail = write(send_at=now + timedelta(hours=2))
    outbox.change(mail=mail, by=company.owner, to=["lee@norwood.example"], subject="Other", body="Better.", now=now)
    outbox.drain(now + SOON)
    assert [(one["To"], one["Subject"], one["Message-ID"]) for one in server.letters] == [("lee@norwood.example", "Other", mail.message_id)]


def test_what_was_taken_back_or_refused_goes_after_all(server, write, company, now):
    mail = outbox.take_back(mail=write(), by=company.owner)
    outbox.change(mail=mail, by=company.owner, to=mail.to, subject=mail.subject, body="Better.", now=now + timedelta(hours=1))
    assert outbox.drain(now + timedelta(hours=1) + SOON) == 1


def test_only_its_author_may(write, company, now):
    for by in (company.teammate, company.manager):
        with pytest.raises(Refused, match="Only who wrote"):
            outbox.take_back(mail=write(), by=by)


def test_a_teammate_does_not_decide_for_the_author(write, company, now):
    mail = write()
    OutgoingMail.objects.update(state="unknown", claimed_at=now)
    with pytest.raises(Refused, match="Olaf Owner wrote"):
        outbox.send_again(mail=mail, by=company.teammate, now=now)
    with pytest.raises(Refused, match="Olaf Owner wrote"):
        outbox.it_was_sent(mail=mail, by=company.teammate, now=now)


def test_the_same_form_sent_twice_is_one_mail(write, company, now):
    key = str(uuid4())
    assert write(key=key) == write(key=key)
    with pytest.raises(Refused, match="used before"):
        outbox.write(deal=company.deal, author=company.teammate, to=["a@b.example"], subject="x", body="y", now=now, key=key)


def test_what_the_database_refuses_for_another_reason_is_no_form_used_before(write, monkeypatch):
    facts = writing._facts
    monkeypatch.setattr(writing, "_facts", lambda **given: facts(**given) | {"state": "sent"})  # without a moment
    with pytest.raises(IntegrityError, match="outgoing_sent_has_moment"):
        write()


@pytest.mark.parametrize(
    ("how", "words"),
    [
        ({"to": []}, "whom"),
        ({"to": ["priya"]}, "no e-mail address"),
        ({"to": ["a@b.example\nBcc: c@d.example"]}, "no e-mail address"),
        ({"cc": ["a@b.example\r\nBcc: c@d.example"]}, "no e-mail address"),
        ({"to": ["zoë@norwood.example"]}, "letters before the @|no e-mail address"),
        ({"to": [f"a{n}@b.example" for n in range(51)]}, "more than 50"),
        ({"subject": " \n "}, "subject"),
        ({"body": " \n "}, "Write something"),
        ({"body": "x" * 100_001}, "longer"),
        ({"body": "Dear {first_name}, {who} wrote {first_name}"}, r"filled in: \{first_name\}, \{who\}"),
        ({"subject": "For {account}"}, r"\{account\}"),
    ],
)
def test_what_cannot_go_is_refused_in_words(write, how, words):
    with pytest.raises(Refused, match=words):
        write(**how)


def test_a_day_years_ahead_is_refused(write, now):
    with pytest.raises(Refused, match="year ahead"):
        write(send_at=now + timedelta(days=400))


def test_no_header_can_be_written_in_a_subject(server, write, company, now):
    company.owner.name = "Olaf\r\nBcc: spy@evil.example"
    company.owner.save()
    mail = write(subject="Hello\r\nBcc: spy@evil.example\r\n\r\nwords\x00\u2028more")
    assert mail.subject == "Hello Bcc: spy@evil.example words more"
    outbox.drain(now + SOON)
    (letter,) = server.letters
    assert (letter["Bcc"], letter["Subject"]) == (None, mail.subject)
    assert server.envelopes[0][1] == ["priya@norwood.example"]


def test_an_answer_to_another_deals_mail_is_refused(write, asked, company):
    asked.deal = DealFactory(owner=company.owner)
    with pytest.raises(Refused, match="another deal"):
        write(answers=asked)


def test_without_an_address_of_ones_own_nothing_is_written(write, company):
    company.owner.email = None
    with pytest.raises(Refused, match="no e-mail address here"):
        write()


def test_the_contact_is_known_by_any_address(write, company, now):
    lee = ContactFactory(account=company.account, email="lee@norwood.example")
    ContactAddress.objects.create(contact=lee, email="lee.private@mail.example", added_at=now)
    assert write(to=["lee.private@mail.example"]).contact == lee
    assert write(to=["nobody@else.example"]).contact is None


def test_the_workers_are_told_to_send_it_on_time(write, now, monkeypatch, django_capture_on_commit_callbacks):
    asked = []
    monkeypatch.setattr("deals.tasks.send_mail.apply_async", lambda **how: asked.append(how))
    with django_capture_on_commit_callbacks(execute=True):
        write()
        write(send_at=now + timedelta(days=1))
    assert asked == [{"countdown": 10.5}]


def test_a_broker_that_is_away_delays_nothing_but_the_nudge(write, monkeypatch, django_capture_on_commit_callbacks):
    def away(**_how):
        raise OperationalError("no broker")

    monkeypatch.setattr("deals.tasks.send_mail.apply_async", away)
    with django_capture_on_commit_callbacks(execute=True):
        assert write().state == "waiting"


def test_the_job_sends_what_is_due(server, write):
    write(now=timezone.now() - timedelta(minutes=1))
    send_mail()
    assert len(server.letters) == 1
