"""What a server says in its error goes into our own sentences, whatever signs it is made of."""

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from deals.foreign_words import foreign_words
from deals.models import Mailbox
from deals.services.calendars.feeds import _failed
from deals.services.mailboxes.outcomes import failed

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


def test_no_controls_no_turned_text_on_one_line():
    assert foreign_words("It said: \x00NO\x1b[31m\r\n\u202etxt.exe\ud800  again") == "It said: NO [31m txt.exe again"


def test_letters_of_every_script_stay():
    assert foreign_words("Ungültig: パスワード שלום") == "Ungültig: パスワード שלום"


def test_no_longer_than_its_field():
    assert len(foreign_words("word " * 400)) <= 500


@pytest.mark.django_db
def test_a_hostile_servers_words_are_kept_with_the_mailbox(company):
    mailbox = Mailbox.objects.create(kind="imap", host="h", login="l", address="team@salvor.example", team=company.east, created_at=NOW)
    failed(lease=SimpleNamespace(pk=mailbox.pk, renew=lambda _now: None), sentence="It said: \x00\x07NO " + "x" * 600, now=NOW)
    mailbox.refresh_from_db()
    assert (mailbox.last_error[:14], len(mailbox.last_error), mailbox.failures) == ("It said: NO xx", 500, 1)


def test_so_are_those_of_a_calendars_server():
    kept = _failed(SimpleNamespace(failures=0), "It said: \x00NO", NOW, temporary=True)
    assert kept["last_error"] == "It said: NO"
