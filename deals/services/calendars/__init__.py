"""Meetings as calendars tell them: taken in from mail, feeds and files, matched to deals, kept in step with what is recorded."""

from __future__ import annotations

from deals.services.calendars.letters import take_in_mail
from deals.services.calendars.taking import Source, TakenIn, take_in

__all__ = ["Source", "TakenIn", "take_in", "take_in_mail"]
