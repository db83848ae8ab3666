from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from accounts.models import Account, Notice, User, WorkingCalendar
from deals.models import CloseDateChange, Deal, Interaction, Pipeline, StageChange
from tests import factories
from winback.models import Loss

HEAD = "Id,Owner,Product,Account,Stage,Opened,Close date,Amount,Lost reason\n"
ROWS = (
    'd1,Olaf Owner,GTXPro,Norwood Clinics,Won,2026-01-05,2026-02-02,"1,200.00",\n'
    "d2,Olaf Owner,GTX Pro,,Engaging,2026-01-06,,,\n"
    "d3,Olaf Owner,GTX Pro,Norwood Clinics,Lost,2026-01-07,2026-02-03,0,too dear\n"
    "d4,,GTX Pro,New Customer,Prospecting,,,,\n"
)


@pytest.fixture
def ready(company):
    company.product = factories.ProductFactory(name="GTX Pro", name_key="gtxpro", list_price=100)
    return company


def test_deals_come_in_with_all_they_name(ready, bring, now):
    done = bring("deals", HEAD + ROWS)
    assert done.counts == {"created": 4}
    won = Deal.objects.get(external_id="d1")
    assert (won.name, won.owner, won.team, won.product, won.account, won.status) == (
        "GTX Pro, Norwood Clinics",
        ready.owner,
        ready.east,
        ready.product,
        ready.account,
        "won",
    )
    assert (won.opened_on, won.closed_on, won.amount, won.currency, won.created_at) == (date(2026, 1, 5), date(2026, 2, 2), Decimal(1200), "USD", now)
    assert won.imported_by == done
    assert done.plan["notes"]["found"] == [{"column": "Product", "value": "GTXPro", "found": "GTX Pro", "rows": 1}]
    assert done.plan["notes"]["facts"] == {"without an account": 1}
    assert done.plan["notes"]["made"] == {"accounts": 1}


def test_a_second_run_changes_nothing(ready, bring):
    bring("deals", HEAD + ROWS)
    before = list(Deal.objects.order_by("pk").values())
    moves = StageChange.objects.count()
    assert bring("deals", HEAD + ROWS).counts == {"unchanged": 4}
    assert (list(Deal.objects.order_by("pk").values()), StageChange.objects.count()) == (before, moves)


def test_an_import_is_no_contact_and_tells_nobody(ready, bring):
    bring("deals", HEAD + ROWS)
    deal = Deal.objects.get(external_id="d2")
    assert deal.last_contact_at is None
    assert not Interaction.objects.exists()
    assert not Notice.objects.exists()
    assert deal.alarm_at is not None or deal.worst_severity > 0, "its clocks run"


def test_a_new_pipeline_is_made_of_stages_nobody_knows(ready, bring):
    bring("deals", HEAD + ROWS, name="north_sales.csv")
    made = Pipeline.objects.get(name="North sales")
    assert list(made.stages.values_list("name", "kind")) == [("Prospecting", "open"), ("Engaging", "open"), ("Won", "won"), ("Lost", "lost")]
    assert not made.is_default


def test_a_pipeline_that_has_all_the_stages_is_used(ready, bring):
    bring("deals", "Id,Name,Stage,Close date\na,A,proposal,\nb,B,Gewonnen,2026-01-05\n")
    assert Pipeline.objects.count() == 1
    assert Deal.objects.get(external_id="a").stage == factories.stage("Proposal")
    assert Deal.objects.get(external_id="b").stage == factories.stage("Won")


def test_an_import_never_makes_inquiries(ready, bring):
    bring("deals", "Id,Name,Stage\na,A,Inquiry\n")
    assert Deal.objects.get(external_id="a").status == "open"


def test_history_begins_where_the_file_leaves_no_doubt(ready, bring):
    WorkingCalendar.objects.filter(is_default=True).update(time_zone="Europe/Berlin")
    bring("deals", HEAD + ROWS)
    moves = StageChange.objects.filter(deal__external_id="d1").order_by("at").values_list("from_stage__name", "to_stage__name", "at")
    assert list(moves) == [
        (None, "Engaging", datetime(2026, 1, 4, 23, tzinfo=UTC)),
        ("Engaging", "Won", datetime(2026, 2, 1, 23, tzinfo=UTC)),
    ]
    assert Deal.objects.get(external_id="d2").stage_entered_at == datetime(2026, 1, 5, 23, tzinfo=UTC)


def test_without_any_date_a_deal_stands_in_its_stage_since_the_import(ready, bring, now):
    bring("deals", HEAD + ROWS)
    deal = Deal.objects.get(external_id="d4")
    assert (deal.opened_on, deal.stage_entered_at) == (None, now)


def test_losses_come_in_as_not_recorded_with_the_files_words(ready, bring):
    bring("deals", HEAD + ROWS)
    loss = Loss.objects.get(deal__external_id="d3")
    assert (loss.kind, loss.reasons, loss.our_view) == ("not_recorded", ["not_recorded"], "too dear")


def test_close_dates_of_open_deals_are_expected_ones(ready, bring):
    bring("deals", "Id,Name,Stage,Close date\na,A,Proposal,2026-06-01\n")
    bring("deals", "Id,Name,Stage,Close date\na,A,Proposal,2026-07-01\n")
    deal = Deal.objects.get(external_id="a")
    assert (deal.closed_on, deal.expected_close_on) == (None, date(2026, 7, 1))
    assert CloseDateChange.objects.values_list("old", "new").get(deal=deal) == (date(2026, 6, 1), date(2026, 7, 1))


def test_a_later_export_moves_deals_on(ready, bring):
    bring("deals", "Id,Name,Stage,Opened\na,A,Proposal,2026-01-01\n")
    done = bring("deals", "Id,Name,Stage,Opened,Close date\na,A,Lost,2026-01-01,2026-02-01\n")
    deal = Deal.objects.get(external_id="a")
    assert (done.counts, deal.status, deal.closed_on, deal.alarm_at) == ({"updated": 1}, "lost", date(2026, 2, 1), None)
    assert StageChange.objects.filter(deal=deal).order_by("pk").last().from_stage.name == "Proposal"
    assert Loss.objects.filter(deal=deal).count() == 1


@pytest.mark.parametrize(
    ("row", "column", "value", "reason"),
    [
        ("a,Nobody Knows,,,Won,,2026-01-01,1,", "Owner", "Nobody Knows", "Nobody here has this name"),
        ("a,,Unheard Of,,Won,,2026-01-01,1,", "Product", "Unheard Of", "No product here has this name"),
        ("a,,,,Won,,,1,", "Close date", "", "needs the day it was closed"),
        ("a,,,,,,2026-01-01,1,", "Stage", "", "does not say in which stage"),
        ("a,,,,Closed,,2026-01-01,1,", "Stage", "Closed", "whether it was won or lost"),
        ("a,,,,Won,,2026-13-01,1,", "Close date", "2026-13-01", "not a date"),
        ("a,,,,Won,,2026-01-01,-4,", "Amount", "-4", "below zero"),
        ("a,,,,Won,,2026-01-01,lots,", "Amount", "lots", "not an amount"),
        (f"{'a' * 201},,,,Won,,2026-01-01,1,", "Id", "a" * 201, "longer than 200"),
        ("a,,,,Won,,2026-01-01,1,,too many", "", "too many", "more cells than the file has titles"),
    ],
)
def test_rows_that_cannot_come_in_say_why(ready, bring, row, column, value, reason):
    done = bring("deals", HEAD + row + "\n" + "ok,,,,Won,,2026-01-01,1,\n")
    assert done.counts == {"created": 1, "rejected": 1}
    rejected = done.rows.get(result="rejected")
    assert (rejected.line, rejected.column, rejected.value) == (2, column, value)
    assert reason in rejected.reason
    assert rejected.cells[0].startswith("a")


def test_missing_people_and_products_are_made_when_that_is_asked(ready, bring):
    done = bring("deals", HEAD + 'a,"Kim, Nora",New Thing,,Won,,2026-01-01,1,\n', create_missing=True)
    deal = Deal.objects.get(external_id="a")
    assert (deal.owner.name, deal.owner.email, deal.product.name) == ("Nora Kim", None, "New Thing")
    assert done.plan["notes"]["made"] == {"people": 1, "products": 1}


def test_without_ids_a_second_run_still_finds_the_same_deals(ready, bring):
    rows = "Name,Stage,Opened,Amount\nA,Proposal,2026-01-01,1\nA,Proposal,2026-01-01,2\nB,Proposal,2026-01-01,3\n"
    assert bring("deals", rows).counts == {"created": 3}
    assert bring("deals", rows).counts == {"unchanged": 3}
    moved = rows.replace("A,Proposal,2026-01-01,1", "A,Negotiation,2026-01-01,5")
    assert bring("deals", moved).counts == {"updated": 1, "unchanged": 2}


def test_names_made_of_an_account_and_a_product_are_read(ready, bring):
    rows = "Id,Deal name,Stage\na,Norwood Clinics – GTX Pro,Proposal\nb,GTXPro Norwood Clinics,Proposal\nc,(no account) – GTX Pro,Proposal\n"
    bring("deals", rows)
    found = dict(Deal.objects.filter(external_id__in="abc").values_list("external_id", "account__name"))
    assert found == {"a": "Norwood Clinics", "b": "Norwood Clinics", "c": None}
    assert set(Deal.objects.filter(external_id__in="abc").values_list("product__name", flat=True)) == {"GTX Pro"}


def test_names_that_only_look_so_are_left_alone(ready, bring):
    bring("deals", "Id,Deal name,Stage\na,Expansion GTX Pro,Proposal\nb,New floor,Proposal\n")
    assert set(Deal.objects.filter(external_id__in="ab").values_list("product", flat=True)) == {None}


def test_accounts_of_one_name_are_not_guessed_between(ready, bring):
    factories.AccountFactory(name="Acme")
    factories.AccountFactory(name="Acme")
    done = bring("deals", "Id,Account,Stage\na,Acme,Proposal\n")
    assert "More than one account" in done.rows.get(result="rejected").reason


def test_a_deal_stays_in_its_pipeline(ready, bring):
    bring("deals", "Id,Name,Stage\nx,X,Proposal\n")
    done = bring("deals", "Id,Name,Stage\nx,X,In Verhandlung\n")
    assert done.counts == {"unchanged": 1}
    assert Deal.objects.get(external_id="x").stage == factories.stage("Proposal")


def test_empty_cells_take_nothing_away(ready, bring):
    bring("deals", HEAD + "a,Olaf Owner,GTX Pro,Norwood Clinics,Proposal,2026-01-01,,5,\n")
    assert bring("deals", HEAD + "a,,,,Proposal,,,,\n").counts == {"unchanged": 1}


def test_flags_say_what_a_scrambled_stage_does_not(ready, bring):
    bring(
        "deals",
        "Id,Name,StageName,IsWon,IsClosed,CloseDate\na,A,x1==,true,true,2026-01-01\nb,B,x2==,false,true,2026-01-01\nc,C,x3==,false,false,\nd,D,x3==,false,false,\n",
    )
    assert dict(Deal.objects.filter(external_id__in="abcd").values_list("external_id", "status")) == {
        "a": "won",
        "b": "lost",
        "c": "open",
        "d": "open",
    }


def test_rows_deleted_in_the_source_are_passed_over(ready, bring):
    assert bring("deals", "Id,Name,Stage,IsDeleted\na,A,Proposal,true\nb,B,Proposal,false\n").counts == {"skipped": 1, "created": 1}


def test_shifted_dates_end_today_and_stay_shifted(ready, bring, now):
    rows = "Id,Name,Stage,Opened,Close date\na,A,Won,2017-01-01,2017-02-01\nb,B,Proposal,2017-01-15,2017-06-01\n"
    done = bring("deals", rows, shift_dates=True)
    days = (now.date() - date(2017, 2, 1)).days
    assert done.dates_shifted_by == days
    won, open_ = Deal.objects.get(external_id="a"), Deal.objects.get(external_id="b")
    assert (won.closed_on, won.dates_shifted_by) == (now.date(), days)
    assert (open_.expected_close_on - open_.opened_on).days == (date(2017, 6, 1) - date(2017, 1, 15)).days
    later = now.replace(month=9)
    assert bring("deals", rows, at=later, shift_dates=True).counts == {"unchanged": 2}
    assert bring("deals", rows, at=later).counts == {"unchanged": 2}
    assert bring("deals", "Id,Name,Stage,Opened,Close date\nc,C,Won,2017-01-01,2017-02-02\n", at=later, shift_dates=True).dates_shifted_by == days


def test_contacts_are_linked_where_they_are_here(ready, bring):
    bring("deals", "Id,Name,Stage,Contact email\na,A,Proposal,PRIYA@norwood.example\nb,B,Proposal,who@x.example\n")
    assert [contact.name for contact in Deal.objects.get(external_id="a").contacts.all()] == ["Priya Raman"]
    assert not Deal.objects.get(external_id="b").contacts.exists()


def test_a_dry_run_writes_nothing(ready, write, now):
    from deals.intake.files.plan import Options
    from deals.models import Import
    from deals.services import imports

    path = write("deals.csv", HEAD + ROWS + "bad,Nobody,,,Won,,2026-01-01,1,\n")
    counts = {model: model.objects.count() for model in (Deal, Account, User, Pipeline, Import, StageChange)}
    planned = imports.planned(kind="deals", path=path, options=Options(), now=now)
    found = imports.preview(imported=planned, now=now, path=path)
    assert found.counts == {"created": 4, "rejected": 1}
    assert (found.problems[0]["line"], found.problems[0]["column"], found.problems[0]["value"]) == (6, "Owner", "Nobody")
    assert [stage["name"] for stage in found.made[0]["stages"]] == ["Prospecting", "Engaging", "Won", "Lost"]
    assert counts == {model: model.objects.count() for model in counts}
