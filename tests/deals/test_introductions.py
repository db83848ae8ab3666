"""Who brought us a deal, as they have seen it: on the deal, on their own page, on Today."""

from datetime import timedelta

import pytest

from deals.introductions import is_from_outside, stories, story_of, words_to
from deals.models import Deal, Stage
from deals.risk.refresh import refresh
from deals.services.stages import move_deal
from deals.today.board import day_of
from tests.factories import LONG_AGO, AccountFactory, ContactFactory, DealFactory, InteractionFactory, SignalFactory
from tests.giving import give


@pytest.fixture
def iris(company):
    iris = ContactFactory(name="Iris Vann", email="iris@vann.example", account=AccountFactory(name="Vann Advisers", lifecycle="partner"))
    Deal.objects.filter(pk=company.deal.pk).update(introduced_by=iris, source="introduced", created_at=LONG_AGO, owner_since=LONG_AGO)
    company.deal.refresh_from_db()
    return iris


def said(company, contact, now, **more):
    return InteractionFactory(**{"deal": company.deal, "contact": contact, "user": company.owner, "direction": "out", "at": now} | more)


def test_nothing_was_said_yet(company, iris, now):
    story = story_of(company.deal.pk, now)
    assert (story.told_at, [one.sentence for one in story.untold], story.longest) == (None, ["We took it up"], now - LONG_AGO)


@pytest.mark.parametrize(
    ("of", "has_customer", "outside"),
    [
        ("others", True, True),
        ("customer", True, False),
        ("nobody", True, True),
        ("others", False, True),
        ("nobody", False, False),
        (None, True, False),
    ],
)
def test_whoever_is_from_outside_has_a_story_and_nobody_else(company, now, of, has_customer, outside):
    accounts = {"others": AccountFactory(name="Vann Advisers"), "customer": company.deal.account, "nobody": None}
    introducer = ContactFactory(name="Iris Vann", account=accounts[of]) if of is not None else None
    Deal.objects.filter(pk=company.deal.pk).update(introduced_by=introducer, account=company.deal.account if has_customer else None)
    deal = Deal.objects.get(pk=company.deal.pk)
    assert (is_from_outside(deal), story_of(deal.pk, now) is not None) == (outside, outside)


def test_what_happened_since_our_last_word(company, iris, now):
    said(company, iris, now - timedelta(days=3))
    give(company.deal, company.teammate, by=company.manager, now=now - timedelta(days=2))
    move_deal(deal=company.deal, stage=Stage.objects.get(name="Negotiation"), by=company.teammate, now=now - timedelta(days=1))
    said(company, company.contact, now, kind="meeting", outcome="held", ends_at=now)
    story = story_of(company.deal.pk, now)
    assert (story.told_at, story.told_by) == (now - timedelta(days=3), "Olaf Owner")
    assert [one.sentence for one in story.untold] == ["Tara Teammate answers for it now", "It moved to Negotiation", "We met Priya Raman"]
    assert story.waits_since == now - timedelta(days=2)


def test_our_last_words_to_them_are_kept_short(company, iris, now):
    said(company, iris, now - timedelta(days=1), body="Old news")
    said(company, iris, now, body="We meet Jonas on Monday.\n\n" + "More. " * 60)
    told = story_of(company.deal.pk, now).told
    assert told.startswith("We meet Jonas on Monday. More.")
    assert len(told) <= 120


def test_in_copy_they_heard_it_too(company, iris, now):
    said(company, company.contact, now).others.add(iris)
    story = story_of(company.deal.pk, now)
    assert (story.told_at, story.is_owed) == (now, False)


def test_what_they_asked_waits_until_we_answer(company, iris, now):
    said(company, iris, now - timedelta(days=2))
    asked = said(company, iris, now - timedelta(days=1), direction="in", subject="When?")
    story = story_of(company.deal.pk, now)
    assert ([one.said for one in story.asked], story.latest.sentence) == ([asked.pk], "They asked: When?")
    said(company, iris, now)
    assert not story_of(company.deal.pk, now).is_owed


@pytest.mark.parametrize(
    "more", [{"kind": "call", "outcome": "no_answer"}, {"kind": "voicemail"}, {"is_human": False}, {"withdrawn_at": LONG_AGO}, {"direction": "in"}]
)
def test_what_is_no_word_of_ours_to_them(company, iris, now, more):
    said(company, iris, now, **more)
    assert story_of(company.deal.pk, now).told_at is None


def test_who_is_of_the_customer_themselves_is_no_introducer_of_ours(company, now):
    Deal.objects.update(introduced_by=company.contact)
    assert story_of(company.deal.pk, now) is None


def test_the_longest_they_waited(company, iris, now):
    said(company, iris, LONG_AGO + timedelta(days=9))
    said(company, iris, LONG_AGO + timedelta(days=10), direction="in")
    said(company, iris, LONG_AGO + timedelta(days=12))
    assert story_of(company.deal.pk, now).longest == timedelta(days=9)


def test_a_closed_deal_lets_nobody_wait_for_ever(company, iris, now):
    closing = LONG_AGO + timedelta(days=4)
    move_deal(deal=company.deal, stage=Stage.objects.get(kind="won"), by=company.owner, now=closing)
    story = story_of(company.deal.pk, now)
    assert (story.longest, story.untold[-1].sentence) == (timedelta(days=4), "It was won")
    assert "Thank you for bringing us together." in words_to(story, deal="Clinics", author="Olaf")["body"]


def test_many_deals_cost_one_query(company, iris, now, django_assert_num_queries):
    deals = [DealFactory(introduced_by=iris, owner=company.owner) for _ in range(5)]
    stories([deals[0].pk], now)
    with django_assert_num_queries(1):
        assert len(stories([one.pk for one in deals], now)) == 5


def test_the_words_to_tell_them_begin_with_what_they_have_not_heard(company, iris, now):
    words = words_to(story_of(company.deal.pk, now), deal="Clinics", author="Olaf Owner")
    assert words["subject"] == "Where we are with Clinics"
    assert "Dear Iris Vann,\n\nhere is where we are with Clinics:\n\n- We took it up\n\n" in words["body"]


class TestPages:
    @pytest.fixture(autouse=True)
    def as_owner(self, client, company, iris):
        client.force_login(company.owner)

    def test_the_deal_says_what_they_have_not_heard(self, client, company, iris):
        page = client.get(f"/deals/{company.deal.pk}/").content.decode()
        assert "Who brought it to us" in page
        assert "We took it up" in page
        assert f"/deals/{company.deal.pk}/write/?to={iris.pk}&amp;tell=1" in page

    def test_telling_them_begins_with_it(self, client, company, iris):
        page = client.get(f"/deals/{company.deal.pk}/write/?to={iris.pk}&tell=1").content.decode()
        assert "- We took it up" in page
        assert 'value="iris@vann.example" selected' in page

    def test_what_they_asked_is_answered(self, client, company, iris, now):
        asked = said(company, iris, now, direction="in")
        assert f"/deals/{company.deal.pk}/write/?answers={asked.pk}" in client.get(f"/deals/{company.deal.pk}/").content.decode()

    def test_a_call_with_them_is_logged_on_the_deal(self, client, company, iris):
        form = {"kind": "call", "direction": "out", "call_outcome": "connected", "contact": iris.pk, "body": "Told her where we are."}
        client.post(f"/deals/{company.deal.pk}/log/", form)
        assert company.deal.interactions.get().contact == iris

    def test_what_happened_names_whoever_was_in_copy(self, client, company, iris, now):
        said(company, company.contact, now).others.add(iris)
        assert "Olaf Owner to Priya Raman, Iris Vann" in client.get(f"/deals/{company.deal.pk}/").content.decode()

    def test_their_own_page_tells_how_we_treated_what_they_brought(self, client, company, iris):
        page = client.get(f"/contacts/{iris.pk}/").content.decode()
        assert "What they brought us" in page
        assert "Clinics, two more" in page
        assert "No word of ours yet" in page


class TestToday:
    def rows(self, company, now):
        return day_of(company.owner, now)

    def signal(self, company, **facts):
        known = {"introducer": "Iris Vann", "messages": 0, "ids": [], "asked": None, "untold": "opened", "untold_at": LONG_AGO.isoformat()}
        SignalFactory(deal=company.deal, rule="introducer_waiting", severity=3, facts=known | facts)

    def test_who_asked_waits_like_a_customer(self, company, iris, now):
        asked = said(company, iris, now - timedelta(days=1), direction="in", subject="Next steps", body="When can you meet Jonas?")
        self.signal(company, messages=1, ids=[asked.pk], asked=LONG_AGO.isoformat())
        day = self.rows(company, now)
        assert [(one.lead, one.beside, one.quote) for one in day.waiting] == [("Iris Vann", "brought us Norwood Clinics", "When can you meet Jonas?")]
        assert (day.people, day.owed) == (1, [])
        assert f"answers={asked.pk}" in day.waiting[0].act.href

    def test_beside_the_customer_who_waits_too(self, company, iris, now):
        said(company, iris, now - timedelta(days=1), direction="in")
        said(company, company.contact, now - timedelta(days=2), direction="in", recorded_at=now)
        refresh([company.deal.pk], now)
        assert {one.lead for one in self.rows(company, now).waiting} == {"Iris Vann", "Priya Raman"}

    def test_the_risk_desk_leads_to_the_mail(self, company, iris, client):
        self.signal(company)
        client.force_login(company.owner)
        row = {"HX-Request": "true", "HX-Current-URL": "http://testserver/risk/", "HX-Target": f"at-risk-{company.deal.pk}-form"}
        panel = client.get(company.deal.get_absolute_url() + "owed/", headers=row).content.decode()
        assert f'href="/deals/{company.deal.pk}/write/?tell=1"' in panel
        assert "Tell Iris" in panel
        page = client.get(f"/deals/{company.deal.pk}/write/?tell=1").content.decode()
        assert 'value="iris@vann.example" selected' in page

    def test_who_only_heard_nothing_is_told(self, company, iris, now):
        self.signal(company)
        row = self.rows(company, now).owed[0]
        assert (row.kind, row.act.words) == ("introducer", "Tell Iris")
        assert f"to={iris.pk}&tell=1" in row.act.href
