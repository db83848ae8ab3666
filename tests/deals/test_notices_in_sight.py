"""Under the bell stands what its reader may still see: a notice names the deal and the customer."""

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.doors import OpenDoor
from accounts.models import Notice
from accounts.notice_groups import groups_of
from accounts.services.notices import NewNotice, mark_read, tell, unread_count
from deals.services import handoffs
from deals.shell import Shell


@pytest.fixture
def told(company):
    """The owner is told of their deal, and of something that is about no deal."""
    now = timezone.now()
    about = {"body": "", "path": company.deal.get_absolute_url(), "severity": 2, "created_at": now}
    tell(
        [
            NewNotice(company.owner.pk, "signal_raised", f"deal:{company.deal.pk}", "Norwood waits", dedupe_key="of-the-deal", **about),
            NewNotice(company.owner.pk, "cover", "person:1", "Tara is away", dedupe_key="of-a-person", **about),
        ]
    )
    return Notice.objects.get(dedupe_key="of-the-deal")


def fresh(person):
    """As a request finds them: nothing is known of what they see."""
    return OpenDoor().get_user(person.pk)


def lose_sight(company):
    company.deal.owner, company.deal.team = company.stranger, company.stranger.team
    company.deal.save()


def bell(person):
    """What it lists, and what it counts on every page and on its own."""
    person = fresh(person)
    groups, _page = groups_of(person, unread_only=False, size=25)
    return {line.dedupe_key for group in groups for line in group.lines}, Shell(person, "/").unread, unread_count(person)


def test_a_deal_out_of_sight_takes_its_notices_along(company, told):
    assert bell(company.owner) == ({"of-the-deal", "of-a-person"}, 2, 2)
    lose_sight(company)
    assert bell(company.owner) == ({"of-a-person"}, 1, 1)
    mark_read(user=fresh(company.owner), now=timezone.now())
    told.refresh_from_db()
    assert told.read_at is None


def test_a_notice_whose_deal_went_out_of_sight_says_so(client, company, told):
    client.force_login(company.owner)
    lose_sight(company)
    page = client.get(reverse("notice-go", args=[told.pk]), follow=True)
    assert page.redirect_chain == [(reverse("notices"), 302)]
    assert "no longer among those you see" in page.content.decode()
    assert "Norwood waits" not in page.content.decode()


def test_what_was_offered_to_somebody_stays_theirs_when_it_ends(company):
    now = timezone.now()
    made = handoffs.offer_handoff(deal=company.deal, to=company.stranger, brief="Call her.", by=company.manager, now=now)
    handoffs.withdraw_handoff(handoff=made, by=company.manager, now=now)
    assert bell(company.stranger)[1:] == (2, 2)
    Notice.objects.filter(user=company.stranger).update(user=company.teammate)
    lose_sight(company)
    assert bell(company.teammate)[1:] == (0, 0)


def test_the_count_asks_what_one_sees_and_once_more(company, told, django_assert_num_queries):
    person = fresh(company.owner)
    with django_assert_num_queries(2):
        assert Shell(person, "/").unread == 2


@pytest.mark.parametrize(("topic", "about"), [("deal:12", 12), ("deal:", None), ("mailbox:12", None), ("", None)])
def test_a_notice_keeps_the_deal_that_its_topic_names(company, topic, about):
    tell([NewNotice(company.owner.pk, "cover", topic, "Told", "", "", 2, timezone.now(), "once")])
    assert Notice.objects.get(dedupe_key="once").about_deal == about


def test_a_notice_of_a_deal_that_is_gone_is_seen_by_whoever_sees_everything(company):
    for person in (company.owner, company.admin):
        tell([NewNotice(person.pk, "signal_raised", "deal:999999999", "Gone", "", "", 2, timezone.now(), f"gone-{person.pk}")])
    assert bell(company.owner) == (set(), 0, 0)
    assert bell(company.admin) == ({f"gone-{company.admin.pk}"}, 1, 1)
