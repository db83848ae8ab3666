"""How gunicorn serves the pages; the Procfile names this file. docs/operators.md explains the variables."""

from __future__ import annotations

import sys

from django.core.exceptions import ImproperlyConfigured

from config import environment

try:
    from config import settings  # noqa: F401 - a wrong variable is said in one sentence before any worker starts

    host = environment.text("HOST", default="127.0.0.1")
    port = environment.number("PORT", 8000, low=1, high=65535)
    workers = environment.number("WEB_WORKERS", 2, low=1, high=64)
    threads = environment.number("WEB_THREADS", 4, low=1, high=64)
    accesslog = environment.text("ACCESS_LOG", default="-")
    # Whose X-Forwarded-* headers are believed: the proxies' addresses.
    forwarded_allow_ips = environment.text("PROXY_ADDRESSES", default="127.0.0.1,::1")
except ImproperlyConfigured as error:
    sys.exit(str(error))

bind = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
# Threads, so that a browser's idle connections do not keep others waiting; one copy of the code in memory.
worker_class = "gthread"
preload_app = True
timeout = 60
graceful_timeout = 8
keepalive = 5
# A worker is renewed now and then, not all at the same moment.
max_requests = 20_000
max_requests_jitter = 2_000
errorlog = "-"
access_log_format = '%(h)s "%(r)s" %(s)s %(b)s %(M)sms'
control_socket_disable = True
