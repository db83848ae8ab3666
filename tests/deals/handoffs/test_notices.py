"""Accepting and declining from the notice, while the offer is open."""

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Notice
from accounts.notice_acts import with_acts
from deals.services import handoffs


@pytest.fixture
def made(company):
    return handoffs.offer_handoff(deal=company.deal, to=company.stranger, brief="Call her first.", by=company.manager, now=timezone.now())


def acts_of(person, *, by_mail=False):
    notice = Notice.objects.get(user=person, kind="handoff_offered")
    with_acts([notice], by_mail=by_mail)
    return [(act.words, act.link, act.post) for act in notice.acts]


def test_the_bell_accepts_at_once_and_leads_to_declining(company, made):
    page = reverse("handoff", args=[made.pk])
    assert acts_of(company.stranger) == [("Accept", page, f"{page}accept/"), ("Decline", f"{page}?decline=1#decline", "")]


def test_a_mail_leads_to_the_page_and_changes_nothing(company, made):
    page = reverse("handoff", args=[made.pk])
    assert acts_of(company.stranger, by_mail=True) == [("Accept", page, ""), ("Decline", f"{page}?decline=1#decline", "")]


def test_the_owner_who_is_told_of_it_has_nothing_to_answer(company, made):
    assert acts_of(company.owner) == []


def test_what_has_ended_is_not_asked_any_more(company, made):
    handoffs.withdraw_handoff(handoff=made, by=company.manager, now=timezone.now())
    assert acts_of(company.stranger) == []
