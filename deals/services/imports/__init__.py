"""Imports of files: the services. ``run`` and ``resume`` are for the worker, the rest for views and the command."""

from deals.services.imports.lifecycle import (
    ask_undo,
    asked,
    change_kind,
    discard,
    import_file,
    kinds_for,
    look,
    look_again,
    may_import,
    obstacles,
    planned,
    preview,
    receive,
    resume,
    start,
)
from deals.services.imports.running import run
from deals.services.imports.undoing import undo, undo_preview

__all__ = [
    "ask_undo",
    "asked",
    "change_kind",
    "discard",
    "import_file",
    "kinds_for",
    "look",
    "look_again",
    "may_import",
    "obstacles",
    "planned",
    "preview",
    "receive",
    "resume",
    "run",
    "start",
    "undo",
    "undo_preview",
]
