"""The reasons for losing: a company's own words, and losses that keep what they named."""

import threading

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.refusals import Refused
from tests.at_once import at_once
from tests.pages import as_shown
from winback.models import Loss, Reason
from winback.reasons import offered
from winback.services import reasons as service
from winback.services.losses import lose_deal

PAGE = "/settings/loss-reasons/"
pytestmark = pytest.mark.django_db


def lose(company, now, *reasons):
    return lose_deal(deal=company.deal, kind="no_decision", reasons=reasons, by=company.owner, now=now)


def words():
    return [reason.words for reason in offered()]


@pytest.fixture
def as_manager(client, company):
    client.force_login(company.manager)
    return client


def test_a_new_reason_is_offered_to_who_loses_a_deal(as_manager, company, now):
    as_manager.post(f"{PAGE}new/", {"name": "Merger stopped it", "ended_by": "their_timing"})
    assert "Merger stopped it" in as_manager.get(f"/deals/{company.deal.pk}/lost/").content.decode()
    assert lose(company, now, "merger_stopped_it", "price").reason_names == ["Merger stopped it", "Our price"]
    assert words()[-2:] == ["Merger stopped it", "Something else"]


def test_not_recorded_is_for_imports_alone(as_manager, company, now):
    assert "Not recorded" not in words()
    assert as_manager.get(f"{PAGE}{Reason.objects.get(key='not_recorded').pk}/").status_code == 404
    assert lose(company, now, "not_recorded").reasons == ["not_recorded"]


def test_a_retired_reason_is_offered_no_more_and_kept_by_losses(as_manager, company, now):
    loss = lose(company, now, "budget")
    as_manager.post(f"{PAGE}{Reason.objects.get(key='budget').pk}/retire/")
    assert "No budget" not in words()
    assert Loss.objects.get(pk=loss.pk).reason_names == ["No budget"]
    assert "No budget" in as_manager.get(f"/deals/{company.deal.pk}/losses/").content.decode()
    assert "Offer it again" in as_manager.get(PAGE).content.decode()


def test_a_reason_retired_while_the_form_was_open_is_refused(company, now):
    service.retire_reason(reason=Reason.objects.get(key="budget"), by=company.manager, now=now)
    with pytest.raises(Refused, match="Choose again"):
        lose(company, now, "budget")


def test_a_reason_of_the_company_that_no_loss_names_is_removed(company, now):
    made = service.add_reason(name="Typo", ended_by="not_known", by=company.manager, now=now)
    assert service.retire_reason(reason=made, by=company.manager, now=now) is False
    assert not Reason.objects.filter(pk=made.pk).exists()


def test_other_words_show_on_losses_of_before_and_can_be_taken_back(as_manager, company, now):
    loss = lose(company, now, "price")
    page = f"{PAGE}{Reason.objects.get(key='price').pk}/"
    as_manager.post(page, {**as_shown(as_manager.get(page)), "name": "Too expensive"})
    assert Loss.objects.get(pk=loss.pk).reason_names == ["Too expensive"]
    as_manager.post(page, {**as_shown(as_manager.get(page)), "name": ""})
    assert Loss.objects.get(pk=loss.pk).reason_names == ["Our price"]


def test_two_reasons_cannot_have_the_same_words(as_manager):
    answer = as_manager.post(f"{PAGE}new/", {"name": "no BUDGET", "ended_by": "their_budget"})
    assert answer.status_code == 422
    assert "already a reason" in answer.content.decode()


def test_the_order_is_the_company_s(as_manager):
    as_manager.post(f"{PAGE}{Reason.objects.get(key='product').pk}/order/", {"up": "1"})
    assert words()[:2] == ["Our product lacked something", "Our price"]
    as_manager.post(f"{PAGE}{Reason.objects.get(key='product').pk}/order/", {"up": "1"})
    assert words()[0] == "Our product lacked something"


def test_something_is_always_offered(company, now):
    *others, last = offered()
    for reason in others:
        service.retire_reason(reason=reason, by=company.manager, now=now)
    with pytest.raises(Refused, match="Add another reason first"):
        service.retire_reason(reason=last, by=company.manager, now=now)


def test_names_without_latin_letters_get_keys_of_their_own(company, now):
    made = [service.add_reason(name=name, ended_by="not_known", by=company.manager, now=now) for name in ("予算なし", "高すぎる")]
    assert [one.key for one in made] == ["own", "own_2"]


def test_the_database_refuses_a_loss_with_an_unknown_reason(company, now):
    with pytest.raises(IntegrityError, match="no such reason: horoscope"), transaction.atomic():
        Loss.objects.create(deal=company.deal, kind="no_decision", reasons=["price", "horoscope"], lost_at=now, recorded_at=now)
    loss = lose(company, now, "price")
    with pytest.raises(IntegrityError, match="no such reason"), transaction.atomic():
        Loss.objects.filter(pk=loss.pk).update(reasons=["horoscope"])


def test_the_database_keeps_a_reason_that_a_loss_names(company, now):
    lose(company, now, "price")
    price = Reason.objects.filter(key="price")
    with pytest.raises(IntegrityError, match="losses name"), transaction.atomic():
        price.delete()
    with pytest.raises(IntegrityError, match="losses name"), transaction.atomic():
        price.update(key="cost")


@pytest.mark.django_db(transaction=True)
def test_a_reason_cannot_go_while_a_loss_that_names_it_is_being_written(company, now):
    made = service.add_reason(name="Merger", ended_by="not_known", by=company.manager, now=now)
    done = []

    def remove():
        done.append(service.retire_reason(reason=made, by=company.manager, now=now))
        connection.close()

    removing = threading.Thread(target=remove)
    with transaction.atomic():
        lose(company, now, "merger")
        removing.start()
        removing.join(timeout=1)
    removing.join(timeout=30)
    assert done == [True]
    assert Reason.objects.get(key="merger").retired_at == now


def test_the_page_costs_the_same_whatever_was_lost(as_manager, company, now, django_assert_max_num_queries):
    lose(company, now, "price", "budget")
    with django_assert_max_num_queries(15):
        assert as_manager.get(PAGE).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_of_two_reasons_of_one_name_added_at_once_one_is_refused_in_words(company, now):
    def add():
        service.add_reason(name="Merger", ended_by="not_known", by=company.manager, now=now)

    assert [type(error) for error in at_once(add, add, add)] == [Refused, Refused]
    assert Reason.objects.filter(name="Merger").count() == 1
