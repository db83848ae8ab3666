"""People and teams from a file: reps, the managers named beside them, and the tree of regions and teams these make.

Whoever has no address may own deals but cannot log in until invited. An import never changes the role of
an admin or executive, never an address that is there, and makes admins only for an admin.
"""

from __future__ import annotations

import zoneinfo
from functools import cache
from typing import TYPE_CHECKING, Any

from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from accounts.models import Role, Team, User
from accounts.services.presence import tell_presence_changed
from deals.intake.files.names import join_name, key, means_nobody, person_name
from deals.services.imports.frame import Ref, pk_of
from deals.services.imports.writer import CREATED, UPDATED, Rejected, Verdict, Writer

if TYPE_CHECKING:
    from deals.intake.files.values import Record

ROLES = {
    Role.MANAGER: "manager salesmanager teamlead teamleader leiter teamleiter vertriebsleiter responsable directeur head director",
    Role.EXECUTIVE: "executive vp vicepresident ceo cro cso president geschaftsfuhrer vorstand",
    Role.ADMIN: "admin administrator systemadministrator",
}
ROLE_OF = {word: role for role, words in ROLES.items() for word in words.split()}


class PeopleWriter(Writer):
    model = User
    batch = 5000  # a company's people at once, so that who manages whom is known before the first row

    def read_lookups(self) -> None:
        self.lookups.__init__()  # type: ignore[misc] # read afresh
        self.lookups.read_people()
        self.teams: dict[tuple[int | None, str], Ref] = {}
        self.team_of_manager: dict[int, int] = {}
        for pk, name, parent_id, manager_id in Team.objects.values_list("pk", "name", "parent_id", "manager_id").order_by("pk"):
            self.teams[parent_id, key(name)] = pk
            if manager_id:
                self.team_of_manager.setdefault(manager_id, pk)
        self.made: list[Any] = []
        # Managers whom this file names before (or without) a row of their own.
        self.bosses: set[int] = set()

    def identity(self, record: Record) -> str:
        return record.text("external_id") or record.text("email").lower() or key(_name(record))

    def load(self, records: list[Record]) -> None:
        self.managing = {key(person_name(record.text("manager"))) for record in records} - {""}
        found = [self._find(record) for record in records]
        self.here = User.objects.in_bulk([pk for pk in found if isinstance(pk, int)])

    def _find(self, record: Record) -> Ref | None:
        email = record.text("email").lower()
        by_id = self.lookups.people_by_id.get(record.text("external_id")) or self.lookups.people_by_email.get(email)
        if by_id is not None:
            return by_id
        found = self.lookups.people.find(_name(record))
        return found[1] if found else None

    def judge_one(self, record: Record) -> Verdict:
        name, email = _name(record), self._email(record)
        if not name:
            raise Rejected("name", "", _("A person needs a name."))
        if len(name) > 150:
            raise Rejected("name", name, _("The text is longer than %(longest)s letters.") % {"longest": 150})
        ref = self._find(record)
        here = self.here.get(ref) if isinstance(ref, int) else None
        if here is not None and here.email and email and here.email.lower() != email and here.external_id != record.text("external_id"):
            here, ref = None, None  # another person of the same name
        self.made = []
        wanted = self._wanted(record, here, name, email)
        team = self._team(record, here or ref, name)
        if team is not None:
            wanted["team"] = team
        companions, self.made = self.made, []
        if here is not None:
            verdict = self.compared(record, here, wanted)
            verdict.companions = companions
            if companions and verdict.result != UPDATED:
                verdict.result = UPDATED
            return verdict
        if isinstance(ref, User) and id(ref) in self.bosses:
            self.bosses.discard(id(ref))
            for field, value in wanted.items():
                setattr(ref, field, value)
            return Verdict(record, CREATED, ref, companions=companions, extra="made above")
        verdict = self.created(record, wanted, password=make_password(None))
        verdict.companions = companions
        self._remember(name, email, record.text("external_id"), verdict.instance)
        return verdict

    def _wanted(self, record: Record, here: User | None, name: str, email: str) -> dict[str, Any]:
        wanted: dict[str, Any] = {"external_id": self.fitting(record, "external_id")}
        if here is None or (record.text("external_id") and here.external_id == record.text("external_id")):
            wanted["name"] = name
        if email and (here is None or not here.email):
            wanted["email"] = email
        elif here is not None and email and (here.email or "").lower() != email:
            self.frame.notes.facts[_("whose address stays as it is here")] += 1
        if (zone := record.text("time_zone")) in _time_zones():
            wanted["time_zone"] = zone
        if record.values.get("active") is False and (here is None or (here.is_active and here.role in (Role.REP, Role.MANAGER))):
            wanted |= {"is_active": False, "suspended_at": self.frame.now}
        role = self._role(record, name)
        if role and (here is None or here.role in (Role.REP, Role.MANAGER)):
            wanted["role"] = role
        return {field: value for field, value in wanted.items() if value != ""}

    def _role(self, record: Record, name: str) -> str:
        said = ROLE_OF.get(key(record.text("role")), "")
        if said in (Role.ADMIN, Role.EXECUTIVE) and self.frame.by is not None and self.frame.by.role != Role.ADMIN:
            raise Rejected("role", record.text("role"), _("Only an admin may bring in admins and executives."))
        return said or (Role.MANAGER if key(name) in self.managing else "")

    def _email(self, record: Record) -> str:
        email = record.text("email").lower()
        if not email:
            return ""
        try:
            validate_email(email)
        except ValidationError as error:
            raise Rejected("email", record.text("email"), _("This is not an e-mail address.")) from error
        return email

    # --- the tree -------------------------------------------------------------------------------------------
    def _team(self, record: Record, person: Ref | None, name: str) -> Ref | None:
        """The team the row puts the person in: the named one, else the manager's, else the region's; made where it is missing."""
        region = self._region(record)
        boss = self._manager(record)
        if boss is None:
            team_name = record.text("team")
            return self._named_team(team_name, region, None) if team_name and not means_nobody(team_name) else region
        boss_team = self._named_team(record.text("team"), region, boss) if record.text("team") else self._team_led_by(boss, region)
        own: Ref | None = self.team_of_manager.get(person if isinstance(person, int) else id(person)) if person is not None else None
        if own is None and key(name) in self.managing and isinstance(person, User):
            own = person.team
        if own is None:
            return boss_team
        self._hang(own, boss_team)
        return None

    def _region(self, record: Record) -> Ref | None:
        name = record.text("region")
        return self._named_team(name, None, None) if name and not means_nobody(name) else None

    def _named_team(self, name: str, parent: Ref | None, manager: Ref | None) -> Ref:
        place = (_place(parent), key(name))
        if place not in self.teams and parent is not None and (None, key(name)) in self.teams and key(name) != "":
            place = (None, key(name))
        if place not in self.teams:
            team = Team(name=name[:120], **_given("parent", parent), **_given("manager", manager))
            self._make(team, place, manager)
        team_ref = self.teams[place]
        if isinstance(team_ref, Team) and team_ref.manager is None and manager is not None:
            for field, value in _given("manager", manager).items():
                setattr(team_ref, field, value)
        self._settle(manager, team_ref)
        return team_ref

    def _team_led_by(self, boss: Ref, region: Ref | None) -> Ref:
        known = self.team_of_manager.get(boss if isinstance(boss, int) else id(boss))
        if known is not None:
            return known
        name = boss.name if isinstance(boss, User) else self.boss_name
        team = Team(name=_("Team %(name)s") % {"name": name}, **_given("parent", region), **_given("manager", boss))
        place = (_place(region), key(team.name))
        if place in self.teams:
            self.team_of_manager[boss if isinstance(boss, int) else id(boss)] = self.teams[place]
        else:
            self._make(team, place, boss)
        self._settle(boss, self.teams[place])
        return self.teams[place]

    def _make(self, team: Team, place: tuple[Any, str], manager: Ref | None) -> None:
        self.made.append(team)
        self.teams[place] = team
        self.frame.notes.made[_("teams")] += 1
        if manager is not None:
            self.team_of_manager.setdefault(manager if isinstance(manager, int) else id(manager), team)  # type: ignore[arg-type] # an id or the team to come

    def _settle(self, manager: Ref | None, team: Ref) -> None:
        """A manager made by this file sits in the team they lead."""
        if isinstance(manager, User) and manager.team is None:
            manager.team = team if isinstance(team, Team) else Team(pk=team)

    def _hang(self, own: Ref, above: Ref) -> None:
        """The team a person leads hangs below that of their own manager."""
        if isinstance(own, Team) and own is not above and own.parent_id is None and own.parent is None and above is not None:
            for field, value in _given("parent", above).items():
                setattr(own, field, value)

    def _manager(self, record: Record) -> Ref | None:
        said = record.text("manager")
        if not said or means_nobody(said):
            return None
        found = self.lookups.person(said)
        if found is not None:
            self.boss_name = found[0]
            return found[1]
        if self.lookups.people.is_ambiguous(said):
            raise Rejected("manager", said, _("More than one person here has this name."))
        name = person_name(said)[:150]
        boss = User(name=name, role=Role.MANAGER, password=make_password(None))
        self._remember(name, "", "", boss)
        self.bosses.add(id(boss))
        self.made.append(boss)
        self.boss_name = name
        self.frame.notes.made[_("managers")] += 1
        return boss

    def _remember(self, name: str, email: str, external_id: str, person: User) -> None:
        self.lookups.people.add(name, person)
        if email:
            self.lookups.people_by_email[email] = person
        if external_id:
            self.lookups.people_by_id[external_id] = person

    # --- saving ---------------------------------------------------------------------------------------------
    def write(self, verdicts: list[Verdict]) -> None:
        """Teams and managers name each other: teams without managers first, from the top; then people; then who leads."""
        companions = [one for verdict in verdicts for one in verdict.companions]
        teams = [one for one in companions if isinstance(one, Team)]
        leaders = [(team, team.manager) for team in teams]
        waiting = list(teams)
        for team in teams:
            team.manager = None
        while waiting:
            ready = [team for team in waiting if team.parent is None or team.parent.pk is not None]
            for team in ready:
                team.save()
            waiting = [team for team in waiting if team.pk is None]
            if not ready:
                for team in waiting:
                    team.parent = None  # a ring of managers: nobody hangs below themselves
        people = [one for one in companions if isinstance(one, User)] + [
            verdict.instance for verdict in verdicts if verdict.result == CREATED and verdict.extra != "made above"
        ]
        for person in people:
            if person.team is not None:
                person.team_id = person.team.pk
        User.objects.bulk_create(people, batch_size=500)
        for team, leader in leaders:
            if leader is not None:
                team.manager = leader
                team.save(update_fields=["manager"])
        self._update([verdict for verdict in verdicts if verdict.result == UPDATED])
        changed = [verdict.instance.pk for verdict in verdicts if verdict.result == UPDATED and verdict.changes]
        if changed:
            tell_presence_changed(user_ids=changed, now=self.frame.now)
        for verdict in verdicts:
            if verdict.extra == "made above":
                # Its row is kept with the companion; one row of the import a person.
                verdict.companions = [one for one in verdict.companions if one is not verdict.instance]


@cache
def _time_zones() -> set[str]:
    return zoneinfo.available_timezones()


def _name(record: Record) -> str:
    return (
        person_name(record.text("name")) or join_name(record.text("first_name"), record.text("last_name")) or record.text("email").partition("@")[0]
    )


def _given(name: str, thing: Ref | None) -> dict[str, Any]:
    if thing is None:
        return {}
    return {f"{name}_id": thing} if isinstance(thing, int) else {name: thing}


def _place(parent: Ref | None) -> Any:
    return parent if isinstance(parent, int) or parent is None else pk_of(parent) or id(parent)
