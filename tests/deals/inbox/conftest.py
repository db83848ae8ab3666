"""The Inbox's tests take mail in as the intake's do."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.deals.mail_intake.conftest import come, files, letter, mailbox  # noqa: F401 - fixtures


@pytest.fixture
def just_now():
    """Pages read the clock themselves: what they show came in a little before."""
    return timezone.now() - timedelta(minutes=5)


@pytest.fixture
def arrives(come, just_now):  # noqa: F811 - the fixture
    """``arrives(sender=...)``: a message that came in just now."""

    def arrives(raw=None, *, into=None, **of_letter):
        more = {"into": into} if into is not None else {}
        return come(raw if raw is not None else letter(date=of_letter.pop("date", just_now), **of_letter), at=just_now, **more)

    return arrives


@pytest.fixture
def signed_in(client):
    """``signed_in(user)``: a client of theirs."""

    def signed_in(user):
        client.force_login(user)
        return client

    return signed_in
