"""Measures what is no page: a stage move as the browser sends it, the sweep, an import."""

from __future__ import annotations

import csv
import io
import random
import time
from contextlib import redirect_stdout
from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

import psycopg2
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import Account, User
from bench import statements
from bench.timing import Times, summed_up, timed
from config.celery import leave_what_is_loaded
from config.generator.load import prepare
from deals.copying import copy_rows
from deals.intake.files.plan import Options
from deals.models import Deal, Stage
from deals.risk.sweep import sweep
from deals.services import imports

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from bench.people import Scene
    from bench.web import Client

# As with the pages, each thread of a web process is to be warm before it is measured.
WARM, MOVES = 40, 40
DUE = 1000
# A worker that has swept before is warm, too.
WARM_SWEEPS, SWEEPS = 1, 5
ROWS = 10_000
IMPORTS = ("first", "second", "third")


def stage_moves(salvor: Client, scene: Scene, database: str) -> tuple[Times, Times]:
    """Moves of as many deals one stage further: by the page's form, and as two bare statements."""
    stages = list(Stage.objects.filter(kind="open", pipeline__is_default=True).order_by("position"))
    following = {before.pk: after.pk for before, after in pairwise(stages)}
    deals = list(Deal.objects.filter(owner=scene.rep, stage_id__in=following).order_by("-pk").values_list("pk", "stage_id")[: WARM + 2 * MOVES])

    def move(place: int) -> float:
        pk, stage = deals[place]
        answer = salvor.post(reverse("deal-stage", args=[pk]), {"stage": str(following[stage]), "from": str(stage)})
        if answer.status != 302:
            raise SystemExit(f"The move of deal {pk} answered {answer.status}.")
        return answer.milliseconds

    moved = summed_up([move(place) for place in range(WARM + MOVES)][WARM:])
    rest = deals[WARM + MOVES :]
    with psycopg2.connect(database) as own, own.cursor() as cursor:

        def bare(place: int) -> None:
            pk, stage = rest[place]
            cursor.execute(statements.MOVE, {"deal": pk, "stage": following[stage], "from": stage})
            own.commit()

        bare_moves = timed(bare, rounds=len(rest) - 5, warm=5)
    own.close()
    return moved, bare_moves


def sweeps() -> tuple[float, Times, int]:
    """Milliseconds with nothing due, and with the next thousand alarms due, again and again; and how many those were each time."""
    leave_what_is_loaded()  # as every worker does at its start
    now = timezone.now()
    sweep(now)  # what became due since the company was made
    started = time.perf_counter()
    sweep(now)
    nothing = (time.perf_counter() - started) * 1000
    took: list[float] = []
    for _round in range(WARM_SWEEPS + SWEEPS):
        moment, number = _next_due()
        started = time.perf_counter()
        swept = sweep(moment)
        took.append((time.perf_counter() - started) * 1000)
        if swept.deals != number or swept.failed:
            raise SystemExit(f"The sweep of {number} due ended with {swept}.")
    return nothing, summed_up(took[WARM_SWEEPS:]), number


def _next_due() -> tuple[datetime, int]:
    """The moment at which the next thousand deals are due, and their number. Alarms of the same moment (a working day's
    beginning) would make it more: those are put off."""
    alarms = Deal.objects.watched().filter(alarm_at__isnull=False).order_by("alarm_at")
    first = list(alarms.values_list("pk", "alarm_at")[:DUE])
    if not first:
        raise SystemExit("No alarm is set: the company was not looked at by the rules.")
    moment: datetime = first[-1][1]
    Deal.objects.watched().filter(alarm_at__lte=moment).exclude(pk__in=[pk for pk, _at in first]).update(alarm_at=moment + timedelta(minutes=1))
    return moment, len(first)


def imports_of_deals(folder: Path) -> tuple[Times, float]:
    """Milliseconds of imports of ten thousand deals of known people and accounts, one after the other, and of the bare COPY of as many."""
    took = [_imported(folder / "deals.csv", name) for name in IMPORTS]
    return summed_up(took), _copied() * 1000


def _imported(path: Path, name: str) -> float:
    _write(path, name)
    started = time.perf_counter()
    with redirect_stdout(io.StringIO()):
        done = imports.import_file(kind="deals", path=path, options=Options(), now=timezone.now())
    took = (time.perf_counter() - started) * 1000
    if done.counts.get("created") != ROWS:
        raise SystemExit(f"The import of {ROWS} deals ended with {done.counts}.")
    return took


def _write(path: Path, name: str) -> None:
    rng = random.Random(1)
    people = list(User.objects.filter(role="rep").values_list("email", flat=True)[:200])
    accounts = list(Account.objects.order_by("pk").values_list("name", flat=True)[:2000])
    stages = list(Stage.objects.filter(kind="open", pipeline__is_default=True).values_list("name", flat=True))
    today = timezone.localdate()
    with path.open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["id", "name", "account", "owner", "stage", "amount", "currency", "created", "expected close"])
        for number in range(ROWS):
            opened, closes = today - timedelta(days=rng.randrange(5, 60)), today + timedelta(days=rng.randrange(5, 90))
            given = (rng.choice(accounts), rng.choice(people), rng.choice(stages), rng.randrange(1000, 90_000), "USD")
            rows.writerow([f"{name}-{number}", f"Imported deal {name} {number}", *given, opened.isoformat(), closes.isoformat()])


def _copied() -> float:
    """The same number of rows into the same table, rolled back."""
    columns = [
        field.column for field in Deal._meta.concrete_fields if field.name not in ("id", "external_id") and not getattr(field, "generated", False)
    ]
    rows = list(Deal.objects.values_list(*[field.attname for field in Deal._meta.concrete_fields if field.column in columns])[:ROWS])
    with transaction.atomic():
        prepare()
        started = time.perf_counter()
        copy_rows(Deal, columns, rows)
        took = time.perf_counter() - started
        transaction.set_rollback(True)
    return took
