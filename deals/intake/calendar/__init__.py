"""Calendars: what a file says, when its meetings are, what a message changes, and files of our own. Nothing here knows the database."""
