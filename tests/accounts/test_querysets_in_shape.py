"""What a prepared statement of accounts and contacts finds is what ``visible_to`` finds, whoever asks."""

import pytest

from accounts.models import Account, Contact
from accounts.prepared import prepare
from deals.querysets import seen_by, shape_of
from tests.factories import AccountFactory, ContactFactory, DealFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("who", ["owner", "teammate", "stranger", "manager", "executive", "admin"])
@pytest.mark.parametrize("model", [Account, Contact])
def test_the_same_rows_for_everybody(company, model, who):
    theirs = AccountFactory(name="Of West", owner=company.stranger)
    ContactFactory(account=theirs)
    DealFactory(account=theirs, owner=company.teammate, introduced_by=ContactFactory(account=AccountFactory()))
    user = getattr(company, who)
    found = prepare(model.objects.in_shape(shape_of(user)).order_by("pk").values_list("pk")).rows(**seen_by(user))
    assert found == list(model.objects.visible_to(user).order_by("pk").values_list("pk"))
