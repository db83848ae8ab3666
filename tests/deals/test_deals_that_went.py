"""A deal that is removed while somebody waits for it, as with an import that is undone: said in words, wherever they were."""

import pytest
from django.urls import reverse

from deals.models import Deal
from deals.services import deals as service
from tests.factories import stage

pytestmark = pytest.mark.django_db
ACTS = {
    "board-move": {"stage": "Negotiation"},
    "deal-stage": {"stage": "Negotiation"},
    "deal-next-step": {"done": "1"},
    "deal-edit": {"name": "Another", "source": "unknown"},
    "deal-lost": {"kind": "no_decision", "reasons": "price"},
    "today-log": {"kind": "email"},
    "today-no-answer": {"messages": "1"},
    "today-step-done": {"step": "1"},
    "call": {"how": "o"},
}


@pytest.mark.parametrize("route", ACTS)
def test_what_is_done_on_a_deal_that_went_that_moment_is_refused_in_words(client, company, monkeypatch, route):
    client.force_login(company.owner)
    monkeypatch.setattr(service, "_locked", Gone)
    form = {name: stage(value).pk if name == "stage" else value for name, value in ACTS[route].items()}
    assert client.post(reverse(route, args=[company.deal.pk]), form).status_code in (302, 422)


class Gone:
    """What the database has of it once the lock comes."""

    def first(self, **_given):
        return None


def test_it_is_a_refusal_and_nothing_that_is_there(company):
    assert issubclass(service.DealIsGone, service.Refused)
    assert issubclass(service.DealIsGone, Deal.DoesNotExist)
