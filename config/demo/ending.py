"""Ctrl-C, SIGTERM and a closed terminal all end the demo the same way."""

from __future__ import annotations

import signal
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType


class Ended(BaseException):
    """Somebody asked the demo to stop."""


class Ending:
    """Turns the first signal into ``Ended``, except while something must not be torn apart; counts the others."""

    def __init__(self) -> None:
        self.asked = 0
        self._may_interrupt = True
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._on_signal)

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        self.asked += 1
        if self._may_interrupt:
            self._may_interrupt = False
            raise Ended

    def no_more(self) -> None:
        """From here on signals are only counted: the stop is under way."""
        self._may_interrupt = False

    @contextmanager
    def held_back(self) -> Iterator[None]:
        """A few seconds that finish before a signal is heard: a server that is just starting would be left behind."""
        self._may_interrupt = False
        yield
        if self.asked:
            raise Ended
        self._may_interrupt = True
