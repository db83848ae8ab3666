"""Files that still name what was merged find the one that stayed."""

import pytest

from accounts.models import Account, Contact
from deals.models import Deal, Interaction
from deals.services.merging import merge_accounts, merge_contacts

ACCOUNTS = "Id,Name,Country,Industry\nA-1,Norwood,Norway,health\nA-2,Norwood Clinics Ltd,,clinics\n"
CONTACTS = "Id,Name,Email,Account\nC-1,Priya Raman,priya@n.example,Norwood\nC-2,P. Raman,raman@n.example,Norwood\n"


@pytest.fixture
def merged(company, bring, now):
    """Two accounts and two contacts of a file, each pair merged since."""
    Account.objects.filter(pk=company.account.pk).update(name="Halvorsen")
    bring("accounts", ACCOUNTS)
    bring("contacts", CONTACTS)
    account, gone = Account.objects.get(external_id="A-1"), Account.objects.get(external_id="A-2")
    person, double = Contact.objects.get(external_id="C-1"), Contact.objects.get(external_id="C-2")
    merge_contacts(keep=person, gone=double, by=company.admin, now=now)
    merge_accounts(keep=account, gone=gone, by=company.admin, now=now)
    return account, person


def test_the_same_file_once_more_makes_nothing_new(merged, bring):
    account, person = merged
    bring("accounts", ACCOUNTS)
    bring("contacts", CONTACTS)
    account.refresh_from_db()
    person.refresh_from_db()
    assert Account.objects.filter(name__startswith="Norwood").get() == account
    assert (account.name, account.external_id, account.country, account.sector) == ("Norwood", "A-1", "Norway", "health")
    assert (person.name, person.email, person.external_id) == ("Priya Raman", "priya@n.example", "C-1")
    assert Contact.objects.filter(account=account).count() == 1


def test_a_row_of_the_merged_one_fills_in_what_is_unknown(merged, bring):
    account, _person = merged
    Account.objects.filter(pk=account.pk).update(sector="")
    bring("accounts", ACCOUNTS.replace("A-1,Norwood,Norway,health\n", ""))
    account.refresh_from_db()
    assert (account.name, account.sector) == ("Norwood", "clinics")


def test_deals_and_activities_of_the_merged_ones_land_at_those_who_stayed(merged, bring):
    account, person = merged
    bring("deals", "Id,Deal name,Stage,Account,Contact email\nD-1,Third,Proposal,Norwood Clinics Ltd,raman@n.example\n")
    deal = Deal.objects.get(external_id="D-1")
    assert deal.account == account
    assert list(deal.contacts.all()) == [person]
    bring("activities", "Id,Type,Date,Deal id,Contact id\nX-1,Call,2026-02-01 10:00,D-1,C-2\nX-2,Email,2026-02-02 10:00,D-1,C-1\n")
    assert set(Interaction.objects.filter(deal=deal).values_list("contact_id", flat=True)) == {person.pk}


def test_a_name_somebody_else_has_now_stays_theirs(merged, bring):
    other = Account.objects.create(name="Norwood Clinics Ltd", external_id="Z-9")
    bring("deals", "Id,Deal name,Stage,Account\nD-1,Third,Proposal,Norwood Clinics Ltd\n")
    assert Deal.objects.get(external_id="D-1").account == other
