"""An offer of the owner's deal to the stranger, a rep of another team."""

import pytest

from deals.services import handoffs


@pytest.fixture
def offer(company, now):
    """Makes one; anything of it may be given."""

    def make(**given):
        facts = {"deal": company.deal, "to": company.stranger, "brief": "They wait for a price.", "by": company.owner, "now": now} | given
        return handoffs.offer_handoff(**facts)

    return make
