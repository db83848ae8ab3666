"""``python -m bench``: one run, as ``make bench`` starts it.

BENCH_DEALS (100000), BENCH_SEED (1), BENCH_ONLY (parts of page names, by commas; then no jobs) and BENCH_WRITE=yes, which
puts the figures of every size measured so far into docs/performance.md.
"""

from __future__ import annotations

import json
import os
import platform
import sys
import time
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.databases import ROOT, Databases
from bench.report import Result, growth, read_all, table, write_into

if TYPE_CHECKING:
    from accounts.models import User
    from bench.people import Scene
    from bench.web import Client

os.environ.setdefault("SALVOR_LOCAL", str(ROOT / ".local" / "bench"))
STARTED = time.monotonic()


def say(words: str) -> None:
    print(f"{time.monotonic() - STARTED:6.1f} s  {words}", file=sys.stderr, flush=True)


def main() -> int:
    from config import embedded, environment

    deals = environment.number("BENCH_DEALS", 100_000, low=100, high=10_000_000)
    seed = environment.number("BENCH_SEED", 1, low=0, high=10**9)
    only = environment.words("BENCH_ONLY", [])
    load = os.getloadavg()[0]
    embedded.start_servers()
    databases = Databases(os.environ["DATABASE_URL"], say)
    base = databases.base(deals, seed, datetime.now(UTC))
    say("Copying it.")
    os.environ["DATABASE_URL"] = databases.address(databases.copy(base))
    result = Result(deals, seed, f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC", _machine(), "", load)
    try:
        _run(result, only)
    finally:
        databases.drop_copy()
    folder = embedded.local_folder() / "results"
    folder.mkdir(exist_ok=True)
    if not only:
        result.save(folder)
    print(table(result))
    results = read_all(folder)
    if not only and len(results) > 1:
        print(f"\n{growth(results)}")
    if environment.flag("BENCH_WRITE", default=False):
        write_into(ROOT / "docs" / "performance.md", results)
    return 0


def _run(result: Result, only: list[str]) -> None:
    import django

    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    os.environ.setdefault("LOG_LEVEL", "WARNING")
    django.setup()
    from django.core.management import call_command
    from django.db import connection
    from django.utils import timezone

    from bench.people import look
    from deals.risk.sweep import sweep

    result.versions = _versions(connection)
    call_command("collectstatic", verbosity=0, interactive=False)
    sweep(timezone.now())  # what became due since the company was made
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE)")
    _web(result, look(), only)
    if not only:
        _behind(result)
    connection.close()


def _web(result: Result, scene: Scene, only: list[str]) -> None:
    """Everything that goes through the web servers."""
    from bench import cases, pages
    from bench.web import Client, gunicorn
    from config.embedded import local_folder

    folder, database = local_folder(), os.environ["DATABASE_URL"]
    chosen = [case for case in cases.cases_of(scene) if not only or any(part in case.key for part in only)]
    asked = folder / "cases.json"
    asked.write_text(json.dumps({f"{case.key}-{place}": found for case in chosen for place, found in enumerate(case.statements)}))
    cookies = {user.pk: _cookies(user) for user in (scene.rep, scene.leader)}
    say("Starting the web servers.")
    with (
        gunicorn("config.wsgi", log=folder / "web.log", environment={}, answers_at="/account/login/") as salvor,
        gunicorn("bench.bare.wsgi", log=folder / "bare.log", environment={"BENCH_CASES": str(asked)}, answers_at="/ready/") as bare,
    ):
        for case in chosen:
            user = scene.leader if case.leader else scene.rep
            browser, plain = Client(salvor.port, cookies[user.pk]), Client(bare.port)
            found = pages.measure(case, salvor=browser, bare=plain, database=database, user=user)
            result.pages[case.key] = {"words": case.words, "target": case.target, **asdict(found)}
            say(f"{case.words}: {found.page.median:.1f} ms, bare view {found.bare_view.median:.1f}, {found.queries} queries")
            browser.close()
            plain.close()
        if not only:
            _moves(result, scene, Client(salvor.port, cookies[scene.rep.pk]), database)
        result.memory = salvor.memory()


def _cookies(user: User) -> dict[str, str]:
    """Of somebody who is logged in."""
    from django.test import Client

    browser = Client()
    browser.force_login(user)
    return {name: morsel.value for name, morsel in browser.cookies.items()} | {"csrftoken": "b" * 32}


def _moves(result: Result, scene: Scene, browser: Client, database: str) -> None:
    from bench import jobs

    moved, bare = jobs.stage_moves(browser, scene, database)
    browser.close()
    result.move = {"page": asdict(moved), "bare": asdict(bare)}
    say(f"Stage move: {moved.median:.1f} ms")


def _behind(result: Result) -> None:
    """What runs behind the pages."""
    from bench import jobs
    from config.embedded import local_folder

    say("Sweeps.")
    nothing, due, number = jobs.sweeps()
    result.sweep = {"nothing": nothing, "due": asdict(due), "deals": number}
    say("Imports.")
    took, bare_copy = jobs.imports_of_deals(local_folder())
    result.imported = {"took": asdict(took), "bare": bare_copy}


def _machine() -> str:
    model = next((line.split(":")[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")), "")
    return f"{os.cpu_count()} cores{f' ({model})' if model else ''}"


def _versions(connection: Any) -> str:
    import django

    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        server = cursor.fetchone()[0].split()[0]
    return f"Python {platform.python_version()}, Django {django.get_version()}, PostgreSQL {server}"


if __name__ == "__main__":
    sys.exit(main())
