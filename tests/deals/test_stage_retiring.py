"""Stages that go: nothing enters them, and their deals follow, whoever is at work at the same time."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction

from accounts.refusals import Refused
from deals import rhythms
from deals.models import Deal, Pipeline, RiskSignal, Stage, StageChange, StageRetirement, StageRhythm
from deals.risk.refresh import refresh
from deals.services import pipelines, retiring
from deals.services.deals import open_deal
from deals.services.stages import move_deal, take_back_move
from deals.totals import counted_totals, kept_totals
from tests.factories import LONG_AGO, DealFactory, stage
from tests.processes import run_python

PAGE = "/settings/pipelines/"
NOW = datetime(2026, 3, 4, 10, 0, tzinfo=UTC)


def retire(company, name="Proposal", into="Discovery"):
    return retiring.retire_stage(stage=stage(name), into=stage(into) if into else None, by=company.admin, now=NOW)


@pytest.mark.django_db
def test_the_page_says_how_many_deals_and_what_they_are_worth(client, company):
    DealFactory(owner=company.owner, amount=1500)
    client.force_login(company.admin)
    text = client.get(f"/settings/stages/{stage('Proposal').pk}/retire/").content.decode()
    assert "<b>2 deals</b>, worth <b>USD 1,500</b>, are in it" in text
    assert ">Discovery <" in text
    assert ">Won<" not in text


@pytest.mark.django_db
def test_each_choice_says_what_becomes_of_the_weighted_value(client, company):
    Stage.objects.filter(pk=stage("Proposal").pk).update(probability=50)
    Stage.objects.filter(pk=stage("Discovery").pk).update(probability=20)
    Stage.objects.filter(pk=stage("Negotiation").pk).update(probability=50)
    Deal.objects.all().delete()
    DealFactory(owner=company.owner, stage=stage("Proposal"), amount=1000)
    client.force_login(company.admin)
    text = client.get(f"/settings/stages/{stage('Proposal').pk}/retire/").content.decode()
    assert 'Discovery <span class="dim small">Their weighted value goes from USD 500 to USD 200.</span>' in text
    assert 'Inquiry <span class="dim small">Their weighted value goes from USD 500 to USD 0.</span>' in text
    assert 'Negotiation <span class="dim small">Their weighted value stays USD 500.</span>' in text


@pytest.mark.django_db
def test_the_message_leads_to_where_it_is_put_back_into_use(client, company):
    client.force_login(company.admin)
    answer = client.post(f"/settings/stages/{stage('Proposal').pk}/retire/", {"into": stage("Discovery").pk}, follow=True)
    retired = Stage.objects.get(name="Proposal")
    text = answer.content.decode()
    assert f'Its deal goes to Discovery. <a href="/settings/pipelines/#retired-{retired.pk}">Put it back into use</a>' in text
    assert f'id="retired-{retired.pk}"' in text


@pytest.mark.django_db
def test_it_asks_where_the_deals_go_and_moves_them(client, company):
    client.force_login(company.admin)
    page = f"/settings/stages/{stage('Proposal').pk}/retire/"
    assert client.post(page, {}).status_code == 422
    assert client.post(page, {"into": stage("Won").pk}).status_code == 422
    assert client.post(page, {"into": stage("Discovery").pk}).status_code == 302
    company.deal.refresh_from_db()
    assert company.deal.stage.name == "Discovery"
    assert "1 retired stage" not in client.get(PAGE).content.decode()
    assert "One retired stage" in client.get(PAGE).content.decode()


@pytest.mark.django_db
def test_the_move_is_in_the_history_and_is_no_step_forward(company):
    """Neither the time it stood still nor the pushes of its close date are forgotten."""
    retire(company, "Proposal", "Negotiation")
    retiring.clear(NOW)
    company.deal.refresh_from_db()
    change = StageChange.objects.get(deal=company.deal)
    assert (change.from_stage.name, change.to_stage.name, change.by, change.rearranged) == ("Proposal", "Negotiation", company.admin, True)
    assert company.deal.stage_entered_at == LONG_AGO
    refresh([company.deal.pk], NOW)
    assert RiskSignal.objects.filter(deal=company.deal, rule="stage_overdue", state="raised").exists()


@pytest.mark.django_db
def test_the_deal_s_page_says_why_it_stands_elsewhere(client, company):
    retire(company, "Proposal", "Negotiation")
    retiring.clear(NOW)
    client.force_login(company.owner)
    assert "The stage Proposal was retired: put into <b>Negotiation</b>" in client.get(company.deal.get_absolute_url()).content.decode()


@pytest.mark.django_db
def test_a_stay_that_was_cut_teaches_nothing(company):
    deal = DealFactory(owner=company.owner, stage=stage("Won"))
    for days, (before, after, rearranged) in enumerate([(None, "Proposal", False), ("Proposal", "Discovery", True), ("Discovery", "Won", False)]):
        StageChange.objects.create(
            deal=deal, from_stage=before and stage(before), to_stage=stage(after), at=LONG_AGO + timedelta(days=days), rearranged=rearranged
        )
    rhythms.learn(NOW)
    assert not StageRhythm.objects.exists()


@pytest.mark.django_db
def test_nothing_enters_a_retired_stage(company):
    retire(company)
    with pytest.raises(Refused, match="not used any more"):
        open_deal(name="New", owner=company.owner, by=company.owner, now=NOW, stage=stage("Proposal"))
    other = DealFactory(owner=company.owner, stage=stage("Negotiation"))
    with pytest.raises(Refused, match="not used any more"):
        move_deal(deal=other, stage=stage("Proposal"), by=company.owner, now=NOW)


@pytest.mark.django_db
def test_no_undo_leads_back_into_a_retired_stage(company):
    move = move_deal(deal=company.deal, stage=stage("Negotiation"), by=company.owner, now=NOW)
    retire(company)
    with pytest.raises(Refused, match="not used any more"):
        take_back_move(change=move.change, entered_at=LONG_AGO, by=company.owner, now=NOW)


@pytest.mark.django_db
def test_a_retired_stage_is_offered_nowhere(client, company):
    retire(company)
    retiring.clear(NOW)
    client.force_login(company.admin)
    for page in ("/deals/new/", f"/deals/{company.deal.pk}/", "/settings/thresholds/"):
        assert ">Proposal<" not in client.get(page).content.decode(), page


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["Inquiry", "Won", "Lost"])
def test_the_only_stage_of_its_kind_cannot_go(company, name):
    with pytest.raises(Refused, match="Add another one first"):
        retire(company, name, None)


@pytest.mark.django_db
def test_the_last_open_stage_cannot_go(company):
    for name in ("Qualification", "Discovery", "Negotiation"):
        retire(company, name, "Proposal")
    with pytest.raises(Refused, match="the last open stage"):
        retire(company, "Proposal", "Inquiry")


@pytest.mark.django_db
def test_closed_deals_may_keep_the_name_of_a_retired_stage(company):
    pipelines.add_stage(pipeline=company.pipeline, name="Lost to price", kind="lost", probability=0, by=company.admin, now=NOW)
    won = pipelines.add_stage(pipeline=company.pipeline, name="Signed", kind="won", probability=100, by=company.admin, now=NOW)
    deal = DealFactory(owner=company.owner, stage=won)
    retire(company, "Signed", None)
    retiring.clear(NOW)
    deal.refresh_from_db()
    assert deal.stage == won
    with pytest.raises(Refused, match="stay so"):
        retiring.retire_stage(stage=stage("Lost to price"), into=stage("Won"), by=company.admin, now=NOW)


@pytest.mark.django_db
def test_a_stage_nothing_was_ever_in_is_removed_outright(company):
    assert retire(company, "Negotiation", "Proposal") is None
    assert not Stage.objects.filter(name="Negotiation").exists()


@pytest.mark.django_db
def test_where_two_stages_go_one_after_the_other_the_deals_end_in_the_last(company):
    """The second is retired while deals of the first are still on their way to it."""
    DealFactory(owner=company.owner, stage=stage("Discovery"))
    retire(company, "Proposal", "Discovery")
    retire(company, "Discovery", "Negotiation")
    retiring.clear(NOW)
    assert set(Deal.objects.values_list("stage__name", flat=True)) == {"Negotiation"}


@pytest.mark.django_db
def test_a_second_run_finds_nothing_to_do(company):
    retire(company)
    assert retiring.clear(NOW) == 1
    assert retiring.clear(NOW) == 0
    assert StageChange.objects.count() == 1


@pytest.mark.django_db
def test_what_comes_into_a_retired_stage_late_follows(company):
    """A long import chose its stages before this one was retired."""
    retire(company)
    retiring.clear(NOW)
    late = DealFactory(owner=company.owner, stage=Stage.objects.get(name="Proposal"))
    retiring.clear(NOW)
    late.refresh_from_db()
    assert late.stage.name == "Discovery"


@pytest.mark.django_db
def test_a_stage_taken_into_use_again_takes_deals_again(client, company):
    retire(company)
    retiring.clear(NOW)
    client.force_login(company.admin)
    client.post(f"/settings/stages/{stage('Proposal').pk}/again/")
    move_deal(deal=company.deal, stage=stage("Proposal"), by=company.owner, now=NOW)
    assert not StageRetirement.objects.exists()
    assert retiring.clear(NOW) == 0


@pytest.mark.django_db
def test_the_totals_follow_the_deals(company):
    DealFactory(owner=company.owner, amount=700)
    retire(company)
    retiring.clear(NOW)
    assert kept_totals(company.admin) == counted_totals(Deal.objects.all())


@pytest.mark.django_db
def test_a_retired_pipeline_lets_its_deals_finish_or_sends_them_elsewhere(client, company):
    other = pipelines.create_pipeline(name="Renewals", like=company.pipeline, by=company.admin, now=NOW)
    stays = DealFactory(owner=company.owner, stage=other.stages.get(name="Proposal"))
    client.force_login(company.admin)
    client.post(f"{PAGE}{other.pk}/retire/", {"what": "finish"})
    move_deal(deal=stays, stage=other.stages.get(name="Negotiation"), by=company.owner, now=NOW)
    with pytest.raises(Refused, match="Nothing new begins"):
        open_deal(name="New", owner=company.owner, by=company.owner, now=NOW, stage=other.stages.get(name="Proposal"))
    client.post(f"{PAGE}{other.pk}/again/")
    client.post(f"{PAGE}{other.pk}/retire/", {"what": "move", "into": stage("Discovery").pk})
    stays.refresh_from_db()
    assert (stays.stage, stays.pipeline) == (stage("Discovery"), company.pipeline)


@pytest.mark.django_db
def test_the_default_pipeline_cannot_go(client, company):
    client.force_login(company.admin)
    answer = client.post(f"{PAGE}{company.pipeline.pk}/retire/", {"what": "finish"})
    assert "Make another pipeline the default first" in answer.content.decode()
    assert Pipeline.objects.get(pk=company.pipeline.pk).retired_at is None


@pytest.mark.django_db(transaction=True)
def test_who_moves_a_deal_into_a_stage_while_it_is_retired_is_refused(company):
    """The move waits for the retiring, and meets the stage as it is then."""
    said = []
    other = DealFactory(owner=company.owner, stage=stage("Negotiation"))

    def move():
        try:
            move_deal(deal=other, stage=stage("Proposal"), by=company.owner, now=NOW)
        except Refused as refusal:
            said.append(str(refusal))
        connection.close()

    moving = threading.Thread(target=move)
    with transaction.atomic():
        retire(company)
        moving.start()
        moving.join(timeout=1)
        assert not said
    moving.join(timeout=30)
    assert "not used any more" in said[0]


@pytest.mark.django_db(transaction=True)
def test_two_admins_cannot_retire_the_last_two_open_stages_at_once(company):
    retire(company, "Qualification", "Proposal")
    retire(company, "Discovery", "Proposal")
    together, said = threading.Barrier(2), []

    def go(name, into):
        together.wait()
        try:
            retire(company, name, into)
        except Refused as refusal:
            said.append(str(refusal))
        connection.close()

    DealFactory(owner=company.owner, stage=stage("Negotiation"))
    threads = [threading.Thread(target=go, args=names) for names in (("Proposal", "Negotiation"), ("Negotiation", "Proposal"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert len(said) == 1
    assert Stage.objects.in_use().filter(kind="open").count() == 1


@pytest.mark.django_db(transaction=True)
def test_killed_in_the_middle_it_goes_on_and_doubles_nothing(company):
    DealFactory.create_batch(6, owner=company.owner)
    retire(company)
    ended = run_python("""
from datetime import datetime, UTC
from deals.services import retiring
retiring.BATCH = 2
real, calls = retiring._move_some, []
def killed(*args):
    done = real(*args)
    calls.append(1)
    if len(calls) == 2:
        os.kill(os.getpid(), signal.SIGKILL)
    return done
retiring._move_some = killed
retiring.clear(datetime(2026, 3, 4, 10, 0, tzinfo=UTC))
""")
    assert ended == -9
    assert Deal.objects.filter(stage=stage("Discovery")).count() == 2
    assert retiring.clear(NOW) == 5
    assert StageChange.objects.filter(rearranged=True).count() == 7
    assert StageRetirement.objects.get().moved == 7


@pytest.mark.django_db(transaction=True)
def test_two_runs_at_once_move_every_deal_once(company, monkeypatch):
    monkeypatch.setattr(retiring, "BATCH", 3)
    DealFactory.create_batch(20, owner=company.owner)
    retire(company)
    together = threading.Barrier(2)

    def work():
        together.wait()
        retiring.clear(NOW)
        connection.close()

    threads = [threading.Thread(target=work) for _thread in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    retiring.clear(NOW)
    assert StageChange.objects.filter(rearranged=True).count() == 21
    assert not Deal.objects.filter(stage=stage("Proposal")).exists()
