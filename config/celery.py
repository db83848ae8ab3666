"""The Celery application. Beat's schedule stands in the settings; tasks are entry points of a few lines."""

import gc
import os
from typing import Any

from celery import Celery
from celery.signals import worker_process_init

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("salvor")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_process_init.connect  # type: ignore[untyped-decorator] # celery has no types
def leave_what_is_loaded(**_kwargs: Any) -> None:
    """What a worker loads at its start stays for good. A sweep makes so much that all of it would be searched for garbage in the middle.

    What a batch of an import or a sweep makes lives until its end, too: searched every 700 objects it takes a tenth longer.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 10, 10)
