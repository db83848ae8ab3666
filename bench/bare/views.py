"""The bare view: what the page's own query finds, a table row for each row."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import connection
from django.http import HttpResponse
from django.shortcuts import render

if TYPE_CHECKING:
    from django.http import HttpRequest


@cache
def cases() -> dict[str, list[tuple[str, dict[str, Any]]]]:
    found: dict[str, list[tuple[str, dict[str, Any]]]] = json.loads(Path(settings.BENCH_CASES).read_text())
    return found


def ready(_request: HttpRequest) -> HttpResponse:
    return HttpResponse("yes")


def bare(request: HttpRequest, name: str) -> HttpResponse:
    tables = []
    with connection.cursor() as cursor:
        for sql, values in cases()[name]:
            cursor.execute(sql, values)
            tables.append(cursor.fetchall())
    return render(request, "bare.html", {"name": name, "tables": tables})
