"""Statements that are compiled once: what they ask is what the queryset asks."""

from __future__ import annotations

import pytest
from django.db import connection
from django.db.models import Q
from django.test.utils import CaptureQueriesContext

from accounts.models import Team, User
from accounts.prepared import Given, named, prepare, woven
from tests.factories import make_company

pytestmark = pytest.mark.django_db


def test_a_value_is_given_when_the_statement_is_run() -> None:
    company = make_company()
    statement = prepare(User.objects.filter(pk=Given("person")).values_list("email", "team_id"))
    for user in (company.owner, company.manager):
        assert statement.rows(person=user.pk) == [(user.email, user.team_id)]


def test_ids_are_given_as_one_array_however_many() -> None:
    company = make_company()
    statement = prepare(User.objects.filter(Q(team_id__any_of=Given("teams")) | Q(pk__any_of=Given("people"))).order_by("pk").values_list("pk"))
    assert statement.rows(teams=[], people=[]) == []
    assert statement.rows(teams=[], people=[company.owner.pk]) == [(company.owner.pk,)]
    every = [(pk,) for pk in User.objects.exclude(team=None).order_by("pk").values_list("pk", flat=True)]
    assert statement.rows(teams=list(Team.objects.values_list("pk", flat=True)), people=[]) == every


def test_values_come_back_as_the_fields_have_them() -> None:
    company = make_company()
    statement = prepare(User.objects.filter(pk=Given("person")).values_list("role", "created_at"))
    assert statement.row(person=company.owner.pk) == (company.owner.role, company.owner.created_at)


def test_a_value_that_is_not_given_is_an_error() -> None:
    with pytest.raises(KeyError, match="person"):
        prepare(User.objects.filter(pk=Given("person")).values_list("pk")).rows(somebody=1)


def test_no_row_is_none() -> None:
    assert prepare(User.objects.filter(pk=Given("person")).values_list("pk")).row(person=0) is None


def test_a_planned_statement_is_planned_once_a_connection(django_assert_num_queries) -> None:
    company = make_company()
    statement = prepare(User.objects.filter(pk=Given("person"), email__icontains="@").values_list("name"), planned=True)
    for user in (company.owner, company.manager, company.owner):
        with django_assert_num_queries(1) as asked:
            assert statement.rows(person=user.pk) == [(user.name,)]
        assert asked.captured_queries[0]["sql"].startswith("EXECUTE")


def test_a_name_given_once_may_stand_in_a_statement_twice() -> None:
    statement = named("SELECT %(number)s::int + %(number)s::int, '100 %%', %(word)s::text", planned=True)
    assert statement.row(number=2, word="per cent") == (4, "100 %", "per cent")


def test_behind_a_pooler_nothing_is_kept_in_the_connection() -> None:
    statement = named("SELECT %(number)s::int", planned=True)
    connection.settings_dict["DISABLE_SERVER_SIDE_CURSORS"] = True
    try:
        with CaptureQueriesContext(connection) as asked:
            assert statement.row(number=2) == (2,)
    finally:
        connection.settings_dict["DISABLE_SERVER_SIDE_CURSORS"] = False
    assert "EXECUTE" not in asked.captured_queries[0]["sql"]


def test_querysets_and_values_are_woven_into_sql_in_their_places() -> None:
    company = make_company()
    people = User.objects.filter(team_id=Given("team")).values_list("pk", "name")
    sql = "SELECT name FROM ({people}) AS one (pk, name) WHERE pk <> %(but)s AND '{}' = '{}' ORDER BY name"
    for planned in (False, True):
        statement = woven(sql, planned=planned, people=people)
        found = statement.rows(but=company.owner.pk, team=company.owner.team_id)
        names = User.objects.filter(team=company.owner.team).exclude(pk=company.owner.pk).order_by("name").values_list("name", flat=True)
        assert [name for (name,) in found] == list(names)
