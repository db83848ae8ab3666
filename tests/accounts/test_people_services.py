"""Who may be added, edited, promoted and kept out."""

import threading

import pytest
from django.db import connection

from accounts.models import Role, User
from accounts.refusals import Refused
from accounts.services.people import add_person, change_role, edit_person, readmit, suspend
from accounts.signals import presence_changed
from tests.factories import UserFactory, make_company


@pytest.fixture
def told():
    """What presence_changed said."""
    heard = []

    def receiver(**said):
        heard.append((said["user_ids"], connection.in_atomic_block))

    presence_changed.connect(receiver)
    yield heard
    presence_changed.disconnect(receiver)


def test_an_added_person_has_a_clean_address_and_no_password(company, now):
    added = add_person(name=" Nadia Brooks ", email=" Nadia@Salvor.Example ", role="rep", team=company.east, by=company.admin, now=now)
    assert (added.name, added.email) == ("Nadia Brooks", "nadia@salvor.example")
    assert not added.has_usable_password()


def test_who_is_added_comes_together_with_what_follows_from_it_or_not_at_all(company, now):
    def broken(**_said):
        raise RuntimeError("a fault of ours")

    presence_changed.connect(broken)
    try:
        with pytest.raises(RuntimeError):
            add_person(name="Ned Brooks", email="", role="rep", team=company.east, by=company.admin, now=now)
    finally:
        presence_changed.disconnect(broken)
    assert not User.objects.filter(name="Ned Brooks").exists()


def test_a_person_may_come_without_an_address(company, now):
    assert add_person(name="Nadia", email="", role="rep", team=company.east, by=company.admin, now=now).email is None


def test_an_address_belongs_to_one_person_in_any_case(company, now):
    with pytest.raises(Refused, match=r"already uses the address owner@salvor\.example"):
        add_person(name="Other", email="Owner@salvor.example", role="rep", team=None, by=company.admin, now=now)
    with pytest.raises(Refused, match="already uses"):
        edit_person(user=company.teammate, by=company.admin, now=now, email="OWNER@salvor.example")


def test_what_the_model_does_not_allow_is_refused_in_words(company, now):
    with pytest.raises(Refused, match="valid email address"):
        edit_person(user=company.owner, by=company.admin, now=now, email="not an address")
    with pytest.raises(Refused, match="no time zone"):
        edit_person(user=company.owner, by=company.admin, now=now, time_zone="Mars/Olympus")


@pytest.mark.parametrize("role", ["manager", "executive", "admin"])
def test_a_manager_adds_reps_alone(company, now, role):
    with pytest.raises(Refused, match="reps to the teams you manage"):
        add_person(name="New", email="", role=role, team=company.east, by=company.manager, now=now)


def test_a_manager_adds_people_to_their_own_teams_alone(company, now):
    assert add_person(name="New", email="", role="rep", team=company.east, by=company.manager, now=now).team == company.east
    for team in (company.west, None):
        with pytest.raises(Refused, match="teams you manage"):
            add_person(name="New", email="", role="rep", team=team, by=company.manager, now=now)


def test_only_what_changed_is_written(company, now, django_assert_num_queries):
    with django_assert_num_queries(3):  # the transaction's two and the lock
        edit_person(user=company.owner, by=company.admin, now=now, name=company.owner.name, email=company.owner.email)


def test_unknown_fields_are_a_mistake_of_ours(company, now):
    with pytest.raises(TypeError, match="password"):
        edit_person(user=company.owner, by=company.admin, now=now, password="x")


def test_another_team_tells_that_deals_may_wait_for_somebody_else(company, now, told):
    edit_person(user=company.owner, by=company.admin, now=now, team=company.west)
    assert told == [({company.owner.pk}, True)]


def test_a_manager_cannot_move_people_to_foreign_teams(company, now):
    with pytest.raises(Refused, match="between the teams you manage"):
        edit_person(user=company.owner, by=company.manager, now=now, team=company.west)


def test_an_admin_changes_a_role(company, now):
    assert change_role(user=company.owner, role="manager", by=company.admin, now=now).role == Role.MANAGER


@pytest.mark.parametrize("who", ["owner", "manager", "executive"])
def test_nobody_else_changes_a_role(company, now, who):
    with pytest.raises(Refused, match="Only an admin"):
        change_role(user=company.teammate, role="admin", by=getattr(company, who), now=now)


def test_the_last_admin_stays_an_admin(company, now):
    with pytest.raises(Refused, match="last admin"):
        change_role(user=company.admin, role="rep", by=company.admin, now=now)
    company.admin.refresh_from_db()
    assert company.admin.role == Role.ADMIN


@pytest.mark.parametrize("other", [{"email": None}, {"is_active": False}])
def test_an_admin_who_cannot_log_in_does_not_count(company, now, other):
    UserFactory(role="admin", **other)
    with pytest.raises(Refused, match="last admin"):
        change_role(user=company.admin, role="rep", by=company.admin, now=now)


def test_with_a_second_admin_the_first_may_go(company, now):
    second = UserFactory(role="admin")
    assert change_role(user=company.admin, role="rep", by=second, now=now).role == Role.REP
    with pytest.raises(Refused, match="last admin"):
        edit_person(user=second, by=second, now=now, email="")


def test_suspending_tells_and_can_be_undone(company, now, told):
    assert not suspend(user=company.owner, by=company.admin, now=now).is_active
    assert readmit(user=company.owner, by=company.admin, now=now).is_active
    assert [ids for ids, _inside in told] == [{company.owner.pk}] * 2
    readmit(user=company.owner, by=company.admin, now=now)
    assert len(told) == 2


def test_suspending_a_manager_concerns_the_whole_team(company, now, told):
    suspend(user=company.manager, by=company.admin, now=now)
    assert told[0][0] == {company.manager.pk, company.owner.pk, company.teammate.pk}


def test_nobody_suspends_themselves_or_the_last_admin(company, now):
    with pytest.raises(Refused, match="cannot suspend yourself"):
        suspend(user=company.admin, by=company.admin, now=now)
    with pytest.raises(Refused, match="last admin"):
        suspend(user=company.admin, by=company.manager, now=now)


@pytest.mark.django_db(transaction=True)
def test_two_admins_cannot_step_down_at_the_same_time(now):
    company = make_company()
    second = UserFactory(role="admin")
    refused, start = [], threading.Barrier(2)

    def step_down(admin):
        start.wait()
        try:
            change_role(user=admin, role="rep", by=admin, now=now)
        except Refused:
            refused.append(admin)
        finally:
            connection.close()

    threads = [threading.Thread(target=step_down, args=[admin]) for admin in (company.admin, second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 1
    assert User.objects.filter(role=Role.ADMIN).count() == 1
