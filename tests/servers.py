"""A pytest plugin, loaded before everything else: real PostgreSQL and Valkey, started where none is named.

They are the tests' own (``.local/tests``), so tests and a running demo do not meet. With ``DATABASE_URL``
and ``REDIS_URL`` set, those servers are used: tests make databases named ``test_…`` there, and write only
below a prefix of their own in Redis.
"""

import os

import pytest
from django.core.exceptions import ImproperlyConfigured

from config import embedded

os.environ["EMAIL_URL"] = "memory://"
os.environ["SITE_URL"] = "http://testserver"
os.environ["ALLOWED_HOSTS"] = "testserver,localhost,127.0.0.1"
os.environ["LOG_LEVEL"] = "WARNING"
for name in ("DEBUG", "BEHIND_PROXY", "CSRF_TRUSTED_ORIGINS", "BASE_CURRENCY", "TIME_ZONE", "DEFAULT_FROM_EMAIL"):
    os.environ.pop(name, None)
os.environ.setdefault("SALVOR_LOCAL", str(embedded.ROOT / ".local" / "tests"))
os.environ.setdefault("SECRET_KEY", "only for tests, where nothing is worth a secret")

try:
    embedded.start_servers(durable=False)
except ImproperlyConfigured as error:
    pytest.exit(str(error), returncode=3)
