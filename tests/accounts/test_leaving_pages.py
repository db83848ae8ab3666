"""The assistant for somebody who leaves: its steps, what it says, and who may take them."""

from datetime import timedelta
from html import unescape

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.departing import held_by
from accounts.models import Absence, Bequest, Departure, User
from accounts.refusals import Refused
from accounts.services.leaving import moving
from deals.models import Task
from tests.factories import DealFactory, SignalFactory, TeamFactory

LAST_DAY = "2031-03-31"


def words(answer):
    return unescape(answer.content.decode())


@pytest.fixture
def leaver(company):
    return company.owner


@pytest.fixture
def manager(client_of, company):
    return client_of(company.manager)


@pytest.fixture
def step(manager, leaver):
    """step("departure-plan", to_all=somebody): the page, with a last day that lies ahead."""

    def get(name, **given):
        answers = {key: getattr(value, "pk", value) for key, value in given.items()}
        return manager.get(reverse(name, args=[leaver.pk]), {"last_day": LAST_DAY, **answers})

    return get


@pytest.fixture
def do(manager, leaver):
    def post(**given):
        answers = {key: getattr(value, "pk", value) for key, value in given.items()}
        return manager.post(reverse("departure", args=[leaver.pk]), {"last_day": LAST_DAY, **answers})

    return post


def test_the_first_step_offers_the_manager_for_the_mail(manager, leaver, company):
    page = words(manager.get(reverse("departure", args=[leaver.pk])))
    assert "When does Olaf Owner leave?" in page
    assert f'<option value="{company.manager.pk}" selected>' in page


def test_without_a_day_a_later_step_leads_back(manager, leaver):
    for name in ("departure-holdings", "departure-plan"):
        assert manager.get(reverse(name, args=[leaver.pk])).url == reverse("departure", args=[leaver.pk])


def test_a_day_that_is_none_is_said_at_once_and_kept(step):
    answer = step("departure-holdings", last_day="soon")
    assert answer.status_code == 422
    assert 'value="soon"' in words(answer)


def test_what_they_hold_is_listed_with_its_worth_and_examples(step, leaver, company):
    DealFactory(name="Theatre light", owner=leaver, amount=450_000)
    for number in range(2):
        Task.objects.create(title=f"Send drawing {number}", assignee=leaver, due_at=timezone.now(), created_at=timezone.now())
    page = words(step("departure-holdings"))
    assert "2 open deals" in page
    assert "Theatre light" in page
    assert "450,000" in page
    assert "2 tasks" in page
    assert "Send drawing 0" in page
    assert "shared view" not in page, "of what they do not have nothing is asked"


def test_somebody_away_is_offered_with_the_day_they_are_back(step, company):
    now = timezone.now()
    Absence.objects.create(user=company.teammate, starts_at=now - timedelta(days=1), ends_at=now + timedelta(days=2), cover=company.manager)
    assert "Tara Teammate · East · away until" in words(step("departure-holdings"))


def test_the_plan_says_to_whom_what_goes_and_what_ends(step, company):
    page = words(step("departure-plan", to_deals=company.teammate))
    assert "To Tara Teammate" in page
    assert "1 open deal" in page
    assert "Log-in ends." in page
    assert not Departure.objects.exists(), "a plan does nothing"


def test_all_of_it_to_one_person_but_what_they_cannot_do(step, company, leaver):
    TeamFactory(name="South", parent=company.east, manager=leaver)
    page = words(step("departure-plan", to_all=company.teammate))
    assert page.index("To Mona Manager") < page.index("1 team to lead") < page.index("To Tara Teammate") < page.index("1 open deal")


def test_somebody_who_cannot_take_over_is_refused_where_they_were_chosen(step, company):
    now = timezone.now()
    Absence.objects.create(user=company.teammate, starts_at=now - timedelta(days=1), ends_at=now + timedelta(days=2))
    answer = step("departure-plan", to_deals=company.teammate)
    assert answer.status_code == 422
    assert "nobody covers" in words(answer)
    assert f'<option value="{company.teammate.pk}" selected>' in words(answer)


def test_a_warning_has_its_numbers_and_offers_who_leads_the_team(step, company):
    SignalFactory(deal=DealFactory(owner=company.teammate), rule="reply_overdue", severity=3)
    page = words(step("departure-plan", to_deals=company.teammate))
    assert "Already waiting for Tara Teammate: 1 overdue answer and 1 high or critical signal." in page
    assert f"to_deals={company.manager.pk}" in page


def test_it_is_done_only_when_the_warning_is_confirmed(do, company):
    SignalFactory(deal=DealFactory(owner=company.teammate), rule="reply_overdue", severity=3)
    answer = do(to_deals=company.teammate, mail_to=company.manager)
    assert answer.status_code == 422
    assert "Tick this, or choose somebody else." in words(answer)
    assert not Departure.objects.exists()
    assert do(to_deals=company.teammate, mail_to=company.manager, confirmed="yes").status_code == 302
    company.deal.refresh_from_db()
    assert company.deal.owner == company.teammate


def test_done_says_what_went_to_whom_with_a_way_there(do, manager, leaver, company):
    answer = do(to_deals=company.teammate, mail_to=company.teammate)
    page = words(manager.get(answer.url))
    assert "Olaf Owner leaves on" in page
    assert "Went to Tara Teammate" in page
    assert f"{reverse('pipeline')}?owner={company.teammate.pk}" in page
    assert Departure.objects.get().mail_to == company.teammate


def test_what_stays_until_then_is_listed_with_a_way_to_pass_it_on(do, manager, company):
    answer = do(to_all="stays")
    page = words(manager.get(answer.url))
    assert "Still with them" in page
    assert "1 open deal" in page
    company.deal.refresh_from_db()
    assert company.deal.owner == company.owner


def test_nothing_can_stay_where_the_day_is_over(manager, leaver):
    page = words(manager.get(reverse("departure-holdings", args=[leaver.pk]), {"last_day": "2026-01-30"}))
    assert "Stays with them" not in page
    page = words(manager.get(reverse("departure-plan", args=[leaver.pk]), {"last_day": "2026-01-30"}))
    assert "That day is over: all of this is done at once" in page


def test_what_was_answered_goes_from_step_to_step(step, company):
    page = words(step("departure-plan", to_deals=company.teammate, mail_to=company.manager))
    for name, value in (("last_day", LAST_DAY), ("to_deals", company.teammate.pk), ("mail_to", company.manager.pk)):
        assert f'<input type="hidden" name="{name}" value="{value}">' in page
    assert f"to_deals={company.teammate.pk}" in page, "the way back keeps them, too"


def test_an_heir_sees_what_came_to_them_and_nothing_else(client_of, leaver, company):
    now = timezone.now()
    for heir, count in ((company.stranger, 3), (company.teammate, 7)):
        Bequest.objects.create(leaver=leaver, heir=heir, kind="deals", count=count, at=now)
    page = words(client_of(company.stranger).get(reverse("departure-done", args=[leaver.pk])))
    assert "What Olaf Owner had is yours now" in page
    assert "3 open deals" in page
    assert "7 open deals" not in page


def test_who_has_no_part_in_it_does_not_find_it(client_of, leaver, company):
    assert client_of(company.stranger).get(reverse("departure-done", args=[leaver.pk])).status_code == 404


def test_how_much_they_hold_is_one_question(leaver, company, django_assert_num_queries):
    now = timezone.now()
    Task.objects.create(title="Send the drawings", assignee=leaver, due_at=now, created_at=now)
    known = User.objects.select_related("departure").get(pk=leaver.pk)
    with django_assert_num_queries(1):
        held = held_by(known, now, in_detail=False)
    assert [one.words for one in held] == ["1 open deal", "1 task"]


def test_the_page_of_somebody_who_leaves_says_what_is_still_with_them(manager, leaver):
    Departure.objects.create(user=leaver, last_day=LAST_DAY, leaves_at=timezone.now() + timedelta(days=900))
    page = words(manager.get(reverse("person", args=[leaver.pk])))
    assert "Still with them" in page
    assert "1 open deal" in page


def test_the_first_step_says_that_a_day_has_passed(manager, leaver):
    address = reverse("departure", args=[leaver.pk])
    said = "This day has passed: log-in ends at once."
    assert said in words(manager.get(address, {"last_day": "2026-01-30"}))
    assert said not in words(manager.get(address, {"last_day": LAST_DAY}))
    assert f'hx-get="{address}"' in words(manager.get(address)), "it is said as soon as the day is chosen"


def test_an_heir_who_is_away_soon_is_to_be_confirmed(do, step, company):
    now = timezone.now()
    Absence.objects.create(user=company.teammate, starts_at=now + timedelta(days=3), ends_at=now + timedelta(days=9), cover=company.manager)
    assert "and Mona Manager covers." in words(step("departure-plan", to_deals=company.teammate))
    assert do(to_deals=company.teammate).status_code == 422
    assert not Departure.objects.exists()


def test_stopped_halfway_leads_to_what_went_and_what_is_left(do, manager, monkeypatch):
    def refused(*_holding, **_facts):
        raise Refused("Tara Teammate is not here any more.")

    monkeypatch.setattr(moving, "pass_on", refused)
    answer = do()
    page = words(manager.get(answer.url))
    assert "Tara Teammate is not here any more." in page
    assert "Still with them" in page
    assert Departure.objects.exists()
