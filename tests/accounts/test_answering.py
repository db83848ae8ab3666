"""Whoever looks for what waits for them finds exactly that for which the one function names them."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts import organisation
from accounts.answering import answering, answers_for
from accounts.doors import OpenDoor
from accounts.models import Absence, Departure, User
from tests import factories


@pytest.fixture
def busy(company):
    """Somebody of every sort: away with and without cover, with one who is away too, gone, kept out, of no team."""
    now = timezone.now()
    week = timedelta(days=7)

    def person(name, team=company.east, **changes):
        return factories.UserFactory(name=name, team=team, **changes)

    def away(one, cover=None):
        Absence.objects.create(user=one, starts_at=now - week, ends_at=now + week, cover=cover)

    uncovered, covered_by_absent = person("Una"), person("Cora")
    away(uncovered)
    away(covered_by_absent, uncovered)
    away(company.owner, company.teammate)
    away(person("Cross"), company.stranger)
    gone = person("Gone")
    Departure.objects.create(user=gone, last_day=now.date() - week, leaves_at=now - week)
    kept_out = person("Kept out")
    User.objects.filter(pk=kept_out.pk).update(is_active=False, suspended_at=now)
    stray = person("Stray", team=None)
    away(stray, company.teammate)
    away(person("Lost", team=None))
    below = factories.TeamFactory(name="Below", parent=company.east, manager=uncovered)
    away(person("Deep", team=below))
    return company


@pytest.mark.django_db
@pytest.mark.parametrize("who", ["owner", "teammate", "manager", "executive", "stranger", "admin"])
def test_it_is_what_the_one_function_says_of_everybody(busy, who):
    user = User.objects.get(pk=getattr(busy, who).pk)
    now = timezone.now()
    company = organisation.load(at=now)
    expected = {one for one in company.people if company.responsible(owner_id=one, team_id=None, at=now) == user.pk}
    found = answering(user, now)
    assert set(found.people) == expected | {user.pk}
    assert set(found.teams) == {one for one in company.managers if company.responsible(owner_id=None, team_id=one, at=now) == user.pk}


@pytest.mark.django_db
def test_a_manager_who_is_away_leaves_their_teams_to_the_next_one_up(busy):
    now = timezone.now()
    Absence.objects.create(user=busy.manager, starts_at=now - timedelta(days=1), ends_at=now + timedelta(days=1))
    assert answering(busy.manager, now).teams == []
    names = {User.objects.get(pk=one).name for one in answering(User.objects.get(pk=busy.executive.pk), now).people}
    assert names == {"Edda Executive", "Mona Manager", "Una", "Cora", "Gone", "Kept out", "Deep"}


@pytest.mark.django_db
def test_it_says_until_when_and_who_belongs_to_no_team(busy):
    found = answering(User.objects.get(pk=busy.manager.pk), timezone.now())
    until = {User.objects.get(pk=one).name: end for one, end in found.people.items()}
    assert until["Gone"] is None
    assert until["Una"] > timezone.now()
    assert [User.objects.get(pk=one).name for one in found.strays] == ["Lost"]


@pytest.mark.django_db
def test_it_costs_a_rep_nothing_who_covers_for_nobody(company, django_assert_num_queries):
    rep = OpenDoor().get_user(company.stranger.pk)
    with django_assert_num_queries(0):
        assert answers_for(rep).people == {rep.pk: None}
