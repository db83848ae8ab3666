"""Accounts and the people there: made, edited, their domains and addresses."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from accounts.customer_history import changes_of
from accounts.domains import PUBLIC_MAIL, domain_in, domain_named
from accounts.models import Account, Contact, Departure
from accounts.refusals import Refused
from accounts.services.contacts import add_address, add_contact, edit_contact, record_leaving, remove_address
from accounts.services.customers import add_account, add_domain, edit_account, remove_domain
from tests.at_once import at_once
from tests.factories import AccountFactory, make_company

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("said", "domain"),
    [
        ("https://www.Norwood.example/about", "norwood.example"),
        ("Priya <priya@norwood.example>", ""),
        ("priya@norwood.example", "norwood.example"),
        ("norwood.example.", "norwood.example"),
        ("bücher.example", "xn--bcher-kva.example"),
        ("norwood", ""),
        ("nor wood.example", ""),
        ("", ""),
    ],
)
def test_a_domain_is_read_out_of_what_people_paste(said, domain):
    assert domain_named(said) == domain


def test_a_public_host_is_nobodys():
    assert domain_in("priya@gmail.com") == ""
    assert all(domain_named(one) == one for one in PUBLIC_MAIL)


def test_an_account_is_edited_and_every_version_kept(company, now):
    edit_account(account=company.account, by=company.manager, now=now, lifecycle="former", recurring_value=Decimal(1200), sector="Health")
    account = Account.objects.get(pk=company.account.pk)
    assert (account.lifecycle, account.recurring_value, account.sector) == ("former", 1200, "Health")
    change = changes_of(account, reader=company.manager)[0]
    assert [(part.name, str(part.was), str(part.now)) for part in change.parts] == [
        ("What they are to us", "Prospect", "Former customer"),
        ("Recurring value", "0.00", "1200.00"),
        ("Sector", "", "Health"),
    ]


def test_the_history_does_not_name_a_parent_one_may_not_see(company, now):
    parent = AccountFactory(name="Hidden Holding", owner=company.stranger)
    edit_account(account=company.account, by=company.admin, now=now, parent=parent)
    said = {who: changes_of(company.account, reader=who)[0].parts[0].now for who in (company.admin, company.owner)}
    assert said == {company.admin: "Hidden Holding", company.owner: "another account"}


def test_only_its_owner_or_a_manager_steers_an_account(company, now):
    account = AccountFactory(owner=company.owner)
    for who in (company.teammate, company.executive):
        with pytest.raises(Refused, match="Its owner or a manager"):
            edit_account(account=account, by=who, now=now, lifecycle="customer")
        edit_account(account=account, by=who, now=now, sector="Health")
    for who, recurring in ((company.owner, 1), (company.manager, 2), (company.admin, 3)):
        assert edit_account(account=account, by=who, now=now, recurring_value=recurring).recurring_value == recurring


def test_an_account_that_nobody_owns_is_taken_by_who_sees_it(company, now):
    assert edit_account(account=company.account, by=company.teammate, now=now, owner=company.teammate).owner == company.teammate


def test_what_stays_the_same_is_not_written(company, now, django_assert_num_queries):
    with django_assert_num_queries(3):  # savepoint, lock, release
        edit_account(account=company.account, by=company.manager, now=now, name=company.account.name)


@pytest.mark.parametrize("changes", [{"name": " "}, {"owner": "gone"}])
def test_what_cannot_be_is_refused(company, now, changes):
    company.stranger.is_active = False
    company.stranger.save()
    changes = {name: company.stranger if value == "gone" else value for name, value in changes.items()}
    with pytest.raises(Refused):
        edit_account(account=company.account, by=company.manager, now=now, **changes)


def test_nobody_who_left_owns_an_account(company, now):
    Departure.objects.create(user=company.teammate, last_day=now.date(), leaves_at=now)
    with pytest.raises(Refused, match="cannot own accounts"):
        edit_account(account=company.account, by=company.manager, now=now, owner=company.teammate)


def test_no_field_beyond_those_is_edited(company, now):
    with pytest.raises(TypeError, match="external_id"):
        edit_account(account=company.account, by=company.admin, now=now, external_id="x")


def test_no_account_is_part_of_itself(company, now):
    top, middle = AccountFactory(name="Top"), AccountFactory(name="Middle")
    edit_account(account=middle, by=company.admin, now=now, parent=top)
    edit_account(account=company.account, by=company.admin, now=now, parent=middle)
    for parent in (top, middle, company.account):
        with pytest.raises(Refused, match="Choose another one"):
            edit_account(account=top, by=company.admin, now=now, parent=parent)
    assert Account.objects.get(pk=top.pk).parent is None


def test_the_database_refuses_a_circle_whoever_writes(company):
    top = AccountFactory()
    Account.objects.filter(pk=company.account.pk).update(parent=top)
    with pytest.raises(IntegrityError, match="part of itself"), transaction.atomic():
        Account.objects.filter(pk=top.pk).update(parent=company.account)


def test_a_domain_belongs_to_one_account(company):
    add_domain(account=company.account, domain="https://Norwood.example", by=company.owner)
    add_domain(account=company.account, domain="norwood.example", by=company.owner)
    other = AccountFactory(name="Other", owner=company.owner)
    with pytest.raises(Refused, match="belongs to Norwood Clinics"):
        add_domain(account=other, domain="norwood.example", by=company.owner)
    with pytest.raises(Refused, match="belongs to another account"):
        add_domain(account=other, domain="norwood.example", by=company.stranger)
    remove_domain(account=company.account, domain="norwood.example")
    assert add_domain(account=other, domain="norwood.example", by=company.owner).account == other


@pytest.mark.parametrize(("domain", "why"), [("gmail.com", "Anybody can have"), ("me@web.de", "Anybody can have"), ("nothing", "no mail domain")])
def test_what_is_no_domain_of_theirs_is_refused(company, domain, why):
    with pytest.raises(Refused, match=why):
        add_domain(account=company.account, domain=domain, by=company.owner)
    assert not company.account.domains.exists()


def test_an_account_with_a_refused_domain_is_not_made(company):
    with pytest.raises(Refused):
        add_account(name="Newcomer", owner=company.owner, domain="gmail.com")
    assert not Account.objects.filter(name="Newcomer").exists()


def test_the_same_address_twice_at_one_account_is_refused(company):
    with pytest.raises(Refused, match="Priya Raman's address"):
        add_contact(name="Somebody", account=company.account, email="PRIYA@norwood.example")
    assert add_contact(name="Somebody", account=AccountFactory(), email="priya@norwood.example").pk
    assert add_contact(name="No address", account=company.account).email == ""


def test_the_address_before_stays_theirs(company, now):
    person = edit_contact(contact=company.contact, now=now, email="Raman@norwood.example", title="CFO")
    assert (person.email, person.title) == ("raman@norwood.example", "CFO")
    assert [one.email for one in person.addresses.all()] == ["priya@norwood.example"]
    edit_contact(contact=person, now=now, email="priya@norwood.example")
    assert [one.email for one in person.addresses.all()] == ["raman@norwood.example"]


def test_addresses_are_added_once_and_taken_away(company, now):
    add_address(contact=company.contact, email="P@home.example", now=now)
    add_address(contact=company.contact, email="p@home.example", now=now)
    assert add_address(contact=company.contact, email="priya@norwood.example", now=now) is None
    assert company.contact.addresses.count() == 1
    with pytest.raises(Refused, match="no e-mail"):
        add_address(contact=company.contact, email="nonsense", now=now)
    remove_address(contact=company.contact, email="p@home.example")
    assert not company.contact.addresses.exists()


def test_the_first_address_is_the_one_to_write_to(company, now):
    person = add_contact(name="Nobody yet", account=company.account)
    add_address(contact=person, email="first@norwood.example", now=now)
    assert Contact.objects.get(pk=person.pk).email == "first@norwood.example"


def test_leaving_is_recorded_and_taken_back(company, now):
    assert record_leaving(contact=company.contact, left_on=date(2026, 3, 1), now=now).left_on == date(2026, 3, 1)
    with pytest.raises(Refused, match="still to come"):
        record_leaving(contact=company.contact, left_on=date(2026, 3, 5), now=now)
    assert record_leaving(contact=company.contact, left_on=None, now=now).left_on is None


@pytest.mark.django_db(transaction=True)
def test_two_halves_of_a_circle_at_once_close_none(now):
    company = make_company()
    for _round in range(3):
        one, other = AccountFactory(), AccountFactory()
        refused = at_once(
            lambda one=one, other=other: edit_account(account=one, by=company.admin, now=now, parent=other),
            lambda one=one, other=other: edit_account(account=other, by=company.admin, now=now, parent=one),
        )
        assert [type(error) for error in refused] == [Refused]
        assert Account.objects.filter(pk__in=[one.pk, other.pk], parent__isnull=True).count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_same_person_added_twice_at_once_is_in_once(now):
    company = make_company()
    add = lambda: add_contact(name="Twice", account=company.account, email="twice@norwood.example")  # noqa: E731
    assert [type(error) for error in at_once(add, add, add)] == [Refused, Refused]
    assert Contact.objects.filter(email="twice@norwood.example").count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_domain_claimed_by_two_at_once_is_ones(now):
    company, other = make_company(), AccountFactory()
    refused = at_once(
        *(lambda account=account: add_domain(account=account, domain="n.example", by=company.admin) for account in (company.account, other))
    )
    assert [type(error) for error in refused] == [Refused]
