"""The rows of a file in batches, the next of them read ahead."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from typing import TYPE_CHECKING

from django.utils import translation

from deals.intake.files import source
from deals.intake.files.cells import Line
from deals.intake.files.values import Reader

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from deals.intake.files.values import Record
    from deals.services.imports.frame import Frame


def records_of(path: Path, frame: Frame) -> Iterator[Record]:
    reader = Reader(frame.plan, frame.zone)
    return (reader.record(line) for line in source.lines(path, frame.plan) if isinstance(line, Line))


def batches(records: Iterable[Record], size: int) -> Iterator[list[Record]]:
    waiting = iter(records)
    while batch := list(islice(waiting, size)):
        yield batch


def read_ahead(batches: Iterator[list[Record]]) -> Iterator[list[Record]]:
    """The next batch is read while the database works on the one before. Reading a file asks nothing of the database.

    What goes wrong in it is raised here; the thread speaks the language of whoever asks.
    """
    language = translation.get_language()

    def read() -> list[Record]:
        with translation.override(language):
            return next(batches, [])

    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="read-ahead") as reader:
        following = reader.submit(read)
        while batch := following.result():
            following = reader.submit(read)
            yield batch
