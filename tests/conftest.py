"""What every test may use: quick settings and the personas."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest
from django.db import connection

from accounts import calendars
from tests import database, factories


@pytest.fixture(scope="session")
def django_db_setup(request, django_test_environment, django_db_blocker):
    """In place of pytest-django's, which migrates anew in every process."""
    with django_db_blocker.unblock():
        name = database.own_copy()
        # What the browser tests put back after each of them.
        connection._test_serialized_contents = connection.creation.serialize_db_to_string()
    yield
    with django_db_blocker.unblock():
        database.drop(name)


def pytest_collection_modifyitems(items):
    """Tests with real transactions sweep the tables; each finds again what the migrations had put there.

    Without that in one of them, the next that asks for it finds rows made anew under other numbers.
    """
    for item in items:
        asked = item.get_closest_marker("django_db")
        if asked and asked.kwargs.get("transaction") and not asked.kwargs.get("serialized_rollback"):
            item.add_marker(pytest.mark.django_db(transaction=True, serialized_rollback=True), append=False)


@pytest.fixture(autouse=True)
def quick_and_quiet(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
    # Each test client would read all static files anew to serve none.
    settings.WHITENOISE_AUTOREFRESH = True
    settings.CELERY_TASK_ALWAYS_EAGER = False
    # Attempts at log-in are counted in the cache: each test counts for itself.
    settings.CACHES = {"default": {**settings.CACHES["default"], "KEY_PREFIX": uuid4().hex}}
    # What a test did to a calendar is rolled back, its version too, and the next test counts from the same one.
    calendars._known.clear()
    calendars._own_known.clear()


@pytest.fixture
def now():
    """A Wednesday, 10:00 UTC, in working time."""
    return datetime(2026, 3, 4, 10, 0, tzinfo=UTC)


@pytest.fixture
def company(db):
    """The personas: owner, teammate, manager, executive, admin, stranger. See tests.factories.Company."""
    return factories.make_company()
