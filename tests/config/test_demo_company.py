"""The demo company, small: whole, and every signal in it raised by the rules."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.test import override_settings

from accounts.models import Contact, Notice, Role, Team, User
from accounts.sight import sight_of
from config.demo_company import DEMO_LOGINS, DEMO_PASSWORD
from config.demo_company.load import load
from config.demo_company.story import REQUEST, WHO
from deals.models import Deal, Interaction, NextStep, RiskSignal, RuleFailure
from deals.risk.refresh import refresh
from deals.risk.rules import RULES
from winback.models import Decline, Loss

# Among the tests that roll back: those that empty the tables, and the default pipeline with them, come later.
pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 4, 15, 0, tzinfo=UTC)
DEALS = 150


@pytest.fixture(scope="module")
def brightwater(django_db_setup, django_db_blocker):
    """Loaded once for all tests that only look at it."""
    quick = override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"])
    with quick, django_db_blocker.unblock(), transaction.atomic():
        load(seed=7, now=NOW, deals=DEALS)
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        yield
        transaction.set_rollback(True)


@pytest.mark.usefixtures("brightwater")
def test_the_company_has_its_people_in_their_teams():
    roles = {role: User.objects.filter(role=role).count() for role in Role.values}
    assert roles == {"rep": 35, "manager": 6, "executive": 4, "admin": 1}
    assert Team.objects.filter(parent__parent__isnull=False).count() == 6
    assert len({team.calendar.time_zone for team in Team.objects.select_related("calendar")}) == 6


@pytest.mark.usefixtures("brightwater")
def test_there_are_as_many_deals_as_asked_for():
    assert Deal.objects.count() == pytest.approx(DEALS, rel=0.1)
    assert Deal.objects.watched().count() >= 70
    won, lost = (Deal.objects.filter(status=status).count() for status in ("won", "lost"))
    assert 0.45 < won / (won + lost) < 0.75


@pytest.mark.usefixtures("brightwater")
@pytest.mark.parametrize("rule", RULES)
def test_every_rule_has_found_something(rule):
    assert RiskSignal.objects.filter(rule=rule, state__in=["raised", "parked"]).count() >= 3


@pytest.mark.usefixtures("brightwater")
def test_signals_come_in_every_severity_and_state():
    assert set(RiskSignal.objects.filter(state="raised").values_list("severity", flat=True)) == {1, 2, 3, 4}
    assert RiskSignal.objects.filter(state="parked").count() >= 3
    assert RiskSignal.objects.filter(state="raised", taken_by__isnull=False).count() >= 2
    assert RiskSignal.objects.filter(state="cleared", cleared_at__gt=NOW - timedelta(days=7)).exists()
    assert RiskSignal.objects.filter(rule="stage_overdue", facts__older_than_any_won=True).count() >= 3
    assert not RuleFailure.objects.exists()


@pytest.mark.usefixtures("brightwater")
def test_looking_again_changes_nothing():
    before = list(RiskSignal.objects.order_by("pk").values_list("pk", "state", "severity", "level", "raised_at"))
    refresh(Deal.objects.values_list("pk", flat=True), NOW)
    assert list(RiskSignal.objects.order_by("pk").values_list("pk", "state", "severity", "level", "raised_at")) == before


@pytest.mark.usefixtures("brightwater")
def test_the_unanswered_request_is_critical_and_waits_for_the_manager():
    signal = RiskSignal.objects.get(deal__name=REQUEST, rule="reply_overdue")
    assert (signal.severity, signal.state, signal.responsible.email) == (4, "raised", "manager@brightwater.example")
    assert signal.facts["contact"] == WHO
    assert signal.facts["messages"] == 3
    assert signal.raised_at < NOW - timedelta(days=10)


@pytest.mark.usefixtures("brightwater")
def test_every_deal_is_in_somebodys_sight_besides_the_admins():
    executive = User.objects.get(email="executive@brightwater.example")
    assert Deal.objects.visible_to(executive).count() == Deal.objects.count()
    for manager in User.objects.filter(role=Role.MANAGER):
        assert 0 < Deal.objects.visible_to(manager).count() < Deal.objects.count()
        assert sight_of(manager).team_ids == {manager.team_id}


@pytest.mark.usefixtures("brightwater")
def test_a_request_to_decline_waits_for_the_manager_one_logs_in_as():
    asked = Decline.objects.get()
    assert (asked.state, asked.task.assignee.email) == ("asked", "manager@brightwater.example")
    assert asked.introducer is not None


@pytest.mark.usefixtures("brightwater")
def test_every_lost_deal_says_how_it_was_lost():
    assert not Deal.objects.filter(status="lost", losses__isnull=True).exists()
    assert not Loss.objects.filter(kind="competitor", competitor="").exists()
    assert not Loss.objects.exclude(deal__status="lost").exists()


@pytest.mark.usefixtures("brightwater")
def test_every_address_is_invented():
    addresses = [*User.objects.values_list("email", flat=True), *Contact.objects.values_list("email", flat=True)]
    assert all(address.endswith(".example") for address in addresses)
    assert len(set(addresses)) == len(addresses)


@pytest.mark.usefixtures("brightwater")
def test_no_words_were_left_unfilled():
    said = [
        *Interaction.objects.values_list("subject", "body"),
        *NextStep.objects.values_list("what", "what"),
        *Deal.objects.values_list("name", "name"),
    ]
    assert not [pair for pair in said if "{" in "".join(pair) or "}" in "".join(pair)]


@pytest.mark.usefixtures("brightwater")
def test_people_speak_in_their_working_hours_and_never_in_advance():
    for one in Interaction.objects.select_related("deal__team__calendar").filter(is_human=True):
        local = one.at.astimezone(ZoneInfo(one.deal.team.calendar.time_zone))
        assert local.weekday() < 5
        assert 9 <= local.hour <= 17
        assert one.recorded_at <= NOW
        assert one.outcome == "planned" or one.moment <= NOW


@pytest.mark.usefixtures("brightwater")
def test_a_deals_history_leads_to_where_it_stands():
    for deal in Deal.objects.prefetch_related("stage_changes"):
        moves = sorted(deal.stage_changes.all(), key=lambda move: move.at)
        assert moves[0].from_stage is None
        assert moves[-1].to_stage_id == deal.stage_id
        assert moves[-1].at == deal.stage_entered_at
        assert all(after.from_stage_id == before.to_stage_id for before, after in pairwise(moves))


@pytest.mark.usefixtures("brightwater")
def test_no_mail_leaves_for_the_people_of_the_demo():
    assert Notice.objects.filter(read_at__isnull=True).exists()
    assert not Notice.objects.exclude(mail=Notice.Mail.NONE).exists()


@pytest.mark.usefixtures("brightwater")
@pytest.mark.parametrize("login", DEMO_LOGINS, ids=lambda login: login.role)
def test_each_role_has_a_log_in_with_something_to_see(login):
    user = User.objects.get(email=login.email)
    assert (user.name, user.role) == (login.name, login.role)
    assert user.check_password(DEMO_PASSWORD)
    assert Deal.objects.visible_to(user).filter(worst_severity__gt=0).count() >= 2


@pytest.mark.usefixtures("brightwater")
def test_a_second_load_says_that_it_is_there(capsys):
    number = Deal.objects.count()
    call_command("load_demo", deals=100)
    assert "is there already" in capsys.readouterr().out
    assert Deal.objects.count() == number
