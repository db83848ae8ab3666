"""What every test may use: quick settings and the personas."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest

from accounts import calendars
from tests import factories


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


@pytest.fixture
def now():
    """A Wednesday, 10:00 UTC, in working time."""
    return datetime(2026, 3, 4, 10, 0, tzinfo=UTC)


@pytest.fixture
def company(db):
    """The personas: owner, teammate, manager, executive, admin, stranger. See tests.factories.Company."""
    return factories.make_company()
