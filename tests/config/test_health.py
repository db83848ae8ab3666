from datetime import timedelta

import pytest
from django.utils import timezone

from deals.models import Import, JobRun, Mailbox, OutgoingMail, RuleFailure
from tests.factories import DealFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def swept():
    now = timezone.now()
    return JobRun.objects.create(name="sweep", started_at=now, finished_at=now, done=3)


def test_all_well_is_a_plain_200_for_everybody(client, swept):
    answer = client.get("/health/")
    assert answer.status_code == 200
    checks = {"database": "ok", "redis": "ok", "migrations": "ok", "sweep": "ok", "mailboxes": "ok", "outbox": "ok"}
    assert answer.json() == {"status": "ok", "checks": checks}
    assert "no-cache" in answer["Cache-Control"]


def test_a_sweep_that_never_ran_is_late(client):
    answer = client.get("/health/")
    assert (answer.status_code, answer.json()["checks"]["sweep"]) == (503, "late")


@pytest.mark.parametrize(("ago", "state"), [(170, "ok"), (190, "late")])
def test_a_sweep_is_late_after_three_minutes(client, swept, ago, state):
    JobRun.objects.update(finished_at=timezone.now() - timedelta(seconds=ago))
    assert client.get("/health/").json()["checks"]["sweep"] == state


@pytest.fixture
def mailbox(swept):
    now = timezone.now()
    return Mailbox.objects.create(owner=UserFactory(), address="o@salvor.example", host="h", login="o", created_at=now, next_poll_at=now)


def test_mailboxes_that_nobody_reads_for_an_hour_are_late(client, mailbox):
    assert client.get("/health/").json()["checks"]["mailboxes"] == "ok"
    Mailbox.objects.update(next_poll_at=timezone.now() - timedelta(minutes=61))
    assert client.get("/health/").status_code == 503
    assert client.get("/health/").json()["checks"]["mailboxes"] == "late"
    Mailbox.objects.update(is_active=False)
    assert client.get("/health/").json()["checks"]["mailboxes"] == "ok"


def test_a_wrong_password_is_said_and_takes_no_server_out_of_service(client, mailbox):
    Mailbox.objects.update(failures=7)
    answer = client.get("/health/")
    assert (answer.status_code, answer.json()["checks"]["mailboxes"]) == (200, "some fail")
    client.force_login(UserFactory(role="admin"))
    assert client.get("/health/").json()["details"]["mailboxes"]["failing_for_an_hour"] == 1


def test_redis_that_is_away_is_named(client, swept, settings):
    settings.REDIS_URL = "redis://:secret@127.0.0.1:9/0"
    answer = client.get("/health/")
    assert (answer.status_code, answer.json()["checks"]["redis"]) == (503, "failed")
    assert b"secret" not in answer.content


def test_a_migration_that_is_not_applied_is_named(client, swept, monkeypatch):
    monkeypatch.setattr("config.health._migrations_of_the_code", lambda: frozenset({("deals", "9999_next")}))
    answer = client.get("/health/")
    assert answer.status_code == 503
    assert answer.json()["checks"] == {
        "database": "ok",
        "redis": "ok",
        "migrations": "failed",
        "sweep": "failed",
        "mailboxes": "failed",
        "outbox": "failed",
    }


def test_a_database_that_is_away_fails_the_answer_and_not_the_page(client, monkeypatch):
    from django.db import OperationalError

    def away():
        raise OperationalError("server closed the connection")

    monkeypatch.setattr("config.health._database", away)
    answer = client.get("/health/")
    assert (answer.status_code, answer.json()["checks"]["database"]) == (503, "failed")
    assert b"server closed" not in answer.content


def test_only_an_admin_sees_the_details(client, swept, company):
    for person in (company.owner, company.manager, company.executive):
        client.force_login(person)
        assert "details" not in client.get("/health/").json()
    client.force_login(company.admin)
    assert "details" in client.get("/health/").json()


def test_the_details_name_jobs_failing_rules_and_imports_at_work(client, swept, company):
    now = timezone.now()
    RuleFailure.objects.create(deal=DealFactory(), rule="no_contact", error="secret words", first_at=now, last_at=now)
    Import.objects.create(kind="deals", state="running", file_name="x.csv", created_at=now)
    Import.objects.create(kind="deals", state="done", file_name="y.csv", created_at=now)
    client.force_login(company.admin)
    answer = client.get("/health/")
    details = answer.json()["details"]
    assert details["jobs"]["sweep"]["done"] == 3
    assert details["rules_failing"] == [{"rule": "no_contact", "deals": 1}]
    assert details["imports_at_work"] == 1
    assert b"secret words" not in answer.content


@pytest.mark.parametrize(
    ("state", "waits", "said"), [("waiting", 14, "ok"), ("waiting", 16, "some fail"), ("unknown", 0, "some fail"), ("sent", 99, "ok")]
)
def test_mail_that_waits_or_may_have_gone_is_said_and_the_pages_stay_up(client, swept, company, state, waits, said):
    then = timezone.now() - timedelta(minutes=waits)
    OutgoingMail.objects.create(
        deal=company.deal, author=company.owner, message_id="<o@x.example>", to=["a@b.example"], subject="x", body="y",
        state=state, created_at=then, send_at=then, next_try_at=then, claimed_at=then, sent_at=then,
    )  # fmt: skip
    answer = client.get("/health/")
    assert (answer.status_code, answer.json()["checks"]["outbox"]) == (200, said)


def test_the_number_of_queries_is_small(client, swept, django_assert_max_num_queries):
    client.get("/health/")
    with django_assert_max_num_queries(6):
        client.get("/health/")


def test_health_cannot_be_posted_to(client):
    assert client.post("/health/").status_code == 405
