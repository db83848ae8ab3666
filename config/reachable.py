"""Do the servers answer? Said in one sentence with the remedy, without passwords."""

from __future__ import annotations

import os
from urllib.parse import parse_qs, urlsplit

import psycopg2
import redis
from django.core.exceptions import ImproperlyConfigured

OLDEST_POSTGRES = 15


def check_servers() -> None:
    """Raises ImproperlyConfigured when PostgreSQL or Redis cannot be used as they are named in the environment."""
    from django.conf import settings

    settings.configured or settings.DATABASES  # noqa: B018 - reading a setting checks every variable first
    check_postgres(os.environ["DATABASE_URL"])
    check_redis(settings.REDIS_URL)


def check_postgres(address: str) -> None:
    try:
        connection = psycopg2.connect(address, connect_timeout=5)
    except psycopg2.OperationalError as error:
        raise ImproperlyConfigured(
            f"PostgreSQL at {_place(address)} cannot be used: {_words(error)}. "
            "Start it or correct DATABASE_URL; without DATABASE_URL Salvor brings its own for a first look."
        ) from error
    version = connection.server_version // 10000
    connection.close()
    if version < OLDEST_POSTGRES:
        raise ImproperlyConfigured(
            f"PostgreSQL at {_place(address)} is version {version}; Salvor needs {OLDEST_POSTGRES} or newer. Correct DATABASE_URL, or leave it unset."
        )


def check_redis(address: str) -> None:
    try:
        redis.Redis.from_url(address, socket_timeout=3, socket_connect_timeout=3).ping()
    except (redis.RedisError, ValueError) as error:
        raise ImproperlyConfigured(
            f"Redis at {_place(address)} cannot be used: {_words(error)}. "
            "Start it or correct REDIS_URL; without REDIS_URL Salvor brings its own for a first look."
        ) from error


def _place(address: str) -> str:
    """Host, port and database of an address; never its password."""
    parts = urlsplit(address)
    host = parts.hostname or parse_qs(parts.query).get("host", ["this machine"])[0]
    port = f":{parts.port}" if parts.port else ""
    return f"{host}{port}{parts.path}"


def _words(error: Exception) -> str:
    """A library's error on one line."""
    return " ".join(str(error).split()).rstrip(".") or type(error).__name__
