"""Workers that are killed for real, and several drains at the same moment."""

import signal
from datetime import timedelta

import pytest

from deals.models import Interaction, OutgoingMail
from deals.services import outbox
from tests.at_once import at_once
from tests.factories import make_company
from tests.processes import run_python

pytestmark = pytest.mark.django_db(transaction=True)
SOON = timedelta(seconds=11)
DRAIN = """
from datetime import datetime
from django.conf import settings
from deals.services.outbox import draining
settings.EMAIL_BACKEND, settings.EMAIL_HOST, settings.EMAIL_PORT = "django.core.mail.backends.smtp.EmailBackend", "127.0.0.1", {port}
def killed(*_args, **_kwargs):
    os.kill(os.getpid(), signal.SIGKILL)
draining.{where} = killed
draining.drain(datetime.fromisoformat("{now}"))
"""


@pytest.fixture
def company():
    return make_company()


@pytest.mark.parametrize(("where", "arrived"), [("finish", 1), ("send", 0)])
def test_a_worker_killed_in_the_middle_does_not_send_again(server, write, now, where, arrived):
    mail = write()
    assert run_python(DRAIN.format(port=server.port, where=where, now=(now + SOON).isoformat())) == -signal.SIGKILL
    assert len(server.letters) == arrived
    mail.refresh_from_db()
    assert mail.state == "sending"
    assert [outbox.drain(now + timedelta(minutes=minutes)) for minutes in (1, 11, 60, 3000)] == [0, 0, 0, 0]
    mail.refresh_from_db()
    assert (mail.state, len(server.letters)) == ("unknown", arrived)
    assert not Interaction.objects.filter(direction="out").exists()


def test_a_worker_killed_before_the_claim_is_committed_has_left_nothing(server, write, now):
    mail = write()
    code = DRAIN.format(port=server.port, where="may_come_in", now=(now + SOON).isoformat())
    assert run_python(code) == -signal.SIGKILL
    mail.refresh_from_db()
    assert mail.state == "waiting"
    assert outbox.drain(now + SOON) == 1


def test_two_drains_at_once_send_each_mail_once(server, write, now):
    for number in range(6):
        write(subject=f"Mail {number}")
    assert at_once(*[lambda: outbox.drain(now + SOON)] * 3) == []
    assert sorted(letter["Subject"] for letter in server.letters) == [f"Mail {number}" for number in range(6)]
    assert Interaction.objects.filter(direction="out").count() == 6
    assert set(OutgoingMail.objects.values_list("state", "attempts")) == {("sent", 1)}


def test_taking_back_and_sending_at_once_end_one_way(server, write, company, now):
    mail = write()
    at_once(lambda: outbox.drain(now + SOON), lambda: outbox.take_back(mail=mail, by=company.owner))
    mail.refresh_from_db()
    assert (mail.state, len(server.letters)) in {("sent", 1), ("cancelled", 0)}


def test_the_command_sends_and_says_what_stands_in_the_way(dead_server, write, now):
    from django.core.management import CommandError, call_command

    mail = write()
    with pytest.raises(CommandError, match="cannot be reached"):
        call_command("send_mail_waiting")
    dead_server.start()
    OutgoingMail.objects.update(next_try_at=now)
    call_command("send_mail_waiting")
    mail.refresh_from_db()
    assert mail.state == "sent"
