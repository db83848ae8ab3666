"""How gunicorn serves the pages; the Procfile names this file. docs/operators.md explains the variables."""

from __future__ import annotations

import gc
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

# No header says where the product is mounted. Left alone, gunicorn takes SCRIPT_NAME and PATH_INFO from whoever connects from a
# proxy's address, and proxies pass on what they do not know: a visitor would choose what every link begins with. A header with
# an underscore that is not named here is dropped (``header_map``). The variable SCRIPT_NAME of the environment is read as before.
forwarder_headers = ""
header_map = "drop"

bind = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
# Threads, so that a browser's idle connections do not keep others waiting; one copy of the code in memory.
worker_class = "gthread"
preload_app = True
timeout = 60
graceful_timeout = 8
keepalive = 5


def when_ready(_server: object) -> None:
    """Before any worker starts: what all of them need is loaded, and the collector of garbage leaves it alone.

    The views are imported once here instead of by the first visitor of each worker, into memory that the workers share as long
    as nobody writes to it. A full collection writes to all of it: it held a page up for a tenth of a second, every hundred and
    fifty pages or so. Now it looks at what came since. The small collections are as dear as what a page makes, however often
    they come; five thousand objects take 3 ms at most, and fewer of them are looked at twice.
    """
    from django.urls import get_resolver

    get_resolver().reverse_dict  # noqa: B018 - reading it fills it
    gc.collect()
    gc.freeze()
    gc.set_threshold(5_000, 10, 10)


# A worker is renewed now and then, not all at the same moment.
max_requests = 20_000
max_requests_jitter = 2_000
errorlog = "-"
logger_class = "config.access_log.AccessLog"
access_log_format = '%(h)s "%(r)s" %(s)s %(b)s %(M)sms'
control_socket_disable = True
