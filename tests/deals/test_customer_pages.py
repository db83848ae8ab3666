"""The pages of accounts and contacts, quick add, and merging in the browser's way."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape

from accounts.models import Account, AccountDomain, Contact, MergedAccount
from deals.customers import listing
from deals.models import Deal, DealContact
from deals.views import merging
from tests.factories import AccountFactory, ContactFactory, DealFactory, InteractionFactory, stage
from tests.pages import as_shown

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def log_in(client):
    def make(user):
        client.force_login(user)
        return client

    return make


def page(client, route, *about, **asked):
    return client.get(reverse(route, args=about), asked)


def text(answer):
    return answer.content.decode()


def names(answer):
    return [row.account.name for row in answer.context["listing"].rows]


@pytest.fixture
def some(company):
    """Three accounts of the owner's team, ranked differently by each order; and one of the stranger."""
    for name, at_stake, amount, days in (("Alder", 900, 100, 1), ("Birch", 500, 800, 40), ("Cedar", 700, 300, 10)):
        account = AccountFactory(name=name, owner=company.owner)
        for part in (0, 1):
            DealFactory(
                account=account,
                owner=company.owner,
                value_at_stake=Decimal(at_stake - part),
                amount=Decimal(amount - part),
                worst_severity=part * 3,
                last_contact_at=timezone.now() - timedelta(days=days + part),
            )
    DealFactory(account=AccountFactory(name="Strange"), owner=company.stranger, value_at_stake=9999, amount=9999)
    return company


@pytest.mark.parametrize(
    ("order", "found"),
    [
        ("stake", ["Alder", "Cedar", "Birch", "Norwood Clinics"]),
        ("value", ["Birch", "Cedar", "Alder"]),
        ("contact", ["Birch", "Cedar", "Alder"]),
        ("name", ["Alder", "Birch", "Cedar", "Norwood Clinics"]),
        ("nonsense", ["Alder", "Cedar", "Birch", "Norwood Clinics"]),
    ],
)
def test_the_list_in_each_order_without_what_others_have(some, log_in, order, found):
    assert names(page(log_in(some.owner), "customers", sort=order)) == found
    assert "Strange" in names(page(log_in(some.admin), "customers", sort=order)) or order == "contact"


@pytest.mark.parametrize("order", ["stake", "name", "contact", "value"])
def test_pages_go_forth_and_back_and_leave_nobody_out(some, log_in, monkeypatch, order):
    monkeypatch.setattr(listing.listing, "__kwdefaults__", {"token": "", "size": 2})
    client = log_in(some.owner)
    first = page(client, "customers", sort=order)
    second = page(client, "customers", sort=order, page=first.context["listing"].later)
    back = page(client, "customers", sort=order, page=second.context["listing"].earlier)
    assert len(names(first)) == 2
    assert set(names(first)) & set(names(second)) == set()
    assert names(back) == names(first)


@pytest.mark.parametrize(
    ("order", "amounts", "column"),
    [
        ("stake", [900, 700, 500], "At stake in one deal</th>"),
        ("value", [800, 300, 100], "Largest deal</th>"),
        ("contact", [None, None, None], ""),
        ("name", [None, None, None, None], ""),
    ],
)
def test_the_amount_an_account_is_ranked_by_stands_in_a_column(some, log_in, order, amounts, column):
    answer = page(log_in(some.owner), "customers", sort=order)
    assert [row.ranked_by for row in answer.context["listing"].rows][: len(amounts)] == amounts
    assert column in text(answer)
    assert ('class="num rank"' in text(answer)) == bool(column)


def test_a_row_sums_up_the_deals_one_may_see(some, log_in):
    alder = Account.objects.get(name="Alder")
    DealFactory(account=alder, owner=some.stranger, amount=5000)
    DealFactory(account=alder, owner=some.owner, amount=7000, stage=stage("Won"))
    row = page(log_in(some.owner), "customers").context["listing"].rows[0]
    assert (row.account, row.open, row.value, row.worst) == (alder, 2, 199, 3)
    assert timezone.now() - row.contact < timedelta(days=2)


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"q": "ÁLD"}, ["Alder"]),
        ({"q": "birch-sales"}, ["Birch"]),
        ({"lifecycle": "customer"}, ["Cedar"]),
        ({"owner": "nobody"}, ["Norwood Clinics"]),
        ({"q": "Strange"}, []),
        ({"lifecycle": "unheard", "owner": "x", "q": "\x00"}, ["Alder", "Birch", "Cedar", "Norwood Clinics"]),
    ],
)
def test_filters(some, log_in, asked, found):
    Account.objects.filter(name="Cedar").update(lifecycle="customer")
    AccountDomain.objects.create(account=Account.objects.get(name="Birch"), domain="birch-sales.example")
    for order in ("stake", "name"):
        assert sorted(names(page(log_in(some.owner), "customers", sort=order, **asked))) == found


@pytest.mark.parametrize("who", ["owner", "manager", "admin"])
@pytest.mark.parametrize("order", ["stake", "name"])
def test_the_list_takes_a_few_queries(some, log_in, django_assert_max_num_queries, who, order):
    client = log_in(getattr(some, who))
    client.get(reverse("settings"))
    with django_assert_max_num_queries(15):
        page(client, "customers", sort=order)


def test_the_list_says_how_to_go_on_when_nothing_fits(company, log_in):
    client = log_in(company.owner)
    assert "List all by name" in text(page(client, "customers", q="zzz"))
    assert "Show all" in text(page(client, "customers", q="zzz", sort="name"))


# --- one account ----------------------------------------------------------------------------------------------
@pytest.fixture
def talked(company, now):
    """Norwood with a won deal, a deal of the stranger's, and words of both teams."""
    moment = timezone.now() - timedelta(days=3)
    won = DealFactory(name="Won before", account=company.account, owner=company.owner, stage=stage("Won"), amount=1500)
    theirs = DealFactory(name="Of another team", account=company.account, owner=company.stranger, amount=77_000)
    for days in range(3):
        InteractionFactory(deal=company.deal, account=company.account, contact=company.contact, user=company.owner, at=moment - timedelta(days=days))
    InteractionFactory(deal=won, contact=company.contact, user=company.teammate, at=moment - timedelta(days=500), subject="Long ago")
    InteractionFactory(deal=theirs, contact=company.contact, user=company.stranger, at=moment, subject="A secret of West")
    InteractionFactory(account=company.account, contact=company.contact, user=company.teammate, at=moment, kind="note", subject="On no deal")
    Deal.objects.filter(pk=company.deal.pk).update(amount=2000)
    return company


def test_the_page_of_an_account(talked, log_in):
    Account.objects.filter(pk=talked.account.pk).update(lifecycle="customer", recurring_value=600)
    ContactFactory(name="Gone Person", account=talked.account, left_on="2026-01-05")
    answer = page(log_in(talked.owner), "customer", talked.account.pk)
    deals = answer.context["deals"]
    assert ([deal.name for deal in deals.open], [deal.name for deal in deals.closed]) == (["Clinics, two more"], ["Won before"])
    assert (deals.open_value, deals.won_value, deals.at_stake) == (2000, 1500, 2600)
    assert "left" in text(answer)
    assert "On no deal" in text(answer)
    assert "A secret of West" not in text(answer)
    assert "Of another team" not in text(answer)


def test_what_their_people_brought_us_is_at_stake_too(talked, log_in):
    DealFactory(name="Brought", account=AccountFactory(), owner=talked.stranger, introduced_by=talked.contact, amount=400)
    DealFactory(name="Too old", account=AccountFactory(), introduced_by=talked.contact, amount=70, stage=stage("Won"), closed_on="2020-01-01")
    assert page(log_in(talked.owner), "customer", talked.account.pk).context["deals"].at_stake == 2400


def test_who_talks_to_whom_counts_the_words_of_a_year(talked, log_in):
    for wrong in (
        {"kind": "note"},
        {"is_human": False},
        {"withdrawn_at": timezone.now()},
        {"kind": "call", "outcome": "no_answer", "direction": "out"},
    ):
        at = timezone.now() - timedelta(days=1)
        InteractionFactory(**{"deal": talked.deal, "contact": talked.contact, "user": talked.teammate, "at": at, **wrong})
    talks = page(log_in(talked.owner), "customer", talked.account.pk).context["talks"]
    assert [(pair.us, pair.them, pair.times) for pair in talks.pairs] == [("Olaf Owner", "Priya Raman", 3)]
    assert [spot.fresh for spot in talks.spots] == [True]
    admins = page(log_in(talked.admin), "customer", talked.account.pk).context["talks"]
    assert {(pair.us, pair.times) for pair in admins.pairs} == {("Olaf Owner", 3), ("Sven Stranger", 1)}


def test_earlier_words_come_a_page_at_a_time(talked, log_in):
    at = timezone.now() - timedelta(days=30)
    for number in range(40):
        InteractionFactory(deal=talked.deal, at=at - timedelta(hours=number), subject=f"Word {number}.")
    client = log_in(talked.owner)
    first = page(client, "customer", talked.account.pk).context["page"]
    address = reverse("customer", args=[talked.account.pk])
    earlier = client.get(address, {"before": first.later}, headers=HTMX)
    seen = [one.pk for one in first.rows] + [one.pk for one in earlier.context["page"].rows]
    assert len(seen) == len(set(seen)) == 45
    assert "<html" not in text(earlier)
    assert "Back to the latest" in text(client.get(address, {"before": first.later}))


@pytest.mark.parametrize("who", ["owner", "manager", "executive", "admin"])
def test_the_page_takes_a_few_queries(talked, log_in, django_assert_max_num_queries, who):
    for _each in range(3):
        person = ContactFactory(account=talked.account)
        deal = DealFactory(account=talked.account, owner=talked.owner)
        DealContact.objects.create(deal=deal, contact=person)
        InteractionFactory(deal=deal, contact=person, user=talked.owner, at=timezone.now())
    AccountFactory(parent=talked.account)
    client = log_in(getattr(talked, who))
    client.get(reverse("settings"))  # what a new session costs once
    with django_assert_max_num_queries(15):
        page(client, "customer", talked.account.pk)
    with django_assert_max_num_queries(15):
        page(client, "contact", talked.contact.pk)


def test_an_account_is_edited(company, log_in):
    client = log_in(company.manager)
    sent = as_shown(page(client, "customer-edit", company.account.pk))
    parent = AccountFactory(name="Norwood Group")
    Account.objects.filter(pk=parent.pk).update(owner=company.owner)
    sent |= {"lifecycle": "customer", "recurring_value": "1200", "parent": "norwood group", "country": "Norway"}
    assert client.post(reverse("customer-edit", args=[company.account.pk]), sent).status_code == 302
    company.account.refresh_from_db()
    assert (company.account.lifecycle, company.account.recurring_value, company.account.parent) == ("customer", 1200, parent)
    assert "Former customer" not in text(page(client, "customer-changes", company.account.pk))
    assert "Customer" in text(page(client, "customer-changes", company.account.pk))


def test_what_was_typed_stays_when_it_is_refused(company, log_in):
    client = log_in(company.manager)
    sent = as_shown(page(client, "customer-edit", company.account.pk)) | {"parent": "Norwood Clinics", "sector": "Health"}
    answer = client.post(reverse("customer-edit", args=[company.account.pk]), sent)
    assert answer.status_code == 422
    assert "Choose another one as the parent" in text(answer)
    assert 'value="Health"' in text(answer)


def test_who_may_not_steer_is_not_asked(company, log_in):
    Account.objects.filter(pk=company.account.pk).update(owner=company.owner)
    client = log_in(company.teammate)
    assert "lifecycle" not in as_shown(page(client, "customer-edit", company.account.pk))
    client.post(reverse("customer-edit", args=[company.account.pk]), {"name": "Norwood", "lifecycle": "former"})
    company.account.refresh_from_db()
    assert (company.account.name, company.account.lifecycle) == ("Norwood", "prospect")


def test_domains_are_added_and_taken_away(company, log_in):
    client, address = log_in(company.owner), reverse("customer-domains", args=[company.account.pk])
    client.post(address, {"domain": "https://norwood.example/"})
    assert "norwood.example" in text(page(client, "customer", company.account.pk))
    answer = client.post(address, {"domain": "gmail.com"}, follow=True)
    assert "Anybody can have an address at gmail.com" in text(answer)
    client.post(address, {"remove": "norwood.example"})
    assert not company.account.domains.exists()


# --- one contact ----------------------------------------------------------------------------------------------
def test_the_page_of_a_contact(talked, log_in):
    DealContact.objects.filter(contact=talked.contact).update(role="Decision maker")
    DealFactory(name="Brought by Priya", account=AccountFactory(), owner=talked.owner, introduced_by=talked.contact)
    Contact.objects.filter(pk=talked.contact.pk).update(phone="+49 30 12")
    answer = page(log_in(talked.owner), "contact", talked.contact.pk)
    for words in ("Decision maker", "Brought by Priya", 'href="tel:+49 30 12"', "Olaf Owner</b> talked with them last", "On no deal"):
        assert words in text(answer), words
    assert "A secret of West" not in text(answer)


def test_a_contact_known_from_a_deal_alone(company, log_in):
    """Their account is another team's: neither its link nor what was said beside deals is shown."""
    account = AccountFactory(name="Only West")
    person = ContactFactory(name="Known Here", account=account)
    DealContact.objects.create(deal=company.deal, contact=person)
    InteractionFactory(account=account, contact=person, subject="West alone", at=timezone.now())
    answer = page(log_in(company.owner), "contact", person.pk)
    assert answer.status_code == 200
    assert "West alone" not in text(answer)
    assert reverse("customer", args=[account.pk]) not in text(answer)


def test_an_introducer_of_a_deal_one_sees_can_be_looked_at(company, log_in):
    person = ContactFactory(name="Ira Introducer", account=AccountFactory())
    assert page(log_in(company.owner), "contact", person.pk).status_code == 404
    Deal.objects.filter(pk=company.deal.pk).update(introduced_by=person)
    assert page(log_in(company.owner), "contact", person.pk).status_code == 200
    assert page(log_in(company.stranger), "contact", person.pk).status_code == 404


def test_a_contact_is_edited_gets_an_address_and_leaves(company, log_in):
    client = log_in(company.owner)
    sent = as_shown(page(client, "contact-edit", company.contact.pk)) | {"email": "raman@norwood.example", "title": "CFO"}
    client.post(reverse("contact-edit", args=[company.contact.pk]), sent)
    client.post(reverse("contact-addresses", args=[company.contact.pk]), {"email": "p@home.example"})
    client.post(reverse("contact-left", args=[company.contact.pk]), {"left_on": "2026-01-05"})
    answer = text(page(client, "contact", company.contact.pk))
    for words in ("raman@norwood.example", "priya@norwood.example", "p@home.example", "CFO", "left 5 January"):
        assert words in answer, words
    client.post(reverse("contact-left", args=[company.contact.pk]), {"back": "1"})
    company.contact.refresh_from_db()
    assert (company.contact.left_on, company.contact.account) == (None, company.account)


@pytest.mark.parametrize(
    ("route", "sent"), [("customer-domains", {"domain": 'not a "domain"'}), ("contact-addresses", {"email": 'not an "address"'})]
)
def test_what_was_refused_stands_in_its_field_again(company, log_in, route, sent):
    about = company.account if route == "customer-domains" else company.contact
    answer = log_in(company.admin).post(reverse(route, args=[about.pk]), sent, follow=True)
    assert f'value="{escape(*sent.values())}" autofocus' in answer.content.decode()


@pytest.mark.parametrize(("day", "told"), [("", "Say on which day they left."), ("0206-01-05", "Choose a date closer to today.")])
def test_a_last_day_that_cannot_be_is_not_taken(company, log_in, day, told):
    answer = log_in(company.owner).post(reverse("contact-left", args=[company.contact.pk]), {"left_on": day}, follow=True)
    assert told in text(answer)
    company.contact.refresh_from_db()
    assert company.contact.left_on is None


# --- quick add ------------------------------------------------------------------------------------------------
def test_an_account_is_added_and_one_is_back_where_one_was(company, log_in):
    client = log_in(company.owner)
    answer = client.post(reverse("customer-new"), {"name": "Quillfeather", "domain": "quill.example", "next": "/deals/?sort=name"})
    assert answer.url == "/deals/?sort=name"
    made = Account.objects.get(name="Quillfeather")
    assert (made.owner, made.domains.get().domain) == (company.owner, "quill.example")
    answer = client.post(reverse("customer-new"), {"name": "Feverfew", "next": "https://elsewhere.example/"})
    assert answer.url == reverse("customer", args=[Account.objects.get(name="Feverfew").pk])


def test_in_the_dialog_the_browser_is_told_where_to_go(company, log_in):
    client = log_in(company.owner)
    asked = client.get(reverse("contact-new"), {"account": company.account.pk, "next": "/today/"}, headers=HTMX)
    assert "<html" not in text(asked)
    assert 'value="Norwood Clinics"' in text(asked)
    answer = client.post(reverse("contact-new"), {"name": "Quentin Quill", "account": "Norwood Clinics", "next": "/today/"}, headers=HTMX)
    assert answer["HX-Redirect"] == "/today/"
    assert Contact.objects.get(name="Quentin Quill").account == company.account


def test_a_likely_double_is_a_warning_once(company, log_in):
    client, sent = log_in(company.owner), {"name": "Norwood Clinics GmbH"}
    answer = client.post(reverse("customer-new"), sent)
    assert answer.status_code == 422
    assert "This may be in already" in text(answer)
    assert not Account.objects.filter(name="Norwood Clinics GmbH").exists()
    assert client.post(reverse("customer-new"), sent | {"seen": str(company.account.pk)}).status_code == 302


def test_the_very_address_at_the_very_account_is_refused(company, log_in):
    sent = {"name": "Somebody", "account": "Norwood Clinics", "email": "priya@norwood.example", "seen": str(company.contact.pk)}
    answer = log_in(company.owner).post(reverse("contact-new"), sent)
    assert answer.status_code == 422
    assert "Use that contact" in text(answer)


def test_while_one_types_the_likely_ones_are_shown(company, log_in):
    client = log_in(company.owner)
    shown = text(page(client, "customer-likely", name="Norwod Clinics"))
    assert reverse("customer", args=[company.account.pk]) in shown
    assert f'name="seen" value="{company.account.pk}"' in shown
    shown = text(page(client, "contact-likely", name="Raman", account="Norwood Clinics"))
    assert "Priya Raman" in shown
    assert text(page(client, "contact-likely", name="\x00", deal="x", account_id="999999999999999")).strip() == ""


def test_somebody_known_is_put_on_a_deal_with_a_role(company, log_in):
    person = ContactFactory(name="Petra Known", account=company.account)
    client, address = log_in(company.owner), reverse("deal-person", args=[company.deal.pk])
    assert "Petra Known" in text(client.get(address))
    assert "Petra Known" in text(page(client, "contact-likely", name="petr", deal=company.deal.pk))
    client.post(address, {"use": person.pk, "role": "Sponsor"})
    assert DealContact.objects.get(deal=company.deal, contact=person).role == "Sponsor"
    client.post(address, {"use": person.pk, "role": "Champion"})
    assert DealContact.objects.get(deal=company.deal, contact=person).role == "Champion"


def test_somebody_new_is_made_at_the_deals_account(company, log_in):
    client, address = log_in(company.owner), reverse("deal-person", args=[company.deal.pk])
    assert client.post(address, {"name": ""}).status_code == 422
    answer = client.post(address, {"name": "Quentin Quill", "role": "User", "email": "q@norwood.example"})
    assert answer.url == company.deal.get_absolute_url()
    part = DealContact.objects.get(deal=company.deal, contact__name="Quentin Quill")
    assert (part.role, part.contact.account) == ("User", company.account)


def test_a_person_out_of_sight_is_not_put_on_a_deal(company, log_in):
    person = ContactFactory(account=AccountFactory())
    answer = log_in(company.owner).post(reverse("deal-person", args=[company.deal.pk]), {"use": person.pk})
    assert answer.status_code == 404


# --- merging --------------------------------------------------------------------------------------------------
@pytest.fixture
def double(company):
    account = AccountFactory(name="Norwood Clinics Ltd", owner=company.teammate, sector="Health")
    DealFactory(account=account, owner=company.teammate)
    return account


def test_the_page_says_what_may_be_the_same(company, double, log_in):
    shown = text(log_in(company.manager).get(reverse("customer-twins", args=[company.account.pk]), headers=HTMX))
    assert f"{reverse('customer-merge', args=[company.account.pk])}?other={double.pk}" in shown
    shown = text(page(log_in(company.owner), "customer-twins", company.account.pk))
    assert "Norwood Clinics Ltd" in shown
    assert "Compare" not in shown


def test_two_accounts_are_merged_with_a_preview(company, double, log_in):
    client = log_in(company.manager)
    assert "Norwood Clinics Ltd" in text(page(client, "customer-merge", company.account.pk))
    assert "Norwood Clinics Ltd" in text(page(client, "customer-merge", company.account.pk, q="clinics lt"))
    preview = text(page(client, "customer-merge", company.account.pk, other=double.pk))
    assert 'name="field-owner" value="other" checked' in preview
    sent = {"other": double.pk, "field-owner": "other", "field-name": "other"}
    answer = client.post(reverse("customer-merge", args=[company.account.pk]), sent)
    assert answer.url == reverse("customer", args=[company.account.pk])
    stays = Account.objects.get(pk=company.account.pk)
    assert (stays.name, stays.owner, stays.sector, stays.deals.count()) == ("Norwood Clinics Ltd", company.teammate, "Health", 2)
    assert MergedAccount.objects.get().was["name"] == "Norwood Clinics Ltd"
    assert "merged <b>Norwood Clinics Ltd</b> into it" in text(page(client, "customer-changes", company.account.pk))


def test_the_owner_of_one_alone_sees_why_not(company, double, log_in):
    Account.objects.filter(pk=company.account.pk).update(owner=company.owner)
    client, address = log_in(company.owner), reverse("customer-merge", args=[company.account.pk])
    assert "teams that own both accounts" in text(client.get(address, {"other": double.pk}))
    assert client.post(address, {"other": double.pk}).status_code == 422
    assert Account.objects.filter(pk=double.pk).exists()


def test_what_was_merged_leads_to_the_one_that_stayed_and_changes_nothing_there(company, double, log_in):
    gone, client = double.pk, log_in(company.admin)
    client.post(reverse("customer-merge", args=[company.account.pk]), {"other": gone})
    for route, sent in (("customer", None), ("customer-edit", {"name": "Typed in another tab"}), ("customer-domains", {"domain": "late.example"})):
        address = reverse(route, args=[gone])
        answer = client.get(address, follow=True) if sent is None else client.post(address, sent, follow=True)
        assert answer.redirect_chain == [(reverse("customer", args=[company.account.pk]), 302)]
        assert "merged into Norwood Clinics" in answer.content.decode()
    assert not AccountDomain.objects.filter(domain="late.example").exists()
    assert log_in(company.stranger).get(reverse("customer", args=[gone])).status_code == 404


def test_two_contacts_are_merged(company, log_in):
    person = ContactFactory(name="P. Raman", account=company.account, email="raman@norwood.example", title="CFO")
    client = log_in(company.manager)
    assert "P. Raman" in text(client.get(reverse("contact-twins", args=[company.contact.pk]), headers=HTMX))
    assert "P. Raman" in text(page(client, "contact-merge", company.contact.pk))
    assert "raman@norwood.example" in text(page(client, "contact-merge", company.contact.pk, other=person.pk))
    client.post(reverse("contact-merge", args=[company.contact.pk]), {"other": person.pk})
    assert client.get(reverse("contact", args=[person.pk])).url == reverse("contact", args=[company.contact.pk])
    company.contact.refresh_from_db()
    assert (company.contact.title, company.contact.addresses.get().email) == ("CFO", "raman@norwood.example")


def test_names_lead_to_their_pages(company, log_in):
    client = log_in(company.owner)
    deal = text(client.get(company.deal.get_absolute_url()))
    assert reverse("customer", args=[company.account.pk]) in deal
    assert reverse("contact", args=[company.contact.pk]) in deal
    assert reverse("deal-person", args=[company.deal.pk]) in deal


@pytest.mark.parametrize(("route", "kind"), [("customer", "account"), ("contact", "contact")])
def test_two_merges_into_each_other_end_on_the_page_of_the_one_that_is_left(log_in, company, now, monkeypatch, route, kind):
    """The second request has looked at both before the first one made them one."""
    factory = {"account": AccountFactory, "contact": ContactFactory}[kind]
    keep, gone = factory(), factory()
    merge = getattr(merging, f"merge_{kind}s")

    def too_late(*, keep, gone, by, now, take):
        merge(keep=gone, gone=keep, by=by, now=now)
        return merge(keep=keep, gone=gone, by=by, now=now, take=take)

    monkeypatch.setattr(merging, f"merge_{kind}s", too_late)
    answer = log_in(company.admin).post(reverse(f"{route}-merge", args=[keep.pk]), {"other": gone.pk})
    assert answer.status_code == 302
    assert answer.url == reverse(route, args=[gone.pk])
