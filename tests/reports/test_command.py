"""``manage.py replay``: what it prints, and its exit status."""

import json
from io import StringIO

import pytest
from django.conf import settings
from django.core.management import call_command
from redis import Redis

from tests.reports.stories import STEPS_BEGIN, command, story

pytestmark = pytest.mark.django_db
HOLDS = "at: 2026-09-14 10:00, expect: {deal: plan, owner: kurt}"
FAILS = "at: 2026-09-14 10:01, expect: {deal: plan, owner: petra}"


@pytest.fixture
def write(tmp_path):
    def make(text, name="story.yaml"):
        (tmp_path / name).write_text(text)
        return tmp_path / name

    return make


def test_it_ends_with_what_held_and_what_failed_and_says_each_failure_with_its_line(write):
    status, output, _complaints = command(write(story(HOLDS, FAILS)), "--check")
    assert status == 1
    assert f"line {STEPS_BEGIN + 1}: expected owner: petra" in output
    assert "found kurt" in output
    assert output.splitlines()[-1] == "1 expectation held, 1 failed"
    assert "\033" not in output


def test_without_check_it_only_tells_the_story(write):
    status, output, _complaints = command(write(story(HOLDS, FAILS, "at: 2026-09-14 10:02, call: {by: kurt, with: jonas, outcome: connected}")))
    assert status == 0
    assert "Kurt Adler calls Jonas Berg, and they speak" in output
    assert "expectation" not in output
    assert "FAILS" not in output


def refused(*files):
    """What it complains of, where it reads no story."""
    said = StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("replay", *map(str, files), "--check", stderr=said)
    assert ended.value.code == 2
    return said.getvalue()


def test_a_file_it_cannot_read_gets_the_line_and_the_reason(write):
    path = write(story("at: 2026-09-14 10:00, mial: {}"))
    assert f"{path}:{STEPS_BEGIN}: There is no fact “mial”" in refused(path)


def test_a_file_that_is_not_there_and_one_that_is_no_text(write, tmp_path):
    (tmp_path / "picture.yaml").write_bytes(b"\x89PNG\r\n\x1a\n\xff\xfe")
    complaints = refused(tmp_path / "none.yaml", tmp_path, tmp_path / "picture.yaml")
    assert "none.yaml: No such file" in complaints
    assert "picture.yaml:1: This is no text in UTF-8." in complaints


def test_as_json_the_last_line_is_the_whole(write):
    status, output, _complaints = command(write(story(HOLDS)), "--json")
    played = json.loads(output.splitlines()[-1])
    assert status == 0
    assert (played["held"], played["failed"], played["title"]) == (1, 0, "A small story")


def test_nothing_it_hands_on_reaches_the_workers_of_the_real_one(write):
    before = Redis.from_url(settings.REDIS_URL).keys("*")
    mail = "mail: {from: kurt, to: [jonas], subject: A word, body: Good morning, composed_in: salvor}"
    status, output, complaints = command(write(story(f"at: 2026-09-14 10:00, {mail}")), "--check")
    assert (status, complaints) == (0, "")
    assert "Kurt Adler writes to Jonas Berg: “A word”" in output
    assert Redis.from_url(settings.REDIS_URL).keys("*") == before
