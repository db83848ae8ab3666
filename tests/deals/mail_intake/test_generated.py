"""Generated mail: the same numbers make the same messages, and each is what it was made to be."""

from collections import Counter
from datetime import UTC, datetime

from config.generator.mail import Someone, messages
from deals.models import MailMessage
from deals.services.mail import Item, take_in_many

UNTIL = datetime(2026, 3, 4, 10, 0, tzinfo=UTC)
CUSTOMERS = [Someone(f"Customer {n}", f"c{n}@customer{n % 7}.example") for n in range(20)]
PEOPLE = [Someone("Olaf Owner", "owner@salvor.example"), Someone("Tara Teammate", "teammate@salvor.example")]


def made(number, seed=1):
    return list(messages(number, seed=seed, customers=CUSTOMERS, people=PEOPLE, until=UNTIL))


def test_the_same_seed_makes_the_same_mail():
    assert made(50) == made(50)
    assert made(50) != made(50, seed=2)


def test_every_message_is_what_it_was_made_to_be(company, files, now):
    taken = take_in_many(mailbox=files, items=[Item(raw, f"#{n}") for n, raw in enumerate(made(300))], now=now)
    kinds = Counter(one.kind for one in taken)
    assert kinds["unreadable"] == 0
    assert min(kinds[kind] for kind in ("human", "bulk", "auto_reply", "bounce")) > 5
    assert {one.mail.sender.address.partition("@")[0] for one in taken if one.kind == "bounce"} == {"mailer-daemon"}
    assert all(one.mail.sender.name == "The Trade Letter" for one in taken if one.kind == "bulk")
    assert {one.direction for one in taken} == {"in", "out", "internal"}
    assert MailMessage.objects.count() == 300


def test_its_answers_are_threads(company, files, now):
    taken = take_in_many(mailbox=files, items=[Item(raw, f"#{n}") for n, raw in enumerate(made(300))], now=now)
    answers = [one for one in taken if one.mail.in_reply_to]
    assert len(answers) > 50
    assert len({one.thread_id for one in answers}) < len(answers) / 2
    assert not any(line.startswith(">") for one in taken for line in one.text.splitlines())
