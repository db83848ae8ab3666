"""A deal's page: who sees it, what it says, what is done on it."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from deals.deal_people import people_on
from deals.models import CloseDateChange, Interaction, NextStep, StageChange
from deals.risk.refresh import refresh
from tests.factories import ContactFactory, InteractionFactory, NextStepFactory, SignalFactory, stage

pytestmark = pytest.mark.django_db


def page(client, company, **query):
    return client.get(reverse("deal", args=[company.deal.pk]), query)


def closed(deal):
    deal.stage, deal.status, deal.closed_on = stage("Won"), "won", timezone.localdate()
    deal.save()


@pytest.mark.parametrize("who", ["owner", "teammate", "manager", "executive", "admin"])
def test_those_in_whose_sight_it_is_see_it(client, company, who):
    client.force_login(getattr(company, who))
    assert page(client, company).status_code == 200


@pytest.mark.parametrize(
    ("name", "method"),
    [("deal", "get"), ("deal-history", "get"), ("deal-edit", "get"), ("deal-log", "post"), ("deal-stage", "post"), ("deal-next-step", "post")],
)
def test_a_stranger_finds_nothing_there(client, company, name, method):
    client.force_login(company.stranger)
    assert getattr(client, method)(reverse(name, args=[company.deal.pk])).status_code == 404
    assert not Interaction.objects.exists()


def test_it_says_what_is_owed_and_of_whom(client, company):
    SignalFactory(deal=company.deal, rule="unowned", severity=3, facts={"since": "2026-03-02T09:00:00+00:00"})
    client.force_login(company.owner)
    html = page(client, company).content.decode()
    assert "Nobody owns this deal" in html
    assert "Waits for you" in html
    assert '<span class="sev high"><i></i>High</span>' in html


def test_nothing_owed_is_said_too(client, company):
    client.force_login(company.owner)
    assert "Nothing is overdue" in page(client, company).content.decode()


@pytest.mark.parametrize("who", ["owner", "manager", "admin"])
def test_it_takes_at_most_fifteen_queries_whatever_happened(client, company, who, django_assert_max_num_queries):
    now = timezone.now()
    for number in range(12):
        contact = ContactFactory(account=company.account)
        InteractionFactory(deal=company.deal, contact=contact, user=company.owner, at=now - timedelta(days=number))
        CloseDateChange.objects.create(deal=company.deal, new=now.date(), at=now - timedelta(days=number), by=company.owner)
        NextStepFactory(deal=company.deal, due_at=now, ended_at=now)
    for rule in ("unowned", "no_next_step", "close_date_slipping"):
        facts = {"since": "2026-03-02T09:00:00+00:00", "pushes": 2, "days": 30}
        SignalFactory(deal=company.deal, rule=rule, facts=facts).told.add(company.manager)
    client.force_login(getattr(company, who))
    page(client, company)  # the reader's time zone is asked for once a minute
    with django_assert_max_num_queries(15):
        assert page(client, company).status_code == 200


def test_a_call_is_logged_with_two_fields_and_can_be_undone(client, company):
    client.force_login(company.owner)
    answer = client.post(reverse("deal-log", args=[company.deal.pk]), {"kind": "call", "body": "They want the draft."}, follow=True)
    said = Interaction.objects.get()
    assert (said.kind, said.direction, said.outcome, said.user) == ("call", "out", "connected", company.owner)
    assert "They want the draft." in answer.content.decode()
    undo = reverse("interaction-withdraw", args=[said.pk])
    assert f'formaction="{undo}"' in answer.content.decode()
    client.post(undo)
    said.refresh_from_db()
    assert said.withdrawn_by == company.owner


def test_a_log_that_cannot_be_taken_keeps_what_was_typed(client, company):
    client.force_login(company.owner)
    answer = client.post(
        reverse("deal-log", args=[company.deal.pk]),
        {"kind": "email", "direction": "out", "at": "2060-01-01T10:00", "body": "A long mail nobody types twice."},
    )
    assert answer.status_code == 422
    assert "A long mail nobody types twice." in answer.content.decode()
    assert "in the future" in answer.content.decode()
    assert not Interaction.objects.exists()


def test_a_note_is_among_us_and_needs_words(client, company):
    client.force_login(company.owner)
    url = reverse("deal-log", args=[company.deal.pk])
    assert client.post(url, {"kind": "note"}).status_code == 422
    client.post(url, {"kind": "note", "direction": "in", "body": "Ask Iris first."})
    assert Interaction.objects.get().direction == "internal"


def test_a_length_without_a_start_means_it_ends_now(client, company):
    client.force_login(company.owner)
    client.post(reverse("deal-log", args=[company.deal.pk]), {"kind": "meeting", "meeting_outcome": "held", "minutes": "45"})
    said = Interaction.objects.get()
    assert said.ends_at - said.at == timedelta(minutes=45)


def test_a_planned_meeting_needs_its_moment(client, company):
    client.force_login(company.owner)
    answer = client.post(reverse("deal-log", args=[company.deal.pk]), {"kind": "meeting", "meeting_outcome": "planned"})
    assert "Say when the meeting will be." in answer.content.decode()


def test_nobody_of_another_account_can_be_named(client, company):
    other = ContactFactory()
    client.force_login(company.owner)
    assert client.post(reverse("deal-log", args=[company.deal.pk]), {"kind": "call", "contact": other.pk}).status_code == 422


def test_a_move_of_stage_offers_the_way_back(client, company):
    client.force_login(company.owner)
    answer = client.post(reverse("deal-stage", args=[company.deal.pk]), {"stage": stage("Negotiation").pk}, follow=True)
    company.deal.refresh_from_db()
    assert company.deal.stage.name == "Negotiation"
    assert 'name="undo"' in answer.content.decode()


def test_a_second_click_moves_nothing_and_says_nothing(client, company):
    client.force_login(company.owner)
    for told in (True, False):
        answer = client.post(reverse("deal-stage", args=[company.deal.pk]), {"stage": stage("Negotiation").pk}, follow=True)
        assert bool(list(answer.context["messages"])) is told
    assert 'name="undo"' not in answer.content.decode()


def test_a_deal_that_was_moved_meanwhile_stays_where_it_is(client, company):
    seen = company.deal.stage_id
    closed(company.deal)
    client.force_login(company.owner)
    assert f'name="from" value="{company.deal.stage_id}"' in page(client, company).content.decode()
    answer = client.post(reverse("deal-stage", args=[company.deal.pk]), {"stage": stage("Negotiation").pk, "from": seen}, follow=True)
    assert "was moved to Won meanwhile" in answer.content.decode()
    company.deal.refresh_from_db()
    assert company.deal.status == "won"


def test_a_deal_opened_again_has_no_way_back(client, company):
    closed(company.deal)
    client.force_login(company.owner)
    html = client.post(reverse("deal-stage", args=[company.deal.pk]), {"stage": stage("Proposal").pk}, follow=True).content.decode()
    assert "Moved to Proposal." in html
    assert 'name="undo"' not in html


def test_pushes_are_those_the_rule_counts(client, company):
    """Since the last move forward; a move back starts no new count."""
    now = timezone.now()
    for days, was, to in ((9, "Discovery", "Negotiation"), (3, "Negotiation", "Proposal")):
        StageChange.objects.create(deal=company.deal, from_stage=stage(was), to_stage=stage(to), at=now - timedelta(days=days))
    for days in (10, 8, 7):
        CloseDateChange.objects.create(deal=company.deal, old=now.date(), new=now.date() + timedelta(days=7), at=now - timedelta(days=days))
    refresh([company.deal.pk], now)
    client.force_login(company.owner)
    assert "pushed twice" in page(client, company).content.decode()


def test_taking_a_move_back_leaves_the_clock_of_the_stage_as_it_was(client, company):
    entered = company.deal.stage_entered_at
    client.force_login(company.owner)
    url = reverse("deal-stage", args=[company.deal.pk])
    html = client.post(url, {"stage": stage("Won").pk}, follow=True).content.decode()
    token = re.search(r'name="undo" value="([^"]+)"', html)[1]
    client.post(url, {"undo": token})
    company.deal.refresh_from_db()
    assert (company.deal.stage.name, company.deal.status, company.deal.stage_entered_at) == ("Proposal", "open", entered)
    assert company.deal.closed_on is None
    assert not StageChange.objects.exists()


def test_a_move_that_was_followed_by_another_is_not_taken_back(client, company):
    client.force_login(company.owner)
    url = reverse("deal-stage", args=[company.deal.pk])
    html = client.post(url, {"stage": stage("Negotiation").pk}, follow=True).content.decode()
    token = re.search(r'name="undo" value="([^"]+)"', html)[1]
    client.post(url, {"stage": stage("Discovery").pk})
    assert "moved on since" in client.post(url, {"undo": token}, follow=True).content.decode()
    assert "for an hour only" in client.post(url, {"undo": "forged"}, follow=True).content.decode()
    company.deal.refresh_from_db()
    assert company.deal.stage.name == "Discovery"


def test_a_move_to_lost_asks_why_first(client, company):
    client.force_login(company.owner)
    lost = stage("Lost")
    answer = client.post(reverse("deal-stage", args=[company.deal.pk]), {"stage": lost.pk})
    assert answer.url == reverse("deal-lost", args=[company.deal.pk]) + f"?stage={lost.pk}"
    company.deal.refresh_from_db()
    assert company.deal.status == "open"


@pytest.mark.parametrize("value", ["", "x", "999999", "1e9"])
def test_a_stage_that_is_none_is_not_found(client, company, value):
    client.force_login(company.owner)
    assert client.post(reverse("deal-stage", args=[company.deal.pk]), {"stage": value}).status_code == 404


def test_a_next_step_is_set_and_done(client, company):
    client.force_login(company.owner)
    url = reverse("deal-next-step", args=[company.deal.pk])
    client.post(url, {"what": "Send the draft", "due_on": (timezone.localdate() + timedelta(days=3)).isoformat()})
    assert NextStep.objects.get(ended_at__isnull=True).what == "Send the draft"
    client.post(url, {"done": NextStep.objects.get().pk})
    assert NextStep.objects.get().done


def test_a_step_named_in_another_tab_is_not_done_with_the_one_that_was_seen(client, company):
    now = timezone.now()
    seen, named = NextStepFactory(deal=company.deal, due_at=now, ended_at=now), NextStepFactory(deal=company.deal, due_at=now)
    client.force_login(company.owner)
    answer = client.post(reverse("deal-next-step", args=[company.deal.pk]), {"done": seen.pk}, follow=True)
    assert "That step had ended already." in answer.content.decode()
    named.refresh_from_db()
    assert named.ended_at is None


def test_a_step_for_a_deal_that_was_closed_meanwhile_is_refused_with_the_words_kept(client, company):
    closed(company.deal)
    client.force_login(company.owner)
    tomorrow = timezone.localdate() + timedelta(days=1)
    answer = client.post(reverse("deal-next-step", args=[company.deal.pk]), {"what": "Send the draft", "due_on": tomorrow})
    html = answer.content.decode()
    assert "This deal is closed." in html
    assert 'value="Send the draft"' in html


def test_a_next_step_in_the_past_is_refused_and_kept_in_the_form(client, company):
    client.force_login(company.owner)
    answer = client.post(reverse("deal-next-step", args=[company.deal.pk]), {"what": "Send the draft", "due_on": "2020-01-01"})
    assert answer.status_code == 422
    assert 'value="Send the draft"' in answer.content.decode()


@pytest.mark.parametrize(
    ("sent", "standing"),
    [({"kind": "note"}, "id_body"), ({"kind": "call", "minutes": "-5"}, "id_minutes"), ({"kind": "call", "at": "1815-06-18T11:00"}, "id_at")],
)
def test_the_page_comes_back_at_what_is_to_be_corrected(client, company, sent, standing):
    client.force_login(company.owner)
    html = client.post(reverse("deal-log", args=[company.deal.pk]), sent).content.decode()
    assert [standing in field for field in re.findall(r"<[^>]*autofocus[^>]*>", html)] == [True]


def test_a_moment_that_is_refused_stays_in_sight(client, company):
    client.force_login(company.owner)
    later = f"{timezone.localdate() + timedelta(days=9)}T10:00"
    html = client.post(reverse("deal-log", args=[company.deal.pk]), {"kind": "call", "at": later}).content.decode()
    assert "That is in the future." in html
    assert '<details class="fold log-when" open>' in html
    assert '<details class="fold log-when">' in page(client, company).content.decode()


def test_a_message_from_them_can_be_said_to_need_no_answer(client, company):
    said = InteractionFactory(deal=company.deal, direction="in", contact=company.contact)
    client.force_login(company.owner)
    assert "No answer needed" in page(client, company).content.decode()
    client.post(reverse("interaction-no-answer", args=[said.pk]))
    said.refresh_from_db()
    assert said.no_answer_needed_by == company.owner


@pytest.mark.parametrize("name", ["interaction-withdraw", "interaction-no-answer"])
def test_a_stranger_changes_no_interaction(client, company, name):
    said = InteractionFactory(deal=company.deal)
    client.force_login(company.stranger)
    assert client.post(reverse(name, args=[said.pk])).status_code == 404
    said.refresh_from_db()
    assert said.withdrawn_at is None
    assert said.no_answer_needed_at is None


def test_words_of_a_customer_are_shown_as_words(client, company):
    InteractionFactory(deal=company.deal, body="<script>alert(1)</script>", subject="<b>bold</b>")
    client.force_login(company.owner)
    html = page(client, company).content.decode()
    assert "<script>alert" not in html
    assert "&lt;b&gt;bold" in html


def test_a_long_mail_is_folded_to_its_first_words_and_kept_whole(client, company):
    InteractionFactory(deal=company.deal, body="Hello Olaf,\n\nwe will take the risk.\n\nPriya")
    client.force_login(company.owner)
    html = page(client, company).content.decode()
    assert '<span class="body">Hello Olaf, we will take the risk. Priya</span>' in html
    assert "Hello Olaf,\n\nwe will take the risk." in html


def test_the_history_says_who_changed_what(client, company):
    client.force_login(company.owner)
    client.post(reverse("deal-edit", args=[company.deal.pk]), {"name": "Three clinics more", "source": "unknown", "account": "Norwood Clinics"})
    html = client.get(reverse("deal-history", args=[company.deal.pk])).content.decode()
    assert "Olaf Owner" in html
    assert "Clinics, two more → <b>Three clinics more</b>" in html


def test_the_days_in_the_stage_stand_on_the_path(client, company):
    company.deal.stage_entered_at = timezone.now() - timedelta(days=41, hours=1)
    company.deal.save()
    client.force_login(company.owner)
    assert "Proposal · 41 d" in page(client, company).content.decode()


def test_a_lost_deal_shows_its_losses(client, company):
    StageChange.objects.create(deal=company.deal, from_stage=company.deal.stage, to_stage=stage("Lost"), at=timezone.now())
    client.force_login(company.owner)
    assert reverse("deal-losses", args=[company.deal.pk]) in page(client, company).content.decode()


def test_what_hangs_on_the_customer_is_told_apart_from_the_deal(client, company):
    company.deal.amount = 100000
    company.deal.value_at_stake = 274500
    company.deal.save()
    client.force_login(company.owner)
    url = reverse("deal", args=[company.deal.pk])
    assert "the deal, plus 174,500 that hangs on this customer" in client.get(url).content.decode()
    company.deal.value_at_stake = 100000
    company.deal.save()
    assert "hangs on this customer" not in client.get(url).content.decode()


@pytest.mark.parametrize(
    ("came", "query", "back"),
    [
        ("http://testserver/risk/?by=rule", {}, "/risk/?by=rule"),
        ("", {"from": "risk"}, "/risk/"),
        ("http://elsewhere.example/risk/", {}, ""),
        ("http://testserver/deals/", {}, ""),
    ],
)
def test_who_comes_from_the_risk_desk_finds_back(client, company, came, query, back):
    client.force_login(company.manager)
    answer = client.get(reverse("deal", args=[company.deal.pk]), query, headers={"Referer": came})
    assert answer.context["risk_desk"] == back


def test_a_call_that_nobody_took_is_no_last_word(company):
    now = timezone.now()
    spoke = InteractionFactory(deal=company.deal, contact=company.contact, at=now - timedelta(days=3), body="We spoke.")
    InteractionFactory(deal=company.deal, contact=company.contact, at=now, kind="call", direction="out", outcome="no_answer")
    assert [one.last_word for one in people_on(company.deal) if one.pk == company.contact.pk] == [spoke.at]
