"""The stories for training: played once by a worker, kept, and shown step by step."""

import subprocess
import sys
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from reports.models import Playing
from reports.replay.result import DealState, Happening, Moment, Played, Standing, Told
from reports.services import playing
from reports.services.playing import ask_to_play
from reports.training.bar import columns
from reports.training.shipped import stories
from reports.training.steps import beside, steps_of
from tests.processes import database_url

LATE = "Jonas Berg wrote and waits for an answer"


def state(number, name, *signals, owner="Kurt Adler"):
    return DealState(number, name, "Proposal", owner, owner, "5000", bluebird=True, signals=list(signals))


def told_story():
    up = Standing("reply_overdue", "Answer owed", "medium", LATE, "Kurt Adler", 0)
    other = Happening("raised", "no_contact", "No contact", "low", "Other", 0, "No contact", "", 2)
    return Played(
        "A story",
        "What it is about.",
        "Europe/Berlin",
        [
            Moment(
                "2026-09-14T10:00+02:00",
                "fact",
                1,
                "mail",
                "Jonas Berg writes",
                "Where is it?",
                deals=[1],
                states=[state(1, "Plan"), state(2, "Other")],
            ),
            Moment("2026-09-14T12:00+02:00", "due", happenings=[other], states=[state(1, "Plan")]),
            Moment("2026-09-15T10:00+02:00", "expect", 2, "expect", "…", held=True, states=[state(1, "Plan")]),
            Moment(
                "2026-09-15T11:00+02:00",
                "due",
                happenings=[Happening("raised", "reply_overdue", "Answer owed", "medium", "Plan", 0, LATE, "", 1), other],
                told=[Told("Kurt Adler", f"{LATE}: Plan", "signal_raised", "", 1)],
                states=[state(1, "Plan", up), state(2, "Other")],
            ),
            Moment("2026-09-15T12:00+02:00", "fact", 3, "competitor", "Competitor", not_known=True, states=[state(1, "Plan", up)]),
            Moment(
                "2026-09-15T13:00+02:00",
                "fact",
                4,
                "handoff_answer",
                "Petra accepts",
                deals=[1],
                states=[state(1, "Plan", up, owner="Petra Novak"), state(2, "Other")],
            ),
        ],
    ).as_json()


@pytest.fixture
def kept(db, now):
    shipped = stories()["bluebird"]
    return Playing.objects.create(
        story="bluebird", digest=shipped.digest, state="done", steps_total=26, asked_at=now, heartbeat_at=now, result=told_story()
    )


def test_the_steps_are_what_somebody_did_and_what_salvor_said_of_it():
    steps = steps_of(told_story())
    assert [(step.number, step.kind, step.title) for step in steps] == [
        (1, "fact", "Jonas Berg writes"),
        (2, "due", ""),
        (3, "fact", "Petra accepts"),
    ]
    assert [(one.words, one.to, one.level) for one in steps[1].said] == [(LATE, ["Kurt Adler"], 2)]
    assert [(one.words, one.is_new) for one in steps[1].states[0].signals] == [(LATE, True)]
    assert not steps[2].states[0].signals[0].is_new
    assert steps[2].states[0].was == {"owner": "Kurt Adler", "responsible": "Kurt Adler"}
    assert beside(told_story()) == ["Other"]


def test_the_bar_tells_nothing_of_what_is_ahead():
    told = columns(steps_of(told_story()), 2)
    assert [(one.css, one.is_current, one.is_ahead) for one in told] == [("none", False, False), ("medium", True, False), ("none", False, True)]


def test_every_story_that_is_shipped_can_be_read_and_says_what_it_is_about():
    assert list(stories()) == ["bluebird", "unanswered-request"]
    assert all(one.story.about for one in stories().values())


def test_a_step_is_a_page_of_its_own(client, company, kept):
    client.force_login(company.manager)
    page = client.get("/training/bluebird/?step=2").content.decode()
    assert LATE in page
    assert "Petra accepts" in page  # in the list of steps
    assert 'href="?step=1"' in page
    assert 'href="?step=3"' in page


@pytest.mark.parametrize(("asked", "shown"), [("", 1), ("0", 1), ("-4", 1), ("99", 3), ("many", 1), ("9" * 40, 1)])
def test_a_step_that_is_none_shows_one_that_is(client, company, kept, asked, shown):
    client.force_login(company.executive)
    assert f"Step <b>{shown}</b> of 3" in client.get("/training/bluebird/", {"step": asked}).content.decode()


def test_a_story_nobody_has_played_is_played_once_for_all_who_ask(client, company, django_capture_on_commit_callbacks, monkeypatch):
    sent = []
    monkeypatch.setattr("reports.tasks.play_story.delay", sent.append)
    client.force_login(company.manager)
    assert "Play it" in client.get("/training/bluebird/").content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        for _click in range(2):
            assert client.post("/training/bluebird/play/").url == "/training/bluebird/"
    assert sent == [Playing.objects.get().pk]
    assert "It waits for its turn" in client.get("/training/bluebird/").content.decode()


def test_one_whose_worker_died_may_be_asked_for_again(db, now, django_capture_on_commit_callbacks, monkeypatch):
    sent = []
    monkeypatch.setattr("reports.tasks.play_story.delay", sent.append)
    shipped = stories()["bluebird"]
    with django_capture_on_commit_callbacks(execute=True):
        first = ask_to_play(shipped=shipped, now=now)
        Playing.objects.update(state="running")
        assert ask_to_play(shipped=shipped, now=now + timedelta(seconds=30)).state == "running"
        assert ask_to_play(shipped=shipped, now=now + timedelta(minutes=3)).state == "waiting"
    assert sent == [first.pk, first.pk]


def test_a_worker_plays_it_in_a_process_of_its_own_and_keeps_the_result(db, now, monkeypatch, tmp_path):
    from tests.reports.stories import story

    monkeypatch.setenv("DATABASE_URL", database_url())
    path = tmp_path / "short.yaml"
    path.write_text(story("at: 2026-09-14 10:02, call: {by: kurt, with: jonas, outcome: connected}"))
    asked = Playing.objects.create(story="short", digest="d", steps_total=1, asked_at=now, heartbeat_at=now)
    assert playing.run(pk=asked.pk, path=path, clock=lambda: now)
    assert not playing.run(pk=asked.pk, path=path, clock=lambda: now)  # the second message of the same
    asked.refresh_from_db()
    assert (asked.state, asked.steps_done, len(steps_of(asked.result))) == ("done", 1, 1)


def test_one_that_breaks_off_is_said_to_have_failed(db, now, monkeypatch, tmp_path):
    monkeypatch.setenv("DATABASE_URL", database_url())
    asked = Playing.objects.create(story="short", digest="d", steps_total=1, asked_at=now, heartbeat_at=now)
    assert playing.run(pk=asked.pk, path=tmp_path / "none.yaml", clock=lambda: now)
    asked.refresh_from_db()
    assert asked.state == "failed"
    assert asked.error


@pytest.fixture
def short(db, now, monkeypatch):
    """A story that a worker is about to play; ``short(lines)``: what comes of its process."""

    def run(lines, clock=lambda: now):
        monkeypatch.setattr(playing, "_process", lambda _path, _into: subprocess.Popen([sys.executable, "-c", ""], stdout=subprocess.PIPE))
        monkeypatch.setattr(playing, "_lines", lambda _process: lines())
        asked = Playing.objects.create(story="short", digest="d", steps_total=1, asked_at=now, heartbeat_at=now)
        return playing.run(pk=asked.pk, path=Path("short.yaml"), clock=clock)

    return run


def test_a_long_step_keeps_nobody_from_saying_that_it_lives(short, now):
    passed, beats = iter(range(0, 1000, 3)), []

    def lines():
        for _second in range(6):
            yield None
            beats.append(Playing.objects.get().heartbeat_at)
        yield '{"moments": []}'

    assert short(lines, clock=lambda: now + timedelta(seconds=next(passed)))
    assert len(set(beats)) > 1
    assert all(later - earlier < playing.DEAD_AFTER for earlier, later in pairwise(beats))


@pytest.mark.parametrize("last", ['{"moments": []}', "broken off", None])
def test_a_run_that_was_asked_for_again_leaves_the_newer_one_alone(short, now, last):
    def lines():
        Playing.objects.update(state="running", asked_at=now + timedelta(minutes=3), heartbeat_at=now + timedelta(minutes=3))
        yield last

    moments = iter([now])
    assert not short(lines, clock=lambda: next(moments, now + timedelta(minutes=4)))
    newer = Playing.objects.get()
    assert (newer.state, newer.result, newer.error, newer.finished_at, newer.steps_done) == ("running", None, "", None, 0)
    assert newer.heartbeat_at == now + timedelta(minutes=3)


@pytest.mark.parametrize("last", ['{"moments": []}', "broken off"])
def test_nor_does_one_write_its_end_over_the_newer_one(short, now, last):
    def lines():
        Playing.objects.update(state="running", asked_at=now + timedelta(minutes=3))
        yield last

    assert not short(lines)
    assert (Playing.objects.get().state, Playing.objects.get().result) == ("running", None)
