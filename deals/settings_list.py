"""The front of the settings: every place, in groups, and to whom it is shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from accounts.authority import ORGANISERS, SENIORS
from accounts.models import Role

if TYPE_CHECKING:
    from collections.abc import Collection

    from django.utils.functional import _StrPromise

    from accounts.models import User


@dataclass(frozen=True, slots=True)
class Setting:
    """``roles``: to whom it is shown; empty for everybody."""

    route: str
    name: _StrPromise
    icon: str
    words: _StrPromise
    roles: Collection[str] = ()


GROUPS: tuple[tuple[_StrPromise, tuple[Setting, ...]], ...] = (
    (
        _("Company"),
        (
            Setting("welcome", _("First steps"), "flag", _("What Salvor still needs before the risk desk can speak."), (Role.ADMIN,)),
            Setting("calendars", _("Working calendars"), "calendar-days", _("When each team works: hours, time zones, holidays."), (Role.ADMIN,)),
            Setting("rates", _("Exchange rates"), "globe", _("What other currencies are worth, day by day; sums are in one currency."), SENIORS),
            Setting("team-mailboxes", _("Mailboxes"), "inbox", _("Where the teams’ mail is read, and whether that works."), ORGANISERS),
            Setting("imports", _("Imports"), "upload", _("What was brought in from files, and undoing it."), ORGANISERS),
            Setting(
                "audit", _("Who changed what"), "history", _("Every change with its time and its author, to search and to download."), (Role.ADMIN,)
            ),
        ),
    ),
    (
        _("Selling"),
        (
            Setting(
                "thresholds", _("Limits"), "sliders-horizontal", _("How long each stage and each answer may take before somebody is told."), SENIORS
            ),
            Setting(
                "pipelines",
                _("Pipelines and stages"),
                "square-kanban",
                _("The ways you sell, the stages of each, and what is in them."),
                (Role.ADMIN,),
            ),
            Setting("mail-templates", _("Templates"), "mail", _("Words to begin a mail with: your own, and those shared with you.")),
            Setting(
                "loss-reasons",
                _("Reasons for losing"),
                "trending-down",
                _("What people choose from when a deal is lost."),
                ORGANISERS,
            ),
        ),
    ),
    (
        _("People"),
        (
            Setting("teams", _("Teams"), "waypoints", _("The tree of teams: who leads, who is in, by which hours."), (Role.ADMIN,)),
            Setting("people", _("People and teams"), "users", _("Who is here, who is away, who covers, and who has left."), ORGANISERS),
        ),
    ),
    (
        _("You"),
        (
            Setting("profile", _("Your profile"), "user-round", _("Name, time zone, working hours, look and keys.")),
            Setting("mailboxes", _("Your mailboxes"), "inbox", _("Where your mail is read, so that what was said is known.")),
            Setting("profile-calendars", _("Your calendars"), "calendar", _("Meetings that Salvor reads, and Salvor in your own calendar.")),
            Setting("profile-mail", _("Mail you wrote"), "mail", _("What waits, what went, and what did not.")),
            Setting("profile-notices", _("What comes by mail"), "mail", _("Which notices you want in your mail as well.")),
            Setting("mfa_index", _("Second step and passkeys"), "lock", _("What it takes to log in as you, beside the password.")),
            Setting("profile-sessions", _("Where you are logged in"), "monitor", _("Devices and browsers, to look at and to end.")),
            Setting("account_change_password", _("Your password"), "key-round", _("Change it here; every other session is logged out.")),
        ),
    ),
)


def groups_for(user: User) -> list[tuple[_StrPromise, list[dict[str, object]]]]:
    """The groups with the places that exist and concern this person; a group without any is left out."""
    found = []
    for name, settings in GROUPS:
        entries: list[dict[str, object]] = []
        for setting in settings:
            if setting.roles and user.role not in setting.roles:
                continue
            try:
                entries.append({"url": reverse(setting.route), "name": setting.name, "icon": setting.icon, "words": setting.words})
            except NoReverseMatch:
                continue
        if entries:
            found.append((name, entries))
    return found
