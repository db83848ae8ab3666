"""A process that plays stories reaches nothing but its own schema: no worker, no shared cache, no mail server.

What services hand on after a commit would otherwise go to the workers of the real Salvor, under numbers that mean something else
there; and what a process remembers of calendars goes by such numbers, too. So a replay is a process of its own (``manage.py
replay``, also for the page), and stays apart until it ends.
"""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from celery import current_app
from django.conf import settings
from django.core.cache import caches
from django.db.backends.signals import connection_created

from reports.replay.schema import throwaway_schema

if TYPE_CHECKING:
    from collections.abc import Iterator


NO_BROKER = "memory://localhost/"


def leave_the_real_one() -> None:
    """For the rest of this process. Called before anything else is done in it."""
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}
    caches.settings = caches.configure_settings(None)
    for alias in settings.CACHES:
        if hasattr(caches._connections, alias):  # type: ignore[attr-defined]  # noqa: SLF001 - as Django's own test runner asks
            del caches[alias]
    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
    # Ours are the people of the story, and nobody else at the operator's own domains.
    settings.MAIL_DOMAINS = []
    # What is handed on is kept in the memory of this process, where nobody takes it up. Celery asks its own variables first.
    for name in ("CELERY_BROKER_URL", "CELERY_BROKER_WRITE_URL"):
        os.environ[name] = NO_BROKER
    current_app.conf.update(broker_url=NO_BROKER, broker_write_url=NO_BROKER, broker_transport_options={})


@contextmanager
def empty_place() -> Iterator[str]:
    """The throwaway schema, for every connection this process opens meanwhile; yields its name."""
    with throwaway_schema() as name:

        def stay(connection: Any, **_of_signal: Any) -> None:
            with connection.connection.cursor() as cursor:
                cursor.execute("SELECT set_config('search_path', %s || ', ' || current_setting('search_path'), false)", [name])

        connection_created.connect(stay, weak=False)
        try:
            yield name
        finally:
            connection_created.disconnect(stay)
