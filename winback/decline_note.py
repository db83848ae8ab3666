"""The note by which we pass on a deal: four parts, put together as one mail."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

LONGEST_PART = 4000


@dataclass(frozen=True, slots=True)
class Note:
    """``thanks``, ``reason``, ``helpers`` (who else may help) and ``door`` (it stays open) are what a courteous no is made of.

    ``greeting`` and ``farewell`` stand around them; who signs is known only when it goes.
    """

    thanks: str
    reason: str
    helpers: str
    door: str
    greeting: str = ""
    farewell: str = ""
    subject: str = ""

    @classmethod
    def of(cls, said: Any) -> Note:
        """Of anything that has the parts by these names."""
        return cls(**{one.name: getattr(said, one.name) for one in fields(cls)})

    def tidy(self) -> Note:
        """As it is kept: without space around, or NUL."""
        return Note(**{name: text.replace("\x00", "").replace("\r\n", "\n").strip() for name, text in self.parts().items()})

    def parts(self) -> dict[str, str]:
        return {one.name: getattr(self, one.name) for one in fields(self)}

    def signed(self, name: str) -> str:
        """The words of the mail, signed by ``name``."""
        end = f"{self.farewell}\n{name}" if self.farewell else name
        return "\n\n".join(part for part in (self.greeting, self.thanks, self.reason, self.helpers, self.door, end) if part)
