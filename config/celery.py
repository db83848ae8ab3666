"""The Celery application. Beat's schedule stands in the settings; tasks are entry points of a few lines."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("salvor")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
