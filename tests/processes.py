"""Running a piece of Salvor in a process of its own against the test database, to be killed there for real."""

import os
import subprocess
import sys
from urllib.parse import urlsplit, urlunsplit

from django.db import connection

PROLOGUE = "import os, signal, django; django.setup()\n"


def database_url():
    """The address of the test database (the environment names the one it was made beside)."""
    parts = urlsplit(os.environ["DATABASE_URL"])
    return urlunsplit(parts._replace(path=f"/{connection.settings_dict['NAME']}"))


def run_python(code):
    """Run ``code`` after django.setup(); returns the exit code (negative: the signal that ended it)."""
    environment = os.environ | {"DATABASE_URL": database_url(), "DJANGO_SETTINGS_MODULE": "config.settings"}
    return subprocess.run([sys.executable, "-c", PROLOGUE + code], env=environment, timeout=60, check=False).returncode
