"""What an incoming event means against what is known of it."""

from datetime import UTC, datetime, timedelta

import pytest

from deals.intake.calendar.changes import Known, Meaning, decide
from deals.intake.calendar.events import Answer, Attendee, Event

AT = datetime(2026, 3, 4, 10, tzinfo=UTC)
LATER = AT + timedelta(hours=1)
ANA = Attendee("ana@customer.example", "Ana")
BO = "bo@ours.example"


def event(sequence=1, stamp=AT, **said):
    return Event("one", starts_at=AT, ends_at=LATER, sequence=sequence, stamp=stamp, organizer=ANA, **said)


def known(sequence=1, stamp=AT, **said):
    return Known(sequence, stamp, organizer=ANA.address, **said)


@pytest.mark.parametrize(
    ("incoming", "method", "state", "meaning", "applies"),
    [
        (event(), "REQUEST", None, Meaning.INVITATION, True),
        (event(), "PUBLISH", None, Meaning.INVITATION, True),
        (event(), "", None, Meaning.INVITATION, True),
        (event(2), "REQUEST", known(1), Meaning.UPDATE, True),
        (event(1, LATER), "REQUEST", known(1), Meaning.UPDATE, True),
        (event(1), "REQUEST", known(1), Meaning.UPDATE, True),
        (event(1, LATER), "REQUEST", known(2), Meaning.OLD, False),
        (event(1, AT), "REQUEST", known(1, LATER), Meaning.OLD, False),
        (event(1, None), "REQUEST", known(1, LATER), Meaning.OLD, False),
        (event(2, None), "REQUEST", known(1, LATER), Meaning.UPDATE, True),
        (event(2), "CANCEL", known(1), Meaning.CANCELLATION, True),
        (event(1, LATER), "CANCEL", known(1), Meaning.CANCELLATION, True),
        (event(2, status="cancelled"), "REQUEST", known(1), Meaning.CANCELLATION, True),
        (event(1), "CANCEL", known(2), Meaning.OLD, False),
        (event(2), "CANCEL", known(1, cancelled=True), Meaning.SAME, False),
        (event(2), "CANCEL", None, Meaning.UNKNOWN, False),
        # Taken up again after it was cancelled.
        (event(3), "REQUEST", known(2, cancelled=True), Meaning.UPDATE, True),
        (event(), "COUNTER", known(), Meaning.COUNTER, False),
        (event(), "DECLINECOUNTER", known(), Meaning.COUNTER_DECLINED, False),
        (event(), "REFRESH", known(), Meaning.REFRESH, False),
        (event(), "COUNTER", None, Meaning.UNKNOWN, False),
        (event(), "REPLY", None, Meaning.UNKNOWN, False),
    ],
)
def test_what_it_means(incoming, method, state, meaning, applies):
    decision = decide(incoming, method, known=state)
    assert (decision.meaning, decision.applies) == (meaning, applies)
    assert decision.why.endswith(".") or decision.applies or meaning in (Meaning.COUNTER, Meaning.COUNTER_DECLINED, Meaning.REFRESH)


def test_the_same_content_again_only_moves_the_stamp():
    decision = decide(event(1, LATER), "", known=known(fingerprint=event().fingerprint))
    assert (decision.meaning, decision.applies, decision.remember) == (Meaning.SAME, False, (1, LATER))


def test_what_is_old_leaves_the_stamp():
    assert decide(event(1), "REQUEST", known=known(2, LATER)).remember == (2, LATER)


def test_in_whatever_order_they_come_the_newest_stays():
    versions = [event(1), event(1, LATER), event(2), event(3, status="cancelled")]
    for order in (versions, versions[::-1], [versions[2], versions[0], versions[3], versions[1]]):
        state, last = None, None
        for one in order:
            decision = decide(one, "REQUEST", known=state)
            if decision.applies or decision.meaning is Meaning.UNKNOWN:
                last = one
            state = known(*decision.remember, cancelled=bool(last and last.cancelled))
        assert last is versions[-1]


def test_one_occurrence_is_measured_against_its_series_until_it_has_a_state_of_its_own():
    one = event(2, recurrence_id=AT)
    assert decide(one, "REQUEST", known=None, series=known(3)).meaning is Meaning.OLD
    assert decide(one, "REQUEST", known=known(1), series=known(3)).meaning is Meaning.UPDATE
    assert decide(one, "CANCEL", known=None, series=known(1)).meaning is Meaning.CANCELLATION


def test_a_new_version_of_the_series_ends_the_changes_of_single_ones():
    assert decide(event(2), "REQUEST", known=known(1)).supersedes_single
    assert not decide(event(1, LATER), "REQUEST", known=known(1)).supersedes_single
    assert not decide(event(2, recurrence_id=AT), "REQUEST", known=known(1)).supersedes_single


@pytest.mark.parametrize(
    ("sender", "meaning"),
    [
        ("Ana@customer.example", Meaning.CANCELLATION),
        ("assistant@customer.example", Meaning.CANCELLATION),
        ("mallory@elsewhere.example", Meaning.DOUBTFUL),
        ("", Meaning.CANCELLATION),
    ],
)
def test_a_stranger_does_not_cancel_a_meeting(sender, meaning):
    assert decide(event(2), "CANCEL", known=known(1), sender=sender).meaning is meaning


def reply(answer, sequence=1, stamp=AT, address=BO):
    return event(sequence, stamp, attendees=(Attendee(address, "Bo", answer=answer),), comment="Late by ten minutes")


def test_who_answered_what():
    decision = decide(reply(Answer.ACCEPTED), "REPLY", known=known(answers={BO: (0, None)}))
    (answer,) = decision.answers
    assert (decision.meaning, answer.address, answer.answer, answer.comment, answer.invited) == (
        Meaning.REPLY,
        BO,
        Answer.ACCEPTED,
        "Late by ten minutes",
        True,
    )


def test_somebody_may_answer_without_having_been_asked():
    assert not decide(reply(Answer.ACCEPTED), "REPLY", known=known()).answers[0].invited


def test_an_old_answer_does_not_overwrite_a_newer_one():
    state = known(answers={BO: (1, LATER)})
    assert decide(reply(Answer.DECLINED), "REPLY", known=state).meaning is Meaning.OLD
    assert decide(reply(Answer.DECLINED, stamp=LATER + timedelta(minutes=1)), "REPLY", known=state).applies


def test_an_answer_to_an_earlier_time_says_nothing_about_this_one():
    assert decide(reply(Answer.ACCEPTED, sequence=1), "REPLY", known=known(2)).meaning is Meaning.OLD


def test_an_answer_without_a_name_is_none():
    assert decide(event(), "REPLY", known=known()).meaning is Meaning.UNKNOWN
