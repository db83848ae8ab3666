"""The stories Salvor brings, and by what one is known to have been played by this very version."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.template.defaultfilters import date as date_words
from django.utils.translation import gettext as _

from reports.replay.reading import read_story

if TYPE_CHECKING:
    from reports.replay.story import Story

FOLDER = Path(__file__).resolve().parent.parent / "scenarios"
CODE = ("accounts", "deals", "winback", "reports")


@dataclass(frozen=True, slots=True)
class Shipped:
    """``slug``: its place in addresses. ``digest``: of the file and the code that plays it."""

    slug: str
    path: Path
    story: Story
    digest: str

    @property
    def days(self) -> str:
        """From when to when it plays: 14 September 2026 to 21 September 2026."""
        first, last = (step.at.astimezone(self.story.zone).replace(tzinfo=None) for step in (self.story.steps[0], self.story.steps[-1]))
        words = {"first": date_words(first, "j F Y"), "last": date_words(last, "j F Y")}
        return _("%(first)s to %(last)s") % words


@cache
def stories() -> dict[str, Shipped]:
    """By their slugs, in the order of the files' names. Read once a process."""
    found = {}
    for path in sorted(FOLDER.glob("*.yaml")):
        content = path.read_bytes()
        digest = sha256(content + code_version()).hexdigest()
        slug = path.stem.partition("-")[2]
        found[slug] = Shipped(slug, path, read_story(content), digest)
    return found


def code_version() -> bytes:
    """Of everything that may say something in a story."""
    digest = sha256(settings.BASE_CURRENCY.encode())
    for app in CODE:
        for path in sorted((Path(settings.BASE_DIR) / app).rglob("*.py")):
            digest.update(str(path.relative_to(settings.BASE_DIR)).encode() + path.read_bytes())
    return digest.digest()
