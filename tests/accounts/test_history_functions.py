"""Rows are recorded in the history by functions that raise nothing."""

import pghistory
import pgtrigger
import pytest
from django.apps import apps
from django.db import connection

from accounts.models import Account

pytestmark = pytest.mark.django_db


def events(account):
    return apps.get_model("accounts", "AccountEvent").objects.filter(pgh_obj_id=account.pk)


def test_no_function_of_the_history_catches_exceptions():
    with connection.cursor() as cursor:
        cursor.execute("SELECT proname, prosrc FROM pg_proc WHERE proname IN ('_pgtrigger_should_ignore', '_pgh_attach_context')")
        found = dict(cursor.fetchall())

    assert len(found) == 2
    assert not any("EXCEPTION" in source for source in found.values())


def test_a_row_is_recorded_with_the_context_it_was_made_in():
    with pghistory.context(reason="a test"):
        account = Account.objects.create(name="Hollis Valley")

    [event] = events(account)
    assert event.pgh_context.metadata == {"reason": "a test"}


def test_a_row_made_out_of_any_context_is_recorded_too():
    account = Account.objects.create(name="Hollis Valley")

    [event] = events(account)
    assert event.pgh_context is None


def test_a_trigger_can_still_be_told_to_look_away():
    with pgtrigger.ignore("accounts.Account:insert_insert"):
        account = Account.objects.create(name="Hollis Valley")

    assert not events(account).exists()
