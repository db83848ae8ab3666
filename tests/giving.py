"""Deals that change hands in a test, as they do on the pages."""

from deals.services.bulk import Seen, reassign_deals


def give(deal, owner, *, by, now):
    """The deal is somebody else's, and stands so in the object in hand as well."""
    deal.refresh_from_db()
    found = reassign_deals(seen=[Seen(deal.pk, deal.owner_id, deal.stage_id)], owner=owner, by=by, now=now)
    assert [one.pk for one in found.done] == [deal.pk], found.skipped
    deal.refresh_from_db()
