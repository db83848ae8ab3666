"""``python -m config.alive web|worker|beat``: exit 0 while that process does its work. For health checks of containers.

- web: it answers a request at all. What it stands on is judged by ``/health/``, which a watcher asks: a
  database that is away must not make the web process be started over and over.
- worker: this machine's Celery worker answers a ping through the queue.
- beat: it has written its schedule down within the last three minutes; it sends something every 30 seconds.
"""

from __future__ import annotations

import http.client
import os
import socket
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

SECONDS_OF_SILENCE = 180


def web() -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", int(os.environ.get("PORT") or 8000), timeout=8)
    try:
        # By the name it answers to: any other is refused, and written into the log as an error each time.
        connection.request("GET", "/health/", headers={"Host": urlsplit(os.environ.get("SITE_URL") or "http://localhost").netloc})
        connection.getresponse()
    except (OSError, http.client.HTTPException):
        return False
    return True


def worker() -> bool:
    from config.celery import app

    return bool(app.control.inspect(destination=[f"celery@{socket.gethostname()}"], timeout=5).ping())


def beat() -> bool:
    from django.conf import settings

    schedule = Path(settings.CELERY_BEAT_SCHEDULE_FILENAME)
    # Some key-value files carry an ending of their own.
    written = [path.stat().st_mtime for path in schedule.parent.glob(f"{schedule.name}*")]
    return bool(written) and time.time() - max(written) < SECONDS_OF_SILENCE


CHECKS = {"web": web, "worker": worker, "beat": beat}


def main(arguments: list[str]) -> int:
    if len(arguments) != 1 or arguments[0] not in CHECKS:
        print(f"Name one of {', '.join(CHECKS)}.", file=sys.stderr)
        return 2
    return 0 if CHECKS[arguments[0]]() else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
