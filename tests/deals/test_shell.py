"""The frame of every page: where one may go, what is counted, the look one chose."""

import pytest
from django.test import RequestFactory
from django.urls import reverse
from django.utils import timezone

from accounts.doors import OpenDoor
from accounts.models import Notice
from deals.models import Import
from deals.shell import Shell, shell

pytestmark = pytest.mark.django_db


def test_one_query_answers_all_counts(company, django_assert_num_queries):
    company.deal.worst_severity = 2
    company.deal.save()
    now = timezone.now()
    Notice.objects.create(user=company.admin, kind="test", title="One", created_at=now, dedupe_key="one")
    Import.objects.create(kind="deals", state="done", file_name="a.csv", created_at=now, dates_shifted_by=3245)
    admin = OpenDoor().get_user(company.admin.pk)
    with django_assert_num_queries(1):
        frame = Shell(admin, "/")
        assert (frame.at_risk, frame.unread, frame.shifted_by) == (1, 1, 3245)


def test_duties_that_a_page_has_counted_are_not_counted_again(company, django_assert_num_queries):
    admin = OpenDoor().get_user(company.admin.pk)
    with django_assert_num_queries(1):
        frame = Shell(admin, "/today/", duties=12)
        assert (frame.at_risk, frame.today) == (0, 12)
    assert Shell(company.admin, "/today/", duties=123_456).today == 1000


def test_counts_are_of_what_one_may_see(company):
    company.deal.worst_severity = 2
    company.deal.save()
    assert Shell(company.owner, "/").at_risk == 1
    assert Shell(company.stranger, "/").at_risk == 0


def test_more_than_the_bell_can_hold_is_not_counted_to_the_end(company, client):
    told = [Notice(user=company.owner, kind="test", title="Told", created_at=timezone.now(), dedupe_key=f"k{number}") for number in range(101)]
    Notice.objects.bulk_create(told)
    client.force_login(company.owner)
    assert "Notices, 99+ new" in client.get(reverse("settings")).content.decode()
    Notice.objects.filter(dedupe_key__in=["k1", "k2"]).update(read_at=timezone.now())
    assert "Notices, 99 new" in client.get(reverse("settings")).content.decode()


def test_an_import_that_was_undone_shifts_nothing(company):
    Import.objects.create(kind="deals", state="undone", file_name="a.csv", created_at=timezone.now(), dates_shifted_by=3245)
    assert Shell(company.admin, "/").shifted_by == 0


def test_nothing_is_asked_until_a_template_wants_it(company, django_assert_num_queries):
    request = RequestFactory().get("/")
    request.user = company.owner
    with django_assert_num_queries(0):
        shell(request)


def test_shifted_dates_are_marked_on_every_page(client, company):
    Import.objects.create(kind="deals", state="done", file_name="a.csv", created_at=timezone.now(), dates_shifted_by=3245)
    client.force_login(company.owner)
    for name in ("pipeline", "settings", "search", "deal-new"):
        assert "by 3,245 days" in client.get(reverse(name)).content.decode()


@pytest.mark.parametrize(("who", "sees"), [("owner", False), ("manager", True), ("executive", False), ("admin", True)])
def test_the_navigation_shows_where_one_may_go(company, who, sees):
    routes = {entry.place.route for entry in Shell(getattr(company, who), "/deals/").entries}
    assert "pipeline" in routes
    assert ("imports" in routes or "people" in routes) is sees


def test_the_place_one_is_at_is_marked(company):
    current = [entry.place.route for entry in Shell(company.admin, f"/deals/{company.deal.pk}/").entries if entry.current]
    assert current == ["pipeline"]


@pytest.mark.parametrize(("who", "place"), [("owner", "today"), ("manager", "risk-desk"), ("executive", "risk-desk"), ("admin", "risk-desk")])
def test_home_depends_on_what_one_does(client, company, who, place):
    client.force_login(getattr(company, who))
    assert client.get(reverse("home")).url.partition("?")[0] == reverse(place)


def test_the_theme_is_kept_and_one_stays_where_one_was(client, company):
    client.force_login(company.owner)
    answer = client.post(reverse("theme"), {"theme": "dark", "next": "/deals/?sort=age"})
    assert answer.url == "/deals/?sort=age"
    assert 'data-theme="dark"' in client.get(reverse("pipeline")).content.decode()


@pytest.mark.parametrize("back", ["https://elsewhere.example/", "//elsewhere.example", ""])
def test_the_theme_leads_nowhere_else(client, company, back):
    client.force_login(company.owner)
    assert client.post(reverse("theme"), {"theme": "light", "next": back}).url == "/"


def test_a_theme_that_is_none_is_refused(client, company):
    client.force_login(company.owner)
    assert client.post(reverse("theme"), {"theme": "neon"}).status_code == 404


def test_a_page_that_is_not_there_says_what_to_do(client, company):
    client.force_login(company.owner)
    answer = client.get("/no-such-page/")
    assert answer.status_code == 404
    assert "belongs to another team" in answer.content.decode()
