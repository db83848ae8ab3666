import pytest


@pytest.fixture
def database(django_db_setup, django_db_blocker):
    """The test database without a transaction around, and nothing to put back: a story leaves every real table as it is."""
    with django_db_blocker.unblock():
        yield
