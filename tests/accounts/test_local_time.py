"""Times are shown on the reader's own clock."""

import pytest

from accounts import calendars
from accounts.models import WorkingCalendar
from tests.factories import InteractionFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def forget_zones():
    calendars._zones.clear()
    yield
    calendars._zones.clear()


def test_a_person_without_a_zone_of_their_own_reads_the_teams(company, django_assert_num_queries):
    company.sales.calendar = WorkingCalendar.objects.create(name="New York", time_zone="America/New_York")
    company.sales.save()
    assert calendars.zone_for(company.owner).key == "America/New_York"
    with django_assert_num_queries(0):
        calendars.zone_for(company.owner)


def test_a_person_with_hours_of_their_own_reads_the_zone_of_these(company):
    WorkingCalendar.objects.create(name="Mornings", time_zone="Asia/Tokyo", person=company.owner)
    assert calendars.zone_for(company.owner).key == "Asia/Tokyo"
    assert calendars.zone_for(company.teammate).key != "Asia/Tokyo"


def test_a_zone_of_ones_own_comes_first(company):
    company.owner.time_zone = "Asia/Tokyo"
    assert calendars.zone_for(company.owner).key == "Asia/Tokyo"


def test_a_page_shows_the_readers_time(company, client, now):
    company.owner.time_zone = "Asia/Tokyo"
    company.owner.save()
    InteractionFactory(deal=company.deal, at=now)
    client.force_login(company.owner)
    # 10:00 UTC is 19:00 in Tokyo.
    assert "19:00" in client.get(f"/deals/{company.deal.pk}/").content.decode()
