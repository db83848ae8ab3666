"""The settings as a process of their own reads them: one sentence for a wrong variable, never a traceback."""

import os
import subprocess
import sys

import pytest

from config.embedded import ROOT

GOOD = {"SECRET_KEY": "x" * 50, "DATABASE_URL": "postgresql://nowhere/none", "REDIS_URL": "redis://nowhere:6379/0"}


def run(code, **environment):
    """Like a production machine: nothing in the environment but what is given."""
    return subprocess.run(
        [sys.executable, "-c", code],
        env={"PATH": os.defpath, **GOOD, **environment},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
    )


def manage(*arguments, **environment):
    code = f"import sys; sys.argv[1:] = {list(arguments)!r}; import manage; sys.exit(manage.main())"
    return run(code, **environment)


@pytest.mark.parametrize(
    ("variable", "value", "words"),
    [
        ("DATABASE_URL", "mysql://x/y", "DATABASE_URL must begin with one of postgres://"),
        ("DATABASE_URL", "postgresql://h:port/y", "DATABASE_URL cannot be read"),
        ("REDIS_URL", "http://x", "REDIS_URL must begin with one of redis://"),
        ("SITE_URL", "salvor.example.com", "SITE_URL must begin with one of http://"),
        ("DEBUG", "perhaps", "DEBUG must be yes or no"),
        ("EMAIL_URL", "mail.example.com", "EMAIL_URL must begin with"),
        ("TIME_ZONE", "Mars/Olympus", "TIME_ZONE"),
        ("LOG_LEVEL", "loud", "LOG_LEVEL"),
        ("BASE_CURRENCY", "dollars", "BASE_CURRENCY"),
        ("IMPORT_MAX_MB", "much", "IMPORT_MAX_MB must be a whole number"),
        ("GOOGLE_TOKEN_URL", "http://tokens.example.com", "GOOGLE_TOKEN_URL must begin with one of https://"),
        ("MICROSOFT_CLIENT_ID", "salvor", "MICROSOFT_CLIENT_SECRET is not set"),
    ],
)
def test_a_wrong_variable_is_one_sentence(variable, value, words):
    done = manage("check", **{variable: value})
    assert done.returncode == 1
    assert words in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_what_people_type_is_answered_and_trusted_whatever_else_is_named():
    code = "from config import settings; print(*settings.ALLOWED_HOSTS, *settings.CSRF_TRUSTED_ORIGINS)"
    bare = run(code, SITE_URL="https://salvor.example.com:8443/")
    assert bare.stdout.split() == ["127.0.0.1", "localhost", "[::1]", "salvor.example.com", "https://salvor.example.com:8443"]
    named = run(code, SITE_URL="http://[::1]:8000", ALLOWED_HOSTS="a.example", CSRF_TRUSTED_ORIGINS="https://b.example")
    assert named.stdout.split() == ["a.example", "[::1]", "http://[::1]:8000", "https://b.example"]


def test_gunicorn_says_the_same_sentence():
    done = run(
        "import sys; sys.argv = ['gunicorn', '-c', 'python:config.gunicorn', 'config.wsgi']; from gunicorn.app.wsgiapp import run; run()",
        SITE_URL="x",
    )
    assert done.returncode == 1
    assert done.stderr.strip() == "SITE_URL must begin with one of http://, https://, but its scheme is 'missing'."


def test_no_header_says_where_the_product_is_mounted():
    code = """
import config.gunicorn as ours
from gunicorn.config import Config
from gunicorn.http.parser import RequestParser
told = Config()
for name in ("forwarder_headers", "header_map", "forwarded_allow_ips"):
    told.set(name, getattr(ours, name))
sent = [b"GET /x/ HTTP/1.1\\r\\nHost: a\\r\\nSCRIPT_NAME: /x\\r\\nPATH_INFO: /y\\r\\nX-Forwarded-For: 10.0.0.1\\r\\n\\r\\n"]
print(*(name for name, value in next(RequestParser(told, iter(sent), ("127.0.0.1", 1))).headers))
"""
    assert run(code).stdout.split() == ["HOST", "X-FORWARDED-FOR"]


def test_production_cannot_start_without_a_secret_key():
    done = manage("check", SECRET_KEY="")
    assert (done.returncode, done.stderr.strip().splitlines()) == (
        1,
        ["SECRET_KEY is not set. Set it in the environment; docs/operators.md lists every variable."],
    )


def test_an_https_site_keeps_its_cookies_and_its_visitors_on_https():
    code = "from config import settings as s; print(s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, s.SECURE_SSL_REDIRECT, s.SECURE_HSTS_SECONDS > 0)"
    assert run(code, SITE_URL="https://salvor.example").stdout.split() == ["True"] * 4
    assert run(code, SITE_URL="http://salvor.example").stdout.split() == ["False"] * 4


def test_djangos_own_check_for_production_finds_nothing():
    done = manage(
        "check", "--deploy", "--fail-level", "WARNING", SITE_URL="https://salvor.example", SECRET_KEY="k9" * 20 + "".join(map(chr, range(65, 91)))
    )
    assert done.returncode == 0, done.stderr


def test_an_unreachable_database_is_one_sentence_too():
    done = manage("migrate", DATABASE_URL="postgresql://u:secret@127.0.0.1:9/none")
    assert done.returncode == 1
    assert "PostgreSQL at 127.0.0.1:9/none cannot be used" in done.stderr
    assert "secret" not in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
