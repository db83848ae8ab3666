"""Objects of a prepared queryset are what the queryset itself would give."""

import pytest
from django.db.models import F

from accounts.models import User
from accounts.prepared import Given
from accounts.prepared_objects import Objects

pytestmark = pytest.mark.django_db


def test_objects_come_with_what_hangs_on_them_in_one_question(company, django_assert_num_queries):
    people = Objects(User.objects.filter(team_id=Given("team")).select_related("team").annotate(called=F("name")).order_by("pk"))
    with django_assert_num_queries(1):
        found = people.all(team=company.owner.team_id)
        assert {person.team.name for person in found} == {company.owner.team.name}
    assert found == list(User.objects.filter(team=company.owner.team_id).order_by("pk"))
    assert [person.called for person in found] == [person.name for person in found]


def test_what_is_not_there_is_none(company):
    people = Objects(User.objects.filter(pk=Given("person")).select_related("team"))
    assert people.first(person=0) is None
    assert people.first(person=2**63) is None
    nobodys = people.first(person=User.objects.create(name="Nobody's").pk)
    assert nobodys is not None
    assert nobodys.team is None
