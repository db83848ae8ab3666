"""Working calendars as stored; :mod:`accounts.working_time` does the arithmetic."""

from __future__ import annotations

import zoneinfo

import pghistory
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _


def default_week() -> list[list[list[str]]]:
    """Monday to Friday, 09:00 to 17:00; one list of [start, end] periods a weekday, Monday first."""
    return [[["09:00", "17:00"]] for _day in range(5)] + [[], []]


def known_time_zone(name: str) -> None:
    if name not in zoneinfo.available_timezones():
        raise ValidationError(_("%(name)s is no time zone. Use a name like Europe/Berlin."), params={"name": name})


@pghistory.track()
class WorkingCalendar(models.Model):
    """When a team works: a time zone, the hours of each weekday, a country's public holidays and days of its own."""

    name = models.CharField(_("name"), max_length=120)
    # A calendar of one person alone, who works at other hours than their team; empty for every other calendar.
    person = models.OneToOneField("accounts.User", on_delete=models.CASCADE, null=True, blank=True, related_name="own_calendar")
    time_zone = models.CharField(_("time zone"), max_length=64, default="UTC", validators=[known_time_zone])
    week = models.JSONField(
        _("week"), default=default_week, help_text=_("Seven lists of periods, Monday first; a period ends after it starts, at 24:00 at the latest.")
    )
    country = models.CharField(_("country of the holidays"), max_length=2, blank=True, help_text=_("ISO 3166 code, empty for none"))
    subdivision = models.CharField(_("region of the holidays"), max_length=10, blank=True)
    is_default = models.BooleanField(_("used where a team has none"), default=False)
    # Raised with every change, so that processes know that the calendar they hold is old.
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["name"], condition=models.Q(person__isnull=True), name="calendar_name_once"),
            models.CheckConstraint(condition=models.Q(person__isnull=True) | models.Q(is_default=False), name="calendar_of_a_person_is_no_default"),
            models.UniqueConstraint(fields=["is_default"], condition=models.Q(is_default=True), name="calendar_one_default"),
        ]

    def __str__(self) -> str:
        return self.name


@pghistory.track()
class CalendarDay(models.Model):
    """One date that differs from the week: closed (no periods), or open at other hours (half a day)."""

    calendar = models.ForeignKey(WorkingCalendar, on_delete=models.CASCADE, related_name="days")
    date = models.DateField(_("date"))
    name = models.CharField(_("name"), max_length=120)
    periods = models.JSONField(_("open periods"), default=list, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["calendar", "date"], name="calendar_day_once")]

    def __str__(self) -> str:
        return f"{self.date} {self.name}"
