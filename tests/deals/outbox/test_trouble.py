"""Servers that are away, refuse, or hang up: nothing is lost, nothing goes twice, and the author is told."""

from datetime import timedelta

import pytest
from django.db import DatabaseError

from accounts.models import Absence, Notice
from deals.models import Deal, Interaction
from deals.services import outbox
from deals.services.mail import take_in

pytestmark = pytest.mark.django_db
SOON = timedelta(seconds=11)


def state(mail):
    mail.refresh_from_db()
    return mail.state


def said_to(user):
    return list(Notice.objects.filter(user=user, kind="mail_not_sent").values_list("title", flat=True))


def test_a_dead_server_delays_and_then_it_arrives_once(dead_server, write, now):
    mail = write()
    assert outbox.drain(now + SOON) == 0
    assert (state(mail), mail.attempts) == ("waiting", 1)
    assert "cannot be reached" in mail.last_error
    dead_server.start()
    assert outbox.drain(now + SOON) == 0, "not before its pause is over"
    assert outbox.drain(now + SOON + timedelta(minutes=1)) == 1
    assert (state(mail), len(dead_server.letters), mail.last_error) == ("sent", 1, "")


def test_one_dead_server_is_asked_once_a_round(dead_server, write, now):
    first, second = write(), write(subject="Another")
    outbox.drain(now + SOON)
    assert (state(first), first.attempts, state(second), second.attempts) == ("waiting", 1, "waiting", 0)


@pytest.mark.parametrize("where", ["RCPT", "DATA"])
def test_not_now_is_tried_again(server, write, now, where):
    server.says[where] = ["451 4.7.1 Greylisted"]
    mail = write()
    outbox.drain(now + SOON)
    assert state(mail) == "waiting"
    assert "451 4.7.1 Greylisted" in mail.last_error
    assert outbox.drain(now + timedelta(minutes=2)) == 1
    assert len(server.letters) == 1


@pytest.mark.parametrize("where", ["RCPT", "DATA"])
def test_never_is_said_with_the_servers_words_and_not_tried_again(server, write, company, now, where):
    server.says[where] = ["550 5.1.1 No such user"]
    mail = write()
    outbox.drain(now + SOON)
    assert state(mail) == "failed"
    assert "550 5.1.1 No such user" in mail.last_error
    assert "Nobody has got it" in mail.last_error
    assert said_to(company.owner) == ["Your mail to Priya Raman was not sent"]
    assert outbox.drain(now + timedelta(hours=1)) == 0
    assert not Interaction.objects.filter(direction="out").exists()


def test_while_its_author_is_away_whoever_answers_for_the_deal_hears_of_it_too(server, write, company, now):
    server.says["RCPT"] = ["550 5.1.1 No such user"]
    mail = write()
    Absence.objects.create(user=company.owner, starts_at=now - timedelta(days=1), ends_at=now + timedelta(days=2), cover=company.teammate)
    outbox.drain(now + SOON)
    assert state(mail) == "failed"
    assert said_to(company.owner) == ["Your mail to Priya Raman was not sent"]
    assert said_to(company.teammate) == ["Olaf Owner’s mail to Priya Raman was not sent"]
    assert said_to(company.manager) == []


def test_where_its_author_sees_the_deal_no_more_whoever_answers_for_it_hears_of_it(server, write, company, now):
    server.says["RCPT"] = ["550 5.1.1 No such user"]
    mail = write()
    Deal.objects.filter(pk=mail.deal_id).update(owner=company.stranger, team=company.stranger.team)
    outbox.drain(now + SOON)
    assert state(mail) == "failed"
    assert said_to(company.stranger) == ["Olaf Owner’s mail to Priya Raman was not sent"]


def test_where_one_address_is_refused_nobody_gets_it(server, write, now):
    server.says["RCPT"] = ["250 OK", "550 unknown"]
    mail = write(cc=["gone@norwood.example"])
    outbox.drain(now + SOON)
    assert state(mail) == "failed"
    assert "gone@norwood.example" in mail.last_error
    assert server.letters == []


@pytest.mark.parametrize("taken", ["before", "after"])
def test_a_line_that_breaks_after_the_words_leaves_it_unknown(server, write, company, now, taken):
    server.cut = taken
    mail = write()
    outbox.drain(now + SOON)
    server.cut = ""
    assert state(mail) == "unknown"
    assert said_to(company.owner) == ["Your mail to Priya Raman may have been sent: look, and say so"]
    assert outbox.drain(now + timedelta(days=2)) == 0
    assert len(server.letters) == (taken == "after")


def test_an_answer_to_the_words_that_nobody_understands_leaves_it_unknown(server, write, now):
    server.says["DATA"] = ["299 perhaps"]
    mail = write()
    outbox.drain(now + SOON)
    assert state(mail) == "unknown"


def test_it_is_given_up_loudly_after_a_day(dead_server, write, company, now):
    mail, at = write(), now + SOON
    while state(mail) == "waiting":
        at += timedelta(minutes=31)
        outbox.drain(at)
    assert (mail.state, at - now > timedelta(hours=24), at - now < timedelta(hours=25)) == ("failed", True, True)
    assert "tried for a day" in mail.last_error
    assert len(said_to(company.owner)) == 1


def test_whose_worker_died_is_unknown_and_stays_so(server, write, company, now):
    mail = write()
    outbox.draining.claim(now + SOON)
    outbox.drain(now + timedelta(minutes=9))
    assert state(mail) == "sending"
    outbox.drain(now + timedelta(minutes=11))
    assert state(mail) == "unknown"
    assert len(said_to(company.owner)) == 1
    assert server.letters == []


def test_a_slow_server_that_answers_at_last_settles_it(server, write, now):
    mail = write()
    claimed = outbox.draining.claim(now + SOON)
    outbox.drain(now + timedelta(minutes=11))
    outbox.draining.finish(claimed, outbox.draining.send(claimed), now + timedelta(minutes=12))
    assert state(mail) == "sent"


def test_a_copy_in_the_sent_folder_settles_what_was_unknown(server, write, asked, now):
    server.cut = "after"
    mail = write()
    outbox.drain(now + SOON)
    take_in(mailbox=asked.mailbox, raw=server.letters[0].as_bytes(), place="Sent/1", role="sent", now=now + timedelta(hours=1))
    outbox.drain(now + timedelta(hours=1))
    assert (state(mail), mail.sent_at) == ("sent", mail.claimed_at)
    assert Interaction.objects.filter(direction="out").count() == 1


def test_a_person_says_that_it_went(server, write, company, now):
    server.cut = "before"
    mail = write()
    outbox.drain(now + SOON)
    mail.refresh_from_db()
    outbox.it_was_sent(mail=mail, by=company.owner, now=now + timedelta(hours=2))
    said = Interaction.objects.get(external_id=f"mail:{mail.message_id}")
    assert (state(mail), said.at, mail.decided_by) == ("sent", mail.claimed_at, company.owner)


def test_a_person_sends_it_again_under_its_own_id(server, write, company, now):
    server.cut = "before"
    mail = write()
    outbox.drain(now + SOON)
    server.cut = ""
    mail.refresh_from_db()
    outbox.send_again(mail=mail, by=company.manager, now=now + timedelta(hours=2))
    assert outbox.drain(now + timedelta(hours=2) + SOON) == 1
    assert [letter["Message-ID"] for letter in server.letters] == [mail.message_id]


def test_one_that_cannot_be_noted_stops_no_other(server, write, now, monkeypatch):
    first, second = write(), write(subject="Another")
    noted = outbox.draining.finish

    def breaks(mail, outcome, at):
        if mail.pk == first.pk:
            raise DatabaseError("gone")
        noted(mail, outcome, at)

    monkeypatch.setattr("deals.services.outbox.draining.finish", breaks)
    outbox.drain(now + SOON)
    assert (state(first), state(second), len(server.letters)) == ("sending", "sent", 2)


def test_what_cannot_be_written_is_not_tried(server, write, now, monkeypatch):
    monkeypatch.setattr("deals.services.outbox.draining.letter", lambda *_args, **_kwargs: 1 / 0)
    mail = write()
    outbox.drain(now + SOON)
    assert state(mail) == "failed"
