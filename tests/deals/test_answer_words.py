"""Why somebody answers, in words, beside the person."""

from datetime import UTC, datetime

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Absence, Departure, Notice, User
from accounts.organisation import Away, Organisation, Person
from deals.answer_words import why
from deals.models import Deal, Handoff
from deals.risk.refresh import refresh
from deals.services.interactions import log_interaction
from tests import factories

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)
WEEK = (datetime(2026, 3, 2, tzinfo=UTC), datetime(2026, 3, 6, tzinfo=UTC))
OLAF, TARA, MONA, KURT = 1, 2, 3, 4
EAST = 10


def said(*, owner=OLAF, giver=None, reader=None, receiver="", manager=MONA, **missing):
    """``olaf=…``: an absence (a cover's id or None), "left" or "out"."""

    def person(pk, name):
        state = missing.get(name.split()[0].lower(), "here")
        absences = () if state in ("here", "left", "out") else (Away(*WEEK, state),)
        return Person(pk, name, team_id=EAST, leaves_at=WEEK[0] if state == "left" else None, active=state != "out", absences=absences)

    people = [person(OLAF, "Olaf Owner"), person(TARA, "Tara Teammate"), person(MONA, "Mona Manager"), person(KURT, "Kurt Giver")]
    company = Organisation({one.id: one for one in people}, {EAST: manager}, {EAST: None})
    answer = company.answer(owner_id=owner, team_id=EAST, at=NOON, giver_id=giver)
    return why(answer, {one.id: one.name for one in people}, reader_id=reader, giver=company.people[giver].name if giver else "", receiver=receiver)


@pytest.mark.parametrize(
    ("case", "words"),
    [
        ({}, ""),
        ({"olaf": TARA}, "Tara Teammate answers for Olaf Owner, who is away until 5 March."),
        ({"olaf": TARA, "reader": TARA}, "You answer for Olaf Owner, who is away until 5 March."),
        ({"olaf": None}, "Mona Manager answers for Olaf Owner, who is away until 5 March."),
        ({"olaf": TARA, "tara": None}, "Mona Manager answers for Olaf Owner, who is away until 5 March, as Tara Teammate is not here to cover."),
        ({"olaf": "left"}, "Mona Manager answers for Olaf Owner, who has left."),
        ({"olaf": "left", "reader": MONA}, "You answer for Olaf Owner, who has left."),
        ({"olaf": "out"}, "Mona Manager answers for Olaf Owner, who cannot log in at present."),
        ({"olaf": "left", "mona": "left"}, "Nobody is here to answer for Olaf Owner, who has left: the admins are told."),
        ({"owner": None}, "It is nobody’s yet, so Mona Manager answers."),
        ({"owner": None, "reader": MONA}, "It is nobody’s yet, so you answer."),
        ({"owner": None, "manager": None}, "It is nobody’s, and nobody who leads its team is here: the admins are told."),
        ({"giver": KURT, "receiver": "Petra"}, "Until Petra accepts, Kurt Giver answers."),
        ({"giver": KURT, "receiver": "Petra", "reader": KURT}, "Until Petra accepts, you answer."),
        (
            {"giver": KURT, "receiver": "Petra", "kurt": TARA},
            "Until Petra accepts, it stays with Kurt Giver. Tara Teammate answers for Kurt Giver, who is away until 5 March.",
        ),
    ],
)
def test_it_says_why(case, words):
    with timezone.override(UTC):
        assert said(**case).replace(" 2026", "") == words


def away_covered(company):
    now = timezone.now()
    Absence.objects.create(
        user=company.owner, starts_at=now - timezone.timedelta(days=2), ends_at=now + timezone.timedelta(days=2), cover=company.teammate
    )


def page_of(company, who, path=None):
    client = Client()
    client.force_login(getattr(company, who))
    return client.get(path or company.deal.get_absolute_url()).content.decode()


@pytest.mark.django_db
def test_the_deals_page_and_the_desks_panel_say_it(company):
    away_covered(company)
    assert "Tara Teammate answers for Olaf Owner, who is away until" in page_of(company, "manager")
    assert "You answer for Olaf Owner" in page_of(company, "teammate")
    log_interaction(deal=company.deal, kind="email", direction="in", contact=company.contact, user=company.owner, by=None, now=NOON, at=NOON)
    refresh([company.deal.pk], timezone.now())
    client = Client(headers={"HX-Request": "true", "HX-Target": f"at-risk-{company.deal.pk}"})
    client.force_login(company.manager)
    panel = client.get(reverse("deal-owed", args=[company.deal.pk])).content.decode()
    assert "Tara Teammate answers for Olaf Owner, who is away until" in panel


@pytest.mark.django_db
def test_the_notice_says_why_it_came_to_them(company):
    away_covered(company)
    log_interaction(deal=company.deal, kind="email", direction="in", contact=company.contact, user=company.owner, by=None, now=NOON, at=NOON)
    refresh([company.deal.pk], timezone.now())
    bodies = set(Notice.objects.filter(user=company.teammate, kind="signal_raised").values_list("body", flat=True))
    assert bodies
    assert all("You answer for Olaf Owner, who is away until" in body for body in bodies)


@pytest.mark.django_db
def test_an_offer_stays_with_its_giver_in_words(company):
    now = timezone.now()
    Handoff.objects.create(
        deal=company.deal, giver=company.owner, receiver=company.teammate, offered_by=company.owner, brief="Yours", offered_at=now, expires_at=now
    )
    assert "Until Tara Teammate accepts, Olaf Owner answers." in page_of(company, "manager")


@pytest.mark.django_db
def test_a_leavers_deal_says_who_answers_and_a_closed_one_says_nothing(company):
    now = timezone.now()
    Departure.objects.create(user=company.owner, last_day=now.date(), leaves_at=now)
    assert "Mona Manager answers for Olaf Owner, who has left." in page_of(company, "executive")
    closed = factories.DealFactory(owner=User.objects.get(pk=company.owner.pk), stage=factories.stage("Won"))
    assert "answers for" not in page_of(company, "executive", Deal.objects.get(pk=closed.pk).get_absolute_url())
