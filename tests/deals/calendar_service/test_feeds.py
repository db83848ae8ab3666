"""Calendars read at their address, over a real server on this machine."""

import threading
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts.models import Departure
from accounts.refusals import Refused
from deals import fetching
from deals.models import CalendarEntry, CalendarFeed, Interaction, Meeting
from deals.services.calendars import feeds, keeping, taking
from tests.at_once import at_once
from tests.deals.calendar_service.conftest import calendar, event

pytestmark = pytest.mark.django_db(transaction=True)


class Server(ThreadingHTTPServer):
    """``body``, ``status``, ``headers``, ``wait`` (seconds): what it answers. ``asked``: the headers of each request."""

    daemon_threads = True
    body, status, etag, location, wait = b"", 200, "", "", 0.0

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Answer)
        self.asked, self.let_go = [], threading.Event()
        self.url = f"http://127.0.0.1:{self.server_port}/secret-path/olaf.ics"


class Answer(BaseHTTPRequestHandler):
    def do_GET(self):
        server = self.server
        server.asked.append(dict(self.headers))
        if server.wait:
            server.let_go.wait(server.wait)
        known = server.etag and self.headers.get("If-None-Match") == server.etag
        self.send_response(304 if known else server.status)
        for name, value in (("ETag", server.etag), ("Location", server.location)):
            if value:
                self.send_header(name, value)
        body = b"" if known else server.body
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


@pytest.fixture
def server(settings):
    settings.INTERNAL_HOSTS = frozenset({"127.0.0.1"})
    server = Server()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield server
    server.let_go.set()
    server.shutdown()
    server.server_close()


@pytest.fixture
def feed(transactional_db, server, now):
    from tests.factories import make_company

    company = make_company()
    server.body = calendar(event())
    feed = keeping.add_feed(owner=company.owner, name="Olaf", url=server.url, now=now)
    feed.company = company
    return feed


@pytest.fixture
def read(feed, now):
    def read(at=now):
        found = feeds.read_feed(feed_id=feed.pk, clock=lambda: at)
        feed.refresh_from_db()
        return found

    return read


def test_what_the_feed_has_is_here(read, feed, now):
    assert read().taken.kept == 1
    assert Meeting.objects.get().deal == feed.company.deal
    assert (feed.last_success_at, feed.failures, feed.leased_until) == (now, 0, None)
    assert feed.next_fetch_at == now + timedelta(minutes=10)


def test_the_address_is_kept_encrypted_and_stands_in_no_log(feed, server, read, caplog):
    server.status = 500
    read()
    assert "secret-path" not in feed.secret
    assert "secret-path" not in feed.last_error + caplog.text
    assert feed.host == "127.0.0.1"


def test_what_has_not_changed_is_not_read_again(read, feed, server):
    server.etag = '"one"'
    read()
    assert feed.etag == '"one"'
    assert read().taken is None
    assert server.asked[1]["If-None-Match"] == '"one"'
    server.etag = ""
    assert read().taken is None  # the same bytes


def test_a_poll_of_the_same_meetings_changes_nothing(read, server):
    read()
    before = Meeting.objects.values().get()
    server.body = calendar(event(stamp="20260304T093000Z"))
    assert read().taken.changed == 0
    assert Meeting.objects.values().get() == before


def test_an_event_that_vanished_and_lies_ahead_is_cancelled(read, server, now):
    read()
    server.body = calendar(event(uid="other"))
    read()
    assert Meeting.objects.get(uid="one@norwood.example").status == "cancelled"
    assert Interaction.objects.get(meeting__uid="one@norwood.example").outcome == "cancelled_by_us"
    server.body = calendar(event())
    read()
    assert Interaction.objects.get(meeting__uid="one@norwood.example").outcome == "planned"


def test_an_event_that_vanished_and_is_over_stays(read, server, now):
    server.body = calendar(event(start="20260301T100000Z", end="20260301T110000Z"))
    read()
    server.body = calendar()
    read()
    assert Meeting.objects.get().status == "confirmed"


def test_half_a_calendar_cancels_nothing(read, server):
    read()
    server.body = calendar(event(uid="other"))[:-20]
    read()
    assert Meeting.objects.get(uid="one@norwood.example").status == "confirmed"


def test_what_another_feed_still_has_stays(read, server, feed, now):
    read()
    other = keeping.add_feed(owner=feed.company.teammate, name="Tara", url=server.url, now=now)
    feeds.read_feed(feed_id=other.pk, clock=lambda: now)
    server.body = calendar()
    read()
    assert Meeting.objects.get().status == "confirmed"
    feeds.read_feed(feed_id=other.pk, clock=lambda: now)
    assert Meeting.objects.get().status == "cancelled"


def test_a_change_of_one_occurrence_that_the_feed_takes_back_is_over(read, server):
    series = event("RRULE:FREQ=DAILY;COUNT=3")
    moved = event("RECURRENCE-ID:20260311T100000Z", start="20260311T160000Z", end="20260311T170000Z")
    server.body = calendar(series, moved)
    read()
    assert sorted(one.starts_at.hour for one in Meeting.objects.all()) == [10, 10, 16]
    server.body = calendar(event("RRULE:FREQ=DAILY;COUNT=3", stamp="20260304T100000Z"))
    read()
    assert [one.starts_at.hour for one in Meeting.objects.all()] == [10, 10, 10]


@pytest.mark.parametrize(("status", "words", "minutes"), [(500, "has trouble of its own (500)", 10), (404, "copy it again", 60), (401, "log-in", 60)])
def test_an_error_is_said_in_words_and_waits_longer(read, server, feed, now, status, words, minutes):
    server.status = status
    assert words in read().fault
    assert words in feed.last_error
    assert (feed.failures, feed.next_fetch_at) == (1, now + timedelta(minutes=minutes))
    read()
    assert feed.next_fetch_at == now + timedelta(minutes=2 * minutes)
    server.status = 200
    read()
    assert feed.failures == 0


def test_a_slow_server_is_left(read, server, feed, monkeypatch):
    whole = fetching.fetch
    monkeypatch.setattr(fetching, "fetch", lambda url, **named: whole(url, seconds=0.2, **named))
    server.wait = 5
    assert "did not answer" in read().fault


def test_a_redirect_to_a_machine_of_ours_is_refused(read, server, feed):
    server.status, server.location = 302, "http://10.0.0.1/olaf.ics"
    assert "not on the public internet" in read().fault


def test_without_the_operators_word_this_machine_is_refused(read, settings):
    settings.INTERNAL_HOSTS = frozenset()
    assert "not on the public internet" in read().fault


def test_a_page_that_is_no_calendar_is_refused_in_words(read, server):
    server.body = b"<!doctype html><title>Log in</title>"
    assert "web page" in read().fault


def test_only_one_worker_reads_a_feed(feed, now):
    CalendarFeed.objects.update(leased_until=now + timedelta(minutes=1))
    assert feeds.read_feed(feed_id=feed.pk, clock=lambda: now) is None
    assert feeds.due(now) == []
    # The worker that had it died.
    assert feeds.read_feed(feed_id=feed.pk, clock=lambda: now + timedelta(minutes=2)).taken.kept == 1


def test_the_calendar_of_who_left_rests(feed, now):
    assert feeds.due(now) == [feed.pk]
    Departure.objects.create(user=feed.owner, last_day="2026-03-01", leaves_at=now - timedelta(days=2))
    assert feeds.due(now) == []


def test_killed_in_the_middle_it_is_read_again(feed, read, monkeypatch):
    class Killed(BaseException):
        pass

    def die(*_args, **_named):
        raise Killed

    with monkeypatch.context() as patched, pytest.raises(Killed):
        patched.setattr("deals.services.calendars.steps.refresh", die)
        read()
    assert not CalendarEntry.objects.exists()
    CalendarFeed.objects.update(leased_until=None)
    assert read().taken.kept == 1


def test_two_workers_at_once_read_it_once(feed, server, now):
    feeds_read = []
    assert at_once(*[lambda: feeds_read.append(feeds.read_feed(feed_id=feed.pk, clock=lambda: now))] * 2) == []
    assert (sum(one is not None and one.taken is not None for one in feeds_read), Meeting.objects.count()) == (1, 1)


MEANWHILE = {
    "paused": lambda feed, now: keeping.pause_feed(feed=feed, by=feed.owner),
    "removed": lambda feed, now: keeping.remove_feed(feed=feed, by=feed.owner),
    "taken over by another worker": lambda feed, now: CalendarFeed.objects.update(leased_until=now + timedelta(hours=1)),
}


@pytest.mark.parametrize("meanwhile", MEANWHILE.values(), ids=MEANWHILE)
def test_in_the_middle_of_its_reading_nothing_more_is_kept_of_a_feed_that_was(feed, server, now, monkeypatch, meanwhile):
    server.body = calendar(event(uid="a"), event(uid="b"))
    take = taking._take

    def takes(*given):
        found = take(*given)
        meanwhile(feed, now)
        return found

    monkeypatch.setattr(taking, "BATCH", 1)
    monkeypatch.setattr(taking, "_take", takes)
    assert feeds.read_feed(feed_id=feed.pk, clock=lambda: now) is None
    assert [one.uid for one in CalendarEntry.objects.all()] == ["a"]
    assert not CalendarFeed.objects.exclude(digest="", last_success_at=None).exists()


def test_a_feed_that_was_paused_meanwhile_is_read_as_a_whole_once_it_is_taken_up(feed, server, read, now, monkeypatch):
    gone = feeds._gone

    def paused(*given):
        keeping.pause_feed(feed=feed, by=feed.owner)
        gone(*given)

    read()
    server.body = calendar(event(uid="b"))
    with monkeypatch.context() as patched:
        patched.setattr(feeds, "_gone", paused)
        assert read() is None
    assert Meeting.objects.get(uid="one@norwood.example").status == "confirmed"
    keeping.take_up_feed(feed=feed, by=feed.owner, now=now)
    read()
    assert Meeting.objects.get(uid="one@norwood.example").status == "cancelled"


def test_the_trial_says_what_is_wrong(feed, server):
    with pytest.raises(Refused, match="nothing at this address"):
        server.status = 404
        keeping.try_out(url=server.url, owner=feed.owner)


def test_the_same_calendar_twice_is_refused(feed, server, now):
    with pytest.raises(Refused, match="already"):
        keeping.add_feed(owner=feed.owner, name="", url=server.url, now=now)


def test_the_command_reads_what_is_due_and_says_what_failed(feed, server, capsys):
    call_command("fetch_calendars")
    assert "1 with customers" in capsys.readouterr().out
    server.status = 500
    with pytest.raises(CommandError, match="1 of 1"):
        call_command("fetch_calendars", "--all")


def test_health_counts_what_cannot_be_read(feed, server, read, now):
    server.status = 500
    read()
    CalendarFeed.objects.update(created_at=now - timedelta(hours=3))
    assert feeds.long_failing(timezone.now()) == 1
