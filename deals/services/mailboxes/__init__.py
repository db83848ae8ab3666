"""Mailboxes of people and teams: reading them, one worker at a time, and keeping how to get in."""

from deals.services.mailboxes.keeping import add, change, pause, read_again, remove, take_up
from deals.services.mailboxes.polling import Polled, due, poll, try_out

__all__ = ["Polled", "add", "change", "due", "pause", "poll", "read_again", "remove", "take_up", "try_out"]
