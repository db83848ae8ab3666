from datetime import UTC, datetime
from decimal import Decimal
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from accounts.arrays import iso_moment
from accounts.models import Account
from accounts.prepared import named
from deals.copying import copy_instances, copy_rows, write_columns
from deals.models import ImportRow, Product

pytestmark = pytest.mark.django_db
TEXTS = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), min_size=1, max_size=40)


@given(name=TEXTS, detail=TEXTS)
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_letter_comes_back(name, detail):
    account = Account(name=name, details={"note": detail, "list": [1, None, True]}, recurring_value=Decimal("1.50"))
    copy_instances(Account, [account])
    account.refresh_from_db()
    assert (account.name, account.details, account.recurring_value) == (name, {"note": detail, "list": [1, None, True]}, Decimal("1.50"))
    assert account.created_at is not None
    assert account.owner is None


CHANGE = named(
    "UPDATE deals_product AS p SET name = v.name, list_price = v.price FROM unnest(%(id)s::bigint[], %(name)s::text[], %(price)s::numeric[]) "
    "AS v (id, name, price) WHERE p.id = v.id RETURNING p.id",
    planned=True,
    writes=True,
)


@given(name=TEXTS)
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example(name='{"a\\", NULL}')
@example(name="NULL")
def test_columns_bring_every_letter_and_what_is_empty(name):
    made = [Product(name="a", name_key=uuid4().hex, list_price=5), Product(name="b", name_key=uuid4().hex)]
    copy_instances(Product, made)
    write_columns(CHANGE, ("id", "name", "price"), [(made[0].pk, name, None), (made[1].pk, "b", Decimal("1.50"))])
    write_columns(CHANGE, ("id", "name", "price"), [])
    found = Product.objects.filter(pk__in=[one.pk for one in made]).order_by("pk").values_list("name", "list_price")
    assert list(found) == [(name, None), ("b", Decimal("1.50"))]


def test_what_is_made_ready_while_the_rows_are_written_comes_in_as_it_is_then():
    accounts = [Account(name=f"{number}") for number in range(250)]

    def made():
        for account in accounts:
            account.details = {"of": account.pk}
            yield account

    copy_instances(Account, accounts, made())
    assert {one.pk: one.details for one in Account.objects.all()} == {one.pk: {"of": one.pk} for one in accounts}
    assert not any(one._state.adding or one.created_at is None for one in accounts)


def test_ids_are_taken_from_the_tables_own_sequence():
    before = Product.objects.create(name="a", name_key="a")
    made = [Product(name=name, name_key=name) for name in "bc"]
    copy_instances(Product, made)
    after = Product.objects.create(name="d", name_key="d")
    assert before.pk < made[0].pk < made[1].pk < after.pk


def test_the_hour_that_a_clock_shows_twice_is_two_hours():
    first = datetime(2026, 10, 25, 2, 30, tzinfo=ZoneInfo("Europe/Berlin"))
    second = first.replace(fold=1)
    assert [iso_moment(one) for one in (first, second)] == ["2026-10-25T02:30:00+02:00", "2026-10-25T01:30:00+00:00"]


def test_constraints_hold_as_ever():
    with pytest.raises(IntegrityError), transaction.atomic():
        copy_instances(Product, [Product(name="a", name_key="a"), Product(name="b", name_key="a")])
    with pytest.raises(IntegrityError), transaction.atomic():
        copy_rows(ImportRow, ["imported_id", "line"], [(0, 1)])


def test_what_goes_wrong_while_rows_are_made_is_what_is_raised():
    def rows():
        yield from ((f"{number}", f"{number}") for number in range(300))
        raise LookupError("the last one is not to be had")

    with pytest.raises(LookupError, match="the last one"), transaction.atomic():
        copy_rows(Product, ["name", "name_key"], rows())
    assert not Product.objects.exists()


def test_many_rows_come_in_their_order_and_none_are_no_statement():
    copy_rows(
        Product, ["name", "name_key", "series", "currency", "list_price"], ((f"{number}", f"k{number}", "", "EUR", None) for number in range(1001))
    )
    copy_rows(Product, ["name", "name_key"], [])
    assert [int(name) for name in Product.objects.order_by("pk").values_list("name", flat=True)] == list(range(1001))


def test_the_history_is_kept_as_for_any_other_writer():
    account = Account(name="a")
    copy_instances(Account, [account])
    event = Account._meta.apps.get_model("accounts", "AccountEvent").objects.get(pgh_obj_id=account.pk)
    assert (event.pgh_label, event.name) == ("insert", "a")
    assert abs((datetime.now(UTC) - event.pgh_created_at).total_seconds()) < 60
