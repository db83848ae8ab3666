"""What every test may use: quick settings and the personas."""

import gc
from datetime import UTC, datetime
from uuid import uuid4

import hypothesis
import pytest
from django.conf import settings
from django.test import TransactionTestCase, override_settings

from accounts import calendars
from tests import database, factories
from tests.sweep import Migrated

# No test measures time: on a busy machine an example may take any.
hypothesis.settings.register_profile("any machine", hypothesis.settings(deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]))
hypothesis.settings.load_profile("any machine")


@pytest.fixture(scope="session")
def django_db_setup(request, django_test_environment, django_db_blocker):
    """In place of pytest-django's, which migrates anew in every process."""
    with django_db_blocker.unblock():
        name = database.own_copy()
        migrated = Migrated()
        TransactionTestCase._fixture_teardown = lambda self: migrated.put_back()
    yield migrated
    with django_db_blocker.unblock():
        database.drop(name)


def pytest_collection_finish():
    """All of Django and thousands of tests stay to the end. Looking through them for garbage, again and again, took a third of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


@pytest.fixture(scope="session", autouse=True)
def quick_and_quiet(django_test_environment):
    """From the first test to the last: a page still being made for a test that has ended meets the same settings."""
    with override_settings(
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
        STORAGES={**settings.STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}},
        # Each test client would read all static files anew to serve none.
        WHITENOISE_AUTOREFRESH=True,
        CELERY_TASK_ALWAYS_EAGER=False,
    ):
        yield


@pytest.fixture(autouse=True)
def afresh(settings):
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
