"""Today as a page: done in place by plain forms, said, undone; for everybody, and cheap."""

from datetime import timedelta
from re import findall, search

import pytest
from django.contrib.messages import get_messages
from django.urls import set_script_prefix
from django.utils import timezone

from accounts.models import Departure
from accounts.refusals import Refused
from deals.models import Deal, Interaction, NextStep, RiskSignal, SavedView, SignalEvent, StartPage, Task
from deals.risk.refresh import refresh
from deals.services.tasks import add_task, finish_task, remove_task, reopen_task
from tests.factories import ContactFactory, DealFactory, InteractionFactory, NextStepFactory, SignalFactory, stage

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true", "HX-Target": "today"}


@pytest.fixture
def waiting(company):
    """A deal of the owner's on which Priya asked three times, days ago: critical."""
    now = timezone.now()
    Deal.objects.filter(pk=company.deal.pk).update(created_at=now - timedelta(days=20), stage_entered_at=now - timedelta(days=12), amount=52_400)
    for days in (9, 7, 6):
        at = now - timedelta(days=days)
        InteractionFactory(deal=company.deal, contact=company.contact, at=at, recorded_at=at, body="Hello, is anybody there?")
    refresh([company.deal.pk], now, tell=False)
    return Deal.objects.get(pk=company.deal.pk)


@pytest.fixture
def as_owner(client, company):
    client.force_login(company.owner)
    return client


def words(answer):
    return answer.content.decode()


def said(answer):
    return [str(message) for message in get_messages(answer.wsgi_request)]


def token(answer):
    """What the undo button of the message carries."""
    return search(r'formaction="/today/undo/[^"]*" name="undo" value="([^"]+)"', said(answer)[-1])[1]


def undo(client, answer):
    return client.post("/today/undo/", {"undo": token(answer)})


def raised(deal, rule="reply_overdue"):
    return RiskSignal.objects.filter(deal=deal, rule=rule, state="raised")


def test_who_waits_stands_there_with_words_and_one_action(as_owner, waiting):
    html = words(as_owner.get("/today/"))
    assert "One person is waiting for you" in html
    assert all(part in html for part in ("Priya Raman", "Norwood Clinics", "is anybody there?", "52,400 at stake", "asked 3 times"))
    assert html.count("data-row") == html.count("data-act")
    assert f'href="?open=answer-{waiting.pk}#form-answer-{waiting.pk}"' in html


def test_every_link_begins_where_the_page_was_asked_for(as_owner, waiting):
    try:
        for prefix in ("/", "/crm/", "/"):
            set_script_prefix(prefix)
            links = findall(r'(?:href|action|formaction|hx-get|hx-post)="(/(?!static/)[^"]*)"', as_owner.get("/today/").content.decode())
            assert links
            assert [link for link in links if link.startswith("/crm/") != (prefix == "/crm/")] == []
    finally:
        set_script_prefix("/")


def test_without_script_the_form_opens_in_the_page_and_the_answer_is_logged(as_owner, waiting, company):
    html = words(as_owner.get(f"/today/?open=answer-{waiting.pk}"))
    form = search(r'<form class="log today-form" method="post" action="([^"]+)".*?</form>', html.replace("\n", " "))
    fields = dict(findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form[0]))
    assert fields["contact"] == str(company.contact.pk)
    answer = as_owner.post(form[1], {**fields, "kind": "email", "body": "The quote is attached."})
    assert answer.url == "/today/"
    logged = Interaction.objects.latest("pk")
    assert (logged.direction, logged.kind, logged.contact, logged.body) == ("out", "email", company.contact, "The quote is attached.")
    assert not raised(waiting).exists()
    html = words(as_owner.get("/today/"))
    assert "Nobody is waiting for you" in html
    assert "Priya Raman has heard from you" in html


def test_a_call_nobody_took_settles_nothing_and_is_said(as_owner, waiting):
    answer = as_owner.post(f"/today/deals/{waiting.pk}/log/", {"kind": "call", "call_outcome": "no_answer"})
    assert "It stays on your list" in said(answer)[0]
    assert raised(waiting).exists()
    assert "You tried to call" in words(as_owner.get("/today/"))


def test_undoing_an_answer_brings_the_same_signal_back(as_owner, waiting):
    before = raised(waiting).values("pk", "severity", "raised_at", "level", "climbs_at").get()
    answer = as_owner.post(f"/today/deals/{waiting.pk}/log/", {"kind": "email"})
    assert not raised(waiting).exists()
    undo(as_owner, answer)
    after = raised(waiting).values("pk", "severity", "raised_at", "level", "climbs_at").get()
    assert after == before, "it is as old as it was, and nobody is told a second time"
    assert not SignalEvent.objects.filter(signal=after["pk"], kind="cleared").exists()
    assert Interaction.objects.latest("pk").withdrawn_at is not None


def test_no_answer_needed_is_said_of_what_one_has_seen_and_taken_back(as_owner, waiting, company):
    seen = ",".join(str(pk) for pk in waiting.interactions.order_by("pk").values_list("pk", flat=True))
    answer = as_owner.post(f"/today/deals/{waiting.pk}/no-answer/", {"messages": seen})
    assert not raised(waiting).exists()
    assert set(waiting.interactions.values_list("no_answer_needed_by", flat=True)) == {company.owner.pk}
    undo(as_owner, answer)
    assert raised(waiting).exists()
    assert not waiting.interactions.filter(no_answer_needed_at__isnull=False).exists()


def test_a_message_that_came_meanwhile_still_waits(as_owner, waiting):
    seen = ",".join(str(pk) for pk in waiting.interactions.values_list("pk", flat=True))
    InteractionFactory(deal=waiting, at=timezone.now() - timedelta(days=5))
    as_owner.post(f"/today/deals/{waiting.pk}/no-answer/", {"messages": seen})
    assert raised(waiting).exists()


def test_a_next_step_is_named_and_taken_back_with_its_task(as_owner, company):
    refresh([company.deal.pk], timezone.now(), tell=False)
    task = Task.objects.get(deal=company.deal, ended_at__isnull=True)
    day = (timezone.localdate() + timedelta(days=3)).isoformat()
    answer = as_owner.post(f"/today/deals/{company.deal.pk}/next-step/", {"what": "Call Priya", "due_on": day})
    task.refresh_from_db()
    assert (task.ended_at is not None, raised(company.deal, "no_next_step").exists()) == (True, False)
    undo(as_owner, answer)
    task.refresh_from_db()
    assert (task.ended_at, raised(company.deal, "no_next_step").exists()) == (None, True)
    assert not NextStep.objects.exists()


def test_taking_a_step_back_brings_the_one_before_back(as_owner, company):
    NextStepFactory(deal=company.deal, what="The old one", due_at=timezone.now())
    day = (timezone.localdate() + timedelta(days=3)).isoformat()
    answer = as_owner.post(f"/today/deals/{company.deal.pk}/next-step/", {"what": "The new one", "due_on": day})
    undo(as_owner, answer)
    assert NextStep.objects.get().what == "The old one"
    assert NextStep.objects.get().ended_at is None


def test_a_step_is_done_and_reopened(as_owner, company):
    step = NextStepFactory(deal=company.deal, what="Call Ira", due_at=timezone.now())
    answer = as_owner.post(f"/today/deals/{company.deal.pk}/step-done/", {"step": step.pk})
    step.refresh_from_db()
    assert step.done
    assert "Name what comes next" in said(answer)[0]
    undo(as_owner, answer)
    step.refresh_from_db()
    assert (step.done, step.ended_at) == (False, None)


def test_a_step_that_was_replaced_meanwhile_is_not_ticked_off(as_owner, company):
    seen = NextStepFactory(deal=company.deal, due_at=timezone.now(), ended_at=timezone.now())
    current = NextStepFactory(deal=company.deal, what="Another", due_at=timezone.now() + timedelta(days=2))
    as_owner.post(f"/today/deals/{company.deal.pk}/step-done/", {"step": seen.pk})
    current.refresh_from_db()
    assert current.ended_at is None


def test_a_new_close_date_and_the_way_back(as_owner, company):
    past = timezone.localdate() - timedelta(days=9)
    Deal.objects.filter(pk=company.deal.pk).update(expected_close_on=past)
    refresh([company.deal.pk], timezone.now(), tell=False)
    new = timezone.localdate() + timedelta(days=30)
    answer = as_owner.post(f"/today/deals/{company.deal.pk}/close-date/", {"day": new.isoformat()})
    company.deal.refresh_from_db()
    assert (company.deal.expected_close_on, raised(company.deal, "close_date_passed").exists()) == (new, False)
    undo(as_owner, answer)
    company.deal.refresh_from_db()
    assert (company.deal.expected_close_on, company.deal.close_date_changes.count()) == (past, 0)
    assert raised(company.deal, "close_date_passed").exists()


@pytest.mark.parametrize("day", ["", "soon", "2020-01-01"])
def test_a_wrong_day_is_explained_in_its_row(as_owner, company, day):
    Deal.objects.filter(pk=company.deal.pk).update(expected_close_on=timezone.localdate() - timedelta(days=9))
    refresh([company.deal.pk], timezone.now(), tell=False)
    answer = as_owner.post(f"/today/deals/{company.deal.pk}/close-date/", {"day": day, "row": f"close-date-{company.deal.pk}"})
    assert answer.status_code == 422
    assert 'class="invalid-feedback" id="error-day' in words(answer)


def test_reminders_come_are_done_put_off_and_all_of_it_is_undone(as_owner, company):
    added = as_owner.post("/tasks/new/", {"title": "Send Mona the figures"})
    task = Task.objects.get()
    assert (task.assignee, timezone.localdate(task.due_at)) == (company.owner, timezone.localdate())
    assert "Send Mona the figures" in words(as_owner.get("/today/"))
    done = as_owner.post(f"/tasks/{task.pk}/done/")
    assert Task.objects.get().ended_at is not None
    undo(as_owner, done)
    due = Task.objects.get().due_at
    moved = as_owner.post(f"/tasks/{task.pk}/move/", {"day": (timezone.localdate() + timedelta(days=4)).isoformat()})
    assert Task.objects.get().due_at > due
    undo(as_owner, moved)
    assert (Task.objects.get().due_at, Task.objects.get().ended_at) == (due, None)
    undo(as_owner, added)
    assert not Task.objects.exists()


def test_an_empty_reminder_is_refused_where_it_was_typed(as_owner):
    answer = as_owner.post("/tasks/new/", {"title": " ", "due_on": "2031-01-01"})
    assert answer.status_code == 422
    assert "Say what is to be done." in words(answer)
    assert 'value="2031-01-01"' in words(answer)


def test_a_reminder_about_a_deal_leads_back_to_it(as_owner, company):
    assert "Clinics, two more" in words(as_owner.get(f"/tasks/new/?deal={company.deal.pk}"))
    answer = as_owner.post("/tasks/new/", {"title": "Ask Ira", "deal": company.deal.pk})
    assert (answer.url, Task.objects.get().deal) == (f"/deals/{company.deal.pk}/", company.deal)
    assert as_owner.get(f"/tasks/new/?deal={company.deal.pk}9").status_code == 404


def test_a_task_is_ticked_off_on_its_deals_page_and_one_stays_there(as_owner, company):
    task = Task.objects.create(title="Ask Ira", assignee=company.owner, deal=company.deal, due_at=timezone.now(), created_at=timezone.now())
    assert "Ask Ira" in words(as_owner.get(f"/deals/{company.deal.pk}/"))
    answer = as_owner.post(f"/tasks/{task.pk}/done/", {"next": f"/deals/{company.deal.pk}/"})
    assert answer.url == f"/deals/{company.deal.pk}/"
    assert as_owner.post(f"/tasks/{task.pk}/done/", {"next": "https://evil.example/"}).url == "/today/"


def test_a_task_of_a_signal_says_what_settles_it(as_owner, company):
    refresh([company.deal.pk], timezone.now(), tell=False)
    task = Task.objects.get(deal=company.deal, kind="name_next_step")
    answer = as_owner.post(f"/tasks/{task.pk}/done/")
    assert said(answer) == ["This ends by itself as soon as the next step is named. Name it now."]
    task.refresh_from_db()
    assert task.ended_at is None


@pytest.mark.parametrize("forged", ["", "nonsense", "WyJzYWlkIiwxXQ:1abcde:forged"])
def test_an_undo_that_was_never_offered_is_refused(as_owner, waiting, forged):
    (words_,) = said(as_owner.post("/today/undo/", {"undo": forged}))
    assert "can be undone for an hour only" in words_


def test_nobody_undoes_what_they_may_not_see(client, company, waiting):
    client.force_login(company.owner)
    answer = client.post(f"/today/deals/{waiting.pk}/log/", {"kind": "email"})
    sealed = token(answer)
    client.force_login(company.stranger)
    assert said(client.post("/today/undo/", {"undo": sealed}))[-1] == "This is not there any more."
    assert Interaction.objects.latest("pk").withdrawn_at is None


def test_an_undo_comes_too_late(as_owner, waiting, time_machine):
    answer = as_owner.post(f"/today/deals/{waiting.pk}/log/", {"kind": "email"})
    sealed = token(answer)
    time_machine.move_to(timezone.now() + timedelta(minutes=61))
    assert "for an hour only" in said(as_owner.post("/today/undo/", {"undo": sealed}))[-1]


@pytest.mark.parametrize("who", ["owner", "teammate", "manager", "executive", "admin", "stranger"])
def test_everybody_has_a_day_of_at_most_fifteen_questions(client, company, waiting, who, django_assert_max_num_queries):
    person = getattr(company, who)
    now = timezone.now()
    for number in range(4):
        deal = DealFactory(owner=person, created_at=now - timedelta(days=3))
        InteractionFactory(deal=deal, contact=ContactFactory(account=deal.account), at=now - timedelta(hours=1 + number))
        NextStepFactory(deal=deal, due_at=now)
        Task.objects.create(title="Call", assignee=person, due_at=now, created_at=now, deal=deal)
        refresh([deal.pk], now, tell=False)
    SignalFactory(deal=waiting, rule="stage_overdue", responsible=person, facts={"stage": "Proposal", "since": now.isoformat(), "limit_days": 10})
    client.force_login(person)
    client.get("/today/")
    with django_assert_max_num_queries(15):
        answer = client.get("/today/")
    assert answer.status_code == 200
    assert len(answer.context["day"].waiting) >= 4


def test_the_number_of_questions_does_not_follow_the_number_of_duties(as_owner, company, waiting, django_assert_max_num_queries):
    now = timezone.now()
    Task.objects.bulk_create(Task(title=f"Task {n}", assignee=company.owner, due_at=now, created_at=now, deal=waiting) for n in range(60))
    as_owner.get("/today/")
    with django_assert_max_num_queries(15):
        html = words(as_owner.get("/today/"))
    assert "and 36 more" in html or "and 37 more" in html


def test_an_empty_day_says_what_will_be_here(client, company):
    client.force_login(company.teammate)
    html = words(client.get("/today/"))
    assert "Nobody is waiting for you" in html
    assert "Here your day will begin" in html


def test_what_went_off_over_night_is_listed_and_what_climbed_to_one(client, company, waiting):
    now = timezone.now()
    signal = raised(waiting).get()
    SignalEvent.objects.create(signal=signal, kind="climbed", at=now - timedelta(minutes=5), severity=4, level=1)
    signal.told.add(company.manager)
    client.force_login(company.manager)
    (one,) = client.get("/today/").context["night"]
    assert (one.what, one.deal) == ("climbed", "Clinics, two more")
    client.force_login(company.owner)
    assert {one.what for one in client.get("/today/").context["night"]} == {"raised"}
    client.force_login(company.stranger)
    assert client.get("/today/").context["night"] == []


def test_beside_stand_the_open_deals_and_what_comes_next(as_owner, company):
    now = timezone.now()
    DealFactory(owner=company.owner, amount=1000)
    DealFactory(owner=company.teammate, amount=9000)
    NextStepFactory(deal=company.deal, what="Send the draft", due_at=now + timedelta(days=3))
    InteractionFactory(
        deal=company.deal, user=company.owner, kind="meeting", direction="out", outcome="planned", subject="Site visit", at=now + timedelta(days=2)
    )
    context = as_owner.get("/today/").context
    assert (context["own"].deals, context["own"].value) == (2, 1000)
    assert [one.what for one in context["coming"]] == ["Site visit", "Send the draft"]


def test_beside_is_said_what_is_not_in_the_sum_of_ones_deals(as_owner, company):
    Deal.objects.filter(pk=company.deal.pk).update(amount=1000)
    assert "in no sum" not in words(as_owner.get("/today/"))
    DealFactory(owner=company.owner, amount=500_000, currency="BTN")
    assert "One is in no sum: it names no amount, or one in a currency without a rate." in words(as_owner.get("/today/"))


def test_taking_a_duty_leads_back_to_the_day_with_script_too(as_owner, waiting):
    address = f"/signals/{raised(waiting).get().pk}/take/"
    assert as_owner.post(address, {"next": "/today/"}, headers=HTMX).url == "/today/"
    assert address not in words(as_owner.get("/today/"))


def test_an_undo_twice_changes_nothing_more(as_owner, waiting):
    answer = as_owner.post(f"/today/deals/{waiting.pk}/log/", {"kind": "email"})
    undo(as_owner, answer)
    before = raised(waiting).values().get()
    undo(as_owner, answer)
    assert raised(waiting).values().get() == before


def test_an_old_mistake_goes_off_anew(as_owner, waiting, time_machine):
    """Whoever withdraws a word of last week is told of what it left open."""
    before = raised(waiting).get().pk
    as_owner.post(f"/today/deals/{waiting.pk}/log/", {"kind": "email"})
    time_machine.move_to(timezone.now() + timedelta(days=7))
    as_owner.post(f"/interactions/{Interaction.objects.latest('pk').pk}/withdraw/")
    assert raised(waiting).get().pk != before


def test_home_is_the_view_one_chose(as_owner, company):
    view = SavedView.objects.create(owner=company.owner, name="Mine", screen="list", query="owner=1&sort=age", created_at=timezone.now())
    StartPage.objects.create(user=company.owner, view=view)
    assert as_owner.get("/").url.startswith("/deals/?owner=1&sort=age")


def test_a_view_that_is_not_shared_any_more_is_no_home(as_owner, company):
    view = SavedView.objects.create(owner=company.teammate, name="Theirs", screen="list", created_at=timezone.now())
    StartPage.objects.create(user=company.owner, view=view)
    assert as_owner.get("/").url == "/today/"


def test_what_another_tab_took_back_meanwhile_is_said_so(company):
    now = timezone.now()
    task = add_task(title="Call", assignee=company.owner, due_at=now + timedelta(days=1), by=company.owner, now=now)
    remove_task(task=Task.objects.get(), by=company.owner, now=now)
    for act in (remove_task, finish_task, reopen_task):
        with pytest.raises(Refused, match="not there any more"):
            act(task=task, by=company.owner, now=now)


def test_nobody_who_left_is_reminded_and_nobody_of_a_deal_that_closed_meanwhile(company):
    now = timezone.now()
    said = {"title": "Call", "due_at": now + timedelta(days=1), "by": company.owner, "now": now}
    Deal.objects.filter(pk=company.deal.pk).update(stage=stage("Won"), status="won", closed_on=now.date(), alarm_at=None)
    with pytest.raises(Refused, match="closed"):
        add_task(assignee=company.owner, deal=company.deal, **said)
    Departure.objects.create(user=company.teammate, last_day=now.date(), leaves_at=now - timedelta(hours=1))
    with pytest.raises(Refused, match="does not work here"):
        add_task(assignee=company.teammate, **said)


def test_who_leads_and_has_nothing_to_do_hears_of_the_deals_of_their_people(client, company, django_assert_max_num_queries):
    said_to = {}
    for deals in (0, 1, 3):
        Deal.objects.filter(worst_severity__gt=0).update(worst_severity=0)
        for _deal in range(deals):
            DealFactory(owner=company.owner, worst_severity=2)
        for who in (company.manager, company.executive, company.admin, company.teammate):
            client.force_login(who)
            html = words(client.get("/today/"))
            assert "nothing else is due today." in html
            found = search(r'nothing else is due today\.\s*<a class="aside" href="/risk/">([^<]*)</a>', html)
            said_to[who.role, deals] = found[1] if found else ""
    one, three = "One deal of your people needs somebody.", "Three deals of your people need somebody."
    for role in ("manager", "executive", "admin"):
        assert [said_to[role, deals] for deals in (0, 1, 3)] == ["", one, three]
    assert [said_to["rep", deals] for deals in (0, 1, 3)] == ["", "", ""]
    client.force_login(company.manager)
    with django_assert_max_num_queries(12):
        client.get("/today/")
