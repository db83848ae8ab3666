"""What is to be known before something is pointed at somebody: computed, with its numbers."""

from datetime import timedelta

import pytest

from accounts import burdens, organisation
from accounts.heirs import warnings
from accounts.models import Absence, Departure
from deals.services.leaving import burdens_of
from tests.factories import DealFactory, SignalFactory, UserFactory

DAY = timedelta(days=1)


@pytest.fixture
def leaver(company):
    return UserFactory(name="Lea Leaver", team=company.east)


@pytest.fixture
def warn(leaver, now):
    def of(heir, *kinds):
        return warnings(leaver=leaver, given={heir: kinds}, company=organisation.load(at=now), now=now)

    return of


def test_somebody_with_nothing_overdue_is_no_matter(company, warn):
    assert warn(company.teammate, "deals", "mail") == []


def test_somebody_behind_is_named_with_the_numbers_and_who_could_instead(company, warn):
    for rule, severity in (("reply_overdue", 3), ("reply_overdue", 2), ("no_next_step", 4), ("no_contact", 2)):
        SignalFactory(deal=DealFactory(owner=company.teammate), rule=rule, severity=severity)
    (one,) = warn(company.teammate, "mail")
    assert one.words == "Already waiting for Tara Teammate: 2 overdue answers and 2 high or critical signals."
    assert one.instead == company.manager


def test_what_needs_no_answer_may_go_to_anybody(company, warn):
    SignalFactory(deal=DealFactory(owner=company.teammate), rule="reply_overdue", severity=4)
    assert warn(company.teammate, "templates", "views") == []


def test_an_executive_is_warned_of_and_the_manager_offered(company, warn):
    (one,) = warn(company.executive, "deals")
    assert one.words.startswith("Edda Executive is an executive.")
    assert one.instead == company.manager


def test_an_heir_who_is_covered_for_or_leaves_as_well_is_said_whatever_they_get(company, warn, now):
    Absence.objects.create(user=company.teammate, starts_at=now - DAY, ends_at=now + 2 * DAY, cover=company.manager)
    Departure.objects.create(user=company.teammate, last_day="2026-04-30", leaves_at=now + 57 * DAY)
    assert [one.words for one in warn(company.teammate, "views")] == [
        "Tara Teammate is away until 6 March 2026, and Mona Manager covers.",
        "Tara Teammate leaves as well, on 30 April 2026.",
    ]


def test_the_manager_is_not_offered_instead_of_themselves(company, warn):
    SignalFactory(deal=DealFactory(owner=company.manager), rule="reply_overdue", severity=2)
    (one,) = warn(company.manager, "deals")
    assert one.instead is None


def test_somebody_with_more_to_do_is_not_offered_instead(company, warn):
    SignalFactory(deal=DealFactory(owner=company.teammate), rule="reply_overdue", severity=2)
    for _ in range(2):
        SignalFactory(deal=DealFactory(owner=company.manager), rule="reply_overdue", severity=2)
    (one,) = warn(company.teammate, "deals")
    assert one.instead is None


def test_parked_and_cleared_signals_wait_for_nobody(company, now):
    deal = DealFactory(owner=company.teammate)
    SignalFactory(deal=deal, rule="reply_overdue", severity=3, state="cleared", cleared_at=now)
    SignalFactory(deal=deal, rule="no_contact", severity=3, state="parked", parked_until=now, park_reason="holidays")
    assert burdens_of([company.teammate.pk], now) == {}


def test_one_query_for_all(company, now, django_assert_num_queries):
    with django_assert_num_queries(1):
        burdens.burdens([company.owner.pk, company.teammate.pk, company.manager.pk], now)


def test_an_heir_who_is_away_soon_is_said_with_the_days_and_who_covers(company, warn, now):
    Absence.objects.create(user=company.teammate, starts_at=now + 13 * DAY, ends_at=now + 16 * DAY, cover=company.manager)
    Absence.objects.create(user=company.teammate, starts_at=now + 17 * DAY, ends_at=now + 20 * DAY)
    assert [one.words for one in warn(company.teammate, "views")] == [
        "Tara Teammate is away from 17 March 2026 until 20 March 2026, and Mona Manager covers."
    ]


def test_an_heir_who_is_away_soon_and_nobody_covers(company, warn, now):
    Absence.objects.create(user=company.teammate, starts_at=now + 2 * DAY, ends_at=now + 3 * DAY)
    (one,) = warn(company.teammate, "views")
    assert one.words.endswith("and nobody covers.")
