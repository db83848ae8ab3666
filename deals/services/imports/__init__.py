"""Imports of files: the services. ``run`` and ``resume`` are for the worker, the rest for views and the command."""

from deals.services.imports.lifecycle import asked, import_file, kinds_for, look, may_import, obstacles, planned, preview, receive, resume, start
from deals.services.imports.running import run
from deals.services.imports.undoing import undo, undo_preview

__all__ = [
    "asked",
    "import_file",
    "kinds_for",
    "look",
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
