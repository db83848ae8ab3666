"""The access log without secrets: the address of a person's own calendar opens it for whoever has it, and what a mail provider sends along
is the permission to read a mailbox.
"""

from __future__ import annotations

import re
from typing import Any

from gunicorn.glogging import Logger  # type: ignore[import-untyped] # gunicorn has no types

# A person's own calendar.
SECRET = re.compile(r"(/calendar/)[^\s/?]+?(\.ics)?(?=[\s/?]|$)")
PERMISSION = re.compile(r"(/mailboxes/connected/[^\s?]*\?)\S+")


def veiled(line: str) -> str:
    return PERMISSION.sub(r"\1…", SECRET.sub(r"\1…\2", line))


class AccessLog(Logger):  # type: ignore[misc] # gunicorn has no types
    def atoms(self, *args: Any) -> dict[str, Any]:
        found: dict[str, Any] = super().atoms(*args)
        for name in ("r", "U", "f"):
            found[name] = veiled(str(found.get(name, "-")))
        return found
