from accounts.models import Account, AccountDomain
from deals.services.imports.accounts import domain_in
from tests import factories

ACCOUNTS = (
    "account,sector,revenue,employees,office_location,subsidiary_of\n"
    "Iselectrics,tech,527.11,1428,Kenya,Acme Corp\n"
    'Acme Corp,tech,1100.04,"2,822",United States,\n'
)


def test_parents_may_stand_further_down(bring):
    done = bring("accounts", ACCOUNTS)
    assert done.counts == {"created": 2}
    child = Account.objects.get(name="Iselectrics")
    assert (child.parent.name, child.sector, child.country, child.employees) == ("Acme Corp", "tech", "Kenya", 1428)


def test_columns_without_a_field_are_kept_as_details(bring):
    bring("accounts", ACCOUNTS)
    assert Account.objects.get(name="Acme Corp").details == {"revenue": "1100.04"}
    assert Account.objects.get(name="Acme Corp").employees == 2822


def test_a_second_run_changes_nothing(bring):
    bring("accounts", ACCOUNTS)
    assert bring("accounts", ACCOUNTS).counts == {"unchanged": 2}


def test_empty_cells_erase_nothing(company, bring):
    company.account.sector = "health"
    company.account.save()
    done = bring("accounts", "Name,Industry,Country\nNorwood Clinics,,Norway\n")
    company.account.refresh_from_db()
    assert (company.account.sector, company.account.country, done.counts) == ("health", "Norway", {"updated": 1})


def test_a_legal_form_makes_no_new_account(company, bring):
    done = bring("accounts", 'Name,Country\n"Norwood Clinics, Inc.",Norway\n')
    assert Account.objects.count() == 1
    assert done.plan["notes"]["found"] == [{"column": "Name", "value": "Norwood Clinics, Inc.", "found": "Norwood Clinics", "rows": 1}]


def test_the_same_account_twice_in_a_file_is_said(bring):
    done = bring("accounts", "Name\nAcme\nacme\n")
    assert done.counts == {"created": 1, "rejected": 1}
    assert done.rows.get(result="rejected").reason == "The same stands in line 2 already."


def test_two_accounts_of_the_source_may_share_a_name(bring):
    bring("accounts", "Id,Name\n1,Acme\n2,Acme\n")
    assert Account.objects.filter(name="Acme").count() == 2


def test_nobody_becomes_their_own_grandparent(bring):
    bring("accounts", "Name,Parent\nA,B\nB,A\n")
    assert Account.objects.filter(parent=None).count() == 1


def test_websites_become_mail_domains_of_one_account(bring):
    bring("accounts", "Name,Website\nAcme,https://www.acme.example/de\nOther,acme.example\nMine,gmail.com\n")
    assert list(AccountDomain.objects.values_list("domain", "account__name")) == [("acme.example", "Acme")]
    assert domain_in("Info@Acme.Example") == "acme.example"


def test_owners_are_found(company, bring):
    bring("accounts", 'Name,Account owner\nAcme,"Owner, Olaf"\nOther,Nobody\n')
    assert Account.objects.get(name="Acme").owner == company.owner
    assert Account.objects.get(name="Other").owner is None


def test_lifecycles(bring):
    bring("accounts", "Name,Type\nA,Customer\nB,Partner\nC,Strange\n")
    assert dict(Account.objects.values_list("name", "lifecycle")) == {"A": "customer", "B": "partner", "C": "prospect"}
    assert Account.objects.get(name="C").details == {"Type": "Strange"}


def test_products_by_name_key_and_price(bring):
    from deals.models import Product

    factories.ProductFactory(name="GTX Pro", name_key="gtxpro", list_price=1)
    done = bring("products", 'Product,Price\nGTXPro,"4,821.00"\nMG Special,55\n')
    assert done.counts == {"updated": 1, "created": 1}
    assert dict(Product.objects.values_list("name", "list_price")) == {"GTX Pro": 4821, "MG Special": 55}
    assert bring("products", 'Product,Price\nGTXPro,"4,821.00"\nMG Special,55\n').counts == {"unchanged": 2}


def test_contacts_by_address_and_account(company, bring):
    from accounts.models import Contact

    done = bring(
        "contacts",
        "First Name,Last Name,Email,Account,Job title\n"
        "Priya,Raman,PRIYA@norwood.example,Norwood Clinics Ltd,CFO\n"
        "New,One,new@x.example,New Account,\n"
        ",,bad address,X,\n",
    )
    assert done.counts == {"updated": 1, "created": 1, "rejected": 1}
    company.contact.refresh_from_db()
    assert (company.contact.title, company.contact.account) == ("CFO", company.account)
    assert Contact.objects.get(email="new@x.example").account.name == "New Account"
