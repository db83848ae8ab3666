"""Measures the pages: Salvor's, the bare view's, the bare SQL's, and what Salvor asks the database."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import psycopg2
from django.db import connection
from django.test import Client as InProcess

from bench.timing import Times, summed_up, timed

if TYPE_CHECKING:
    from collections.abc import Callable

    from accounts.models import User
    from bench.cases import Case
    from bench.web import Client

ROUNDS = 60
# Each of a worker's four threads has a connection of its own, which plans its statements for itself: all of them are to be warm.
WARM = 40


@dataclass(frozen=True)
class Found:
    """What one page takes. ``slowest``: its slowest query in milliseconds, the best of three looks, and that query."""

    page: Times
    bare_view: Times
    bare_sql: Times
    kilobytes: float
    queries: int
    slowest: float
    slowest_sql: str


class Asked:
    """Counts and times the queries of a block."""

    def __init__(self) -> None:
        self.times: list[tuple[float, str]] = []

    def __call__(self, execute: Callable[..., Any], statement: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        started = time.perf_counter()
        try:
            return execute(statement, params, many, context)
        finally:
            self.times.append(((time.perf_counter() - started) * 1000, statement))


def measure(case: Case, *, salvor: Client, bare: Client, database: str, user: User) -> Found:
    size = 0

    def page(number: int) -> float:
        nonlocal size
        answer = salvor.get(case.paths[number % len(case.paths)])
        if answer.status != 200:
            raise SystemExit(f"{case.paths[number % len(case.paths)]} answered {answer.status}.")
        size = len(answer.body)
        return answer.milliseconds

    def view(number: int) -> float:
        return bare.get(f"/bare/{case.key}-{number % len(case.paths)}/").milliseconds

    pages = summed_up([page(number) for number in range(WARM + ROUNDS)][WARM:])
    views = summed_up([view(number) for number in range(WARM + ROUNDS)][WARM:])
    queries, slowest, statement = asked_by(case, user)
    return Found(pages, views, bare_sql(case, database), size / 1024, queries, slowest, statement)


def bare_sql(case: Case, database: str) -> Times:
    with psycopg2.connect(database) as own, own.cursor() as cursor:

        def ask(number: int) -> None:
            for statement, values in case.statements[number % len(case.paths)]:
                cursor.execute(statement, values)
                cursor.fetchall()

        found = timed(ask, rounds=ROUNDS, warm=WARM)
    own.close()
    return found


def asked_by(case: Case, user: User) -> tuple[int, float, str]:
    """The most queries any of the paths took, and the slowest query of all: in this process, warm, the best of three."""
    client = InProcess(SERVER_NAME="127.0.0.1")
    client.force_login(user)
    most, slowest, statement = 0, 0.0, ""
    for path in case.paths[:5]:
        client.get(path)
        runs = []
        for _run in range(3):
            asked = Asked()
            with connection.execute_wrapper(asked):
                answer = client.get(path)
            if answer.status_code != 200:
                raise SystemExit(f"{path} answered {answer.status_code}.")
            runs.append(asked.times)
        most = max(most, len(runs[-1]))
        best = min((max(run) for run in runs if run), default=(0.0, ""))
        if best[0] > slowest:
            slowest, statement = best
    return most, slowest, statement
