"""manage.py intake: mail from files."""

import json
import mailbox as boxes
from datetime import UTC, datetime
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from deals.models import Deal, Interaction, Mailbox, MailMessage, MailThread, UndeliverableAddress
from tests.deals.mail_intake.conftest import letter
from tests.deals.mail_intake.test_addresses import HARD

STRANGER = "quinn@unknown.example"


@pytest.fixture(autouse=True)
def soon_after(monkeypatch, now):
    monkeypatch.setattr("deals.management.commands.intake.timezone.now", lambda: now)


def intake(*paths, **options):
    out, err = StringIO(), StringIO()
    call_command("intake", *map(str, paths), stdout=out, stderr=err, **options)
    return out.getvalue(), err.getvalue()


def lines(*paths, **options):
    return [json.loads(line) for line in intake(*paths, json=True, **options)[0].splitlines()]


@pytest.fixture
def folder(tmp_path, company):
    """A message of a known thread, an mbox of a stranger's thread, a Maildir with a bounce, and something that is no mail."""
    (tmp_path / "one.eml").write_bytes(letter(message_id="<one@norwood.example>"))
    (tmp_path / "empty.eml").write_bytes(b"")
    box = boxes.mbox(tmp_path / "old.mbox")
    box.add(letter(sender=STRANGER, message_id="<q2@u.example>", in_reply_to="<q1@u.example>"))
    box.add(letter(sender=STRANGER, message_id="<q1@u.example>"))
    box.close()
    boxes.Maildir(tmp_path / "Maildir").add(HARD)
    return tmp_path


def by_id(found):
    return {line["message_id"]: line for line in found}


def test_a_line_for_each_message(folder, company):
    found = lines(folder)
    assert len(found) == 5
    one = by_id(found)["<one@norwood.example>"]
    assert one["file"] == str(folder / "one.eml")
    assert (one["class"], one["from"], one["to"], one["status"]) == ("human", "priya@norwood.example", ["owner@salvor.example"], "stored")
    assert (one["text"], one["thread"], one["date"]) == ("Could you quote two more clinics?", "<one@norwood.example>", "2026-03-04T09:30:00+00:00")
    assert one["matched"] == {"by": "contact", "deal": company.deal.pk, "contact": company.contact.pk, "account": company.account.pk, "inquiry": None}
    assert one["evidence"]


def test_a_thread_goes_by_its_first_id_in_every_line(folder):
    found = by_id(lines(folder))
    assert found["<q1@u.example>"]["thread"] == found["<q2@u.example>"]["thread"] == "<q1@u.example>"
    assert found["<q1@u.example>"]["matched"]["inquiry"] == Deal.objects.get(status="inquiry").pk


def test_what_belongs_to_nobody_is_matched_with_nothing(folder):
    bounce = next(one for one in lines(folder) if one["class"] == "bounce")
    assert bounce["matched"] is None


def test_what_cannot_be_read_is_kept_and_says_why(folder):
    line = next(one for one in lines(folder) if one["status"] == "unreadable")
    assert line["defects"] == ["The file is empty."]
    assert MailMessage.objects.filter(status="unreadable").count() == 1


def test_a_dry_run_says_the_same_and_writes_nothing(folder, company):
    dry = lines(folder, dry_run=True)
    assert not MailMessage.objects.exists()
    assert not MailThread.objects.exists()
    assert not Interaction.objects.exists()
    assert not Mailbox.objects.exists()
    assert not Deal.objects.exclude(pk=company.deal.pk).exists()
    assert not UndeliverableAddress.objects.exists()
    assert not company.owner.notices.exists()
    real = lines(folder)
    for one in (*dry, *real):
        one.pop("date")  # of one without a date: when it came in
        if one["matched"]:
            one["matched"].pop("deal")
            one["matched"].pop("contact")
            one["matched"]["inquiry"] = one["matched"]["inquiry"] is not None
    assert {one.pop("status") for one in dry} == {"dry_run", "unreadable"}
    assert {one.pop("status") for one in real} == {"stored", "unreadable"}
    assert dry == real


def test_a_second_run_finds_everything_known(folder):
    intake(folder)
    assert {one["status"] for one in lines(folder)} == {"known", "unreadable"}
    assert MailMessage.objects.count() == 5


def test_the_summary_is_in_plain_words(folder):
    out, _err = intake(folder)
    assert "5 messages: 5 taken in, 0 were here before." in out
    assert "Person 3" in out
    assert "Undeliverable 1" in out
    assert "Nothing was written." in intake(folder, dry_run=True)[0]


def test_an_archive_begins_no_inquiries_and_still_finds_its_deals(tmp_path, company):
    long_ago, lately = datetime(2026, 1, 2, 9, 0, tzinfo=UTC), datetime(2026, 1, 4, 9, 0, tzinfo=UTC)
    (tmp_path / "1.eml").write_bytes(letter(sender=STRANGER, message_id="<old@u.example>", date=long_ago))
    (tmp_path / "2.eml").write_bytes(letter(message_id="<known@norwood.example>", date=long_ago))
    (tmp_path / "3.eml").write_bytes(letter(sender="new@other.example", subject="Hello", message_id="<new@o.example>", date=lately))
    intake(tmp_path)
    found = {message.message_id: message for message in MailMessage.objects.all()}
    assert found["<old@u.example>"].status == "ignored"
    assert found["<old@u.example>"].reason == "It is older than 60 days: no inquiry is begun of it."
    assert found["<known@norwood.example>"].deal == company.deal
    assert found["<new@o.example>"].status == "inquiry"


def test_a_path_that_does_not_exist_is_one_sentence(tmp_path, db):
    with pytest.raises(CommandError, match=r"There is no file or folder .*nowhere\."):
        intake(tmp_path / "nowhere")
    assert not MailMessage.objects.exists()


def test_into_a_mailbox(folder, mailbox):
    intake(folder, mailbox="Owner@salvor.example")
    assert set(MailMessage.objects.values_list("mailbox", flat=True)) == {mailbox.pk}


def test_a_mailbox_that_does_not_exist_is_one_sentence(folder):
    with pytest.raises(CommandError, match=r"There is no mailbox x@y.example\."):
        intake(folder, mailbox="x@y.example")


def test_a_folder_of_sent_mail_is_ours(tmp_path, mailbox):
    (tmp_path / "Sent").mkdir()
    (tmp_path / "Sent" / "one.eml").write_bytes(letter(sender="olaf@alias.example", to="priya@norwood.example"))
    assert lines(tmp_path, mailbox="owner@salvor.example")[0]["direction"] == "out"
