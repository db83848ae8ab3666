#!/usr/bin/env python
"""Salvor's command line: ``manage.py help`` lists the commands."""

import os
import sys


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    if sys.version_info < (3, 11):  # noqa: UP036 - said in a sentence instead of a syntax error
        print("Salvor needs Python 3.11 or newer; this is Python %d.%d." % sys.version_info[:2], file=sys.stderr)  # noqa: UP031 - old Pythons must be able to read this
        return 1
    try:
        from django.core.exceptions import ImproperlyConfigured
        from django.core.management import execute_from_command_line
    except ModuleNotFoundError:
        print("Django is not installed here. Run `make setup` first, then use .venv/bin/python.", file=sys.stderr)
        return 1
    from django.db import OperationalError

    from config.embedded import start_servers
    from config.reachable import check_servers

    try:
        start_servers()
        try:
            execute_from_command_line(sys.argv)
        except OperationalError:
            check_servers()  # says so in a sentence when the database is simply not there
            raise
    except ImproperlyConfigured as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
