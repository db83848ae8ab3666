"""The outbox against a real mail server: sent once, whatever happens."""

import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction

from accounts.models import Notice
from accounts.services import notices
from accounts.services.departures import record_departure
from accounts.services.notices import NewNotice, drain, pause_after, tell
from accounts.tasks import drain_notices
from tests.accounts.smtp import MailServer
from tests.factories import make_company

MINUTE = timedelta(minutes=1)

# The drain commits before it sends, so these tests commit too.
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def post(settings):
    """A running mail server, to which Django is connected."""
    server = MailServer()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", server.port, 5
    server.start()
    yield server
    server.stop()


@pytest.fixture
def company():
    return make_company()


@pytest.fixture
def write(company, now):
    """write("k1", …): notices to the owner."""

    def make(*keys, user=company.owner, **fields):
        values = {"kind": "risk", "topic": "thing:1", "body": "", "path": "/deals/1/", "severity": 2, "created_at": now, **fields}
        tell([NewNotice(user_id=user.pk, title=values.pop("title", f"Title {key}"), dedupe_key=key, **values) for key in keys])

    return make


def states():
    return list(Notice.objects.order_by("dedupe_key").values_list("mail", flat=True))


def test_a_notice_becomes_a_mail(post, company, write, now, settings):
    settings.SITE_URL = "https://salvor.example"
    write("k1", title="Norwood waits", body="Since Friday.")
    assert drain(now) == 1
    mail = post.mails[0]
    assert (mail["Subject"], mail["To"]) == ("Norwood waits", "owner@salvor.example")
    text = mail.get_body(("plain",)).get_content()
    assert "Hello Olaf Owner" in text
    assert "Since Friday." in text
    assert "https://salvor.example/deals/1/" in text
    assert "Norwood waits" in mail.get_body(("html",)).get_content()
    assert Notice.objects.get().sent_at is not None


def test_all_of_a_person_go_into_one_mail_grouped_by_what_they_are_about(post, company, write, now):
    write("k1", "k2", topic="thing:1", path="/deals/1/")
    write("k3", topic="thing:2", path="/deals/2/", severity=4)
    write("k4", user=company.teammate)
    assert drain(now) == 2
    assert sorted(post.subjects) == ["3 things wait for you", "Title k4"]
    text = next(mail for mail in post.mails if mail["To"] == "owner@salvor.example").get_body(("plain",)).get_content()
    assert text.index("Title k3") < text.index("Title k1") < text.index("Title k2")
    assert text.count("/deals/1/") == 1


def test_text_of_others_stays_text(post, write, now):
    write("k1", title="<b>Bold</b>\nBcc: all@example.com", body="<script>")
    drain(now)
    assert post.subjects == ["<b>Bold</b> Bcc: all@example.com"]
    assert "&lt;script&gt;" in post.mails[0].get_body(("html",)).get_content()


def test_nothing_is_sent_twice(post, write, now):
    write("k1")
    drain(now)
    write("k1")
    assert drain(now + MINUTE) == 0
    assert len(post.mails) == 1


def test_two_drains_at_once_send_each_mail_once(post, company, write, now):
    people = [company.owner, company.teammate, company.manager, company.executive, company.stranger]
    for person in people:
        write(*(f"{person.pk}:{number}" for number in range(4)), user=person)
    post.slow = 0.05
    start = threading.Barrier(2)

    def run():
        start.wait()
        try:
            drain(now)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(mail["To"] for mail in post.mails) == sorted(person.email for person in people)
    assert set(post.subjects) == {"4 things wait for you"}
    assert set(states()) == {"sent"}


def test_the_claim_is_committed_before_the_mail_server_is_spoken_to(post, write, now, monkeypatch):
    write("k1")
    seen = []

    def look(claim, at):
        seen.append((connection.in_atomic_block, states()))
        return Notice.Mail.SENT

    monkeypatch.setattr(notices, "_send", look)
    drain(now)
    assert seen == [(False, ["sending"])]


def test_a_server_that_is_down_gets_the_mail_when_it_is_up(post, write, now):
    post.stop()
    write("k1")
    assert drain(now) == 0
    waiting = Notice.objects.get()
    assert (waiting.mail, waiting.attempts) == ("pending", 1)
    assert timedelta(0) <= waiting.next_attempt_at - now - MINUTE < timedelta(seconds=10)
    assert "refused" in waiting.last_error.lower()
    post.start()
    assert drain(now + timedelta(seconds=30)) == 0
    assert drain(now + timedelta(seconds=70)) == 1
    assert states() == ["sent"]


def test_a_server_that_is_down_is_asked_once_a_drain(post, company, write, now):
    post.stop()
    write("k1")
    write("k2", user=company.teammate)
    drain(now)
    assert sorted(Notice.objects.values_list("attempts", flat=True)) == [0, 1]


def test_one_refused_mail_does_not_hold_up_the_others(post, company, write, now):
    post.unknown = {company.owner.email}
    write("k1")
    write("k2", user=company.teammate)
    assert drain(now) == 1
    assert states() == ["pending", "sent"]


def test_pauses_grow_to_an_hour():
    assert [pause_after(attempt) // MINUTE for attempt in range(1, 10)] == [1, 2, 4, 8, 16, 32, 60, 60, 60]


def test_dead_for_good_is_given_up_loudly(post, write, now, caplog):
    post.mood = "refuses"
    write("k1")
    for attempt in range(24):
        drain(now + attempt * 61 * MINUTE)
        assert states() == ["pending"]
    drain(now + 24 * 61 * MINUTE)
    assert states() == ["failed"]
    assert "notice_mail_given_up" in caplog.text
    assert drain(now + 2000 * MINUTE) == 0


def test_a_mail_nobody_tried_for_a_day_is_not_given_up_at_the_first_no(post, write, now):
    post.mood = "refuses"
    write("k1")
    later = now + timedelta(days=3)
    for attempt in range(10):
        assert states() == ["pending"]
        drain(later + attempt * 61 * MINUTE)
    assert states() == ["failed"]


def test_a_letter_of_very_many_names_the_gravest_and_counts_the_rest(post, write, now, settings):
    settings.SITE_URL = "https://salvor.example"
    for number in range(30):
        write(f"k{number:02}", f"m{number:02}", topic=f"deal:{number}", path=f"/deals/{number}/", severity=4 if number >= 10 else 1)
    assert drain(now) == 1
    assert post.subjects == ["60 things wait for you"]
    for kind in ("plain", "html"):
        text = post.mails[0].get_body((kind,)).get_content()
        assert "Title k10" in text
        assert "Title m29" in text
        assert "Title k09" not in text
        assert "and 20 more on the risk desk" in text
        assert "https://salvor.example/risk/" in text
    assert set(states()) == {"sent"}


def test_a_line_that_breaks_in_the_middle_is_never_sent_again(post, write, now, caplog):
    """The server has the mail, and we do not know it."""
    post.mood = "breaks"
    write("k1")
    drain(now)
    assert states() == ["unknown"]
    assert "notice_mail_fate_unknown" in caplog.text
    post.mood = "well"
    drain(now + 600 * MINUTE)
    assert len(post.mails) == 1


def test_a_worker_killed_in_the_middle_leaves_a_mail_of_unknown_fate(post, write, now, monkeypatch, caplog):
    write("k1")

    def killed(claim, at):
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr(notices, "_send", killed)
        with pytest.raises(SystemExit):
            drain(now)
    assert states() == ["sending"]
    drain(now + 9 * MINUTE)
    assert states() == ["sending"]
    drain(now + 11 * MINUTE)
    assert states() == ["unknown"]
    assert post.mails == []
    assert "notice_mail_fate_unknown" in caplog.text


def test_killed_before_the_claim_is_committed_nothing_is_lost(post, write, now):
    write("k1")
    with pytest.raises(SystemExit), transaction.atomic():
        assert notices.claim_next(now) is not None
        raise SystemExit
    assert drain(now) == 1


def test_people_without_an_address_and_those_who_left_get_no_mail(post, company, write, now):
    company.owner.email = None
    company.owner.save()
    record_departure(user=company.teammate, last_day=(now - timedelta(days=5)).date(), mail_to=None, by=company.admin, now=now)
    write("k1")
    write("k2", user=company.teammate)
    write("k3", user=company.manager)
    assert drain(now) == 1
    assert states() == ["none", "none", "sent"]
    assert post.subjects == ["Title k3"]


def test_what_was_read_under_the_bell_is_not_mailed(post, company, write, now):
    write("k1", "k2")
    notices.mark_read(user=company.owner, now=now, notice_ids=[Notice.objects.get(dedupe_key="k1").pk])
    drain(now)
    assert post.subjects == ["Title k2"]
    assert states() == ["none", "sent"]


def test_what_is_meant_for_the_bell_alone_is_not_mailed(post, write, now):
    write("k1", mail=False)
    assert drain(now) == 0
    assert states() == ["none"]


def test_the_message_id_follows_from_the_rows(post, write, now, settings):
    settings.SITE_URL = "https://salvor.example"
    post.mood = "breaks"
    write("k1", "k2")
    drain(now)
    Notice.objects.update(mail="pending")
    post.mood = "well"
    drain(now)
    first, second = (mail["Message-ID"] for mail in post.mails)
    assert first == second
    assert first.endswith("@salvor.example>")


def test_the_task_drains(post, write, now):
    write("k1")
    drain_notices()
    assert states() == ["sent"]
