"""The form that asks how a deal was lost, and what a deal's page shows of it."""

import pytest
from django.contrib.messages import get_messages

from deals.models import Stage, StageChange
from deals.services.stages import move_deal
from tests.factories import DealFactory, stage
from winback.models import Loss

pytestmark = pytest.mark.django_db
TYPED = {
    "kind": "competitor",
    "competitor": "Otherworks",
    "reasons": ["price", "our_silence"],
    "customer_words": "You were late.\nThey were there.",
    "our_view": "We lost it in May.",
}


@pytest.fixture
def as_owner(client, company):
    client.force_login(company.owner)
    return client


def said(response):
    return [str(message) for message in get_messages(response.wsgi_request)]


def test_losing_a_deal_records_how_and_why_and_moves_it(as_owner, company):
    response = as_owner.post(f"/deals/{company.deal.pk}/lost/", TYPED)
    loss = Loss.objects.get()
    assert response.url == f"/deals/{company.deal.pk}/"
    assert (loss.kind, loss.competitor, loss.reasons, loss.recorded_by) == ("competitor", "Otherworks", ["price", "our_silence"], company.owner)
    assert (loss.customer_words.splitlines(), loss.our_view) == (["You were late.", "They were there."], "We lost it in May.")
    company.deal.refresh_from_db()
    assert (company.deal.status, company.deal.stage.name) == ("lost", "Lost")
    assert said(response) == ["Clinics, two more is lost, and why is kept. It can come back."]


def test_people_are_not_offered_not_recorded(as_owner, company):
    words = as_owner.get(f"/deals/{company.deal.pk}/lost/").content.decode()
    assert "They chose another vendor" in words
    assert "not_recorded" not in words
    for wrong in ({"kind": "not_recorded"}, {"reasons": ["not_recorded"]}):
        assert as_owner.post(f"/deals/{company.deal.pk}/lost/", {**TYPED, **wrong}).status_code == 422
    assert not Loss.objects.exists()


@pytest.mark.parametrize(
    ("missing", "field", "words"),
    [
        ({"kind": ""}, "kind", "Say how it was lost."),
        ({"reasons": []}, "reasons", "Tick at least one reason"),
        ({"competitor": "  "}, "competitor", "Name the vendor they chose"),
    ],
)
def test_what_is_missing_is_asked_for_and_nothing_typed_is_lost(as_owner, company, missing, field, words):
    response = as_owner.post(f"/deals/{company.deal.pk}/lost/", {**TYPED, **missing})
    page = response.content.decode()
    assert response.status_code == 422
    assert words in response.context["form"].errors[field][0]
    assert "They were there.</textarea>" in page
    assert "We lost it in May.</textarea>" in page
    if field != "reasons":
        assert page.count("checked") >= 2, "the ticks stay"
    assert not Loss.objects.exists()


@pytest.mark.parametrize("kind", ["no_decision", "not_invited", "lapsed"])
def test_only_a_competitor_needs_a_name(as_owner, company, kind):
    as_owner.post(f"/deals/{company.deal.pk}/lost/", {"kind": kind, "reasons": ["timing"]})
    assert Loss.objects.get().kind == kind


def test_a_stranger_finds_nothing_and_loses_nothing(client, company):
    client.force_login(company.stranger)
    assert client.get(f"/deals/{company.deal.pk}/lost/").status_code == 404
    assert client.post(f"/deals/{company.deal.pk}/lost/", TYPED).status_code == 404
    assert client.get(f"/deals/{company.deal.pk}/losses/").status_code == 404
    assert not Loss.objects.exists()


def test_a_deal_is_not_lost_twice_in_a_row(as_owner, company):
    as_owner.post(f"/deals/{company.deal.pk}/lost/", TYPED)
    response = as_owner.post(f"/deals/{company.deal.pk}/lost/", TYPED)
    assert response.url == f"/deals/{company.deal.pk}/"
    assert "Clinics, two more is lost already; what was recorded stands below." in said(response)
    assert Loss.objects.count() == 1


def test_a_refusal_stays_in_the_form(as_owner, company):
    Stage.objects.filter(kind="lost").delete()
    response = as_owner.post(f"/deals/{company.deal.pk}/lost/", TYPED)
    assert response.context["form"].non_field_errors() == ["This pipeline has no stage for lost deals. Ask an admin to add one."]


def test_one_lost_stage_is_not_asked_for(as_owner, company):
    assert "stage" not in as_owner.get(f"/deals/{company.deal.pk}/lost/").context["form"].fields


def test_of_several_lost_stages_one_is_chosen(as_owner, company):
    ghosted = Stage.objects.create(pipeline=company.pipeline, name="Ghosted", kind="lost", position=90)
    form = as_owner.get(f"/deals/{company.deal.pk}/lost/?stage={ghosted.pk}").context["form"]
    assert (form["stage"].value(), form.fields["stage"].queryset.count()) == (ghosted.pk, 2)
    as_owner.post(f"/deals/{company.deal.pk}/lost/", {**TYPED, "stage": ghosted.pk})
    company.deal.refresh_from_db()
    assert company.deal.stage == ghosted


@pytest.mark.parametrize("wrong", ["", "Proposal"])
def test_a_stage_that_is_not_lost_is_no_choice(as_owner, company, wrong):
    Stage.objects.create(pipeline=company.pipeline, name="Ghosted", kind="lost", position=90)
    response = as_owner.post(f"/deals/{company.deal.pk}/lost/", {**TYPED, "stage": stage(wrong).pk if wrong else ""})
    assert response.context["form"].errors["stage"]


@pytest.mark.parametrize("asked", ["x", "", "99999999999999999999999", "%00"])
def test_a_strange_stage_in_the_address_is_ignored(as_owner, company, asked):
    assert as_owner.get(f"/deals/{company.deal.pk}/lost/?stage={asked}").status_code == 200


def test_vendors_named_before_are_offered_again(as_owner, company):
    first, second = DealFactory(owner=company.owner, stage=company.deal.stage), DealFactory(owner=company.stranger, stage=company.deal.stage)
    as_owner.post(f"/deals/{first.pk}/lost/", TYPED)
    as_owner.force_login(company.stranger)
    as_owner.post(f"/deals/{second.pk}/lost/", {**TYPED, "competitor": "Secret rival of West"})
    as_owner.force_login(company.owner)
    assert as_owner.get(f"/deals/{company.deal.pk}/lost/").context["form"].vendors == ["Otherworks"]


def test_the_stage_path_leads_to_the_form(as_owner, company):
    lost = stage("Lost")
    response = as_owner.post(f"/deals/{company.deal.pk}/stage/", {"stage": lost.pk})
    assert response.url == f"/deals/{company.deal.pk}/lost/?stage={lost.pk}"
    company.deal.refresh_from_db()
    assert company.deal.status == "open"
    assert not StageChange.objects.filter(deal=company.deal, to_stage=lost).exists()


def test_the_losses_of_a_deal_are_a_fragment_and_a_page(as_owner, company):
    as_owner.post(f"/deals/{company.deal.pk}/lost/", TYPED)
    fragment = as_owner.get(f"/deals/{company.deal.pk}/losses/", headers={"HX-Request": "true"}).content.decode()
    page = as_owner.get(f"/deals/{company.deal.pk}/losses/").content.decode()
    for words in (fragment, page):
        assert all(part in words for part in ("They chose another vendor: Otherworks", "Our price", "You were late.", "recorded by Olaf Owner"))
    assert "<html" in page
    assert "<html" not in fragment


def test_a_deal_never_lost_says_so(as_owner, company):
    assert "was never lost" in as_owner.get(f"/deals/{company.deal.pk}/losses/").content.decode()


def test_a_form_that_was_open_while_the_deal_was_won_loses_nothing(as_owner, company, now):
    page = f"/deals/{company.deal.pk}/lost/"
    form = {**TYPED, "from": company.deal.stage_id}
    assert f'name="from" value="{company.deal.stage_id}"' in as_owner.get(page).content.decode()
    move_deal(deal=company.deal, stage=stage("Won"), by=company.manager, now=now)
    answer = as_owner.post(page, form)
    company.deal.refresh_from_db()
    assert (answer.status_code, company.deal.status, Loss.objects.count()) == (422, "won", 0)
    html = answer.content.decode()
    assert "Mona Manager moved Clinics, two more to Won meanwhile" in html
    assert "We lost it in May." in html
    assert as_owner.post(page, {**form, "from": company.deal.stage_id}).status_code == 302
