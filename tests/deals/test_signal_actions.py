"""Taking, parking and bringing back a signal; giving a deal to somebody else: as plain forms, and from a row of the desk."""

from datetime import timedelta
from re import search
from urllib.parse import quote

import pytest
from django.contrib.messages import get_messages
from django.utils import timezone

from accounts.models import Departure
from deals.models import Deal, SignalEvent
from deals.risk.refresh import refresh
from deals.services.bulk import Seen
from tests.factories import LONG_AGO, DealFactory, SignalFactory, UserFactory, stage

pytestmark = pytest.mark.django_db


@pytest.fixture
def signal(company):
    """An inquiry in East that nobody has owned for long: its one signal, raised by the refresh, waits for the manager."""
    deal = DealFactory(name="Depot scanners", owner=None, team=company.east, stage=stage("Inquiry"), owner_since=LONG_AGO, account=company.account)
    refresh([deal.pk], timezone.now(), tell=False)
    return deal.signals.get()


@pytest.fixture
def as_manager(client, company):
    client.force_login(company.manager)
    return client


def said(response):
    return [str(message) for message in get_messages(response.wsgi_request)]


def from_row(signal, **headers):
    """The headers htmx sends from a row of the desk."""
    target = headers.pop("target", f"at-risk-{signal.deal_id}")
    return {"HX-Request": "true", "HX-Target": target, "HX-Current-URL": f"http://testserver/risk/{headers.pop('query', '')}"}


def in_days(days):
    return (timezone.localdate() + timedelta(days=days)).isoformat()


def test_taking_says_so_and_goes_back_to_where_one_was(as_manager, signal, company):
    response = as_manager.post(f"/signals/{signal.pk}/take/", {"next": "/risk/?severity=3"})
    signal.refresh_from_db()
    assert (signal.taken_by, response.url) == (company.manager, "/risk/?severity=3")
    assert said(response)[0].startswith("Yours: Nobody owns this deal. <button")


def undo_of(response):
    """Where the undo of what was said last leads, and what it carries."""
    return search(r'formaction="([^"]+)" name="undo" value="([^"]+)"', said(response)[-1]).groups()


def test_taking_is_undone_where_it_was_done(as_manager, signal):
    path, token = undo_of(as_manager.post(f"/signals/{signal.pk}/take/", {"next": "/risk/?severity=3"}))
    response = as_manager.post(path, {"undo": token})
    signal.refresh_from_db()
    assert (signal.taken_by, signal.taken_at, response.url) == (None, None, "/risk/?severity=3")
    assert said(response)[-1] == "Taken back: it is not yours."
    assert list(signal.events.order_by("pk").values_list("kind", flat=True)) == ["raised", "taken", "untaken"]
    assert "No longer taken" in as_manager.get(f"/deals/{signal.deal_id}/").content.decode()
    assert said(as_manager.post(path, {"undo": token}))[-1] == "This is not taken by you any more.", "twice"


def test_only_who_took_it_takes_that_back(client, as_manager, signal, company):
    path, token = undo_of(as_manager.post(f"/signals/{signal.pk}/take/"))
    client.force_login(company.executive)
    assert said(client.post(path, {"undo": token}))[-1] == "This is not taken by you any more."
    signal.refresh_from_db()
    assert signal.taken_by == company.manager


def test_a_taking_of_what_is_settled_or_parked_stays(as_manager, signal):
    path, token = undo_of(as_manager.post(f"/signals/{signal.pk}/take/"))
    type(signal).objects.update(state="parked", parked_until=timezone.now() + timedelta(days=1), park_reason="A fair")
    assert said(as_manager.post(path, {"undo": token}))[-1] == "This is parked. Bring it back first."
    type(signal).objects.update(state="cleared", cleared_at=timezone.now())
    assert said(as_manager.post(path, {"undo": token}))[-1] == "This is settled already."
    signal.refresh_from_db()
    assert signal.taken_by is not None


def test_what_is_yours_already_has_no_undo(as_manager, signal):
    as_manager.post(f"/signals/{signal.pk}/take/")
    assert said(as_manager.post(f"/signals/{signal.pk}/take/"))[-1] == "Yours: Nobody owns this deal."


def test_taking_needs_a_post(as_manager, signal):
    assert as_manager.get(f"/signals/{signal.pk}/take/").status_code == 405


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "javascript:alert(1)"])
def test_nobody_is_led_out_of_salvor(as_manager, signal, elsewhere):
    response = as_manager.post(f"/signals/{signal.pk}/take/", {"next": elsewhere})
    assert response.url == f"/deals/{signal.deal_id}/"


@pytest.mark.parametrize("route", ["take", "park", "unpark"])
def test_a_stranger_finds_nothing(client, signal, company, route):
    client.force_login(company.stranger)
    assert client.post(f"/signals/{signal.pk}/{route}/").status_code == 404


def test_a_refusal_is_said_in_words(client, signal, company):
    client.force_login(company.teammate)
    response = client.post(f"/signals/{signal.pk}/take/")
    assert said(response) == ["This waits for Mona Manager. Speak to them, or ask your manager to hand the deal over."]


def test_a_row_comes_back_alone_with_what_changed_above_it(as_manager, signal):
    response = as_manager.post(f"/signals/{signal.pk}/take/", {"next": "/risk/"}, headers=from_row(signal))
    words = response.content.decode()
    assert "taken by you" in words
    assert f'<tbody id="at-risk-{signal.deal_id}">' in words
    assert 'hx-swap-oob="beforeend:#toasts"' in words
    assert 'id="headline" hx-swap-oob="true"' in words
    assert "<html" not in words


def test_parking_asks_why_and_until_when_on_a_page_of_its_own(as_manager, signal):
    words = as_manager.get(f"/signals/{signal.pk}/park/?next=/risk/").content.decode()
    assert 'name="reason"' in words
    assert f'value="{in_days(7)}"' in words
    assert 'name="next" value="/risk/"' in words


def test_parking_sets_it_aside_and_offers_the_way_back(as_manager, signal, company):
    response = as_manager.post(f"/signals/{signal.pk}/park/", {"reason": "They are on holiday", "until": in_days(9), "next": "/risk/"})
    signal.refresh_from_db()
    assert (signal.state, signal.park_reason, signal.parked_by) == ("parked", "They are on holiday", company.manager)
    assert timezone.localtime(signal.parked_until).date().isoformat() == in_days(9)
    (words,) = said(response)
    assert f'formaction="/signals/{signal.pk}/unpark/?next={quote("/risk/", safe="")}"' in words


@pytest.mark.parametrize("until", ["", "soon", in_days(0), in_days(-3), in_days(31)])
def test_a_wrong_day_is_explained_and_the_reason_stays(as_manager, signal, until):
    response = as_manager.post(f"/signals/{signal.pk}/park/", {"reason": "They are on holiday", "until": until})
    signal.refresh_from_db()
    assert (response.status_code, signal.state) == (422, "raised")
    assert response.context["form"].errors["until"]
    assert 'value="They are on holiday"' in response.content.decode()


def test_a_reason_is_needed_and_the_day_stays(as_manager, signal):
    response = as_manager.post(f"/signals/{signal.pk}/park/", {"reason": "  ", "until": in_days(4)})
    assert response.context["form"].errors == {"reason": ["Say why it can wait."]}
    assert f'value="{in_days(4)}"' in response.content.decode()


def test_the_third_parking_is_refused_in_the_form(as_manager, signal):
    type(signal).objects.update(park_count=2)
    response = as_manager.post(f"/signals/{signal.pk}/park/", {"reason": "Again", "until": in_days(4)})
    assert response.context["form"].non_field_errors() == ["This was parked twice already. It needs to be answered now."]


def test_the_form_opens_inside_its_row(as_manager, signal):
    response = as_manager.get(f"/signals/{signal.pk}/park/", headers=from_row(signal, target=f"at-risk-{signal.deal_id}-form", query="?severity=3"))
    words = response.content.decode()
    assert f'<tr class="panel" id="at-risk-{signal.deal_id}-form">' in words
    assert response["HX-Retarget"] == f"#at-risk-{signal.deal_id}-form"
    assert 'name="next" value="/risk/?severity=3"' in words, "an undo leads back to this list"
    assert "<html" not in words


def test_a_wrong_form_stays_inside_its_row(as_manager, signal):
    response = as_manager.post(f"/signals/{signal.pk}/park/", {"reason": "x", "until": ""}, headers=from_row(signal))
    assert (response.status_code, response["HX-Retarget"]) == (422, f"#at-risk-{signal.deal_id}-form")


def test_a_parked_deal_leaves_the_list_and_says_so(as_manager, signal):
    response = as_manager.post(f"/signals/{signal.pk}/park/", {"reason": "x", "until": in_days(3)}, headers=from_row(signal))
    words = response.content.decode()
    assert "Depot scanners is off this list." in words
    assert '<span class="dim" id="count-parked" hx-swap-oob="true">1</span>' in words


def test_the_list_one_looks_at_decides_what_leads_the_row(as_manager, signal):
    """Narrowed to another rule, a deal without such a signal is off that list."""
    response = as_manager.post(f"/signals/{signal.pk}/take/", headers=from_row(signal, query="?rule=reply_overdue"))
    assert "is off this list" in response.content.decode()


def test_a_row_opens_to_everything_owed_on_the_deal(as_manager, signal):
    SignalFactory(deal=signal.deal, rule="no_contact", severity=2, facts={"since": signal.since.isoformat(), "ever": True})
    response = as_manager.get(f"/deals/{signal.deal_id}/owed/", headers=from_row(signal, target=f"at-risk-{signal.deal_id}-form"))
    words = response.content.decode()
    assert [one.signal.rule for one in response.context["owed"]] == ["unowned", "no_contact"]
    assert words.count(">Take</button>") == words.count(">Park</a>") == 2
    assert "Give it to somebody else" in words
    assert response["HX-Reswap"] == "outerHTML"


def test_without_script_it_is_the_deals_own_page(as_manager, signal):
    assert as_manager.get(f"/deals/{signal.deal_id}/owed/").url == f"/deals/{signal.deal_id}/"


def test_bringing_back_before_its_time(as_manager, signal, company):
    as_manager.post(f"/signals/{signal.pk}/park/", {"reason": "x", "until": in_days(3)})
    response = as_manager.post(f"/signals/{signal.pk}/unpark/?next=/risk/")
    signal.refresh_from_db()
    assert (signal.state, response.url) == ("raised", "/risk/")
    assert list(SignalEvent.objects.filter(signal=signal, kind__in=["parked", "unparked"]).values_list("kind", flat=True)) == ["parked", "unparked"]


def test_giving_the_deal_to_somebody_clears_what_waited_for_an_owner(as_manager, signal, company):
    response = as_manager.post(f"/deals/{signal.deal_id}/owner/", {"owner": company.teammate.pk, "next": "/risk/"})
    signal.refresh_from_db()
    assert (signal.deal.owner, signal.state, response.url) == (company.teammate, "cleared", "/risk/")
    assert said(response)[0].startswith("Depot scanners is Tara Teammate’s now. <button")


@pytest.fixture
def given(as_manager, company):
    """Give the deal to the teammate from the risk desk: the address and the token of the undo."""
    response = as_manager.post(f"/deals/{company.deal.pk}/owner/", {"owner": company.teammate.pk, "next": "/risk/?severity=3"})
    return search(r'formaction="([^"]+)" name="undo" value="([^"]+)"', said(response)[0]).groups()


def test_giving_it_away_can_be_undone(as_manager, company, given):
    address, token = given
    assert as_manager.post(address, {"undo": token}).url == "/risk/?severity=3"
    company.deal.refresh_from_db()
    assert company.deal.owner == company.owner


def test_what_changed_hands_since_stays_where_it_is(as_manager, company, given):
    Deal.objects.filter(pk=company.deal.pk).update(owner=company.manager, owner_since=timezone.now())
    answer = as_manager.post(given[0], {"undo": given[1]})
    assert "it changed hands since" in said(answer)[-1]
    company.deal.refresh_from_db()
    assert company.deal.owner == company.manager


def test_nobody_else_and_nobody_later_gives_it_back(client, as_manager, company, given, time_machine):
    client.force_login(company.admin)
    assert "for an hour only" in said(client.post(given[0], {"undo": given[1]}))[-1]
    time_machine.move_to(timezone.now() + timedelta(hours=2))
    client.force_login(company.manager)
    assert "for an hour only" in said(client.post(given[0], {"undo": given[1]}))[-1]
    company.deal.refresh_from_db()
    assert company.deal.owner == company.teammate


def test_who_has_it_from_somebody_else_meanwhile_keeps_it(as_manager, company, monkeypatch):
    """Between what the form was filled in for and the lock, another one gave it away."""
    read = Seen(company.deal.pk, company.owner.pk, company.deal.stage_id)
    Deal.objects.filter(pk=company.deal.pk).update(owner=company.manager)
    monkeypatch.setattr("deals.views.signals.Seen", lambda *_now: read)
    answer = as_manager.post(f"/deals/{company.deal.pk}/owner/", {"owner": company.teammate.pk})
    assert (answer.status_code, "it went to somebody else meanwhile" in answer.content.decode()) == (422, True)


def test_only_people_in_sight_who_are_still_here_are_offered(as_manager, company):
    gone = UserFactory(name="Gone Already", team=company.east)
    Departure.objects.create(user=gone, last_day=timezone.localdate() - timedelta(days=2), leaves_at=timezone.now() - timedelta(days=1))
    UserFactory(name="Locked Out", team=company.east, is_active=False)
    form = as_manager.get(f"/deals/{company.deal.pk}/owner/").context["form"]
    assert [person.name for person in form.fields["owner"].queryset] == ["Mona Manager", "Tara Teammate"]
    response = as_manager.post(f"/deals/{company.deal.pk}/owner/", {"owner": company.stranger.pk})
    assert response.context["form"].errors == {"owner": ["Choose somebody of your teams who has not left."]}


def test_a_stranger_cannot_give_a_deal_away(client, company):
    client.force_login(company.stranger)
    assert client.post(f"/deals/{company.deal.pk}/owner/", {"owner": company.stranger.pk}).status_code == 404


def test_after_an_act_the_page_asks_for_everything_above_the_list_again(as_manager, signal):
    response = as_manager.post(f"/signals/{signal.pk}/take/", {"next": "/risk/"}, headers=from_row(signal))
    assert "desk-changed" in response["HX-Trigger-After-Settle"]
    page = as_manager.get("/risk/").content.decode()
    assert 'hx-trigger="desk-changed from:body"' in page
    asked = page.split('hx-select-oob="')[1].split('"')[0]
    assert [name for name in asked.split(",") if f'id="{name[1:]}"' not in page] == []


def test_the_only_thing_owed_is_not_said_a_second_time(as_manager, signal):
    def opened():
        return as_manager.get(f"/deals/{signal.deal_id}/owed/", headers=from_row(signal)).content.decode()

    assert "owed-list" not in opened()
    assert f'hx-get="/signals/{signal.pk}/park/"' in opened()
    SignalFactory(deal=signal.deal, rule="no_contact", severity=1, facts={"since": "2026-01-05T09:00:00+00:00", "ever": True, "account": "Norwood"})
    assert "owed-list" in opened()
