"""When a message was written, where its date can be believed."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_tz

from deals.intake.mail.marking import DATE_WRONG
from deals.intake.mail.marking import gettext_noop as _

# Mail before this, or after it where nobody says when it came in, has the date of a clock that was never set.
EARLIEST = datetime(1985, 1, 1, tzinfo=UTC)
LATEST = datetime(2070, 1, 1, tzinfo=UTC)
# A clock may go wrong by a time zone; more than that, and a message would have been written after it came in.
AHEAD = timedelta(days=2)
ISO = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d)?(?:\.\d+)?\s*(?:Z|[+-]\d\d:?\d\d)?")


def moment(written: str) -> datetime | None:
    """A date as mail writes it, in UTC; None where it is none."""
    if not written or len(written) > 200:
        return None
    try:
        parsed = parsedate_tz(written)
        if parsed is not None:
            offset = parsed[9] or 0
            return datetime(*parsed[:6], tzinfo=timezone(timedelta(seconds=offset))).astimezone(UTC)
    except (ValueError, OverflowError, IndexError, TypeError):
        pass
    found = ISO.search(written)
    if not found:
        return None
    try:
        read = datetime.fromisoformat(found[0].replace(" ", "T", 1).replace(" ", ""))
        return (read if read.tzinfo else read.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def believed(written: str, *, received: tuple[str, ...], received_at: datetime | None) -> tuple[datetime | None, str]:
    """The date to go by and the defect, if any. `received` are the Received headers, the newest first."""
    said = moment(written)
    if said is not None and EARLIEST <= said <= (received_at + AHEAD if received_at else LATEST):
        return said, ""
    defect = _("The message has no date.") if not written else DATE_WRONG % {"written": written[:100]}
    if received_at is not None:
        return received_at.astimezone(UTC), defect
    for line in received[:3]:
        taken = moment(line.rpartition(";")[2].strip())
        if taken is not None and EARLIEST <= taken <= LATEST:
            return taken, defect
    return None, defect
