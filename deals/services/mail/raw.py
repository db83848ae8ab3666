"""The bytes of messages go into the database as they are, piece by piece: one of 100 MB takes no further memory on the way."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from django.db import connection

from deals.models import RawMail

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

# PostgreSQL's binary COPY: a signature, flags and the length of an extension; rows; -1. A field is its length and its bytes.
# https://www.postgresql.org/docs/current/sql-copy.html (File Formats, Binary Format)
BEGIN = b"PGCOPY\n\xff\r\n\x00" + struct.pack("!ii", 0, 0)
END = struct.pack("!h", -1)


def keep(messages: Iterable[tuple[int, bytes]]) -> None:
    """Write raw messages: (id of the message, its bytes)."""
    copy = f"COPY {RawMail._meta.db_table} (message_id, size, content) FROM STDIN WITH (FORMAT binary)"
    with connection.cursor() as cursor, connection.wrap_database_errors:
        cursor.cursor.copy_expert(copy, _Pieces(_written(messages)))


def _written(messages: Iterable[tuple[int, bytes]]) -> Iterator[bytes]:
    yield BEGIN
    for pk, content in messages:
        yield struct.pack("!hiqiii", 3, 8, pk, 4, len(content), len(content))
        yield content
    yield END


class _Pieces:
    """A file of these pieces, as far as COPY reads one."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._here = memoryview(b"")

    def read(self, size: int = -1) -> bytes:
        while not self._here:
            piece = next(self._pieces, None)
            if piece is None:
                return b""
            self._here = memoryview(piece)
        given = bytes(self._here[:size] if size >= 0 else self._here)
        self._here = self._here[len(given) :]
        return given
