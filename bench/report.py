"""The figures as JSON and as tables in Markdown."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field, fields
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

TARGET_MOVE, TARGET_IMPORT, TARGET_MEMORY, TARGET_SWEEP = 15, 5, 300, 500
# The company that the targets are for. Of others it is told how they grow.
OF_DEALS = 100_000
# At ten times the deals a page may take so much longer.
MAY_GROW = 1.5
BEGIN, END = "<!-- figures -->", "<!-- end of figures -->"


@dataclass
class Result:
    """One run. Times in milliseconds, memory in MB."""

    deals: int
    seed: int
    at: str
    machine: str
    versions: str
    load: float
    pages: dict[str, dict[str, Any]] = field(default_factory=dict)
    move: dict[str, Any] = field(default_factory=dict)
    sweep: dict[str, Any] = field(default_factory=dict)
    imported: dict[str, Any] = field(default_factory=dict)
    memory: float = 0.0

    def save(self, folder: Path) -> Path:
        path = folder / f"{self.deals}.json"
        path.write_text(json.dumps(asdict(self), indent=1))
        return path


def read_all(folder: Path) -> list[Result]:
    """Every run that is kept, the smallest company first."""
    runs = (json.loads(path.read_text()) for path in folder.glob("*.json"))
    # A run of before may have measured what is measured otherwise now.
    known = {one.name for one in fields(Result)}
    return sorted((Result(**{name: value for name, value in run.items() if name in known}) for run in runs), key=lambda one: one.deals)


def number(value: float) -> str:
    return f"{value:.0f}" if value >= 100 else f"{value:.1f}" if value >= 0.95 else f"{value:.2f}"


def _target(result: Result, value: float, target: float | None) -> str:
    if target is None or result.deals != OF_DEALS:
        return "-"
    return f"under {target:g}" + ("" if value < target else " **missed**")


def table(result: Result) -> str:
    """One run's figures."""
    lines = [
        f"{result.deals:,} deals (seed {result.seed}), measured {result.at} on {result.machine}; {result.versions}; load of the machine "
        f"before the run {result.load:.1f}.",
        "",
        "| page | target | median | p95 | bare view | bare SQL | page / bare view | queries | slowest query | KB |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    for page in result.pages.values():
        took, view, sql = page["page"]["median"], page["bare_view"]["median"], page["bare_sql"]["median"]
        lines.append(
            f"| {page['words']} | {_target(result, took, page['target'])} | {number(took)} | {number(page['page']['p95'])} | {number(view)} | "
            f"{number(sql)} | {took / view:.1f} | {page['queries']} | {number(page['slowest'])} | {page['kilobytes']:.0f} |"
        )
    lines += ["", "| job | target | measured | bare SQL |", "|---|---|---|---|", *_jobs(result)]
    return "\n".join(lines)


def _jobs(result: Result) -> list[str]:
    lines = []
    if move := result.move:
        took, p95, bare = move["page"]["median"], move["page"]["p95"], move["bare"]["median"]
        lines.append(f"| save a stage move, ms (p95 {number(p95)}) | {_target(result, took, TARGET_MOVE)} | {number(took)} | {number(bare)} |")
    if sweep := result.sweep:
        due, slowest = sweep["due"]["median"], sweep["due"]["p95"]
        lines.append(f"| sweep, {sweep['deals']:,} due, ms (slowest {number(slowest)}) | {_target(result, due, TARGET_SWEEP)} | {number(due)} | - |")
        lines.append(f"| sweep, nothing due, ms | - | {number(sweep['nothing'])} | - |")
    if result.imported:
        took, slowest = (value / 1000 for value in result.imported["took"].values())
        bare = f"{number(result.imported['bare'] / 1000)} (COPY alone)"
        lines.append(f"| import of 10,000 deals, s (slowest {number(slowest)}) | {_target(result, took, TARGET_IMPORT)} | {number(took)} | {bare} |")
    lines.append(f"| memory of the web processes, MB (PSS) | {_target(result, result.memory, TARGET_MEMORY)} | {number(result.memory)} | - |")
    return lines


def growth(results: list[Result]) -> str:
    """Every page at every size, as a multiple of its time in the smallest company."""
    if len(results) < 2:
        return ""
    first = results[0]
    lines = [
        f"| page, ms | {' | '.join(f'{one.deals:,} deals' for one in results)} | largest / smallest (may be {MAY_GROW}) |",
        f"|---|{'---|' * (len(results) + 1)}",
    ]
    for key, page in first.pages.items():
        times = [one.pages[key]["page"]["median"] for one in results if key in one.pages]
        if len(times) == len(results):
            ratio = times[-1] / times[0]
            lines.append(f"| {page['words']} | {' | '.join(number(one) for one in times)} | {ratio:.2f}{'' if ratio <= MAY_GROW else ' **more**'} |")
    return "\n".join(lines)


def write_into(document: Path, results: list[Result]) -> None:
    """Put the figures of all kept runs between the marks of a document."""
    text = document.read_text()
    if BEGIN not in text or END not in text:
        raise SystemExit(f"{document} has no place for figures: it needs the lines {BEGIN} and {END}.")
    before, _begin, rest = text.partition(BEGIN)
    _old, _end, after = rest.partition(END)
    parts = [f"### {one.deals:,} deals\n\n{table(one)}" for one in reversed(results)]
    if grown := growth(results):
        parts.append(f"### How it grows\n\n{grown}")
    document.write_text(f"{before}{BEGIN}\n\n" + "\n\n".join(parts) + f"\n\n{END}{after}")
