"""Messages out of files and folders."""

import mailbox

import pytest

from deals.intake.mail import reading, sources
from tests.deals.mail.making import raw


def test_a_file_of_one_message(tmp_path):
    path = tmp_path / "one.eml"
    path.write_bytes(raw())
    assert list(sources.messages(path)) == [(str(path), raw())]


def test_an_mbox_is_taken_apart(tmp_path):
    path = tmp_path / "inbox.mbox"
    box = mailbox.mbox(path)
    texts = ["first", "From the beginning\n\nFrom here on", "third\n\nFrom Monday to Friday: closed"]
    for text in texts:
        box.add(raw(text))
    box.close()
    places, found = zip(*sources.messages(path), strict=True)
    assert places == tuple(f"{path}#{number}" for number in (1, 2, 3))
    assert [reading.read(one).text.strip() for one in found] == texts


def test_an_mbox_of_one_message_is_named_as_the_file(tmp_path):
    path = tmp_path / "sent"
    path.write_bytes(b"From ann@x.example Thu Nov 19 10:00:00 2026\n" + raw())
    ((place, content),) = sources.messages(path)
    assert place == str(path)
    assert reading.read(content).subject == "The offer"


def test_a_maildir_with_folders(tmp_path):
    box = mailbox.Maildir(tmp_path / "mail")
    box.add(raw("first"))
    box.add_folder("Sent").add(raw("second"))
    (tmp_path / "mail/dovecot-uidlist").write_text("3 V1")
    (tmp_path / "mail/tmp/half").write_bytes(b"From: half")
    found = [reading.read(content).text.strip() for _place, content in sources.messages(tmp_path / "mail")]
    assert sorted(found) == ["first", "second"]


def test_a_message_longer_than_is_read_is_cut_and_then_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(sources, "LONGEST", 1000)
    monkeypatch.setattr(reading, "LONGEST", 1000)
    path = tmp_path / "inbox.mbox"
    path.write_bytes(
        b"From a@x.example Thu Nov 19 10:00:00 2026\n" + raw("x\n" * 5000) + b"\nFrom a@x.example Thu Nov 19 10:00:00 2026\n" + raw("short")
    )
    (_, long), (_, short) = sources.messages(path)
    assert len(long) == 1001
    with pytest.raises(reading.Unreadable):
        reading.read(long)
    assert reading.read(short).text.strip() == "short"


def test_a_missing_file_says_so(tmp_path):
    with pytest.raises(FileNotFoundError):
        list(sources.messages(tmp_path / "none.eml"))
