"""Imports that somebody began and has not finished."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts import organisation
from accounts.leaving import Example, Holding, Rows
from deals.models import Import
from deals.services.imports import kinds_for, may_import

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from accounts.models import User

State = Import.State


class Imports(Holding):
    key, icon = "imports", "upload"
    fields = ("deals.Import.created_by",)

    def rows(self, leaver: User, now: datetime) -> Rows:
        return {self.fields[0]: Import.objects.filter(created_by=leaver, state__in=(State.UPLOADED, State.READY, State.WAITING, State.RUNNING))}

    def words(self, count: int) -> str:
        return ngettext("%(count)d unfinished import", "%(count)d unfinished imports", count) % {"count": count}

    def examples(self, leaver: User, now: datetime, most: int) -> Sequence[Example]:
        rows = self.rows(leaver, now)[self.fields[0]].order_by("-created_at")[:most]
        return [Example(one.file_name, reverse("import", args=[one.pk])) for one in rows]

    def place(self, heir: User) -> str:
        return reverse("imports")

    def refuses(self, heir: User) -> str:
        if not may_import(heir):
            return _("%(name)s cannot import. Choose a manager or an admin for the imports.") % {"name": heir.name}
        return ""

    def move(self, *, leaver: User, heir: User, by: User | None, now: datetime) -> int:
        """What the heir may not bring in is left to an admin, who sees every import."""
        rows = self.rows(leaver, now)[self.fields[0]]
        moved = rows.filter(kind__in=kinds_for(heir)).update(created_by=heir)
        admins = [pk for pk in organisation.load(at=now).admins(now) if pk != leaver.pk]
        rows.update(created_by=admins[0] if admins else heir.pk)
        return moved
