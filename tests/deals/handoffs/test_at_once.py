"""Several answers at the same moment: exactly one counts. And workers that are killed for real."""

import signal
from datetime import timedelta

import pytest

from accounts.models import Notice
from accounts.refusals import Refused
from deals.models import Handoff
from deals.services import handoffs
from tests.at_once import at_once
from tests.factories import DealFactory, make_company
from tests.processes import run_python

pytestmark = pytest.mark.django_db(transaction=True)
KILLED = """
from datetime import datetime
from deals.services.handoffs import expiring
def killed(*_args, **_kwargs):
    os.kill(os.getpid(), signal.SIGKILL)
expiring.{where} = killed
expiring.expire_handoffs(datetime.fromisoformat("{now}"))
"""


@pytest.fixture
def company():
    return make_company()


def accepting(made, company, now):
    return lambda: handoffs.accept_handoff(handoff=Handoff.objects.get(pk=made.pk), by=company.stranger, now=now)


def owner_after(company):
    company.deal.refresh_from_db()
    return company.deal.owner


def test_accepting_twice_at_once_counts_once(offer, company, now):
    made = offer()
    errors = at_once(*[accepting(made, company, now + timedelta(minutes=1))] * 3)
    assert [type(error) for error in errors] == [Refused, Refused]
    assert Notice.objects.filter(kind="handoff_accepted").count() == 1


@pytest.mark.parametrize("_round", range(3))
def test_accepted_or_taken_back_but_not_both(offer, company, now, _round):
    made, then = offer(), now + timedelta(minutes=1)
    errors = at_once(
        accepting(made, company, then), lambda: handoffs.withdraw_handoff(handoff=Handoff.objects.get(pk=made.pk), by=company.owner, now=then)
    )
    assert [type(error) for error in errors] == [Refused]
    made.refresh_from_db()
    assert (made.state, owner_after(company)) in [("accepted", company.stranger), ("withdrawn", company.owner)]


@pytest.mark.parametrize("_round", range(3))
def test_accepted_or_over_but_not_both(offer, company, now, _round):
    made = offer()
    errors = at_once(accepting(made, company, made.expires_at), lambda: handoffs.expire_handoffs(made.expires_at))
    made.refresh_from_db()
    assert (made.state, owner_after(company), len(errors)) in [("accepted", company.stranger, 0), ("expired", company.owner, 1)]


def test_two_offers_at_once_are_one(offer, company, now):
    errors = at_once(offer, lambda: offer(to=company.teammate))
    assert [type(error) for error in errors] == [Refused]
    assert Handoff.objects.open().count() == 1


def test_two_workers_end_each_offer_once(offer, company):
    made = [offer(deal=DealFactory(owner=company.owner)) for _ in range(6)]
    assert at_once(*[lambda: handoffs.expire_handoffs(made[0].expires_at, batch=2)] * 2) == []
    handoffs.expire_handoffs(made[0].expires_at)  # what one found locked by the other as both came to an end
    assert not Handoff.objects.open().exists()
    assert Notice.objects.filter(kind="handoff_expired").count() == 12


@pytest.mark.parametrize("where", ["refresh", "tell_expired"])
def test_a_worker_killed_in_the_middle_leaves_it_due(offer, where):
    made = offer()
    assert run_python(KILLED.format(where=where, now=made.expires_at.isoformat())) == -signal.SIGKILL
    assert Handoff.objects.open().count() == 1
    assert handoffs.expire_handoffs(made.expires_at) == 1
    assert Notice.objects.filter(kind="handoff_expired").count() == 2
