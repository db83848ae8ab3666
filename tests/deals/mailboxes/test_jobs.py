"""The jobs: every minute a task for each mailbox that is due; and the same by hand."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from imap_tools import FolderInfo

from accounts import secrets
from deals import tasks
from deals.intake.mailboxes.folders import sent_folder
from deals.models import Mailbox, MailMessage
from tests.deals.mail_intake.conftest import letter
from tests.deals.mailboxes.conftest import mailbox_at


def run(**given):
    out = StringIO()
    call_command("poll", stdout=out, **given)
    return out.getvalue()


@pytest.mark.django_db
def test_every_minute_a_task_for_each_mailbox_that_is_due(mailbox, people, settings, monkeypatch):
    paused = mailbox_at(1, people.teammate, login="other", is_active=False)
    sent = []
    monkeypatch.setattr(tasks.poll_mailbox, "apply_async", lambda args, **named: sent.append((args, named)))
    tasks.poll_mailboxes()
    assert sent == [((mailbox.pk,), {"expires": 55})]
    assert paused.pk not in [args[0] for args, _named in sent]
    assert settings.CELERY_BEAT_SCHEDULE["poll-mailboxes"]["schedule"] == 60.0


@pytest.mark.django_db
def test_the_task_reads(server, mailbox):
    server.put(letter())
    tasks.poll_mailbox(mailbox.pk)
    assert MailMessage.objects.exists()


@pytest.mark.django_db
def test_by_hand_without_a_broker(server, mailbox):
    server.put(letter(), letter())
    assert run() == "owner@salvor.example: 2 new, 0 known, from INBOX.\n"
    assert run() == "No mailbox is due.\n"
    assert run(mailbox="OWNER@salvor.example") == "owner@salvor.example: 0 new, 0 known, from INBOX.\n"


@pytest.mark.django_db
def test_by_hand_a_failure_is_told_and_ends_with_status_1(mailbox):
    Mailbox.objects.update(secret=secrets.keep("mailbox", "wrong"))
    out = StringIO()
    with pytest.raises(CommandError, match="Not every mailbox"):
        call_command("poll", stdout=out)
    assert "The log-in was refused" in out.getvalue()


@pytest.mark.django_db
def test_by_hand_an_unknown_address_is_said_to_be():
    with pytest.raises(CommandError, match="There is no mailbox nobody@"):
        run(mailbox="nobody@salvor.example")


def folder(name, *flags, delim="/"):
    return FolderInfo(name=name, delim=delim, flags=flags)


@pytest.mark.parametrize(
    ("folders", "found"),
    [
        ([folder("INBOX"), folder("Sent"), folder("Versand", "\\HasNoChildren", "\\Sent")], "Versand"),
        ([folder("INBOX"), folder("[Gmail]/Gesendet", "\\sent")], "[Gmail]/Gesendet"),
        ([folder("INBOX"), folder("INBOX.Sent Items", delim=".")], "INBOX.Sent Items"),
        ([folder("Éléments envoyés"), folder("Brouillons")], "Éléments envoyés"),
        ([folder("Отправленные")], "Отправленные"),
        ([folder("送信済みアイテム")], "送信済みアイテム"),
        ([folder("Archive/Sent"), folder("Sent")], "Sent"),
        ([folder("Sent", "\\Noselect"), folder("Sent Items")], "Sent Items"),
        ([folder("INBOX"), folder("Not sent yet")], ""),
        ([], ""),
    ],
)
def test_the_folder_of_what_was_sent(folders, found):
    assert sent_folder(folders) == found
