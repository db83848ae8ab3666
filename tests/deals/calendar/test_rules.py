"""Recurrence rules, by the examples of RFC 5545 and against python-dateutil."""

from datetime import datetime, timedelta
from itertools import islice

import pytest
from dateutil.rrule import rrulestr
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from deals.intake.calendar.expansion import Budget, moments
from deals.intake.calendar.rules import parsed

START = datetime(1997, 9, 2, 9)  # a Tuesday
FAR = datetime(2200, 1, 1)


def expand(text, start=START, since=None, until=FAR, count=400, budget=None):
    rule = parsed(text)
    found = moments(rule, start, since=since or start, until=until, last=rule.until_in(None), budget=budget)
    return list(islice(found, count))


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("FREQ=MONTHLY;COUNT=3;BYDAY=1FR", ["1997-09-02", "1997-09-05", "1997-10-03"]),
        ("FREQ=MONTHLY;COUNT=4;BYMONTHDAY=-3", ["1997-09-02", "1997-09-28", "1997-10-29", "1997-11-28"]),
        ("FREQ=MONTHLY;COUNT=3;BYDAY=TU,WE,TH;BYSETPOS=3", ["1997-09-02", "1997-09-04", "1997-10-07"]),
        ("FREQ=MONTHLY;COUNT=3;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-2", ["1997-09-02", "1997-09-29", "1997-10-30"]),
        ("FREQ=WEEKLY;COUNT=4;WKST=SU;BYDAY=TU,TH;INTERVAL=2", ["1997-09-02", "1997-09-04", "1997-09-16", "1997-09-18"]),
        ("FREQ=YEARLY;COUNT=3;BYMONTH=11;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8;INTERVAL=4", ["1997-09-02", "1997-11-04", "2001-11-06"]),
        ("FREQ=YEARLY;COUNT=3;BYYEARDAY=1,100", ["1997-09-02", "1998-01-01", "1998-04-10"]),
        ("FREQ=YEARLY;COUNT=3;BYDAY=20MO", ["1997-09-02", "1998-05-18", "1999-05-17"]),
        ("FREQ=YEARLY;COUNT=3;BYWEEKNO=20;BYDAY=MO", ["1997-09-02", "1998-05-11", "1999-05-17"]),
        # What the rule leaves open comes from the start: the weekday.
        ("FREQ=YEARLY;COUNT=3;BYWEEKNO=20", ["1997-09-02", "1998-05-12", "1999-05-18"]),
        ("FREQ=DAILY;UNTIL=19970904T090000", ["1997-09-02", "1997-09-03", "1997-09-04"]),
        ("FREQ=DAILY;UNTIL=19970904", ["1997-09-02", "1997-09-03", "1997-09-04"]),
    ],
)
def test_the_days_of_a_rule(text, days):
    assert [moment.date().isoformat() for moment in expand(text)] == days


def test_the_29th_of_february_comes_every_four_years():
    assert [one.year for one in expand("FREQ=YEARLY;COUNT=3", datetime(2024, 2, 29, 9))] == [2024, 2028, 2032]


def test_a_window_far_away_is_reached_by_a_jump():
    budget = Budget()
    found = expand("FREQ=SECONDLY", since=datetime(2026, 1, 1), until=datetime(2026, 1, 1, 0, 0, 10), budget=budget)
    assert [one.second for one in found] == list(range(10))
    assert budget.left > 99_000


def test_a_count_is_kept_over_a_jump():
    # The 100th day after the start is the last one.
    assert expand("FREQ=DAILY;COUNT=101", since=START + timedelta(days=99)) == [START + timedelta(days=99), START + timedelta(days=100)]


@pytest.mark.parametrize(
    "text",
    [
        "FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=SECONDLY;COUNT=1000000000;BYSECOND=7;BYHOUR=3",
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=YEARLY;BYHOUR=" + ",".join(map(str, range(24))) + ";BYMINUTE=" + ",".join(map(str, range(60))) + ";BYSETPOS=-1;BYMONTHDAY=31;BYMONTH=2",
        "FREQ=MINUTELY;INTERVAL=999999999;BYMONTH=1",
        "FREQ=YEARLY;INTERVAL=2147483647",
        "FREQ=HOURLY;INTERVAL=2147483647",
    ],
)
def test_a_hostile_rule_stops_at_its_budget(text):
    budget = Budget()
    assert len(expand(text, since=datetime(2026, 1, 1), budget=budget)) <= 400
    assert budget.left > -100_000


@pytest.mark.parametrize(
    "text",
    [
        "",
        "FREQ=",
        "FREQ=RECONDLY",
        "COUNT=3",
        "FREQ=DAILY;BYHOUR=25",
        "FREQ=DAILY;BYDAY=XX",
        "FREQ=DAILY;COUNT=x",
        "FREQ=DAILY;INTERVAL=99999999999999999999",
        "RSCALE=CHINESE;FREQ=YEARLY",
    ],
)
def test_what_is_no_rule_says_so(text):
    with pytest.raises(ValueError, match="rule"):
        parsed(text)


def some(low, high, most=3):
    return st.lists(st.integers(low, high).filter(bool), min_size=1, max_size=most, unique=True).map(lambda found: ",".join(map(str, found)))


@st.composite
def rules(draw):
    frequency = draw(st.sampled_from(["YEARLY", "MONTHLY", "WEEKLY", "DAILY", "HOURLY"]))
    parts = [f"FREQ={frequency}", f"INTERVAL={draw(st.integers(1, 5))}", f"WKST={draw(st.sampled_from(['MO', 'SU', 'WE']))}"]
    weekdays = draw(st.lists(st.sampled_from(["MO", "TU", "WE", "TH", "FR", "SA", "SU"]), min_size=1, max_size=3, unique=True))
    ordinal = draw(st.sampled_from(["", "1", "-1", "2"])) if frequency in ("YEARLY", "MONTHLY") else ""
    optional = {
        "BYMONTH": some(1, 12),
        "BYMONTHDAY": some(-28, 28),
        "BYDAY": st.just(",".join(f"{ordinal}{day}" for day in weekdays)),
        "BYHOUR": some(1, 23),
        "BYMINUTE": some(1, 59),
    }
    if frequency == "YEARLY":
        optional["BYYEARDAY"] = some(-365, 365)
    chosen = draw(st.sets(st.sampled_from(sorted(optional)), max_size=2))
    if "BYYEARDAY" in chosen:
        # With months too, most never come true, and dateutil looks for them until the year 9999.
        chosen -= {"BYMONTH", "BYMONTHDAY"}
    parts += [f"{key}={draw(optional[key])}" for key in sorted(chosen)]
    if frequency == "YEARLY" and "BYYEARDAY" not in chosen and draw(st.booleans()) and not ordinal:
        parts += [f"BYWEEKNO={draw(some(-53, 53))}"] + ([] if "BYDAY" in chosen else [f"BYDAY={weekdays[0]}"])
    if chosen & {"BYDAY", "BYMONTHDAY"} and frequency != "HOURLY" and draw(st.booleans()):
        parts.append(f"BYSETPOS={draw(some(-3, 3))}")
    return ";".join(parts)


@settings(max_examples=60, deadline=None)
@given(rules(), st.datetimes(datetime(1990, 1, 1), datetime(2030, 1, 1)), st.integers(0, 700))
def test_the_same_moments_as_dateutil(text, start, later):
    start = start.replace(second=0, microsecond=0)
    until = start + timedelta(days=365 * (12 if "YEARLY" in text else 3))
    # A start that the rule itself gives: of others dateutil says something else than the standard, on purpose.
    # What never comes true is left out, as dateutil looks for it until the year 9999.
    first = expand(text, start, until=until, count=2)[-1]
    assume(first != start)
    since = first + timedelta(days=later)
    found = list(islice(moments(parsed(text), first, since=since, until=until, budget=Budget(3_000_000)), 40))
    assume(found)
    expected = rrulestr(text, dtstart=first).xafter(since, count=len(found), inc=True)
    assert found == list(expected)
