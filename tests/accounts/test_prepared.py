"""Statements that are compiled once: what they ask is what the queryset asks."""

from __future__ import annotations

import pytest
from django.db.models import Q

from accounts.models import Team, User
from accounts.prepared import Given, prepare
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
