"""Whatever a test with real transactions wrote, the next one finds what the migrations left, and nothing else."""

from threading import Event, Thread, Timer

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.models import Team
from deals.models import Stage
from tests.factories import TeamFactory, make_company
from tests.sweep import Migrated
from winback.models import Reason

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def migrated(django_db_setup):
    return django_db_setup


def write():
    make_company()
    Reason.objects.filter(key="price").update(name="Otherwise")
    Stage.objects.filter(kind="lost").delete()


@pytest.mark.parametrize("superuser", [True, False])
def test_every_table_is_put_back_and_no_history_is_written_of_it(migrated, monkeypatch, superuser):
    monkeypatch.setattr(migrated, "superuser", superuser)
    before = Migrated().rows
    assert "deals_stage" in before
    assert "accounts_user" not in before
    write()
    assert Migrated().rows != before
    migrated.put_back()
    assert Migrated().rows == before


def test_what_the_last_test_wrote_is_gone(migrated):
    assert Migrated().rows == migrated.rows


def test_history_is_written_again_afterwards(migrated, monkeypatch):
    monkeypatch.setattr(migrated, "superuser", False)
    for _time in range(2):
        write()
        with connection.cursor() as cursor:
            assert {"accounts_userevent", "winback_reasonevent"} <= set(migrated.changed(cursor))
        migrated.put_back()


def test_new_rows_go_on_counting(migrated):
    first = TeamFactory().pk
    migrated.put_back()
    assert TeamFactory().pk > first


def test_where_nothing_was_written_nothing_is_put_back(migrated):
    with CaptureQueriesContext(connection) as queries:
        migrated.put_back()
    assert not any("DELETE" in query["sql"] for query in queries)


def test_it_waits_for_who_still_writes(migrated):
    written, go_on = Event(), Event()

    def write_slowly():
        with transaction.atomic():
            TeamFactory()
            written.set()
            assert go_on.wait(20)
        connection.close()

    thread = Thread(target=write_slowly)
    thread.start()
    assert written.wait(20)
    Timer(0.1, go_on.set).start()
    migrated.put_back()
    thread.join(20)
    assert not Team.objects.exists()
