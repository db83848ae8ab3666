"""What tests of people, entry and notices share."""

import pytest
from django.test import Client


@pytest.fixture
def client_of():
    """client_of(user): a browser in which this person is logged in."""

    def make(user):
        client = Client()
        client.force_login(user)
        return client

    return make
