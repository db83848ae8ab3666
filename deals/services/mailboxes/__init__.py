"""Mailboxes of people and teams: reading them, one worker at a time, and keeping how to get in."""

from deals.services.mailboxes.keeping import add, change, may_change, pause, read_again, refuse_addresses_of_others, refuse_to_move, remove, take_up
from deals.services.mailboxes.kept import secret_of
from deals.services.mailboxes.polling import Polled, due, poll, try_out

__all__ = [
    "Polled",
    "add",
    "change",
    "due",
    "may_change",
    "pause",
    "poll",
    "read_again",
    "refuse_addresses_of_others",
    "refuse_to_move",
    "remove",
    "secret_of",
    "take_up",
    "try_out",
]
