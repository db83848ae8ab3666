"""The log of changes: who changed what and when, over everything Salvor keeps the history of."""

import csv
import io
from datetime import timedelta

import pghistory
import pytest
from allauth.mfa.models import Authenticator
from django.apps import apps
from django.urls import reverse
from django.utils import timezone

from accounts.models import Absence, Contact
from deals.audit.kinds import HOUSEKEEPING, KINDS, NOT_SHOWN
from deals.audit.reading import Wanted, every, read
from deals.audit.telling import tell
from deals.models import Deal, Threshold
from tests.factories import DealFactory, InteractionFactory, UserFactory, stage


@pytest.fixture
def admin(client, company):
    client.force_login(company.admin)
    return client


def change(by, thing, **fields):
    """Somebody changes a thing, as a page of theirs would."""
    with pghistory.context(user=by.pk):
        type(thing).objects.filter(pk=thing.pk).update(**fields)


def told(**wanted):
    return tell(read(Wanted(**wanted), size=50).rows)


def parts(one):
    return [(part.name, part.was, part.now) for part in one.parts]


def shown(client, **query):
    return client.get(reverse("audit"), query).content.decode()


@pytest.mark.django_db
def test_a_reason_that_came_with_salvor_is_named_by_its_words(company):
    found = {one.title: [part.name for part in one.parts] for one in told(kinds=("reason",))}
    assert "Our price" in found
    assert "–" not in found
    assert "Key" not in found["Our price"]


# --- nothing is forgotten, nothing slips in -----------------------------------------------------------------------


def test_each_model_with_a_history_is_listed_or_left_out_on_purpose():
    kept = {events.pgh_tracked_model._meta.label for events in apps.get_models() if hasattr(events, "pgh_tracked_model")}
    assert kept == {kind.model for kind in KINDS.values()} | NOT_SHOWN


def test_what_is_unsaid_and_veiled_are_fields_there_are():
    for kind in KINDS.values():
        names = {field.name for field in kind.of._meta.fields}
        assert kind.unsaid | kind.veiled | {kind.title} <= names, kind.key
        assert not HOUSEKEEPING & {field.name for field in kind.fields}


def test_each_history_has_its_index(db):
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_indexes WHERE indexname LIKE '%_by_moment'")
        have = {table for (table,) in cursor.fetchall()}
    assert {kind.event_table for kind in KINDS.values()} <= have


# --- what is said -------------------------------------------------------------------------------------------------


def test_old_and_new_stand_in_words_with_who_did_it(company):
    change(company.manager, company.deal, owner=company.teammate, expected_close_on="2026-05-01")
    latest = told(kinds=("deal",))[0]
    assert (latest.by, latest.title, latest.what, latest.url) == (company.manager, "Clinics, two more", "changed", company.deal.get_absolute_url())
    assert parts(latest) == [("Owner", "Olaf Owner", "Tara Teammate"), ("Expected close", "–", "1 May 2026")]


def test_a_stage_a_role_and_a_limit_are_named_as_on_their_pages(company):
    Deal.objects.filter(pk=company.deal.pk).update(stage=stage("Negotiation"))
    change(company.admin, company.owner, role="manager", is_active=False)
    Threshold.objects.create(setting="no_contact", value=7)
    assert ("Stage", "Proposal", "Negotiation") in parts(told(kinds=("deal",))[0])
    assert parts(told(kinds=("person",))[0]) == [("Role", "Rep", "Manager"), ("Suspended", "no", "yes")]
    limit = told(kinds=("limit",))[0]
    assert limit.what == "added"
    assert limit.title != "no_contact"


@pytest.mark.parametrize(("kind", "said"), [("totp", "Authenticator app"), ("webauthn", "Passkey"), ("recovery_codes", "Recovery codes")])
def test_a_second_step_is_named_as_on_ones_profile(company, kind, said):
    Authenticator.objects.create(user=company.owner, type=kind, data={})
    assert parts(told(kinds=("second-step",))[0]) == [("Kind", "", said)]


def test_of_somebody_new_without_an_address_it_is_not_said_that_they_may_log_in(company):
    UserFactory(email=None)
    assert not {"May log in", "Suspended"} & {name for name, _was, _now in parts(told(kinds=("person",))[0])}


def test_what_nobody_did_and_what_is_gone(company):
    contact = Contact.objects.create(name="Gone Tomorrow")
    contact.delete()
    latest = told(kinds=("contact",))[0]
    assert (latest.by, latest.what, latest.title, latest.url) == (None, "removed", "Gone Tomorrow", "")


def test_the_words_of_mails_never_leave_the_database(admin, company):
    said = InteractionFactory(deal=company.deal, subject="Our secret price", body="It is forty.")
    change(company.owner, said, body="It is fifty.", direction="out")
    events = read(Wanted(kinds=("interaction",)), size=5).rows
    assert all("forty" not in str(row.after) + str(row.before) and "fifty" not in str(row.after) for row in events)
    assert [(part.name, part.veiled) for part in tell(events)[0].parts if part.veiled] == [("Words", True)]
    page = shown(admin, kind="interaction")
    assert "secret price" not in page
    assert "471" not in page.replace(str(said.pk), "")


def test_ones_own_look_is_ones_own_business(company):
    change(company.owner, company.owner, theme="dark")
    assert told(kinds=("person",))[0].parts == []


def test_no_password_and_no_secret_is_anywhere(company):
    columns = {name for kind in KINDS.values() for name in (field.name for field in kind.of.pgh_event_model._meta.fields)}
    assert not columns & {"password", "secret", "data", "token"}


# --- filters ------------------------------------------------------------------------------------------------------


def test_by_who_did_it(company):
    change(company.manager, company.deal, amount=1)
    change(company.owner, company.deal, amount=2)
    assert [one.by for one in told(who=company.manager.pk)] == [company.manager]
    assert all(one.by is None for one in told(who=0))


def test_by_thing_by_its_name_or_its_number(admin, company):
    other = DealFactory(name="Something else", owner=company.owner)
    for thing in ("Clinics", company.deal.pk):
        page = shown(admin, kind="deal", thing=thing)
        assert "Clinics, two more" in page
        assert "Something else" not in page
    assert "Something else" in shown(admin, kind="deal", thing=other.pk)
    assert "Nothing fits" in shown(admin, kind="deal", thing="no such deal")


def test_by_day_the_last_one_included_in_the_readers_zone(admin, company):
    company.admin.time_zone = "Pacific/Kiritimati"
    company.admin.save()
    today = timezone.localdate(timezone=__import__("zoneinfo").ZoneInfo("Pacific/Kiritimati"))
    assert "Clinics, two more" in shown(admin, since=today, until=today)
    assert "Nothing fits" in shown(admin, until=today - timedelta(days=1))
    assert "Nothing fits" in shown(admin, since=today + timedelta(days=1))


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"thing": "Clinics"}, "Choose the kind of thing as well"),
        ({"since": "2026-03-02", "until": "2026-03-01"}, "before the first one"),
        ({"kind": "passwords"}, "Select a valid choice"),
        ({"who": "x"}, "Select a valid choice"),
        ({"since": "31.31.31"}, "Enter a valid date"),
        ({"page": "made-up"}, "Clinics, two more"),
    ],
)
def test_what_makes_no_sense_is_said_and_left_out(admin, company, query, said):
    assert said in shown(admin, **query)


# --- pages --------------------------------------------------------------------------------------------------------


def test_pages_follow_each_other_without_gaps_over_all_kinds(company):
    for number in range(30):
        change(company.owner, company.deal, amount=number)
        change(company.owner, company.account, sector=f"Sector {number}")
        Absence.objects.create(
            user=company.teammate, starts_at=timezone.now() + timedelta(days=number), ends_at=timezone.now() + timedelta(days=number, hours=1)
        )
    whole = [(row.kind.key, row.pk) for batch in every(Wanted(), batch=1000) for row in batch]
    paged = [(row.kind.key, row.pk) for batch in every(Wanted(), batch=7) for row in batch]
    assert len(whole) == len(set(whole)) > 90
    assert paged == whole


def test_one_kind_in_pages_is_newest_first(company):
    for number in range(9):
        change(company.owner, company.deal, amount=number)
    pks = [row.pk for batch in every(Wanted(kinds=("deal",)), batch=4) for row in batch]
    assert pks == sorted(pks, reverse=True)


def test_the_page_costs_a_fixed_number_of_queries(admin, company, django_assert_max_num_queries):
    for number in range(60):
        change(company.manager, company.deal, amount=number, owner=company.teammate if number % 2 else company.owner)
    shown(admin)
    with django_assert_max_num_queries(9):
        assert shown(admin).count("audit-who") == 50
    with django_assert_max_num_queries(10):
        shown(admin, kind="deal", thing="Clinics", who=company.manager.pk)


# --- the file -----------------------------------------------------------------------------------------------------


def rows_of(answer):
    return list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode().removeprefix("\ufeff"))))


def test_the_file_holds_all_that_is_filtered_a_line_a_field(admin, company):
    for number in range(60):
        change(company.manager, company.deal, amount=number, name=f"Deal {number}")
    head, first, second, *rest = rows_of(admin.get(reverse("audit-export"), {"kind": "deal", "who": company.manager.pk}))
    assert head == ["When", "Who", "Kind", "What", "Thing", "Number", "Field", "Was", "Is"]
    assert first[1:] == ["Mona Manager", "Deal", "changed", "Deal 59", str(company.deal.pk), "Name", "Deal 58", "Deal 59"]
    assert second[6:] == ["Amount", "58", "59"]
    assert len(rest) == 118


def test_no_cell_of_the_file_is_run_by_a_spreadsheet(admin, company):
    change(company.owner, company.deal, name='=HYPERLINK("https://evil.example")')
    rows = rows_of(admin.get(reverse("audit-export"), {"kind": "deal"}))
    assert rows[1][4].startswith("'=")
    assert rows[1][8].startswith("'=")
