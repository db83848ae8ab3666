"""Saved views: kept, shared, opened by each in their own sight, changed, and the one the day begins with."""

import re

import pytest
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from accounts.refusals import Refused
from deals.models import SavedView, StartPage
from deals.saved_views import address_of, way_back
from deals.services.views import change_view, remove_view, save_view, start_with
from tests.factories import DealFactory, TeamFactory, UserFactory

pytestmark = pytest.mark.django_db


def make(owner, name="Monday review", query="severity=3&sort=close", sharing="private", screen="list"):
    return save_view(owner=owner, name=name, screen=screen, query=query, sharing=sharing, now=timezone.now())


def test_what_the_screen_shows_is_kept_under_a_name_and_comes_back(client, company):
    client.force_login(company.manager)
    form = client.get(reverse("view-new"), {"screen": "pipeline", "severity": "3", "sort": "close", "page": "x", "cols": "name,owner"})
    assert form.context["query"] == "cols=name,owner&severity=3&sort=close"
    answer = client.post(
        reverse("view-new"), {"screen": "pipeline", "query": form.context["query"], "name": "Monday review", "sharing": "private"}, follow=True
    )
    view = SavedView.objects.get()
    assert answer.redirect_chain[-1][0] == f"/deals/?cols=name,owner&severity=3&sort=close&view={view.pk}"
    html = answer.content.decode()
    assert "View: Monday review" in html
    assert "Save it as it is now" not in html


@pytest.mark.parametrize(("screen", "path"), [("list", "/deals/"), ("board", "/deals/board/"), ("risk-desk", "/risk/")])
def test_every_screen_says_which_view_it_shows(client, company, screen, path):
    view = make(company.manager, screen=screen, query="owner=nobody")
    client.force_login(company.manager)
    answer = client.get(reverse("view", args=[view.pk]), follow=True)
    assert answer.redirect_chain[-1][0].startswith(path)
    assert "View: Monday review" in answer.content.decode()


def test_a_view_that_was_changed_can_be_saved_again(client, company):
    view = make(company.manager)
    client.force_login(company.manager)
    html = client.get(f"/deals/?severity=4&sort=close&view={view.pk}").content.decode()
    assert "Save it as it is now" in html
    client.post(reverse("view-again", args=[view.pk]), {"query": f"severity=4&sort=close&view={view.pk}&page=abc"})
    view.refresh_from_db()
    assert view.query == "severity=4&sort=close"


def test_the_address_may_say_it_in_another_order(client, company):
    view = make(company.manager)
    client.force_login(company.manager)
    assert "Save it as it is now" not in client.get(f"/deals/?sort=close&view={view.pk}&severity=3").content.decode()


def test_a_shared_view_shows_each_reader_their_own_sight(client, company):
    view = make(company.executive, query="q=depot", sharing="everybody")
    DealFactory(name="Depot east", owner=company.owner)
    DealFactory(name="Depot west", owner=company.stranger)
    for who, name in ((company.owner, "Depot east"), (company.stranger, "Depot west")):
        client.force_login(who)
        assert [row.name for row in client.get(reverse("view", args=[view.pk]), follow=True).context["page"].rows] == [name]


@pytest.mark.parametrize(
    ("sharing", "seen_by"),
    [("private", set()), ("team", {"owner", "teammate"}), ("everybody", {"owner", "teammate", "stranger", "executive", "admin"})],
)
def test_who_sees_a_view_is_who_it_is_shared_with(client, company, sharing, seen_by):
    view = make(company.manager, sharing=sharing)
    for who in ("owner", "teammate", "stranger", "executive", "admin"):
        client.force_login(getattr(company, who))
        assert (client.get(reverse("view", args=[view.pk])).status_code == 302) == (who in seen_by), who
        assert ("Monday review" in client.get(reverse("views")).content.decode()) == (who in seen_by), who


def test_a_team_shares_with_all_below_it(company):
    below = UserFactory(team=TeamFactory(parent=company.east))
    view = make(company.manager, sharing="team")
    assert view in SavedView.objects.visible_to(below)


def test_a_rep_does_not_share_with_everybody(client, company):
    with pytest.raises(Refused):
        make(company.owner, sharing="everybody")
    client.force_login(company.owner)
    assert b'value="everybody"' not in client.get(reverse("view-new")).content
    answer = client.post(reverse("view-new"), {"name": "Mine", "sharing": "everybody"})
    assert answer.status_code == 422


def test_a_name_is_used_once_by_each(company):
    make(company.manager)
    make(company.owner)
    with pytest.raises(Refused, match="Choose another name"):
        make(company.manager, name="monday REVIEW")


def test_nobody_changes_or_removes_what_is_anothers(client, company):
    view = make(company.manager, sharing="everybody")
    with pytest.raises(Refused):
        change_view(view=view, by=company.owner, name="Mine now")
    with pytest.raises(Refused):
        remove_view(view=view, by=company.executive)
    client.force_login(company.owner)
    assert client.get(reverse("view-edit", args=[view.pk])).status_code == 404
    remove_view(view=view, by=company.admin)
    assert not SavedView.objects.exists()


def test_it_is_renamed_and_removed(client, company):
    view = make(company.manager)
    client.force_login(company.manager)
    client.post(reverse("view-edit", args=[view.pk]), {"name": "Friday review", "sharing": "team"})
    view.refresh_from_db()
    assert (view.name, view.sharing, view.team) == ("Friday review", "team", company.east)
    client.post(reverse("view-remove", args=[view.pk]))
    assert not SavedView.objects.exists()


def test_a_view_that_is_removed_comes_back_as_it_was_with_whoever_began_the_day_there(client, company):
    view = make(company.manager, sharing="team")
    start_with(user=company.owner, view=view)
    client.force_login(company.manager)
    page = client.post(reverse("view-remove", args=[view.pk]), follow=True).content.decode()
    token = re.search('name="undo" value="([^"]+)"', page)[1]
    client.post(reverse("view-remove", args=[view.pk]), {"undo": token})
    back = SavedView.objects.get()
    assert (back.pk, back.name, back.query, back.team, back.created_at) == (view.pk, view.name, view.query, company.east, view.created_at)
    assert StartPage.objects.get(user=company.owner).view == back
    assert "is back already" in client.post(reverse("view-remove", args=[view.pk]), {"undo": token}, follow=True).content.decode()


def test_nobody_puts_back_what_somebody_else_removed(client, company):
    token = way_back(remove_view(view=make(company.manager), by=company.manager), company.manager)
    client.force_login(company.owner)
    page = client.post(reverse("view-remove", args=[1]), {"undo": token}, follow=True).content.decode()
    assert "can be undone for an hour only" in page
    assert not SavedView.objects.exists()


def test_the_day_begins_with_the_view_one_chose_as_long_as_one_may_see_it(client, company):
    view = make(company.manager, sharing="team")
    client.force_login(company.owner)
    client.post(reverse("view-start", args=[view.pk]))
    assert client.get("/").url.startswith(f"/deals/?{view.query}")
    change_view(view=view, by=company.manager, sharing="private")
    assert not client.get("/").url.startswith("/deals/?severity")
    start_with(user=company.owner, view=None)
    assert not StartPage.objects.exists()


def test_a_view_of_somebody_who_is_gone_opens_with_a_word(client, company):
    gone = UserFactory(team=company.east)
    view = make(company.manager, query=f"owner={gone.pk}")
    gone.delete()
    client.force_login(company.manager)
    answer = client.get(address_of(view))
    assert answer.status_code == 200
    assert "could not be understood and was left out" in answer.content.decode()


def test_the_menu_of_views_is_short_and_marks_where_one_is(client, company):
    view = make(company.manager)
    make(company.executive, name="Board meeting", sharing="everybody")
    client.force_login(company.manager)
    html = client.get(reverse("views"), {"view": view.pk}, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in html
    assert "Board meeting" in html
    assert 'aria-current="true">Monday review' in html


def test_a_view_of_anothers_is_not_named_by_its_number(client, company):
    view = make(company.manager)
    client.force_login(company.stranger)
    assert "Monday review" not in client.get("/deals/", {"view": view.pk}).content.decode()


def test_what_is_gone_meanwhile_is_said_so(company):
    view = make(company.manager)
    remove_view(view=SavedView.objects.get(), by=company.manager)
    for act in (remove_view, change_view):
        with pytest.raises(Refused, match="not there any more"):
            act(view=SavedView(pk=view.pk), by=company.manager)


def test_a_name_taken_in_the_other_tab_a_moment_ago_is_said(company, monkeypatch):
    make(company.manager)
    monkeypatch.setattr(QuerySet, "exists", lambda _self: False)  # the other tab writes after the look
    with pytest.raises(Refused, match="You have a view called"):
        make(company.manager, name="MONDAY review")


def test_no_day_begins_with_a_view_that_somebody_just_removed(company):
    view = make(company.manager, sharing="team")
    SavedView.objects.filter(pk=view.pk).delete()
    with pytest.raises(Refused, match="not there any more"):
        start_with(user=company.owner, view=view)
    assert not StartPage.objects.exists()
