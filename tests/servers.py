"""A pytest plugin, loaded before everything else: real PostgreSQL and Valkey, started where none is named.

They are the tests' own (``.local/tests``), so tests and a running demo do not meet. With ``DATABASE_URL``
and ``REDIS_URL`` set, those servers are used: tests make databases named ``test_…`` in PostgreSQL, and each
test process takes a numbered database of Redis for itself, from 15 downwards, which must be empty.
"""

import gc
import os
from urllib.parse import urlsplit

import pytest
import redis
from django.core.exceptions import ImproperlyConfigured

from config import embedded, reachable

gc.set_threshold(100_000, 50, 100)  # what is imported and collected from here on stays; conftest.py sets what the tests run with

os.environ["EMAIL_URL"] = "memory://"
os.environ["SITE_URL"] = "http://testserver"
os.environ["ALLOWED_HOSTS"] = "testserver,localhost,127.0.0.1"
os.environ["LOG_LEVEL"] = "WARNING"
for name in (
    "DEBUG",
    "BEHIND_PROXY",
    "REQUIRE_TWO_FACTOR",
    "SECRET_KEY_FALLBACKS",
    "CSRF_TRUSTED_ORIGINS",
    "BASE_CURRENCY",
    "TIME_ZONE",
    "DEFAULT_FROM_EMAIL",
    "HOST",
    "PORT",
    "DEMO_DEALS",
    "MEDIA_ROOT",
):
    os.environ.pop(name, None)
os.environ.setdefault("SALVOR_LOCAL", str(embedded.ROOT / ".local" / "tests"))
os.environ.setdefault("SECRET_KEY", "only for tests, where nothing is worth a secret")

OURS = "salvor:tests"  # marks a database of Redis as one that tests may empty


def own_redis(address: str, number: int) -> str:
    """The address of database ``number`` there, emptied; refused when it holds what no test has put there."""
    parts = urlsplit(address)
    own = parts._replace(query=f"db={number}") if parts.scheme == "unix" else parts._replace(path=f"/{number}")
    client = redis.Redis.from_url(own.geturl())
    if client.dbsize() and not client.exists(OURS):
        raise ImproperlyConfigured(
            f"Redis database {number} is not empty, and the tests would empty it. Name a Redis that the tests may have in REDIS_URL."
        )
    client.flushdb()
    client.set(OURS, "may be emptied")
    client.close()
    return own.geturl()


def start() -> None:
    embedded.start_servers(durable=False)
    worker = os.environ.get("PYTEST_XDIST_WORKER", "gw-1")  # the process that starts the workers takes 15, they take 14, 13, …
    if worker == "gw-1":
        reachable.check_servers()
    whole = os.environ.setdefault("SALVOR_TESTS_REDIS", os.environ["REDIS_URL"])
    os.environ["REDIS_URL"] = own_redis(whole, 14 - int(worker.removeprefix("gw")))


try:
    start()
except ImproperlyConfigured as error:
    pytest.exit(str(error), returncode=3)
