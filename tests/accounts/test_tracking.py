"""Histories: what comes by one statement is written down by one, each row of it, with who did it."""

import pghistory
import pytest
from django.apps import apps
from django.db import connection

from accounts.models import Account

pytestmark = pytest.mark.django_db


def kept():
    return apps.get_model("accounts", "AccountEvent").objects.order_by("pgh_id")


def test_each_row_of_one_statement_is_written_down():
    Account.objects.bulk_create([Account(name=f"Account {number}") for number in range(3)])
    assert list(kept().values_list("pgh_label", "name")) == [("insert", f"Account {number}") for number in range(3)]
    assert set(kept().values_list("pgh_obj_id", flat=True)) == set(Account.objects.values_list("pk", flat=True))


def test_who_did_it_stands_with_every_row():
    with pghistory.context(user=7):
        Account.objects.bulk_create([Account(name="One"), Account(name="Two")])
    contexts = {event.pgh_context for event in kept().select_related("pgh_context")}
    assert [context.metadata["user"] for context in contexts] == [7]


def test_a_statement_that_brings_nothing_writes_nothing():
    account = Account.objects.create(name="One", external_id="1")
    Account.objects.bulk_create([Account(name="Again", external_id="1")], ignore_conflicts=True)
    assert list(kept().values_list("pgh_obj_id", flat=True)) == [account.pk]


def test_a_change_and_a_going_are_written_down_row_by_row():
    with connection.cursor() as cursor:
        cursor.execute("SELECT tgname FROM pg_trigger WHERE tgrelid = 'accounts_account'::regclass AND tgtype & 1 = 0 AND tgname LIKE 'pgtrigger%'")
        assert [name.split("_")[1] for (name,) in cursor.fetchall()] == ["insert"]
    Account.objects.bulk_create([Account(name="One"), Account(name="Two")])
    Account.objects.update(name="Three")
    Account.objects.all().delete()
    assert list(kept().values_list("pgh_label", flat=True)) == ["insert"] * 2 + ["update"] * 2 + ["delete"] * 2
