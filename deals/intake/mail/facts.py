"""What the checks ask of a message, each found once and only when asked."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING

from deals.intake.mail import bounces
from deals.intake.mail.html import text_of_html
from deals.intake.mail.phrases import folded

if TYPE_CHECKING:
    from deals.intake.mail.message import Mail

READ = 6_000
# "Re:" in the languages of mail programs, forwards too, and a list's or a gateway's tag.
ANSWER = re.compile(
    r"(?:(?:re|aw|antw|sv|vs|odp|rif|r|res|fw|fwd|wg|tr|rv|enc|i|回复|答复|回覆|转发|返信|转寄|отв|пересл)(?:\[\d+\])?\s*[:：]\s*)+", re.IGNORECASE
)
TAG = re.compile(r"(?:\[[^\]]{1,40}\]\s*)+")
QUOTED_LINE = re.compile(r"^[ \t]*>.*$", re.MULTILINE)


class Facts:
    """A message and where it stands with us."""

    def __init__(self, mail: Mail, *, our_groups: frozenset[str], known_thread: bool) -> None:
        self.mail = mail
        self.our_groups = our_groups
        self.known_thread = known_thread

    def header(self, name: str) -> str:
        return self.mail.header(name).strip().lower()

    def has(self, *names: str) -> bool:
        return any(name in self.mail.headers for name in names)

    @cached_property
    def subject(self) -> str:
        """Folded, without the tag of a list; an answer's "Re:" is kept."""
        return TAG.sub("", folded(self.mail.subject), count=1) if self.mail.subject.startswith("[") else folded(self.mail.subject)

    @cached_property
    def is_answer(self) -> bool:
        return bool(ANSWER.match(self.subject))

    @cached_property
    def text(self) -> str:
        """The first words, folded, without quoted lines."""
        mail = self.mail
        text = mail.text if mail.text.strip() else text_of_html(mail.html[: READ * 6])
        return folded(QUOTED_LINE.sub("", text[:READ]))

    @cached_property
    def sender(self) -> str:
        return self.mail.sender.address if self.mail.sender else ""

    @cached_property
    def local_part(self) -> str:
        return self.mail.sender.local_part if self.mail.sender else ""

    @cached_property
    def no_way_back(self) -> bool:
        """The empty return path, by which servers and assistants send what must not be answered."""
        return self.mail.return_path in {"", "mailer-daemon"}

    @cached_property
    def actions(self) -> frozenset[str]:
        """What a delivery status report says was done with the recipients."""
        if not any(kind.endswith("delivery-status") for kind, _ in self.mail.reports):
            return frozenset()
        found = bounces.failures(self.mail)
        return frozenset((one.action or ("delayed" if one.delayed else "failed")) if one.address or one.action else "failed" for one in found)

    @cached_property
    def notice(self) -> str:
        """A bounce's own words, folded."""
        return folded(bounces.words_of(self.mail)[:READ])
