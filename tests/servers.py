"""A pytest plugin, loaded before everything else: real PostgreSQL and Valkey, started where none is named."""

import os

os.environ.setdefault("EMAIL_URL", "memory://")
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # playwright's loop runs beside the ORM in the browser tests

from config.embedded import start_servers

start_servers()
