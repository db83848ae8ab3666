"""The embedded servers: any folder, any number of users, nothing left behind."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import psycopg2
import pytest
import redis
from django.core.exceptions import ImproperlyConfigured

from config.embedded import ROOT, secret_key
from config.embedded.postgres import Postgres
from config.embedded.valkey import Valkey, note_of, running_at


def answers(postgres):
    try:
        psycopg2.connect(postgres.address()).close()
    except psycopg2.OperationalError:
        return False
    return True


def start_elsewhere(folder):
    """Another process that uses the folder's server until its standard input ends."""
    code = (
        "import sys; from pathlib import Path; from config.embedded.postgres import Postgres;"
        f"p = Postgres(Path({str(folder)!r}), durable=False); p.start(); print('up', flush=True); sys.stdin.read(); p.stop()"
    )
    process = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "up\n"
    return process


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder whose path is too long for a socket and has spaces and quotes in it."""
    folder = tmp_path_factory.mktemp('it\'s "quoted"') / ("a long name " * 8).strip()
    folder.mkdir()
    return folder


@pytest.fixture
def postgres(folder):
    postgres = Postgres(folder, durable=False)
    yield postgres
    postgres.stop()
    assert not answers(postgres)
    assert not Path(parse_qs(urlsplit(postgres.address()).query)["host"][0]).exists()


def test_any_path_will_do(postgres):
    postgres.start()
    assert answers(postgres)


def test_the_last_user_stops_it(postgres, folder):
    other = start_elsewhere(folder)
    postgres.start()
    other.communicate("")
    assert answers(postgres)
    postgres.stop()
    assert not answers(postgres)


def test_a_killed_user_does_not_keep_it_running(postgres, folder):
    other = start_elsewhere(folder)
    other.kill()
    other.communicate()
    assert answers(postgres)
    postgres.start()
    postgres.stop()
    assert not answers(postgres)


def test_a_killed_server_starts_again_although_its_number_belongs_to_another_program(postgres, folder):
    postgres.start()
    pid_file = folder / "postgres" / "postmaster.pid"
    words = pid_file.read_text()
    os.kill(int(words.splitlines()[0]), signal.SIGQUIT)
    postgres.stop()
    pid_file.write_text(f"{os.getpid()}\n{words.partition(chr(10))[2]}")
    postgres.start()
    assert answers(postgres)


def test_a_first_start_that_was_interrupted_is_begun_anew(tmp_path):
    half_made = tmp_path / "postgres"
    half_made.mkdir()
    (half_made / "PG_VERSION").write_text("18\n")
    (tmp_path / "postgres.unfinished").touch()
    postgres = Postgres(tmp_path, durable=False)
    postgres.start()
    postgres.stop()
    assert not (tmp_path / "postgres.unfinished").exists()


def test_data_of_another_version_is_said(tmp_path):
    (tmp_path / "postgres").mkdir()
    (tmp_path / "postgres" / "PG_VERSION").write_text("12\n")
    with pytest.raises(ImproperlyConfigured, match="was made by PostgreSQL 12, and this one is"):
        Postgres(tmp_path).start()


def test_valkey_asks_for_its_password_and_is_joined_by_its_note(tmp_path):
    valkey = Valkey(tmp_path)
    valkey.start()
    try:
        assert running_at(tmp_path) is None
        valkey.publish()
        assert running_at(tmp_path) == valkey.address
        assert note_of(tmp_path).stat().st_mode & 0o077 == 0
        with pytest.raises(redis.AuthenticationError):
            redis.Redis.from_url("redis://" + valkey.address.partition("@")[2]).ping()
    finally:
        valkey.stop()
    assert not note_of(tmp_path).exists()


def test_a_note_of_a_server_that_is_gone_is_not_believed(tmp_path):
    note_of(tmp_path).write_text("redis://127.0.0.1:9/0")
    assert running_at(tmp_path) is None


def test_a_folder_keeps_its_secret_key_to_its_owner(tmp_path):
    key = secret_key(tmp_path)
    assert len(key) >= 50
    assert secret_key(tmp_path) == key
    assert (tmp_path / "secret_key").stat().st_mode & 0o077 == 0


def test_the_servers_are_not_used_where_others_are_named(tmp_path):
    code = (
        "import os; from config.embedded import start_servers; start_servers();"
        "print(os.environ['DATABASE_URL'], os.environ['REDIS_URL'], os.environ.get('SALVOR_EMBEDDED'))"
    )
    environment = {"PATH": os.defpath, "DATABASE_URL": "postgresql://mine/x", "REDIS_URL": "redis://mine/1", "SALVOR_LOCAL": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.stdout.split() == ["postgresql://mine/x", "redis://mine/1", "None"]
    assert list(Path(tmp_path).iterdir()) == []
