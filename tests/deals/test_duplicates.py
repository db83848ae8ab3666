"""How much two records look alike, and which ones are shown while somebody types."""

import pytest

from accounts.models import AccountDomain, ContactAddress
from deals.customers.duplicates import LIKELY, SURE, Organisation, Person, Reason, company_words, of_organisations, of_people, trigram_likeness
from deals.customers.likely import likely_accounts, likely_contacts
from tests.factories import AccountFactory, ContactFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Norwood Clinics", "norwood clinics"),
        ("Norwood Clinics GmbH", "Norwood Clinics"),
        ("Norwood Clinics, Inc.", "Norwood Clinics Ltd"),
        ("Norwood Clinics GmbH & Co. KG", "Norwood Clinics"),
        ("Clinics Norwood", "Norwood Clinics"),
        ("The Norwood Clinics", "Norwood Clinics"),
        ("Müller Maschinenbau", "Muller Maschinenbau AG"),
        ("Café Größe", "Cafe Grosse"),
        ("N.O.R. Systems", "NOR Systems S.A."),
        ("GTXPro", "GTX Pro"),
        ("O'Brien Foods", "OBrien Foods"),
    ],
)
def test_plainly_the_same_name_is_sure(one, other):
    found = of_organisations(Organisation(one), Organisation(other))
    assert found.score >= SURE
    assert found.reasons == (Reason.NAME,)


@pytest.mark.parametrize(
    ("one", "other", "reason"),
    [
        ("Norwood", "Norwood Clinics", Reason.PART),
        ("Norwood Clinics", "Norwood Clinics North", Reason.PART),
        ("Halvorsen Foods", "Halvorson Foods", Reason.SIMILAR),
        ("Meridian University Hospital", "Meridian Univercity Hospital", Reason.SIMILAR),
    ],
)
def test_a_near_name_is_likely(one, other, reason):
    found = of_organisations(Organisation(one), Organisation(other))
    assert LIKELY <= found.score < SURE
    assert found.reasons == (reason,)


@pytest.mark.parametrize(
    ("one", "other"),
    [("Norwood Clinics", "Halvorsen Foods"), ("North Clinics", "South Clinics"), ("AB", "AB Volvo Trucks"), ("", "Norwood"), ("GmbH", "Inc")],
)
def test_other_names_are_not(one, other):
    assert not of_organisations(Organisation(one), Organisation(other)).likely


def test_the_same_domain_is_sure_whatever_the_name():
    found = of_organisations(Organisation("NCG", frozenset({"norwood.example"})), Organisation("Norwood", frozenset({"norwood.example"})))
    assert found.score >= SURE
    assert found.reasons == (Reason.DOMAIN,)


def test_the_same_address_is_sure_at_any_account():
    one, other = Person("P", frozenset({"p@x.example"}), at=1), Person("Q", frozenset({"p@x.example"}), at=2)
    assert of_people(one, other).score == 1.0


@pytest.mark.parametrize(
    ("one", "other", "sure", "likely"),
    [
        (Person("Priya Raman", at=1), Person("Raman, Priya", at=1), True, True),
        (Person("Priya Raman", at=1), Person("Dr. Priya Raman", at=1), True, True),
        (Person("Priya Raman", at=1), Person("P. Raman", at=1), False, True),
        (Person("José Ñandú", at=1), Person("Jose Nandu", at=1), True, True),
        (Person("Priya Raman", at=1), Person("Priya Raman"), False, True),
        (Person("Priya Raman", at=1), Person("Priya Raman", at=2), False, False),
        (Person("Priya Raman", at=1), Person("Paul Ramos", at=1), False, False),
        (Person("Priya", phone="+49 30 1234-5678"), Person("P", phone="030 12345678"), False, True),
        (Person("Priya", phone="123"), Person("Quentin", phone="123"), False, False),
    ],
)
def test_people(one, other, sure, likely):
    found = of_people(one, other)
    assert (found.score >= SURE, found.likely) == (sure, likely)
    assert of_people(other, one) == found


def test_two_reasons_are_worth_more_than_one():
    name = of_organisations(Organisation("Norwood"), Organisation("Norwood Clinics"))
    both = of_organisations(Organisation("Norwood", frozenset({"n.example"})), Organisation("Norwood Clinics", frozenset({"n.example"})))
    assert both.score > max(0.97, name.score)
    assert both.reasons == (Reason.DOMAIN, Reason.PART)


def test_a_legal_form_alone_stays_a_name():
    assert company_words("Limited") == ("limited",)


def test_trigrams_are_counted_as_the_database_does():
    from django.db import connection

    for one, other in [("norwood clinics", "norwod clinic"), ("ab", "abc"), ("clinics norwood", "norwood clinics")]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT similarity(%s, %s)", [one, other])
            assert trigram_likeness(one, other) == pytest.approx(cursor.fetchone()[0], abs=1e-6)


def names(found):
    return [one.one.name for one in found]


def test_likely_accounts_are_found_by_name_and_domain(company):
    AccountDomain.objects.create(account=company.account, domain="norwood.example")
    AccountFactory(name="Halvorsen Foods")
    assert names(likely_accounts(company.admin, name="Norwod Clinics Ltd.")) == ["Norwood Clinics"]
    assert names(likely_accounts(company.admin, name="NC", domains=["https://www.norwood.example/about"])) == ["Norwood Clinics"]
    assert likely_accounts(company.admin, name="Norwood Clinics", but=company.account.pk) == []
    assert likely_accounts(company.admin, name="", domains=["gmail.com"]) == []


def test_accounts_of_others_are_not_told_of(company):
    assert likely_accounts(company.stranger, name="Norwood Clinics") == []
    assert likely_contacts(company.stranger, name="Priya Raman", email="priya@norwood.example") == []


def test_likely_contacts_are_found_by_every_address(company):
    ContactAddress.objects.create(contact=company.contact, email="pr@old.example", added_at="2026-01-01T00:00Z")
    assert names(likely_contacts(company.owner, name="X", email="PR@old.example")) == ["Priya Raman"]
    assert names(likely_contacts(company.owner, name="X", email="PRIYA@norwood.example")) == ["Priya Raman"]
    assert names(likely_contacts(company.owner, name="Raman Priya", account=company.account)) == ["Priya Raman"]


def test_only_the_likeliest_few_are_shown(company):
    for number in range(12):
        ContactFactory(name=f"Priya Raman {number}", account=company.account)
    assert len(likely_contacts(company.owner, name="Priya Raman", account=company.account)) == 5
