"""``python -m bench.mail``: how fast generated mail goes in, and in how much memory.

BENCH_MESSAGES (20000), BENCH_DEALS (100000), BENCH_SEED (1) and BENCH_WRITE=yes, which puts the figures into
docs/performance.md. Works on a copy of the generated company that ``make bench`` keeps, too.
"""

from __future__ import annotations

import os
import re
import sys
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from bench.databases import ROOT, Databases

if TYPE_CHECKING:
    from collections.abc import Iterator

os.environ.setdefault("SALVOR_LOCAL", str(ROOT / ".local" / "bench"))
STARTED = time.monotonic()
FIGURES = re.compile(r"(<!-- mail figures -->\n).*?(<!-- end of mail figures -->)", re.DOTALL)
# Pages of memory are looked at this often.
EVERY = 1000


@dataclass(slots=True)
class Result:
    messages: int
    seconds: float = 0.0
    reading: float = 0.0
    megabytes: float = 0.0
    memory: list[int] = field(default_factory=list)  # resident, MB
    became: dict[str, int] = field(default_factory=dict)

    def lines(self, deals: int, load: float) -> list[str]:
        became = ", ".join(f"{number:,} {name}" for name, number in sorted(self.became.items(), key=lambda one: -one[1]))
        return [
            f"{self.messages:,} messages ({self.megabytes:.0f} MB, one worker) into a company of {deals:,} deals, {datetime.now(UTC):%Y-%m-%d}"
            f" on {os.cpu_count()} cores, load of the machine before the run {load:.1f}:",
            "",
            "| | target | measured |",
            "|---|---|---|",
            f"| messages a second | over 300 | {self.messages / self.seconds:.0f} |",
            f"| milliseconds a message | | {self.seconds * 1000 / self.messages:.2f}, of which {self.reading * 1000 / self.messages:.2f} reading |",
            f"| resident memory, MB | flat | {self.memory[0]} after the first {EVERY:,}, {self.memory[-1]} at the end, {max(self.memory)} at most |",
            "",
            f"What became of them: {became}.",
        ]


def say(words: str) -> None:
    print(f"{time.monotonic() - STARTED:6.1f} s  {words}", file=sys.stderr, flush=True)


def main() -> int:
    from config import embedded, environment

    number = environment.number("BENCH_MESSAGES", 20_000, low=EVERY, high=10_000_000)
    deals = environment.number("BENCH_DEALS", 100_000, low=100, high=10_000_000)
    seed = environment.number("BENCH_SEED", 1, low=0, high=10**9)
    load = os.getloadavg()[0]
    embedded.start_servers()
    databases = Databases(os.environ["DATABASE_URL"], say)
    base = databases.base(deals, seed, datetime.now(UTC))
    say("Copying it.")
    os.environ["DATABASE_URL"] = databases.address(databases.copy(base))
    try:
        lines = _run(Result(number), seed).lines(deals, load)
    finally:
        databases.drop_copy()
    print("\n".join(lines))
    if environment.flag("BENCH_WRITE", default=False):
        page = ROOT / "docs" / "performance.md"
        page.write_text(FIGURES.sub(lambda found: f"{found[1]}\n{chr(10).join(lines)}\n\n{found[2]}", page.read_text()))
    return 0


def _run(result: Result, seed: int) -> Result:
    import django

    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    os.environ.setdefault("LOG_LEVEL", "ERROR")
    django.setup()
    from django.db import connection
    from django.utils import timezone

    from deals.risk.sweep import sweep
    from deals.services.mail import letters, take_in_many
    from deals.services.mail.files import mailbox_of_files
    from deals.services.mail.taking import batches

    now = timezone.now()
    say("The sweep of what became due since the company was made.")
    sweep(now)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE)")
    read = letters.read

    def timed_read(*given: object, **named: object) -> object:
        started = time.perf_counter()
        try:
            return read(*given, **named)  # type: ignore[arg-type] # handed on as they are
        finally:
            result.reading += time.perf_counter() - started

    letters.read = timed_read  # type: ignore[assignment] # measured from outside, for this process alone
    mailbox = mailbox_of_files(now=now)
    say("The mail.")
    done = 0
    for batch in batches(_items(result.messages, seed, now)):
        started = time.perf_counter()
        for taken in take_in_many(mailbox=mailbox, items=batch, now=now):
            result.became[taken.status] = result.became.get(taken.status, 0) + 1
        result.seconds += time.perf_counter() - started
        result.megabytes += sum(len(item.raw) for item in batch) / 1e6
        done += len(batch)
        if done % EVERY == 0:
            result.memory.append(_resident())
        if done % 10_000 == 0:
            say(f"{done:,} messages, {done / result.seconds:.0f} a second, {result.memory[-1]} MB")
    connection.close()
    return result


def _items(number: int, seed: int, now: datetime) -> Iterator[object]:
    from accounts.models import Contact, User
    from config.generator.mail import Someone, messages
    from deals.services.mail import Item

    customers = [Someone(*row) for row in Contact.objects.exclude(email="").order_by("pk").values_list("name", "email")[:5000]]
    people = [Someone(name, email) for name, email in User.objects.exclude(email=None).filter(role="rep").order_by("pk").values_list("name", "email")]
    for place, raw in enumerate(messages(number, seed=seed, customers=customers, people=people, until=now)):
        yield Item(raw, f"generated#{place}")


def _resident() -> int:
    """Of this process, in MB."""
    found = re.search(r"VmRSS:\s+(\d+)", Path("/proc/self/status").read_text())
    return int(found[1]) // 1024 if found else 0


if __name__ == "__main__":
    sys.exit(main())
