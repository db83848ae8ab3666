"""What makes somebody a part of the line that others rely on: teams they lead, people they cover for, mail of those who left before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts import organisation
from accounts.leaving import Example, Holding, Rows
from accounts.models import Absence, Departure, Role, Team, User
from accounts.services.covering import days_of, tell_cover
from accounts.services.presence import tell_presence_changed

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from accounts.organisation import Organisation


class Teams(Holding):
    key, icon = "teams", "users"
    fields = ("accounts.Team.manager",)

    def rows(self, leaver: User, now: datetime) -> Rows:
        return {self.fields[0]: Team.objects.filter(manager=leaver)}

    def words(self, count: int) -> str:
        return ngettext("%(count)d team to lead", "%(count)d teams to lead", count) % {"count": count}

    def examples(self, leaver: User, now: datetime, most: int) -> Sequence[Example]:
        return [Example(one.name) for one in Team.objects.filter(manager=leaver).order_by("name")[:most]]

    def place(self, heir: User) -> str:
        return reverse("person", args=[heir.pk])

    def refuses(self, heir: User) -> str:
        if heir.role == Role.REP:
            return _("%(name)s is a rep and would not see the team. Choose a manager, or change their role first.") % {"name": heir.name}
        return ""

    def move(self, *, leaver: User, heir: User, by: User | None, now: datetime) -> int:
        """The whole tree is held, as by every other change of it."""
        ids = [
            pk for pk, manager in Team.objects.select_for_update(no_key=True).order_by("pk").values_list("pk", "manager_id") if manager == leaver.pk
        ]
        if ids:
            Team.objects.filter(pk__in=ids).update(manager=heir)
            tell_presence_changed(user_ids=[leaver.pk, heir.pk], now=now)
        return len(ids)


class Covers(Holding):
    """Absences of others, not over yet, in which they answer."""

    key, icon = "covers", "repeat-2"
    fields = ("accounts.Absence.cover",)

    def rows(self, leaver: User, now: datetime) -> Rows:
        return {self.fields[0]: Absence.objects.filter(cover=leaver, ends_at__gt=now)}

    def words(self, count: int) -> str:
        return ngettext("%(count)d absence they cover", "%(count)d absences they cover", count) % {"count": count}

    def examples(self, leaver: User, now: datetime, most: int) -> Sequence[Example]:
        rows = Absence.objects.filter(cover=leaver, ends_at__gt=now).select_related("user").order_by("starts_at")[:most]
        return [Example(f"{one.user.name} {days_of(one)}", reverse("person", args=[one.user_id])) for one in rows]

    def place(self, heir: User) -> str:
        return reverse("person", args=[heir.pk])

    def move(self, *, leaver: User, heir: User, by: User | None, now: datetime) -> int:
        """To the heir where they are there; else to the first up the line who is; where nobody is, the deals go up the line by themselves."""
        found = list(Absence.objects.filter(cover=leaver, ends_at__gt=now).select_related("user").select_for_update(of=("self",)).order_by("pk"))
        company = organisation.load(at=now)
        for absence in found:
            line = (heir.pk, *company.line(absence.user.team_id, but=absence.user_id))
            absence.cover_id = next((one for one in line if one not in (absence.user_id, leaver.pk) and _is_there(company, one, absence)), None)
            absence.save(update_fields=["cover"])
            tell_cover(absence=absence, before=None, by=by or leaver, now=now)
        if found:
            tell_presence_changed(user_ids=[absence.user_id for absence in found], now=now)
        return len(found)


def _is_there(company: Organisation, person_id: int, absence: Absence) -> bool:
    """For all of the absence."""
    person = company.people[person_id]
    away = any(one.start < absence.ends_at and absence.starts_at < one.end for one in person.absences)
    return not away and not person.has_left(absence.ends_at)


class MailOfLeavers(Holding):
    """Departures of others whose mail comes to them."""

    key, icon = "mail_of_leavers", "mail"
    fields = ("accounts.Departure.mail_to",)

    def rows(self, leaver: User, now: datetime) -> Rows:
        return {self.fields[0]: Departure.objects.filter(mail_to=leaver)}

    def words(self, count: int) -> str:
        return ngettext("the mail of %(count)d person who left", "the mail of %(count)d people who left", count) % {"count": count}

    def examples(self, leaver: User, now: datetime, most: int) -> Sequence[Example]:
        rows = Departure.objects.filter(mail_to=leaver).select_related("user").order_by("-last_day")[:most]
        return [Example(one.user.name, reverse("person", args=[one.user_id])) for one in rows]

    def move(self, *, leaver: User, heir: User, by: User | None, now: datetime) -> int:
        """An heir who leaves as well gets no mail of their own: that goes up the line."""
        ids = list(Departure.objects.filter(mail_to=leaver).order_by("pk").select_for_update(of=("self",)).values_list("pk", flat=True))
        of_theirs = Departure.objects.filter(pk__in=ids)
        return of_theirs.filter(user=heir).update(mail_to=None) + of_theirs.exclude(user=heir).update(mail_to=heir)
