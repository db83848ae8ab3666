"""What a story has named so far, and where its mistakes go. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from reports.replay.mistakes import Found


@dataclass(slots=True)
class Names:
    """What has been named so far, by kind ("user", "deal", …); the zone for moments; where mistakes go."""

    found: Found
    zone: ZoneInfo
    of: dict[str, dict[str, int]] = field(default_factory=dict)

    def add(self, kind: str, key: str, line: int) -> None:
        known = self.of.setdefault(kind, {})
        if key in known:
            self.found.say(line, f"There is a {words(kind)} “{key}” already, in line {known[key]}.")
        known.setdefault(key, line)

    def knows(self, key: str, *kinds: str) -> bool:
        return any(key in self.of.get(kind, ()) for kind in kinds)


def words(kind: str) -> str:
    return kind.replace("_", " ")
