"""What they made for others: saved views and templates of mail. What they kept for themselves stays with them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import ngettext

from accounts.leaving import Example, Holding, Rows
from deals.models import MailTemplate, SavedView, StartPage

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from accounts.models import User

# As long as a name of a view or a template may be.
LONGEST = 80


class Views(Holding):
    key, icon = "views", "bookmark"
    fields = ("deals.SavedView.owner",)

    def rows(self, leaver: User, now: datetime) -> Rows:
        return {self.fields[0]: SavedView.objects.filter(owner=leaver).exclude(sharing=SavedView.Sharing.PRIVATE)}

    def words(self, count: int) -> str:
        return ngettext("%(count)d shared view", "%(count)d shared views", count) % {"count": count}

    def examples(self, leaver: User, now: datetime, most: int) -> Sequence[Example]:
        return [Example(one.name) for one in self.rows(leaver, now)[self.fields[0]].order_by("name")[:most]]

    def move(self, *, leaver: User, heir: User, by: User | None, now: datetime) -> int:
        """Shared with whom it was; whose day begins with it begins as before."""
        return _give(self.rows(leaver, now)[self.fields[0]], SavedView.objects.filter(owner=heir), leaver, heir)


class Templates(Holding):
    key, icon = "templates", "file-text"
    fields = ("deals.MailTemplate.owner",)

    def rows(self, leaver: User, now: datetime) -> Rows:
        shared = MailTemplate.objects.filter(owner=leaver, retired_at=None).exclude(sharing=MailTemplate.Sharing.PRIVATE)
        return {self.fields[0]: shared}

    def words(self, count: int) -> str:
        return ngettext("%(count)d shared template of mail", "%(count)d shared templates of mail", count) % {"count": count}

    def examples(self, leaver: User, now: datetime, most: int) -> Sequence[Example]:
        return [Example(one.name) for one in self.rows(leaver, now)[self.fields[0]].order_by("name")[:most]]

    def move(self, *, leaver: User, heir: User, by: User | None, now: datetime) -> int:
        return _give(self.rows(leaver, now)[self.fields[0]], MailTemplate.objects.filter(owner=heir), leaver, heir)


def _give(rows: Any, theirs: Any, leaver: User, heir: User) -> int:
    """A name the heir has used already says whose it was."""
    found = list(rows.select_for_update(of=("self",)).order_by("pk"))
    taken = {name.lower() for name in theirs.values_list("name", flat=True)}
    for one in found:
        one.owner, one.name = heir, free_name(one.name, leaver.name, taken)
        one.save(update_fields=["owner", "name"])
        taken.add(one.name.lower())
    return len(found)


def free_name(name: str, of: str, taken: set[str]) -> str:
    """``Review`` as ``Review (Ada Hall)`` where there is a Review, then as ``Review (Ada Hall 2)``."""
    found, again = name, 1
    while found.lower() in taken:
        ending = f" ({of}{f' {again}' if again > 1 else ''})"[-LONGEST // 2 :]
        found, again = name[: LONGEST - len(ending)] + ending, again + 1
    return found


class StartPages(Holding):
    """Where their own day begins: with the last day nobody's."""

    key, icon, ends = "start_page", "house", True
    fields = ("deals.StartPage.user",)

    def rows(self, leaver: User, now: datetime) -> Rows:
        return {self.fields[0]: StartPage.objects.filter(user=leaver)}

    def words(self, count: int) -> str:
        return ngettext("%(count)d page their day begins with", "%(count)d pages their day begins with", count) % {"count": count}

    def move(self, *, leaver: User, heir: User, by: User | None, now: datetime) -> int:
        return int(StartPage.objects.filter(user=leaver).delete()[0])
