"""What facts do, what is due between them, and what is found where an expectation does not hold."""

import pytest

from tests.reports.stories import HEAD, STEPS_BEGIN, played

pytestmark = pytest.mark.usefixtures("database")


def failures(told):
    return [(one.line - STEPS_BEGIN, one.expected, one.found) for moment in told.moments for one in moment.failures]


def test_a_story_whose_expectations_hold():
    told = played(
        "at: 2026-09-14 10:00, next_step: {deal: plan, what: Send the outline, due: 2026-09-30 12:00}",
        'at: 2026-09-14 11:00, mail: {from: jonas, to: [kurt], subject: Outline, body: "Where is it?"}',
        "at: 2026-09-14 11:01, expect: {deal: plan, owner: kurt, responsible: kurt, bluebird: false, reply_due: 2026-09-15 11:00, told: []}",
        "at: 2026-09-15 11:00, expect: {deal: plan, raised: {reply_overdue: {severity: medium, responsible: kurt, level: 0}}, told: [kurt]}",
        'at: 2026-09-15 12:00, mail: {from: kurt, to: [jonas], subject: "Re: Outline", body: "Here."}',
        "at: 2026-09-15 12:01, expect: {deal: plan, not_raised: [reply_overdue], stage: qualification, told: []}",
    )
    assert failures(told) == []
    assert (told.held, told.failed, told.unknown) == (3, 0, [])


def test_each_part_that_does_not_hold_is_said_with_what_was_found():
    told = played(
        "at: 2026-09-14 10:00, expect: {deal: plan, owner: petra, stage: proposal, value_at_stake: 5, raised: {unowned: high}}",
        "at: 2026-09-14 10:01, expect: {deal: plan, task: {for: kurt, kind: rebook}, told: [noor]}",
    )
    assert failures(told) == [
        (0, "owner: petra", "kurt"),
        (0, "stage: proposal", "qualification"),
        (0, "value_at_stake: 5", "0"),
        (0, "unowned: high", "not raised"),
        (1, "told: noor", "nothing"),
        (1, "task: for kurt, kind rebook", "no such task"),
    ]
    assert told.failed == 2


def test_what_falls_due_between_two_steps_happens_at_its_moment():
    told = played(
        "at: 2026-09-14 10:00, next_step: {deal: plan, what: Send the outline, due: 2026-11-30 12:00}",
        'at: 2026-09-14 11:00, mail: {from: jonas, to: [kurt], subject: Outline, body: "Where is it?"}',
        "at: 2026-09-18 10:00, expect: {deal: plan, raised: {reply_overdue: {severity: medium, level: 1}}}",
    )
    answers = [(moment.at, one.kind) for moment in told.moments for one in moment.happenings if one.rule == "reply_overdue"]
    assert answers == [("2026-09-15T11:00+02:00", "raised"), ("2026-09-17T11:00+02:00", "climbed")]
    assert failures(told) == []


def test_the_next_story_of_the_same_process_works_by_its_own_hours():
    asks = 'at: 2026-09-14 11:00, mail: {from: jonas, to: [kurt], subject: Outline, body: "Where is it?"}'
    for hours, due in (('{start: "09:00", end: "17:00"}', "2026-09-15 11:00"), ('{start: "10:00", end: "12:00"}', "2026-09-18 11:00")):
        head = HEAD.replace("teams:", f"calendar: {hours}\nteams:", 1)
        told = played(asks, f"at: 2026-09-14 11:01, expect: {{deal: plan, reply_due: {due}}}", head=head)
        assert failures(told) == []


def test_a_mail_to_nobodys_deal_opens_an_inquiry_that_is_named_by_it():
    told = played(
        'at: 2026-09-14 11:00, mail: {key: asks, from: new@alder.example, to: [petra], subject: A question, body: "Do you also weigh?"}',
        "at: 2026-09-14 11:01, expect: {deal: from asks, stage: inquiry, owner: petra, bluebird: true}",
    )
    assert failures(told) == []


def test_our_mail_counts_as_ours_because_a_sent_folder_has_it():
    told = played(
        'at: 2026-09-14 11:00, mail: {from: jonas, to: [kurt], subject: Outline, body: "Where is it?"}',
        'at: 2026-09-14 12:00, mail: {from: petra, to: [jonas], cc: [kurt], subject: "Re: Outline", body: "With me."}',
        "at: 2026-09-16 12:00, expect: {deal: plan, not_raised: [reply_overdue]}",
    )
    assert failures(told) == []


def test_a_meeting_is_asked_about_missed_and_made_good():
    told = played(
        "at: 2026-09-14 11:00, meeting: {key: m, deal: plan, organiser: kurt, with: jonas, starts: 2026-09-15 10:00, ends: 2026-09-15 11:00}",
        "at: 2026-09-15 13:00, expect: {deal: plan, raised: {meeting_unconfirmed: low}, told: [kurt]}",
        "at: 2026-09-15 13:30, meeting_outcome: {meeting: m, outcome: missed_by_us, said_by: kurt}",
        "at: 2026-09-15 13:31, expect: {deal: plan, raised: {meeting_missed: high}, not_raised: [meeting_unconfirmed]}",
        "at: 2026-09-15 14:00, apology: {deal: plan, meeting: m, by: kurt}",
        "at: 2026-09-15 14:10, meeting: {deal: plan, organiser: kurt, with: [jonas], starts: 2026-09-17 10:00, ends: 2026-09-17 11:00}",
        "at: 2026-09-15 14:11, expect: {deal: plan, not_raised: [meeting_missed]}",
    )
    assert failures(told) == []


def test_while_somebody_is_away_their_cover_answers():
    told = played(
        "at: 2026-09-14 11:00, absence: {user: kurt, from: 2026-09-15, until: 2026-09-16, cover: petra}",
        "at: 2026-09-15 00:00, expect: {deal: plan, owner: kurt, responsible: petra}",
        "at: 2026-09-16 23:59, expect: {deal: plan, responsible: petra}",
        "at: 2026-09-17 00:00, expect: {deal: plan, responsible: kurt}",
    )
    assert failures(told) == []


def test_what_a_leaver_held_goes_to_their_manager():
    told = played(
        "at: 2026-09-14 11:00, departure: {user: kurt, last_day: 2026-09-14, mail_to: petra}",
        "at: 2026-09-15 09:00, expect: {deal: plan, owner: tomas}",
        'at: 2026-09-15 10:00, mail: {key: asks, from: new@alder.example, to: [kurt], subject: A question, body: "Do you also weigh?"}',
        "at: 2026-09-15 10:01, expect: {deal: from asks, owner: petra}",
    )
    assert failures(told) == []


def test_a_refusal_must_come_with_its_words_and_change_nothing():
    told = played(
        "at: 2026-09-14 11:00, handoff: {deal: plan, from: kurt, to: petra, brief: Yours now}, refused: never",
        "at: 2026-09-14 11:01, next_step: {deal: plan, what: Call, due: 2026-09-14 11:00}, refused: in the future",
        "at: 2026-09-14 11:02, next_step: {deal: plan, what: Call, due: 2026-09-14 11:00}, refused: on the moon",
        "at: 2026-09-14 11:03, next_step: {deal: plan, what: Call, due: 2026-09-14 11:00}",
    )
    found = failures(told)
    assert [(line, expected) for line, expected, _found in found] == [(0, "refused: never"), (2, "refused: on the moon"), (3, "it happens")]
    assert found[0][2] == "it happened"
    assert told.held == 1


def test_what_salvor_does_not_know_yet_is_said_and_what_rests_on_it_fails():
    told = played(
        "at: 2026-09-14 11:00, competitor: {deal: plan, name: Acme, status: quoting}",
        "at: 2026-09-14 11:01, expect: {deal: plan, raised: {competitor_engaged: critical}}",
        "at: 2026-09-14 11:02, expect: {deal: plan, not_raised: [competitor_engaged]}",
        "at: 2026-09-14 11:03, expect: {deal: plan, loss: {kind: lapsed}}",
        "at: 2026-09-14 11:04, expect: {no_task: {kind: re_engage}}",
    )
    assert told.unknown == ["competitor"]
    assert [moment.not_known for moment in told.moments if moment.kind == "fact"] == [True]
    assert told.failed == 4


def test_what_named_a_deal_before_is_where_told_begins():
    told = played(
        'at: 2026-09-14 11:00, mail: {from: jonas, to: [kurt], subject: Outline, body: "Where is it?"}',
        "at: 2026-09-16 11:00, expect: {deal: plan, told: [kurt]}",
        "at: 2026-09-16 11:01, expect: {deal: plan, told: []}",
    )
    assert failures(told) == []
