"""Two accounts, or two contacts, become one."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.apps import apps
from django.db import models
from pghistory.models import Event

from accounts.models import Account, AccountDomain, Contact, ContactAddress, MergedAccount, MergedContact
from accounts.refusals import Refused
from accounts.services.contacts import add_contact
from accounts.services.customers import edit_account
from deals.changes import changes_of
from deals.customers.preview import KEEP, OTHER, counts_of, fields_of, taken
from deals.models import (
    AccountRhythm,
    CalendarEntry,
    ContactAbsence,
    Deal,
    DealContact,
    Interaction,
    Mailbox,
    MailMessage,
    Meeting,
    MeetingAttendee,
    OutgoingMail,
)
from deals.services import customers
from deals.services.customers import add_to_deal
from deals.services.deals import edit_deal, open_deal
from deals.services.interactions import log_interaction
from deals.services.merging import merge_accounts, merge_contacts, pointing_at
from tests.at_once import at_once
from tests.factories import AccountFactory, ContactFactory, DealFactory, InteractionFactory, make_company
from winback.models import Decline

pytestmark = pytest.mark.django_db


@pytest.fixture
def double(company, now):
    """A second Norwood with one of everything."""
    other = AccountFactory(name="Norwood Clinics Ltd", external_id="N-2", lifecycle="customer", recurring_value=5000, details={"Tier": "B"})
    person = ContactFactory(name="P. Raman", email="raman@norwood.example", account=other, external_id="C-2")
    deal = DealFactory(name="A third clinic", account=other, owner=company.owner, introduced_by=person)
    DealContact.objects.create(deal=deal, contact=person, role="Sponsor")
    InteractionFactory(deal=deal, account=other, contact=person, user=company.owner)
    InteractionFactory(account=other, contact=person, user=company.owner)
    AccountDomain.objects.create(account=other, domain="norwood-clinics.example")
    ContactAddress.objects.create(contact=person, email="p@home.example", added_at=now)
    AccountRhythm.objects.create(account=other, samples=30, reply_p90_hours=20, learned_at=now)
    AccountFactory(name="Norwood Labs", parent=other)
    MergedAccount.objects.create(into=other, name="Norwood Surgery", external_id="N-3", was={}, at=now)
    heard_of_by_mail(account=other, contact=person, deal=deal, user=company.owner, now=now)
    MergedContact.objects.create(into=person, name="Raman", external_id="C-3", was={}, at=now)
    return other


def heard_of_by_mail(*, account, contact, deal, user, now):
    """A message of theirs, one of ours to them, and a meeting."""
    mailbox = Mailbox.objects.create(kind="files", created_at=now)
    message = MailMessage.objects.create(
        mailbox=mailbox, message_id="<1@home.example>", received_at=now, sent_at=now, kind="auto_reply", direction="in", status="noted",
        sender="p@home.example", account=account, contact=contact,
    )  # fmt: skip
    ContactAbsence.objects.create(contact=contact, said_at=now, message=message)
    OutgoingMail.objects.create(
        deal=deal, contact=contact, author=user, message_id="<2@ours.example>", to=["p@home.example"], subject="-", body="-",
        created_at=now, send_at=now, next_try_at=now,
    )  # fmt: skip
    Decline.objects.create(
        deal=deal, contact=contact, introducer=contact, asked_by=user, asked_at=now, thanks="-", reason="-", helpers="-", door="-", reasons=["price"],
    )  # fmt: skip
    entry = CalendarEntry.objects.create(uid="3", zone="UTC", account=account, created_at=now, changed_at=now)
    Interaction.objects.filter(deal=deal).first().others.add(contact)
    meeting = Meeting.objects.create(entry=entry, uid="3", starts_at=now, ends_at=now, account=account, created_at=now, changed_at=now)
    MeetingAttendee.objects.create(meeting=meeting, address="p@home.example", contact=contact)


def every_key_to(model):
    """Every concrete foreign key of every model there is, found without Django's list of relations."""
    for one in apps.get_models(include_auto_created=True):
        if not issubclass(one, Event) and not one._meta.proxy:
            yield from (field for field in one._meta.concrete_fields if isinstance(field, models.ForeignKey) and field.related_model is model)


@pytest.mark.parametrize("model", [Account, Contact])
def test_every_foreign_key_of_every_app_is_known(model):
    """A relation that is added one day is moved, too; the kept versions of the history stay as they were."""
    known = set(map(str, pointing_at(model)))
    assert known == set(map(str, every_key_to(model)))
    assert {"deals.Deal.account"} <= known if model is Account else {"deals.DealContact.contact", "deals.Deal.introduced_by"} <= known


def test_nothing_is_left_pointing_at_the_account_that_went(company, double, now):
    used = {str(key): key.model._base_manager.filter(**{key.name: double}).count() for key in every_key_to(Account)}
    assert all(used.values()), f"the test has no row for {[key for key, rows in used.items() if not rows]}"
    moved = merge_accounts(keep=company.account, gone=double, by=company.manager, now=now)
    assert not Account.objects.filter(pk=double.pk).exists()
    for key in every_key_to(Account):
        assert not key.model._base_manager.filter(**{key.name: double.pk}).exists(), key
        assert key.model._base_manager.filter(**{key.name: company.account}).count() >= used[str(key)], key
    assert moved.rows["deals.Deal"] == 1
    assert moved.rows["deals.Interaction"] == 2


def test_nothing_is_left_pointing_at_the_contact_who_went(company, double, now):
    gone = double.contacts.get()
    used = {str(key): key.model._base_manager.filter(**{key.name: gone}).count() for key in every_key_to(Contact)}
    assert all(used.values()), f"the test has no row for {[key for key, rows in used.items() if not rows]}"
    merge_contacts(keep=company.contact, gone=gone, by=company.admin, now=now)
    for key in every_key_to(Contact):
        assert not key.model._base_manager.filter(**{key.name: gone.pk}).exists(), key


def test_a_relation_that_was_forgotten_stops_the_merge(company, double, now, monkeypatch):
    monkeypatch.setattr("deals.services.merging._move", lambda *_args: 0)
    with pytest.raises(RuntimeError, match="still points at"):
        merge_accounts(keep=company.account, gone=double, by=company.admin, now=now)


def test_the_fields_that_were_chosen_come_over(company, double, now):
    Account.objects.filter(pk=company.account.pk).update(details={"Tier": "A", "Fax": "1"}, sector="Health")
    merge_accounts(keep=company.account, gone=double, by=company.admin, now=now, take={"lifecycle", "recurring_value"})
    stays = Account.objects.get(pk=company.account.pk)
    assert (stays.name, stays.lifecycle, stays.recurring_value, stays.sector) == ("Norwood Clinics", "customer", 5000, "Health")
    assert stays.details == {"Tier": "A", "Fax": "1"}
    with pytest.raises(TypeError, match="external_id"):
        merge_accounts(keep=stays, gone=AccountFactory(), by=company.admin, now=now, take={"external_id"})


def test_how_it_was_is_kept(company, double, now):
    merge_accounts(keep=company.account, gone=double, by=company.manager, now=now)
    record = MergedAccount.objects.get(external_id="N-2")
    assert (record.into, record.name, record.by, record.at) == (company.account, "Norwood Clinics Ltd", company.manager, now)
    assert record.was["recurring_value"] == "5000.00"
    assert record.was["domains"] == ["norwood-clinics.example"]
    assert record.was["id"] == double.pk
    fields = {field.attname for field in Account._meta.concrete_fields}
    assert fields <= record.was.keys()


def test_the_name_that_is_given_up_is_the_one_imports_still_find(company, double, now):
    merge_accounts(keep=company.account, gone=double, by=company.manager, now=now, take={"name"})
    assert MergedAccount.objects.get(external_id="N-2").name == "Norwood Clinics"
    assert Account.objects.get(pk=company.account.pk).name == "Norwood Clinics Ltd"


def test_a_rhythm_of_its_own_stays(company, double, now):
    AccountRhythm.objects.create(account=company.account, samples=40, reply_p90_hours=10, learned_at=now)
    merge_accounts(keep=company.account, gone=double, by=company.manager, now=now)
    assert AccountRhythm.objects.get().samples == 40


def test_the_deals_concerned_are_looked_at_anew(company, double, now):
    edit_account(account=double, by=company.admin, now=now, recurring_value=7000)
    merge_accounts(keep=company.account, gone=double, by=company.manager, now=now, take={"lifecycle", "recurring_value"})
    assert {deal.value_at_stake for deal in Deal.objects.filter(account=company.account)} == {Decimal(7000)}


def test_a_deals_history_still_names_the_account_it_had(company, double, now):
    deal = Deal.objects.get(name="A third clinic")
    merge_accounts(keep=company.account, gone=double, by=company.manager, now=now)
    part = changes_of(deal, reader=company.owner)[0].parts[0]
    assert (part.name, str(part.was), str(part.now)) == ("Account", "Norwood Clinics Ltd", "Norwood Clinics")


def test_a_deals_history_names_nobody_the_reader_may_not_see(company):
    hidden = AccountFactory(name="Hidden Holding", owner=company.stranger)
    person = ContactFactory(name="Hidden Harriet", account=hidden)
    for account, introducer in ((hidden, person), (company.account, None)):
        Deal.objects.filter(pk=company.deal.pk).update(account=account, introduced_by=introducer)
    said = {who: [str(part.was) for part in changes_of(company.deal, reader=who)[0].parts] for who in (company.admin, company.owner)}
    assert said == {company.admin: ["Hidden Holding", "Hidden Harriet"], company.owner: ["another account", "another contact"]}


@pytest.mark.parametrize("shape", ["below", "above", "two below"])
def test_families_that_fold_into_one_close_no_circle(company, now, shape):
    top = AccountFactory(name="Top")
    gone = AccountFactory(name="Gone", parent=top)
    keep = AccountFactory(name="Keep", parent=gone if shape == "below" else None)
    if shape == "above":
        Account.objects.filter(pk=top.pk).update(parent=keep)
    if shape == "two below":
        Account.objects.filter(pk=keep.pk).update(parent=AccountFactory(name="Middle", parent=gone))
    merge_accounts(keep=keep, gone=gone, by=company.admin, now=now, take={"parent"} if shape == "above" else ())
    keep.refresh_from_db()
    assert keep.parent == (top if shape == "below" else None)


def test_who_may_merge(company, double, now):
    for who in (company.owner, company.teammate, company.executive):
        with pytest.raises(Refused, match="Only a manager"):
            merge_accounts(keep=company.account, gone=double, by=who, now=now)
    Account.objects.update(owner=company.owner)
    merge_accounts(keep=company.account, gone=double, by=company.owner, now=now)


def test_a_manager_merges_what_their_own_teams_own(company, double, now):
    Account.objects.filter(pk=company.account.pk).update(owner=company.teammate)
    Account.objects.filter(pk=double.pk).update(owner=company.stranger)
    with pytest.raises(Refused, match="Only a manager of the teams"):
        merge_accounts(keep=company.account, gone=double, by=company.manager, now=now)
    with pytest.raises(Refused, match="Only a manager of the teams"):
        merge_contacts(keep=company.contact, gone=double.contacts.get(), by=company.manager, now=now)
    Account.objects.filter(pk=double.pk).update(owner=company.manager)
    merge_accounts(keep=company.account, gone=double, by=company.manager, now=now)
    assert company.account.deals.count() == 2


def test_one_and_the_same_is_refused(company, now):
    with pytest.raises(Refused, match="one and the same"):
        merge_accounts(keep=company.account, gone=company.account, by=company.admin, now=now)


def test_a_contact_keeps_every_address_and_role(company, double, now):
    gone = double.contacts.get()
    add_to_deal(deal=company.deal, contact=gone, role="Champion")
    merge_contacts(keep=company.contact, gone=gone, by=company.admin, now=now, take={"email", "title"})
    stays = Contact.objects.get(pk=company.contact.pk)
    assert stays.email == "raman@norwood.example"
    assert {one.email for one in stays.addresses.all()} == {"priya@norwood.example", "p@home.example"}
    assert {(part.deal.name, part.role) for part in stays.deal_contacts.select_related("deal")} == {
        ("Clinics, two more", "Champion"),
        ("A third clinic", "Sponsor"),
    }
    assert stays.introductions.get().name == "A third clinic"


def test_a_role_of_ones_own_stays(company, double, now):
    DealContact.objects.filter(contact=company.contact).update(role="Evaluator")
    gone = double.contacts.get()
    add_to_deal(deal=company.deal, contact=gone, role="Champion")
    merge_contacts(keep=company.contact, gone=gone, by=company.admin, now=now)
    assert DealContact.objects.get(deal=company.deal).role == "Evaluator"


def test_a_lifecycle_that_changes_makes_the_deals_hot(company, now):
    log_interaction(deal=company.deal, kind="email", direction="in", by=company.owner, now=now, at=now - timedelta(hours=7), contact=company.contact)
    cold = Deal.objects.get(pk=company.deal.pk).reply_due_at
    edit_account(account=company.account, by=company.manager, now=now, lifecycle="customer", recurring_value=900)
    deal = Deal.objects.get(pk=company.deal.pk)
    assert deal.reply_due_at < cold
    assert deal.value_at_stake == 900


def test_many_deals_are_left_to_the_sweep(company, now, monkeypatch):
    monkeypatch.setattr(customers, "AT_ONCE", 1)
    later = DealFactory(account=company.account, owner=company.owner, alarm_at=now + timedelta(days=9))
    edit_account(account=company.account, by=company.manager, now=now, lifecycle="customer", recurring_value=900)
    assert Deal.objects.get(pk=company.deal.pk).value_at_stake == 900
    later.refresh_from_db()
    assert (later.value_at_stake, later.alarm_at) == (0, now)


def test_a_preview_proposes_what_says_more(company, double):
    fields = {field.name: field for field in fields_of(company.account, double)}
    assert {name: field.chosen for name, field in fields.items()} == {
        "name": KEEP,
        "lifecycle": OTHER,
        "recurring_value": OTHER,
    }
    assert taken(fields.values(), {}) == {"lifecycle", "recurring_value"}
    assert taken(fields.values(), {"field-name": OTHER, "field-lifecycle": KEEP}) == {"name", "recurring_value"}


def test_a_preview_counts_what_moves(company, double, django_assert_num_queries):
    with django_assert_num_queries(1):
        counts = {one.words: (one.keep, one.other) for one in counts_of(company.account, double)}
    assert counts == {"deals": (1, 1), "people": (1, 1), "interactions": (0, 2), "domains": (0, 1), "subsidiaries": (0, 1)}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("crossed", [False, True], ids=["the same pair twice", "each into the other"])
def test_two_merges_at_once_end_as_one(now, crossed):
    company = make_company()
    for _round in range(3):
        one, other = AccountFactory(), AccountFactory()
        DealFactory(account=one, owner=company.owner)
        DealFactory(account=other, owner=company.owner)
        pairs = [(one, other), (other, one) if crossed else (one, other)]
        errors = at_once(*(lambda pair=pair: merge_accounts(keep=pair[0], gone=pair[1], by=company.admin, now=now) for pair in pairs))
        assert [type(error) for error in errors] == [Refused]
        left = Account.objects.get(pk__in=[one.pk, other.pk])
        assert left.deals.count() == 2
        assert left.merged.count() == 1


@pytest.mark.django_db(transaction=True)
def test_words_logged_while_contacts_merge_are_kept(now):
    """Whoever logs at the same moment is either before or after the merge; nobody stops the other."""
    company = make_company()
    double = ContactFactory(account=company.account)
    add_to_deal(deal=company.deal, contact=double)

    def log():
        log_interaction(deal=company.deal, kind="note", direction="internal", by=company.owner, now=now, body="Noted")

    assert at_once(lambda: merge_contacts(keep=company.contact, gone=double, by=company.admin, now=now), log, log) == []
    assert Interaction.objects.filter(deal=company.deal).count() == 2


@pytest.mark.django_db(transaction=True)
def test_words_of_a_contact_who_is_merged_that_moment_are_kept_or_refused_in_words(now):
    company = make_company()
    for _round in range(3):
        double = ContactFactory(account=company.account)

        def log(double=double):
            said = {"kind": "note", "direction": "internal", "body": "Noted", "contact": double}
            log_interaction(deal=company.deal, by=company.owner, now=now, **said)

        errors = at_once(lambda double=double: merge_contacts(keep=company.contact, gone=double, by=company.admin, now=now), log)
        assert [type(error) for error in errors] in ([], [Refused])
    with pytest.raises(Refused, match="merged or removed"):
        log()


@pytest.mark.django_db(transaction=True)
def test_a_deal_opened_while_its_customer_is_merged_is_kept_or_refused_in_words(now):
    company = make_company()
    for _round in range(3):
        double = AccountFactory(owner=company.owner)
        person = ContactFactory(account=double)

        def opening(double=double, person=person):
            open_deal(name="Two more", owner=company.owner, by=company.owner, now=now, account=double, contacts=[person])

        def merge(double=double):
            merge_accounts(keep=company.account, gone=double, by=company.admin, now=now)

        errors = at_once(merge, opening, lambda double=double: add_contact(name="Nadia Brandt", account=double))
        assert {type(error) for error in errors} <= {Refused}
    for too_late in (opening, lambda: edit_deal(deal=company.deal, by=company.owner, now=now, account=double)):
        with pytest.raises(Refused, match="merged or removed"):
            too_late()


def test_no_account_becomes_part_of_one_that_was_merged_that_moment(company, double, now):
    gone = Account.objects.get(pk=double.pk)
    merge_accounts(keep=company.account, gone=double, by=company.admin, now=now)
    with pytest.raises(Refused, match="merged or removed"):
        edit_account(account=AccountFactory(), by=company.admin, now=now, parent=gone)
