"""Pipelines and stages as an admin sets them."""

import pytest

from accounts.refusals import Refused
from deals.models import Deal, LookAgain, Pipeline, Stage
from deals.services import pipelines as service
from tests.factories import DealFactory, stage
from tests.pages import as_shown

pytestmark = pytest.mark.django_db
PAGE = "/settings/pipelines/"


@pytest.fixture
def as_admin(client, company):
    client.force_login(company.admin)
    return client


def names(pipeline):
    return list(pipeline.stages.filter(retired_at=None).order_by("position").values_list("name", flat=True))


def test_the_page_says_what_stands_in_each_stage(as_admin, company, django_assert_max_num_queries):
    DealFactory(owner=company.owner, amount=1200)
    with django_assert_max_num_queries(15):
        answer = as_admin.get(PAGE)
    text = answer.content.decode()
    assert "Proposal" in text
    assert "USD 1,200" in text
    assert f'/deals/?stage={stage("Proposal").pk}&amp;state=all">2</a>' in text


def test_a_stage_is_added_behind_the_last_one_of_its_kind(as_admin, company):
    answer = as_admin.post(f"{PAGE}{company.pipeline.pk}/stages/", {"name": "Legal check", "kind": "open", "probability": 80})
    assert answer.status_code == 302
    assert names(company.pipeline) == ["Inquiry", "Qualification", "Discovery", "Proposal", "Negotiation", "Legal check", "Won", "Lost"]


def test_a_new_stage_has_its_limits_at_once(as_admin, company):
    as_admin.post(f"{PAGE}{company.pipeline.pk}/stages/", {"name": "Legal check", "kind": "open", "probability": 80})
    assert "Legal check" in as_admin.get("/settings/thresholds/").content.decode()


def test_a_name_that_is_taken_is_said_in_words(as_admin, company):
    answer = as_admin.post(f"{PAGE}{company.pipeline.pk}/stages/", {"name": "proposal", "kind": "open", "probability": 80})
    assert answer.status_code == 422
    assert "already a stage Proposal" in answer.content.decode()


def test_a_stage_moves_among_those_of_its_kind_and_no_further(as_admin, company):
    order = f"{PAGE}{company.pipeline.pk}/order/"
    as_admin.post(order, {"up": stage("Proposal").pk})
    assert names(company.pipeline)[:4] == ["Inquiry", "Qualification", "Proposal", "Discovery"]
    as_admin.post(order, {"up": stage("Qualification").pk})
    as_admin.post(order, {"down": stage("Won").pk})
    assert names(company.pipeline) == ["Inquiry", "Qualification", "Proposal", "Discovery", "Negotiation", "Won", "Lost"]


def test_an_order_that_knows_less_than_there_is_still_holds(company, now):
    """Another admin added a stage meanwhile; ids of other pipelines and repeated ones do no harm."""
    wished = [stage("Negotiation").pk, stage("Won").pk, 999_999, stage("Negotiation").pk, stage("Discovery").pk]
    service.order_stages(pipeline=company.pipeline, order=wished, by=company.admin, now=now)
    assert names(company.pipeline) == ["Inquiry", "Negotiation", "Discovery", "Qualification", "Proposal", "Won", "Lost"]


def test_only_what_was_changed_in_the_form_is_written(as_admin, company, now):
    page = f"/settings/stages/{stage('Proposal').pk}/"
    fields = as_shown(as_admin.get(page))
    service.edit_stage(stage=stage("Proposal"), by=company.admin, now=now, probability=60)
    assert as_admin.post(page, {**fields, "name": "Offer"}).status_code == 302
    kept = Stage.objects.get(pk=Stage.objects.get(name="Offer").pk)
    assert (kept.name, kept.probability, kept.kind) == ("Offer", 60, "open")


def test_an_inquiry_stage_that_becomes_open_takes_its_deals_along(company, now):
    deal = DealFactory(stage=stage("Inquiry"), owner=company.owner)
    service.add_stage(pipeline=company.pipeline, name="Web form", kind="inquiry", probability=1, by=company.admin, now=now)
    service.edit_stage(stage=stage("Inquiry"), by=company.admin, now=now, kind="open")
    deal.refresh_from_db()
    assert deal.status == "open"
    assert LookAgain.objects.filter(stage=deal.stage_id).exists()
    assert names(company.pipeline)[0] == "Web form"


@pytest.mark.parametrize(("name", "kind"), [("Proposal", "won"), ("Proposal", "lost"), ("Won", "open")])
def test_a_stage_with_deals_neither_closes_nor_reopens_them(company, now, name, kind):
    service.add_stage(pipeline=company.pipeline, name=f"Other {kind}", kind="won", probability=1, by=company.admin, now=now)
    DealFactory(stage=stage(name), owner=company.owner)
    with pytest.raises(Refused, match="Add a new stage and retire this one"):
        service.edit_stage(stage=stage(name), by=company.admin, now=now, kind=kind)


@pytest.mark.parametrize("name", ["Inquiry", "Won", "Lost"])
def test_the_only_stage_of_its_kind_keeps_it(company, now, name):
    with pytest.raises(Refused, match="Add another one first"):
        service.edit_stage(stage=stage(name), by=company.admin, now=now, kind="open" if name != "Open" else "won")


def test_an_empty_stage_may_become_won(company, now):
    made = service.edit_stage(stage=stage("Negotiation"), by=company.admin, now=now, kind="won")
    assert made.kind == "won"
    assert names(company.pipeline)[-3:] == ["Negotiation", "Won", "Lost"]


def test_a_second_pipeline_begins_with_the_stages_of_another(as_admin, company):
    as_admin.post(f"{PAGE}new/", {"name": "Renewals", "like": company.pipeline.pk})
    made = Pipeline.objects.get(name="Renewals")
    assert names(made) == names(company.pipeline)
    as_admin.post(f"{PAGE}new/", {"name": "Partners", "like": ""})
    assert names(Pipeline.objects.get(name="Partners")) == ["Open", "Won", "Lost"]


def test_deals_can_begin_in_the_second_pipeline(as_admin, company):
    as_admin.post(f"{PAGE}new/", {"name": "Partners", "like": ""})
    first = Stage.objects.get(pipeline__name="Partners", name="Open")
    form = as_admin.get("/deals/new/").content.decode()
    assert "Partners: Open" in form
    as_admin.post("/deals/new/", {"name": "Reseller", "stage": first.pk, "owner": company.owner.pk, "source": "unknown"})
    assert Deal.objects.get(name="Reseller").pipeline.name == "Partners"


def test_there_is_always_one_default_pipeline(as_admin, company):
    as_admin.post(f"{PAGE}new/", {"name": "Partners", "like": ""})
    other = Pipeline.objects.get(name="Partners")
    as_admin.post(f"{PAGE}{other.pk}/", {"name": "Partners", "is_default": "on", "initial-name": "Partners", "initial-is_default": "False"})
    assert list(Pipeline.objects.filter(is_default=True)) == [other]
    answer = as_admin.post(f"{PAGE}{other.pk}/", {"name": "Partners", "initial-name": "Partners", "initial-is_default": "True"})
    assert "Make another one the default instead" in answer.content.decode()


def test_an_import_that_adds_a_stage_gives_it_a_place_of_its_own(company):
    from deals.services.imports.pipelines import make_room

    added = [Stage(pipeline=company.pipeline, name=f"Step {n}", kind="open", position=stage("Negotiation").position + n) for n in (1, 2)]
    make_room(added)
    Stage.objects.bulk_create(added)
    assert names(company.pipeline)[4:] == ["Negotiation", "Step 1", "Step 2", "Won", "Lost"]
