"""The climb against the database: people who come and go between two rungs, and two workers who sweep at once."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from accounts.models import Absence, Notice
from accounts.services.absences import record_absence
from accounts.services.people import suspend
from deals.models import Deal, RiskSignal, SignalEvent
from deals.risk.refresh import refresh
from deals.risk.rules import RULES
from deals.risk.sweep import sweep
from deals.services.interactions import log_interaction
from tests import factories
from tests.at_once import at_once


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


RULE = "reply_overdue"


def asked(company, moment, **changes):
    given = {"kind": "email", "direction": "in", "contact": company.contact, "user": company.owner, "by": None} | changes
    return log_interaction(deal=company.deal, now=at(moment), at=at(moment), **given)


def away(person, start, end, cover=None):
    Absence.objects.create(user=person, starts_at=at(start), ends_at=at(end), cover=cover)


def notices(kind):
    """Who heard of it on which day, in order."""
    found = Notice.objects.filter(kind=f"signal_{kind}", dedupe_key__startswith=f"signal:{signal().pk}:")
    return [(notice.user.name.split()[0], f"{notice.created_at:%d %H:%M}") for notice in found.select_related("user").order_by("pk")]


def climbs():
    return notices("climbed")


def signal():
    return RiskSignal.objects.get(rule=RULE, state="raised")


def sweep_until(end, step=sweep):
    """At every alarm, as the beat does."""
    while (alarm := Deal.objects.watched().filter(alarm_at__lte=at(end)).order_by("alarm_at").values_list("alarm_at", flat=True).first()) is not None:
        step(alarm)


@pytest.mark.django_db
def test_who_is_away_at_their_rung_is_passed_over_and_hears_once_back(company):
    asked(company, "2026-03-02 10:00")
    away(company.manager, "2026-03-05 09:00", "2026-03-06 18:00")
    sweep_until("2026-03-12 09:00")
    assert climbs() == [("Edda", "05 10:00"), ("Mona", "09 10:00"), ("Ada", "11 10:00")]


@pytest.mark.django_db
def test_who_heard_and_went_away_since_keeps_nobody_above_from_hearing(company):
    asked(company, "2026-03-02 10:00")
    away(company.manager, "2026-03-05 12:00", "2026-03-20 18:00")
    sweep_until("2026-03-09 10:00")
    assert climbs() == [("Mona", "05 10:00"), ("Edda", "09 10:00")]


@pytest.mark.django_db
def test_those_below_hear_with_the_next_climb_that_it_got_worse(company):
    asked(company, "2026-03-02 10:00")
    sweep_until("2026-03-05 10:00")
    asked(company, "2026-03-05 12:00")
    sweep_until("2026-03-06 12:00")
    assert climbs() == [("Mona", "05 10:00"), ("Edda", "06 12:00"), ("Mona", "06 12:00")]
    assert {person.name for person in signal().told.all()} == {"Mona Manager", "Edda Executive"}


@pytest.mark.django_db
def test_who_was_away_when_it_got_worse_counts_as_not_told(company):
    asked(company, "2026-03-02 10:00")
    away(company.manager, "2026-03-05 12:00", "2026-03-06 18:00")
    sweep_until("2026-03-05 10:00")
    asked(company, "2026-03-05 14:00")
    sweep_until("2026-03-06 14:00")
    assert [person.name for person in signal().told.all()] == ["Edda Executive"]
    sweep_until("2026-03-09 14:00")
    assert climbs() == [("Mona", "05 10:00"), ("Edda", "06 14:00"), ("Mona", "09 14:00")]


@pytest.mark.django_db
def test_another_person_to_wait_for_hears_at_once_and_the_climb_goes_on(company):
    asked(company, "2026-03-02 10:00")
    away(company.owner, "2026-03-04 09:00", "2026-03-20 18:00", cover=company.teammate)
    sweep_until("2026-03-05 10:00")
    assert signal().responsible == company.teammate
    assert (notices("handed"), climbs()) == ([("Tara", "04 09:00")], [("Mona", "05 10:00")])


@pytest.mark.django_db
def test_an_unowned_deal_is_looked_at_when_whoever_leads_it_is_back(company):
    Deal.objects.filter(pk=company.deal.pk).update(owner=None)
    for person in (company.manager, company.executive):
        away(person, "2026-03-01 09:00", "2026-03-04 09:00")
    asked(company, "2026-03-02 10:00", user=None)
    sweep_until("2026-03-03 23:00")
    assert signal().responsible is None
    sweep_until("2026-03-04 09:00")
    assert signal().responsible == company.manager


@pytest.mark.django_db(transaction=True)
def test_three_levels_away_in_turn_and_two_workers_tell_nobody_twice():
    company = factories.make_company()
    head = factories.UserFactory(name="Hugo Head", role="executive", team=company.sales)
    boss = factories.TeamFactory(name="Company", manager=company.executive)
    company.sales.parent, company.sales.manager = boss, head
    company.sales.save()
    asked(company, "2026-03-02 10:00")
    for person, start, end in ((company.owner, "02 12:00", "04 17:00"), (company.manager, "04 12:00", "09 17:00"), (head, "09 12:00", "16 17:00")):
        record_absence(user=person, starts_at=at(f"2026-03-{start}"), ends_at=at(f"2026-03-{end}"), cover=None, by=person, now=at("2026-03-02 11:00"))
    problems = []
    sweep_until("2026-03-25 12:00", step=lambda now: problems.extend(at_once(lambda: sweep(now), lambda: sweep(now))))
    assert problems == []
    events = list(SignalEvent.objects.filter(signal=signal(), kind="climbed").order_by("at").values_list("level", flat=True))
    assert events == list(range(1, len(events) + 1))
    told = list(Notice.objects.filter(topic=f"deal:{company.deal.pk}").values_list("user", "kind", "title", "created_at"))
    assert len(told) == len(set(told))
    assert {name for name, _when in climbs()} == {"Mona", "Hugo", "Edda", "Ada"}
    # Nobody waits longer than two of its steps even while somebody is missing at each rung.
    moments = sorted({when for _user, kind, _title, when in told if kind != "signal_handed"})
    assert all(later - earlier <= timedelta(days=4) for earlier, later in pairwise(moments))


@pytest.mark.django_db
def test_a_manager_kept_out_hands_what_waited_for_them_on(company):
    Deal.objects.filter(pk=company.deal.pk).update(owner=None)
    asked(company, "2026-03-02 10:00", user=None)
    sweep_until("2026-03-03 23:00")
    assert signal().responsible == company.manager
    suspend(user=company.manager, by=company.admin, now=at("2026-03-04 10:00"))
    sweep(at("2026-03-04 10:00"))
    assert signal().responsible == company.executive


@pytest.mark.django_db
def test_what_a_broken_rule_left_behind_still_goes_to_whoever_is_there(company, monkeypatch):
    asked(company, "2026-03-02 10:00")
    sweep_until("2026-03-03 23:00")

    def broken(_facts, _policy):
        raise ValueError("a row nobody thought of")

    monkeypatch.setitem(RULES, RULE, broken)
    away(company.owner, "2026-03-04 09:00", "2026-03-20 18:00", cover=company.teammate)
    sweep(at("2026-03-04 12:00"))
    refresh([company.deal.pk], at("2026-03-04 12:00"))
    assert signal().responsible == company.teammate
    assert notices("handed") == [("Tara", "04 12:00")]
