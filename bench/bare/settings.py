"""Settings of the bare views: the database, templates, nothing else."""

from __future__ import annotations

from pathlib import Path

import dj_database_url

from config import environment

SECRET_KEY = environment.text("SECRET_KEY")
DEBUG = False
ALLOWED_HOSTS = ["127.0.0.1"]
ROOT_URLCONF = "bench.bare.urls"
INSTALLED_APPS: list[str] = []
MIDDLEWARE: list[str] = []
DATABASES = {"default": dj_database_url.config(conn_max_age=600)}
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "DIRS": [Path(__file__).parent / "templates"]}]
USE_TZ = True
# What each view asks, written by the run: name -> [[sql, values], …].
BENCH_CASES = environment.text("BENCH_CASES")
