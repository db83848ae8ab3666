"""A story's file: what it means, and every mistake with its line."""

from datetime import UTC, datetime

import pytest

from reports.replay.mistakes import UnreadableError
from reports.replay.reading import read_story
from tests.reports.stories import HEAD, SCENARIOS, STEPS_BEGIN, story


def mistakes(text):
    with pytest.raises(UnreadableError) as caught:
        read_story(text)
    return [(one.line, one.reason) for one in caught.value.mistakes]


@pytest.mark.parametrize("path", sorted(SCENARIOS.glob("*.yaml")), ids=lambda path: path.stem)
def test_every_story_can_be_read(path):
    assert read_story(path.read_bytes()).steps


def test_times_without_an_offset_are_in_the_zone_of_the_file():
    told = read_story(story("at: 2026-09-14 10:00, expect: {told: []}", "at: 2026-09-14T10:00Z, expect: {told: []}"))
    assert [step.at for step in told.steps] == [datetime(2026, 9, 14, 8, tzinfo=UTC), datetime(2026, 9, 14, 10, tzinfo=UTC)]


def test_a_team_may_work_by_a_calendar_of_its_own():
    told = read_story((SCENARIOS / "bluebird.yaml").read_bytes())
    assert {team.key: team.calendar.time_zone if team.calendar else None for team in told.teams} == {
        "company": None,
        "america": "America/New_York",
        "emea": None,
    }


def test_a_country_that_yaml_takes_for_no_is_norway():
    told = read_story(HEAD.replace("teams:", "calendar: {days: sun-thu, holidays: NO}\nteams:", 1) + "  []\n")
    assert (told.calendar.holidays, told.calendar.days) == ("NO", (True, True, True, True, False, False, True))


@pytest.mark.parametrize(
    ("step", "reason"),
    [
        ("at: 2026-09-14 10:00, mial: {}", "There is no fact “mial”"),
        ("at: 2026-09-14 10:00, call: {by: jonas, with: kurt, outcome: connected, loud: true}", "A call has no “loud”"),
        ("at: 2026-09-14 10:00, call: {by: jon, with: kurt, outcome: connected}", "There is no user or contact “jon” so far"),
        ("at: 2026-09-14 10:00, call: {by: jonas, with: kurt, outcome: shouted}", "“shouted” is none of connected"),
        ("at: 2026-09-14 10:00, call: {by: jonas, with: kurt}", "A call wants “outcome”"),
        ("at: 2026-09-14 10:00, call: jonas", "A call is keys with values"),
        ("at: tomorrow, call: {by: jonas, with: kurt, outcome: connected}", "“tomorrow” is no moment"),
        ("at: 2026-03-29 02:30, call: {by: jonas, with: kurt, outcome: connected}", "The clocks of Europe/Berlin skip"),
        ("at: 12026-03-29 02:30, call: {by: jonas, with: kurt, outcome: connected}", "is no moment"),
        ("at: 2526-03-29 02:30, call: {by: jonas, with: kurt, outcome: connected}", "The year 2526 is out of reach"),
        ("at: 2026-09-14 10:00", "A step holds one fact, or one “expect”"),
        ("call: {by: jonas, with: kurt, outcome: connected}", "A step wants “at”"),
        ("at: 2026-09-14 10:00, next_step: {deal: other, what: Call, due: 2026-09-15 10:00}", "There is no deal “other” so far"),
        ("at: 2026-09-14 10:00, meeting_outcome: {meeting: first, outcome: held, said_by: kurt}", "There is no meeting “first” so far"),
        ("at: 2026-09-14 10:00, deal: {key: plan, name: Again}", "There is a deal “plan” already, in line 16"),
        ("at: 2026-09-14 10:00, deal: {key: big, name: Big, amount: -1}", "A number of 0 or more"),
        ("at: 2026-09-14 10:00, expect: {deal: plan, raised: {reply_overdew: low}}", "There is no rule “reply_overdew”"),
        ("at: 2026-09-14 10:00, expect: {deal: plan, not_raised: [reply_overdew]}", "“reply_overdew” is none of"),
        ("at: 2026-09-14 10:00, expect: {deal: plan, raised: {no_contact: grave}}", "“grave” is none of low"),
        ("at: 2026-09-14 10:00, expect: {deal: from nothing}", "There is no mail “nothing” so far"),
        ("at: 2026-09-14 10:00, expect: {owner: kurt}", "“owner” is said of a deal"),
        ("at: 2026-09-14 10:00, expect: {}", "Nothing is expected here"),
        ("at: 2026-09-14 10:00, expect: {told: []}, refused: no", "Only a fact can be refused"),
    ],
)
def test_a_mistake_is_named_with_its_line(step, reason):
    found = mistakes(story("at: 2026-09-14 09:00, expect: {told: []}", step))
    assert any(line == STEPS_BEGIN + 1 and reason in said for line, said in found), found


def test_a_step_before_the_one_above_it_is_a_mistake():
    found = mistakes(story("at: 2026-09-14 10:00, expect: {told: []}", "at: 2026-09-14 09:59, expect: {told: []}"))
    assert found == [(STEPS_BEGIN + 1, "This is before the step above it. Steps stand in the order of their times.")]


@pytest.mark.parametrize(
    ("was", "is_", "reason"),
    [
        ("timezone: Europe/Berlin", "timezone: Europe/Bärlin", "is no time zone"),
        ("title: A small story", "titel: A small story", "A story has no “titel”"),
        ("role: manager, team: emea", "role: manager, team: emeo", "There is no team “emeo”"),
        ("parent: company, manager: tomas", "parent: emea, manager: tomas", "above itself"),
        ("parent: company, manager: tomas", "parent: company, manager: thomas", "There is no user “thomas”"),
        ("tomas@gantry.example", "noor@gantry.example", "is somebody else's address already"),
        ("domains: [halvorsen.example]", "domains: [gmail.com]", "is no mail domain"),
        ("stage: qualification", "stage: won", "wants “closed”"),
        ("{key: jonas,", "{key: kurt,", "is one of us already"),
        ("title: A small story", "title: &a A small story\nabout: *a", "Anchors and aliases"),
        ("title: A small story", "title: [", "This is no YAML"),
        ("title: A small story", "title: a\ntitle: b", "“title” stands here twice"),
    ],
)
def test_a_mistake_in_the_head_is_named(was, is_, reason):
    assert was in HEAD
    found = mistakes(story(head=HEAD.replace(was, is_)) + "  []\n")
    assert any(reason in said for _line, said in found), found


def test_every_mistake_is_named_at_once():
    assert len(mistakes(story("at: soon, mial: {}", "at: 2026-09-14 10:00, call: {by: x, with: y, outcome: z}"))) >= 4


def test_what_was_refused_names_nothing():
    read_story(
        story(
            "at: 2026-09-14 10:00, handoff: {key: one, deal: plan, from: kurt, to: kurt, brief: Yours}, refused: yourself",
            "at: 2026-09-14 10:01, handoff: {key: one, deal: plan, from: kurt, to: petra, brief: Yours}",
        )
    )


def test_a_closed_deal_stands_in_the_stage_of_its_kind():
    told = read_story(story(head=HEAD.replace("stage: qualification, ", "status: won, closed: 2026-09-11, ")) + "  []\n")
    assert [(one.stage, one.status) for one in told.deals] == [("won", "won")]


@pytest.mark.parametrize("tagged", ["!!python/name:os.system x", "!!python/object:os.x {a: 1}", "!!set {a}", "!mine [a]", "!!binary aGk="])
def test_a_tag_is_a_mistake_whatever_it_stands_on(tagged):
    assert any("The tag " in reason for _line, reason in mistakes(f"about: {tagged}\n"))


@pytest.mark.parametrize("half", ['about: "\\ud800"', '"\\udfff": a'])
def test_half_a_sign_is_a_mistake(half):
    assert any("half a sign" in reason for _line, reason in mistakes(half + "\n"))
