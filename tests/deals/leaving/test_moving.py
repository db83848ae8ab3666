"""Passing on what somebody holds: to whom, how, what stays, and what is refused."""

import threading
from datetime import timedelta

import pytest
from django.db import connection

from accounts.leaving import HOLDINGS
from accounts.models import Absence, Account, Bequest, Departure, Notice, Team
from accounts.refusals import Refused
from accounts.services.absences import record_absence
from accounts.services.departures import record_departure
from accounts.services.leaving.moving import StoppedHalfway, leave, move_everything, pass_on
from deals.models import Deal, Import, Mailbox, MailTemplate, OutgoingMail, RiskSignal, SavedView, Task
from deals.services.leaving.shared import free_name
from deals.services.leaving.work import Tasks
from deals.services.mailboxes.keeping import change
from tests.factories import DealFactory, SignalFactory, TeamFactory, UserFactory, make_company, stage

DAY = timedelta(days=1)


@pytest.fixture
def leaver(company):
    return UserFactory(name="Lea Leaver", team=company.east)


@pytest.fixture
def move(company, leaver, now):
    """move(deals=heir, ...): what is not named goes to the manager."""

    def passing_on(keep=(), **choices):
        move_everything(leaver=leaver, choices=choices, by=company.admin, now=now, keep=keep)

    return passing_on


def task_of(person, now, **more):
    return Task.objects.create(title="Send the drawings", assignee=person, due_at=now + DAY, created_at=now, **more)


def test_each_kind_goes_to_whom_it_was_given_and_the_rest_to_the_manager(company, leaver, now, move):
    deal, task = DealFactory(owner=leaver), task_of(leaver, now)
    move(deals=company.stranger)
    deal.refresh_from_db()
    task.refresh_from_db()
    assert (deal.owner, deal.team, deal.owner_since) == (company.stranger, company.west, now)
    assert task.assignee == company.manager


def test_closed_deals_and_what_others_own_stay(company, leaver, move):
    won = DealFactory(owner=leaver, stage=stage("Won"))
    move()
    won.refresh_from_db()
    company.deal.refresh_from_db()
    assert (won.owner, company.deal.owner) == (leaver, company.owner)


def test_what_waits_for_them_waits_for_the_heir(company, leaver, now, move):
    deal = DealFactory(owner=leaver, stage_entered_at=now - 30 * DAY)
    SignalFactory(deal=deal, taken_by=leaver, taken_at=now)
    move(deals=company.teammate)
    waiting = RiskSignal.objects.filter(deal=deal, state="raised")
    assert {(one.responsible, one.taken_by) for one in waiting} == {(company.teammate, None)}


def test_a_task_of_what_waits_for_them_goes_where_that_goes(company, leaver, now, move):
    deal = DealFactory(owner=leaver, stage_entered_at=now - 30 * DAY)
    task = task_of(leaver, now, kind="name_next_step", deal=deal, signal=SignalFactory(deal=deal, rule="no_next_step"))
    move(deals=company.teammate, tasks=company.stranger)
    open_tasks = Task.objects.filter(deal=deal, ended_at=None)
    assert task in Task.objects.filter(deal=deal)
    assert {one.assignee for one in open_tasks} <= {company.teammate}


def test_what_is_kept_stays_while_the_last_day_lies_ahead(company, leaver, now, move):
    deal, task = DealFactory(owner=leaver), task_of(leaver, now)
    record_departure(user=leaver, last_day=(now + 9 * DAY).date(), mail_to=None, by=company.admin, now=now)
    move(keep=["deals"])
    deal.refresh_from_db()
    task.refresh_from_db()
    assert (deal.owner, task.assignee) == (leaver, company.manager)


def test_nothing_is_kept_by_somebody_who_is_gone(company, leaver, now):
    deal = DealFactory(owner=leaver)
    leave(leaver=leaver, last_day=(now - DAY).date(), mail_to=None, choices={}, by=company.admin, now=now, keep=["deals"])
    deal.refresh_from_db()
    assert deal.owner == company.manager


def test_a_lead_goes_past_whoever_is_away(company, leaver, now, move):
    record_absence(user=company.manager, starts_at=now - DAY, ends_at=now + DAY, cover=company.teammate, by=company.admin, now=now)
    deal = DealFactory(owner=leaver)
    move()
    deal.refresh_from_db()
    assert deal.owner == company.executive


def test_killed_in_the_middle_it_goes_on_where_it_was(company, leaver, now, move, monkeypatch):
    DealFactory(owner=leaver)
    task = task_of(leaver, now)

    def killed(*_args, **_more):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(Tasks, "move", killed)
        move()
    assert [one.kind for one in Bequest.objects.all()] == ["deals"]
    move()
    task.refresh_from_db()
    assert task.assignee == company.manager
    assert sorted(Bequest.objects.values_list("kind", "count")) == [("deals", 1), ("tasks", 1)]
    assert Notice.objects.filter(kind="bequest").get().body == "1 open deal\n1 task"


def test_many_deals_go_in_parts(company, leaver, now, move, monkeypatch):
    monkeypatch.setattr("deals.services.leaving.deals.BATCH", 2)
    for _ in range(5):
        DealFactory(owner=leaver)
    move(deals=company.teammate)
    assert Deal.objects.filter(owner=company.teammate).count() == 5
    assert sum(one.count for one in Bequest.objects.filter(kind="deals")) == 5


def test_an_heir_is_told_once_of_all_of_it(company, leaver, now, move):
    DealFactory(owner=leaver)
    task_of(leaver, now)
    for _ in range(2):
        move(deals=company.teammate, tasks=company.teammate)
    notice = Notice.objects.get(kind="bequest", user=company.teammate)
    assert notice.title == "What Lea Leaver had is yours now"
    assert notice.body == "1 open deal\n1 task"


def test_who_gives_it_to_themselves_is_not_told(company, leaver, now):
    DealFactory(owner=leaver)
    move_everything(leaver=leaver, choices={}, by=company.manager, now=now)
    assert not Notice.objects.filter(kind="bequest").exists()


def test_mail_that_has_not_gone_is_taken_back_for_the_heir(company, leaver, now):
    deal = DealFactory(owner=leaver)
    mail = OutgoingMail.objects.create(
        deal=deal, author=leaver, message_id="<1@s>", to=["p@n.example"], subject="Quote", body="Here.", created_at=now, send_at=now + 9 * DAY,
        next_try_at=now + 9 * DAY,
    )  # fmt: skip
    leave(leaver=leaver, last_day=(now + 20 * DAY).date(), mail_to=None, choices={}, by=company.admin, now=now)
    mail.refresh_from_db()
    assert (mail.author, mail.state) == (leaver, "waiting"), "it goes while they are still here"
    leave(leaver=leaver, last_day=(now + 5 * DAY).date(), mail_to=None, choices={}, by=company.admin, now=now)
    mail.refresh_from_db()
    assert (mail.author, mail.state) == (company.manager, "cancelled")


def test_a_task_the_heir_has_already_is_not_doubled(company, leaver, now, move):
    signal = SignalFactory(deal=company.deal)
    theirs, same = (task_of(one, now, kind="answer_or_pass_on", deal=company.deal, signal=signal) for one in (leaver, company.manager))
    Task.objects.filter(assignee=leaver).update(deal=None)
    move()
    assert list(Task.objects.filter(ended_at=None, assignee=leaver)) == []
    assert Task.objects.filter(assignee=company.manager, ended_at=None).count() <= 1
    assert {theirs.pk, same.pk} >= set(Task.objects.filter(assignee=company.manager, ended_at=None).values_list("pk", flat=True))


def test_a_name_the_heir_has_used_says_whose_it_was(company, leaver, now, move):
    for owner in (leaver, company.manager):
        SavedView.objects.create(owner=owner, name="Review", screen="list", sharing="everybody", created_at=now)
        MailTemplate.objects.create(owner=owner, name="Thanks", body="Dear", sharing="everybody", created_at=now)
    move()
    assert sorted(company.manager.saved_views.values_list("name", flat=True)) == ["Review", "Review (Lea Leaver)"]
    assert sorted(company.manager.mail_templates.values_list("name", flat=True)) == ["Thanks", "Thanks (Lea Leaver)"]


def test_a_free_name_is_found_however_often_and_stays_short_enough():
    taken = {"review", "review (lea)"}
    assert free_name("Review", "Lea", taken) == "Review (Lea 2)"
    assert len(free_name("R" * 80, "Lea", {"r" * 80})) == 80


def test_what_was_kept_for_oneself_stays(company, leaver, now, move):
    SavedView.objects.create(owner=leaver, name="Mine", screen="list", sharing="private", created_at=now)
    move()
    assert leaver.saved_views.get().name == "Mine"


def test_a_cover_who_leaves_is_followed_by_somebody_who_is_there(company, leaver, now, move):
    absence = Absence.objects.create(user=company.teammate, starts_at=now + DAY, ends_at=now + 4 * DAY, cover=leaver)
    record_absence(user=company.owner, starts_at=now + 2 * DAY, ends_at=now + 3 * DAY, cover=None, by=company.owner, now=now)
    move(covers=company.owner)
    absence.refresh_from_db()
    assert absence.cover == company.manager


def test_nobody_covers_for_themselves_when_a_cover_leaves(company, leaver, now, move):
    absence = Absence.objects.create(user=company.manager, starts_at=now + DAY, ends_at=now + 4 * DAY, cover=leaver)
    move(covers=company.manager)
    absence.refresh_from_db()
    assert absence.cover == company.executive


def test_the_mail_of_those_who_left_before_goes_on(company, leaver, now, move):
    gone, going = (UserFactory(team=company.east) for _ in range(2))
    for one in (gone, going):
        Departure.objects.create(user=one, last_day="2026-12-30", leaves_at=now + 200 * DAY, mail_to=leaver)
    move(mail_of_leavers=going)
    assert dict(Departure.objects.values_list("user", "mail_to")) == {gone.pk: going.pk, going.pk: None}


def test_teams_and_accounts_go(company, leaver, move):
    south = TeamFactory(name="South", parent=company.east, manager=leaver)
    account = Account.objects.create(name="Quillfeather", owner=leaver)
    move(accounts=company.teammate)
    assert Team.objects.get(pk=south.pk).manager == company.manager
    assert Account.objects.get(pk=account.pk).owner == company.teammate


def test_an_import_the_heir_may_not_bring_in_is_left_to_an_admin(company, leaver, now, move):
    for kind in ("deals", "people"):
        Import.objects.create(kind=kind, state="ready", file_name="a.csv", created_by=leaver, created_at=now)
    move()
    assert dict(Import.objects.values_list("kind", "created_by__name")) == {"deals": "Mona Manager", "people": "Ada Admin"}
    with pytest.raises(Refused, match="cannot import"):
        move(imports=company.teammate)


def test_a_rep_cannot_lead_a_team(company, leaver, move):
    deal = DealFactory(owner=leaver)
    with pytest.raises(Refused, match="Tara Teammate is a rep"):
        move(teams=company.teammate)
    deal.refresh_from_db()
    assert deal.owner == leaver, "nothing is done before everything can be"


@pytest.mark.parametrize(
    ("away", "leaves", "words"),
    [(True, None, "Tara Teammate is away until 7 March 2026 and nobody covers"), (False, -1, "not here any more"), (False, 3, "leaves as well")],
)
def test_an_heir_must_be_here(company, leaver, now, move, away, leaves, words):
    record_departure(user=leaver, last_day=(now + 9 * DAY).date(), mail_to=None, by=company.admin, now=now)
    if away:
        Absence.objects.create(user=company.teammate, starts_at=now - DAY, ends_at=now + 3 * DAY)
    if leaves:
        Departure.objects.create(user=company.teammate, last_day="2026-03-01", leaves_at=now + leaves * DAY)
    with pytest.raises(Refused, match=words):
        move(deals=company.teammate)


def test_an_heir_who_is_away_and_covered_will_do(company, leaver, now, move):
    Absence.objects.create(user=company.teammate, starts_at=now - DAY, ends_at=now + 3 * DAY, cover=company.owner)
    deal = DealFactory(owner=leaver)
    move(deals=company.teammate)
    deal.refresh_from_db()
    assert deal.owner == company.teammate


def test_nobody_inherits_from_themselves(company, leaver, move):
    with pytest.raises(Refused, match="somebody who stays"):
        move(deals=leaver)


def test_what_nobody_holds_is_no_kind(move, company):
    with pytest.raises(TypeError, match="nonsense"):
        move(nonsense=company.manager)


def test_the_heir_of_a_mailbox_may_change_it_though_the_address_is_the_leavers(company, leaver, now, move):
    box = Mailbox.objects.create(owner=leaver, address=leaver.email, host="imap.example", login="lea", created_at=now)
    move(mailboxes=company.teammate)
    box.refresh_from_db()
    fields = {"address": leaver.email, "host": "mail.example", "port": 993, "security": "tls", "log_in_by": "password", "login": "lea"}
    change(mailbox=box, by=company.teammate, secret="new", now=now, **fields)
    box.refresh_from_db()
    assert (box.owner, box.host) == (company.teammate, "mail.example")


@pytest.mark.django_db(transaction=True)
def test_done_twice_at_once_everything_goes_once(now):
    company = make_company()
    leaver = UserFactory(name="Lea Leaver", team=company.east)
    for _ in range(6):
        DealFactory(owner=leaver)
    task_of(leaver, now)
    start, wrong = threading.Barrier(2), []

    def passing_on(heir):
        start.wait()
        try:
            move_everything(leaver=leaver, choices={"deals": heir}, by=company.admin, now=now)
        except Exception as error:  # noqa: BLE001 - told below, in the thread that asserts
            wrong.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=passing_on, args=[heir]) for heir in (company.teammate, company.manager)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert wrong == []
    assert sum(one.count for one in Bequest.objects.filter(kind="deals")) == Deal.objects.exclude(owner=company.owner).count() == 6
    assert sum(one.count for one in Bequest.objects.filter(kind="tasks")) == 1
    assert {one.told_at for one in Bequest.objects.all()} == {now}


def test_who_left_since_they_were_named_gets_nothing(company, leaver, now):
    deal = DealFactory(owner=leaver)
    record_departure(user=company.teammate, last_day=(now - 2 * DAY).date(), mail_to=None, by=company.admin, now=now)
    with pytest.raises(Refused, match="not here any more"):
        pass_on(HOLDINGS["deals"], leaver=leaver, heir=company.teammate, by=company.admin, now=now)
    deal.refresh_from_db()
    assert deal.owner == leaver


def test_where_nobody_is_named_it_goes_past_a_manager_who_leaves_no_later(company, leaver, now):
    deal = DealFactory(owner=leaver)
    record_departure(user=company.manager, last_day=(now + 3 * DAY).date(), mail_to=None, by=company.admin, now=now)
    leave(leaver=leaver, last_day=(now + 5 * DAY).date(), mail_to=None, choices={}, by=company.admin, now=now)
    deal.refresh_from_db()
    assert deal.owner == company.executive


def test_a_manager_who_leaves_later_takes_over(company, leaver, now):
    deal = DealFactory(owner=leaver)
    record_departure(user=company.manager, last_day=(now + 9 * DAY).date(), mail_to=None, by=company.admin, now=now)
    leave(leaver=leaver, last_day=(now + 5 * DAY).date(), mail_to=None, choices={}, by=company.admin, now=now)
    deal.refresh_from_db()
    assert deal.owner == company.manager


def test_stopped_halfway_it_says_what_went_and_what_is_left(company, leaver, now, monkeypatch):
    DealFactory(owner=leaver)
    task_of(leaver, now)

    def heir_goes(self, **facts):
        raise Refused("Tara Teammate is not here any more.")

    monkeypatch.setattr(Tasks, "move", heir_goes)
    with pytest.raises(StoppedHalfway) as stopped:
        leave(leaver=leaver, last_day=(now + 5 * DAY).date(), mail_to=None, choices={"tasks": company.teammate}, by=company.admin, now=now)
    said = str(stopped.value)
    assert "last day of Lea Leaver is recorded, but not all of it was passed on. Tara Teammate is not here any more." in said
    assert "Passed on: 1 open deal." in said
    assert "Still with Lea Leaver: 1 task." in said
    assert Departure.objects.filter(user=leaver).exists()
    assert Notice.objects.filter(kind="bequest", user=company.manager).exists()
