"""Two people decide at the same moment: exactly one counts."""

import pytest

from accounts.refusals import Refused
from deals.models import OutgoingMail
from deals.services.bulk import Seen, reassign_deals
from tests.at_once import at_once
from winback.models import Decline, Loss
from winback.services import declines

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_say_yes(ask, company, now):
    made = ask()
    found = at_once(*(lambda by=by: declines.approve_decline(decline=made, by=by, now=now) for by in (company.manager, company.executive)))
    assert [type(one) for one in found] == [Refused]
    assert (OutgoingMail.objects.count(), Loss.objects.count(), Decline.objects.get().state) == (1, 1, "done")


def test_one_says_yes_and_one_says_no(ask, company, now):
    made = ask()
    found = at_once(
        lambda: declines.approve_decline(decline=made, by=company.manager, now=now),
        lambda: declines.refuse_decline(decline=made, reason="No", by=company.executive, now=now),
    )
    assert [type(one) for one in found] == [Refused]
    assert OutgoingMail.objects.count() == Loss.objects.count() == (Decline.objects.get().state == "done")


def test_two_ask(ask, company):
    found = at_once(ask, lambda: ask(by=company.teammate))
    assert [type(one) for one in found] == [Refused]
    assert Decline.objects.count() == 1


def test_the_deal_changes_hands_at_that_moment(ask, company, now):
    made = ask()
    as_seen = Seen(company.deal.pk, company.deal.owner_id, company.deal.stage_id)
    found = at_once(
        lambda: declines.approve_decline(decline=made, by=company.manager, now=now),
        lambda: reassign_deals(seen=[as_seen], owner=company.teammate, by=company.manager, now=now),
    )
    assert all(isinstance(one, Refused) for one in found)
    assert OutgoingMail.objects.count() == Loss.objects.count() == (Decline.objects.get().state == "done")
