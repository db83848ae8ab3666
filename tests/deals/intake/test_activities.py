from datetime import UTC, datetime

import pytest

from accounts.models import Notice
from deals.models import Deal, Interaction

HEAD = "Id,Type,Direction,Date,Subject,Deal ID,Contact email,Owner,Outcome,End,Automatic\n"


@pytest.fixture
def ready(company):
    company.deal.external_id = "d1"
    company.deal.save()
    return company


def test_facts_come_in_at_their_own_dates(ready, bring, now):
    done = bring("activities", HEAD + "m1,Email,Incoming,2026-02-27 14:30,Quote?,d1,priya@norwood.example,Olaf Owner,,,\n")
    fact = Interaction.objects.get(external_id="m1")
    assert (fact.kind, fact.direction, fact.at, fact.subject) == ("email", "in", datetime(2026, 2, 27, 14, 30, tzinfo=UTC), "Quote?")
    assert (fact.deal, fact.account, fact.contact, fact.user, fact.is_human) == (ready.deal, ready.account, ready.contact, ready.owner, True)
    assert (fact.imported_by, fact.recorded_at) == (done, now)


def test_the_clocks_run_from_the_fact_and_nobody_is_told_of_the_past(ready, bring):
    bring("activities", HEAD + "m1,Email,Incoming,2026-02-27 14:30,Quote?,d1,priya@norwood.example,,,,\n")
    deal = Deal.objects.get(pk=ready.deal.pk)
    assert deal.last_contact_at == datetime(2026, 2, 27, 14, 30, tzinfo=UTC)
    assert deal.signals.filter(rule="reply_overdue").exists()
    assert not Notice.objects.exists()


def test_a_second_run_changes_nothing_with_ids_or_without(ready, bring):
    rows = "Type,Direction,Date,Subject,Deal ID\nEmail,out,2026-02-01,A,d1\nEmail,out,2026-02-01,A,d1\nNote,,2026-02-02,B,d1\n"
    assert bring("activities", rows).counts == {"created": 3}
    assert bring("activities", rows).counts == {"unchanged": 3}


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ("Call,Outbound,2026-02-01 10:00,,d1,,,Connected,,", ("call", "out", "connected")),
        ("Call,Outbound,2026-02-01 10:00,,d1,,,Busy,,", ("call", "out", "no_answer")),
        ("Call,Outbound,2026-02-01 10:00,,d1,,,Left voicemail,,", ("voicemail", "out", "")),
        ("Meeting,,2026-02-01 10:00,,d1,,,,2026-02-01 11:00,", ("meeting", "out", "held")),
        ("Meeting,,2026-05-01 10:00,,d1,,,,2026-05-01 11:00,", ("meeting", "out", "planned")),
        ("Meeting,,2026-02-01 10:00,,d1,,,No show,,", ("meeting", "out", "missed_by_them")),
        ("Notiz,,2026-02-01 10:00,,d1,,,,,", ("note", "internal", "")),
        ("INCOMING_EMAIL,,2026-02-01 10:00,,d1,,,,,yes", ("email", "in", "")),
    ],
)
def test_kinds_directions_and_outcomes(ready, bring, cells, expected):
    bring("activities", HEAD + "x," + cells + "\n")
    fact = Interaction.objects.get(external_id="x")
    assert (fact.kind, fact.direction, fact.outcome) == expected
    assert fact.is_human != cells.endswith("yes")


def test_sender_and_receiver_tell_the_direction(ready, bring):
    bring(
        "activities",
        "Id,Date,From,To,Subject\na,2026-02-01,priya@norwood.example,owner@salvor.example,x\nb,2026-02-02,owner@salvor.example,priya@norwood.example,y\n",
        name="mails.csv",
    )
    assert dict(Interaction.objects.values_list("external_id", "direction")) == {"a": "in", "b": "out"}


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ("Task,,2026-02-01,,d1,,,,,", "no mail, call"),
        ("Email,,2026-02-01,,d1,,,,,", "who wrote or called"),
        ("Call,,2026-02-01,,unknown,,,,,", "No deal, contact or account"),
        ("Call,,,,d1,,,,,", "does not say when"),
        ("Meeting,,2026-02-02,,d1,,,,2026-02-01,", "ends before it begins"),
    ],
)
def test_rows_that_cannot_come_in_say_why(ready, bring, cells, reason):
    done = bring("activities", HEAD + "x," + cells + "\n")
    assert reason in done.rows.get().reason


def test_facts_are_shifted_as_their_deal_is(ready, bring):
    Deal.objects.filter(pk=ready.deal.pk).update(dates_shifted_by=10)
    bring("activities", HEAD + "m1,Email,In,2026-02-01 14:30,Quote?,d1,,,,,\n")
    assert Interaction.objects.get().at == datetime(2026, 2, 11, 14, 30, tzinfo=UTC)
