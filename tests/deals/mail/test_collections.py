"""The collected mail of others: each class, each thread, each pair of words, and no file without an answer."""

import csv
import time
from collections import Counter

from deals.intake.mail import sources, threads
from deals.intake.mail.classes import classify
from deals.intake.mail.reading import Unreadable, read
from deals.intake.mail.words import said, said_in


def verdicts(shared):
    with (shared / "email/EXPECTED.csv").open() as file:
        for row in csv.DictReader(file):
            yield row, classify(read((shared / row["file"]).read_bytes())).kind


def test_labelled_messages_are_in_their_classes(shared):
    wrong, confused, counted = [], [], 0
    for row, kind in verdicts(shared):
        counted += 1
        expected = row["expected_class"].split(" ")[0]
        allowed = {expected} | ({"bulk"} if "list post" in row["expected_class"] else set()) | ({"delay_notice"} if expected == "bounce" else set())
        if kind not in allowed:
            wrong.append((row["file"], expected, kind))
        if (expected, kind) in {("human", "bounce"), ("bounce", "human"), ("auto_reply", "human")}:
            confused.append((row["file"], kind))
    assert confused == []
    assert len(wrong) <= counted * 0.02, wrong


def test_every_file_is_read_or_refused_with_a_reason_in_time(shared):
    outcomes = Counter()
    for _place, raw in sources.messages(shared / "email"):
        began = time.process_time()
        try:
            mail = read(raw)
            classify(mail)
            said(mail)
            outcomes["read"] += 1
        except Unreadable as refusal:
            outcomes["refused with a reason" if refusal.reason.endswith(".") else "refused without"] += 1
        assert time.process_time() - began < 2
    assert outcomes["read"] > 600
    assert not outcomes["refused without"]


def test_list_threads_come_out_as_their_headers_say(shared):
    mails = [read(raw) for _place, raw in sources.messages(shared / "email/threads-notmuch-list")]
    found = {frozenset(mails[number].message_id for number in one) for one in threads.group(mails)}
    for mail in mails:
        own = next(one for one in found if mail.message_id in one)
        assert {one for one in threads.parents(mail) if any(other.message_id == one for other in mails)} <= own
    assert len(found) == 24


def test_words_without_quotes_and_signatures(shared):
    folder = shared / "email/reply-trimmer"
    right = sum(
        said_in(path.read_text()).split() == (folder / "trimmed" / path.name).read_text().split() for path in sorted((folder / "emails").iterdir())
    )
    assert right >= 32
