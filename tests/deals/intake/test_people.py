import pytest

from accounts.models import Team, User
from deals.models import ImportRow
from deals.services import imports
from tests import factories

TEAMS = (
    "sales_agent,manager,regional_office\n"
    "Anna Snelling,Dustin Brinkmann,Central\n"
    "Moses Frase,Dustin Brinkmann,Central\n"
    "Zane Levy,Summer Sewald,West\n"
)


def test_regions_teams_managers_and_reps_come_of_three_columns(bring):
    done = bring("people", TEAMS)
    assert done.counts == {"created": 3}
    assert set(Team.objects.filter(parent=None).values_list("name", flat=True)) == {"Central", "West"}
    anna = User.objects.select_related("team__parent", "team__manager__team").get(name="Anna Snelling")
    assert (anna.team.parent.name, anna.team.manager.name, anna.team.manager.role) == ("Central", "Dustin Brinkmann", "manager")
    assert anna.team.manager.team == anna.team


def test_nobody_without_an_address_can_log_in(bring):
    bring("people", TEAMS)
    anna = User.objects.get(name="Anna Snelling")
    assert anna.email is None
    assert anna.is_active
    assert not anna.has_usable_password()


def test_a_second_run_changes_nothing(bring):
    bring("people", TEAMS)
    before = set(User.objects.values_list("pk", "team_id", "role"))
    assert bring("people", TEAMS).counts == {"unchanged": 3}
    assert set(User.objects.values_list("pk", "team_id", "role")) == before


def test_a_manager_with_a_row_of_their_own_keeps_their_team_and_hangs_below_their_boss(bring):
    bring("people", "Name,Email,Manager\nRita Rep,rita@x.example,Mona Lead\nMona Lead,mona@x.example,Vera Vice\n")
    mona = User.objects.get(email="mona@x.example")
    assert User.objects.filter(name="Mona Lead").count() == 1
    assert mona.role == "manager"
    assert User.objects.get(name="Rita Rep").team.manager == mona
    assert User.objects.get(name="Rita Rep").team.parent.manager.name == "Vera Vice"


def test_an_address_that_is_here_stays(company, bring):
    done = bring("people", "Id,Name,Email\n,Olaf Owner,other@evil.example\n")
    company.owner.refresh_from_db()
    assert company.owner.email == "owner@salvor.example"
    assert done.counts == {"created": 1}, "another address is another person of the same name"


def test_an_address_of_somebody_known_by_id_is_not_replaced(company, bring):
    company.owner.external_id = "u1"
    company.owner.save()
    bring("people", "Id,Name,Email\nu1,Olaf Owner,other@evil.example\n")
    company.owner.refresh_from_db()
    assert company.owner.email == "owner@salvor.example"


def test_admins_and_executives_keep_their_role(company, bring):
    bring("people", "Name,Email,Role\nAda Admin,admin@salvor.example,rep\nEdda,executive@salvor.example,manager\n")
    assert set(User.objects.filter(pk__in=[company.admin.pk, company.executive.pk]).values_list("role", flat=True)) == {"admin", "executive"}


@pytest.mark.parametrize("email", ["not an address", "a@", "PsO4E5YPnpbcBSOq3aGKtQ=="])
def test_what_is_no_address_is_rejected_with_its_reason(bring, email):
    done = bring("people", f"Name,Email\nRita,{email}\n")
    row = ImportRow.objects.get(imported=done)
    assert (row.line, row.column, row.value, row.reason) == (2, "Email", email, "This is not an e-mail address.")


def test_two_people_of_one_name_are_told_apart_by_their_address(bring):
    bring("people", "Name,Email\nKim Lee,kim1@x.example\nKim Lee,kim2@x.example\n")
    assert User.objects.filter(name="Kim Lee").count() == 2


def test_moving_somebody_to_another_team(bring):
    factories.UserFactory(name="Rita Rep", email=None, team=factories.TeamFactory(name="Old"))
    done = bring("people", "Name,Team\nRita Rep,New\n")
    assert done.counts == {"updated": 1}
    assert User.objects.get(name="Rita Rep").team.name == "New"


def test_admins_and_executives_are_not_switched_off(company, bring, now):
    bring("people", f"Name,Email,Active\n{company.admin.name},{company.admin.email},No\n{company.owner.name},{company.owner.email},No\n")
    company.admin.refresh_from_db()
    company.owner.refresh_from_db()
    assert (company.admin.is_active, company.admin.suspended_at) == (True, None)
    assert (company.owner.is_active, company.owner.suspended_at) == (False, now)


def test_undo_lets_those_in_again_whom_the_import_switched_off(company, bring, now):
    done = bring("people", f"Name,Email,Active\n{company.owner.name},{company.owner.email},No\n")
    imports.undo(imported=done, now=now)
    company.owner.refresh_from_db()
    assert (company.owner.is_active, company.owner.suspended_at) == (True, None)
