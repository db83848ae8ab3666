"""The throwaway schema: whole, empty, apart from the real tables, and gone in the end."""

import os
import secrets
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta

import psycopg2
import pytest
from django.conf import settings
from django.db import IntegrityError, connection

from accounts.models import Team, User
from deals.models import Deal
from reports.replay.apart import empty_place
from reports.replay.contents import contents
from reports.replay.playing import play
from reports.replay.reading import read_story
from reports.replay.schema import PREFIX, drop_left_behind
from tests.factories import make_company
from tests.processes import database_url
from tests.reports.stories import SCENARIOS

pytestmark = pytest.mark.django_db(transaction=True)


def schemas():
    with connection.cursor() as cursor:
        cursor.execute("SELECT nspname FROM pg_namespace WHERE starts_with(nspname, %s) ORDER BY 1", [PREFIX])
        return [row[0] for row in cursor.fetchall()]


def other_connection():
    """A connection beside Django's."""
    return psycopg2.connect(**{k: v for k, v in connection.get_connection_params().items() if k in ("dbname", "user", "password", "host", "port")})


def test_it_is_empty_whole_and_gone_in_the_end():
    make_company()
    counts = "SELECT count(*) FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r'"
    with connection.cursor() as cursor:
        cursor.execute(counts)
        real = cursor.fetchone()
    with empty_place() as name:
        assert schemas() == [name]
        assert not User.objects.exists()
        assert not Deal.objects.exists()
        with connection.cursor() as cursor:
            cursor.execute(counts)
            assert cursor.fetchone() == real
    assert schemas() == []
    assert User.objects.count() == 6


def test_its_constraints_have_the_names_that_refusals_are_known_by():
    with empty_place():
        Team.objects.create(name="Sales")
        with pytest.raises(IntegrityError, match="team_name_once_per_parent"):
            Team.objects.create(name="Sales")


def test_it_is_gone_after_an_error_and_the_connection_is_as_before():
    company = make_company()
    with pytest.raises(ZeroDivisionError), empty_place():
        raise ZeroDivisionError
    assert schemas() == []
    assert Deal.objects.get() == company.deal


def test_a_connection_that_is_opened_anew_stays_there():
    make_company()
    with empty_place():
        connection.close()
        assert not User.objects.exists()
    assert User.objects.exists()


def test_no_table_of_the_real_schema_is_read_or_written():
    """Another connection holds every real table for itself: whoever touches one waits, and is told so at once."""
    make_company()
    before = contents()
    with empty_place(), other_connection() as other, other.cursor() as held:
        held.execute("SELECT format('%I.%I', schemaname, tablename) FROM pg_tables WHERE schemaname = 'public'")
        for (table,) in held.fetchall():
            held.execute(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE")
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '1s'")
        told = play(read_story((SCENARIOS / "bluebird.yaml").read_bytes()))
        assert len(told.moments) > 25
        other.rollback()
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = 0")
    assert contents() == before


def test_what_a_killed_one_left_is_dropped_by_the_next_after_an_hour():
    code = (
        "import django, time; django.setup()\n"
        "from reports.replay.apart import empty_place\n"
        "with empty_place() as name: print(name, flush=True); time.sleep(60)"
    )
    environment = {**os.environ, "DATABASE_URL": database_url(), "DJANGO_SETTINGS_MODULE": "config.settings"}
    child = subprocess.Popen([sys.executable, "-c", code], env=environment, cwd=settings.BASE_DIR, stdout=subprocess.PIPE, text=True)
    name = child.stdout.readline().strip()
    assert schemas() == [name]
    later = datetime.now(UTC) + timedelta(minutes=61)
    assert drop_left_behind(later) == []  # it is alive
    child.send_signal(signal.SIGKILL)
    child.wait()
    assert drop_left_behind(datetime.now(UTC)) == []  # not old enough to be sure
    give_up = time.monotonic() + 20
    while (dropped := drop_left_behind(later)) == [] and time.monotonic() < give_up:
        time.sleep(0.1)  # the server notices a dead client after a moment
    assert dropped == [name]
    assert schemas() == []


def test_what_only_looks_like_one_is_left_alone():
    name = f"{PREFIX}of_somebody_{secrets.token_hex(4)}"
    with connection.cursor() as cursor:
        cursor.execute(f'CREATE SCHEMA "{name}"')
        assert drop_left_behind(datetime.now(UTC) + timedelta(days=365)) == []
        cursor.execute(f'DROP SCHEMA "{name}"')
