"""What people write and say, filled in once: pools to draw from."""

from __future__ import annotations

from config.demo_company import words as demo
from config.demo_company.names import SECTORS

FILLED = {
    "them": "Margaret", "me": "Nadia", "account": "the customer", "site": "main campus", "thing": "the monitoring", "product": "Sentinel",
    "day": "Thursday", "month": "March", "n": 4,
}  # fmt: skip


def _said(sign: str) -> tuple[tuple[str, str], ...]:
    return tuple(
        (exchange.subject.format(**FILLED), turn[1:].strip().format(**FILLED))
        for exchanges in demo.EXCHANGES.values()
        for exchange in exchanges
        for turn in exchange.turns
        if turn.startswith(sign)
    )


def _filled(texts: list[str]) -> tuple[str, ...]:
    return tuple(text.format(**FILLED) for text in texts)


FROM_THEM, FROM_US = _said("<"), _said(">")
CALLS = _filled([*demo.SHORT_CALLS, *(text for group in demo.CALLS.values() for text in group)])
MEETINGS = tuple((subject.format(**FILLED), notes.format(**FILLED)) for group in demo.MEETINGS.values() for subject, notes in group)
NOTES = _filled(list(demo.INTERNAL_NOTES))
NEXT_STEPS = _filled([text for group in demo.NEXT_STEPS.values() for text in group])
SITES = tuple(sorted({site for _name, _titles, sites in SECTORS.values() for site in sites}))
