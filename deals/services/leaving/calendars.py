"""Calendars that are read for them, and the address at which others read theirs: both end with the last day."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import ngettext

from accounts.leaving import Holding, Rows
from deals.models import CalendarFeed, PersonalFeed

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import User


class Calendars(Holding):
    """A calendar is its person's own and cannot be anybody else's. It is not read on, and its address is forgotten; its meetings stay."""

    key, icon, ends = "calendars", "calendar", True
    fields = ("deals.CalendarFeed.owner",)

    def rows(self, leaver: User, now: datetime) -> Rows:
        return {self.fields[0]: CalendarFeed.objects.filter(owner=leaver, is_active=True)}

    def words(self, count: int) -> str:
        return ngettext("%(count)d calendar read for them", "%(count)d calendars read for them", count) % {"count": count}

    def move(self, *, leaver: User, heir: User, by: User | None, now: datetime) -> int:
        return CalendarFeed.objects.filter(owner=leaver, is_active=True).update(is_active=False, secret="")


class OwnAddress(Holding):
    key, icon, ends = "own_address", "link", True
    fields = ("deals.PersonalFeed.user",)

    def rows(self, leaver: User, now: datetime) -> Rows:
        return {self.fields[0]: PersonalFeed.objects.filter(user=leaver)}

    def words(self, count: int) -> str:
        return ngettext("%(count)d secret calendar address", "%(count)d secret calendar addresses", count) % {"count": count}

    def move(self, *, leaver: User, heir: User, by: User | None, now: datetime) -> int:
        return int(PersonalFeed.objects.filter(user=leaver).delete()[0])
