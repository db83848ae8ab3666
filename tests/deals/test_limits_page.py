"""The table of limits: what holds, where it comes from, who may change it."""

import pytest
from django.utils import timezone

from deals.models import Pipeline, Stage, StageRhythm, Threshold
from deals.risk.again import make_due
from tests.factories import DealFactory, stage

pytestmark = pytest.mark.django_db
PAGE = "/settings/thresholds/"


@pytest.fixture
def as_manager(client, company):
    client.force_login(company.manager)
    return client


def cell(response, setting, of=None):
    """One cell of the page: of a stage by its name, or of every stage."""
    return next(one for one in response.context["limits"].cells() if one.setting.key == setting and (one.stage.name if one.stage else None) == of)


def field(setting, of=None):
    return f"{setting}-{stage(of).pk if of else 'all'}"


def own():
    return {(row.setting, row.stage and row.stage.name, row.team and row.team.name): float(row.value) for row in Threshold.objects.all()}


@pytest.mark.parametrize(
    ("who", "looks", "sets"),
    [("owner", 403, 403), ("stranger", 403, 403), ("manager", 200, 302), ("executive", 200, 403), ("admin", 200, 302)],
)
def test_managers_and_admins_set_limits_and_executives_may_look(client, company, who, looks, sets):
    client.force_login(getattr(company, who))
    assert client.get(PAGE).status_code == looks
    assert client.post(PAGE, {}).status_code == sets


def test_an_executive_gets_no_field_to_type_into(client, company):
    client.force_login(company.executive)
    words = client.get(PAGE).content.decode()
    assert "Save the limits" not in words
    assert 'name="stage_limit-all"' not in words


def test_defaults_hold_where_nobody_chose(as_manager):
    found = cell(as_manager.get(PAGE), "stage_limit", "Proposal")
    assert (found.own, found.inherited, found.source) == (None, "10", "default")


@pytest.mark.parametrize(
    ("of_stage", "of_team", "source"),
    [
        (None, None, "whole company, every stage"),
        ("Proposal", None, "whole company"),
        ("Proposal", "sales", "team above: Sales"),
        (None, "sales", "team above: Sales, every stage"),
        (None, "east", "this team, every stage"),
    ],
)
def test_what_is_inherited_says_from_where(as_manager, company, of_stage, of_team, source):
    Threshold.objects.create(
        setting="stage_limit", stage=stage(of_stage) if of_stage else None, team=getattr(company, of_team) if of_team else None, value=21
    )
    found = cell(as_manager.get(PAGE), "stage_limit", "Proposal")
    assert (found.own, found.inherited, found.source) == (None, "21", source)


def test_what_is_set_here_shows_what_would_hold_without_it(as_manager, company):
    Threshold.objects.create(setting="no_contact", stage=stage("Proposal"), team=company.east, value=7)
    Threshold.objects.create(setting="no_contact", team=None, value="12.5")
    found = cell(as_manager.get(PAGE), "no_contact", "Proposal")
    assert (found.own, found.inherited) == (7, "12.5")
    assert "back to 12.5" in as_manager.get(PAGE).content.decode()


def test_a_learned_limit_is_named_until_somebody_chooses(as_manager, company):
    StageRhythm.objects.create(stage=stage("Proposal"), samples=84, p75_days=22.6, learned_at=timezone.now())
    StageRhythm.objects.create(stage=stage("Discovery"), samples=29, p75_days=3, learned_at=timezone.now())
    response = as_manager.get(PAGE)
    found = cell(response, "stage_limit", "Proposal")
    assert (found.inherited, found.source) == ("23", "23 calendar days, learned from 84 won deals")
    assert "working days; learned: calendar days" in response.content.decode()
    assert cell(response, "stage_limit", "Discovery").source == "default", "below thirty nothing is learned"
    Threshold.objects.create(setting="stage_limit", value=15)
    assert cell(as_manager.get(PAGE), "stage_limit", "Proposal").inherited == "15"


def test_an_inquiry_shows_only_what_watches_it(as_manager):
    cells = [one.setting.key for one in as_manager.get(PAGE).context["limits"].cells() if one.stage and one.stage.kind == "inquiry"]
    assert cells == ["reply_first_hot", "reply_first", "reply_later_hot", "reply_later"]


def test_saving_writes_the_changed_cells_only_and_says_what_follows(as_manager, company):
    Threshold.objects.create(setting="unowned", team=company.east, value=3)
    DealFactory(owner=company.owner, stage=stage("Discovery"))
    response = as_manager.post(PAGE, {field("stage_limit", "Proposal"): "20", field("no_contact"): "", field("unowned"): "3"}, follow=True)
    assert own() == {("stage_limit", "Proposal", "East"): 20.0, ("unowned", None, "East"): 3.0}
    assert [str(message) for message in response.context["messages"]] == ["One limit saved. One deal is looked at again within a minute."]
    make_due(timezone.now())
    company.deal.refresh_from_db()
    assert company.deal.alarm_at <= timezone.now()


def test_an_emptied_field_goes_back_to_what_it_inherits(as_manager, company):
    Threshold.objects.create(setting="unowned", team=company.east, value=3)
    as_manager.post(PAGE, {field("unowned"): ""})
    assert own() == {}


def test_the_button_beside_a_limit_takes_it_back_and_saves_the_rest(as_manager, company):
    Threshold.objects.create(setting="unowned", team=company.east, value=3)
    as_manager.post(PAGE, {field("unowned"): "3", field("no_contact"): "9", "reset": field("unowned")})
    assert own() == {("no_contact", None, "East"): 9.0}


@pytest.mark.parametrize(
    ("setting", "typed", "words"),
    [
        ("stage_limit", "0", "From 0.5 to 400 working days."),
        ("stage_limit", "401", "From 0.5 to 400 working days."),
        ("reply_first", "soon", "From 0.5 to 80 working hours."),
        ("reply_first", "99999999999", "From 0.5 to 80 working hours."),
        ("close_pushes", "2.5", "A whole number, please."),
        ("no_contact", "1.234", "Two places after the point are enough."),
        ("unowned", "NaN", "From 0.5 to 80 working hours."),
    ],
)
def test_a_wrong_number_is_explained_with_its_bounds_and_kept(as_manager, setting, typed, words):
    response = as_manager.post(PAGE, {field(setting): typed, field("no_next_step"): "2"})
    assert response.status_code == 422
    assert words in response.context["form"].errors[field(setting)]
    assert f'value="{typed}"' in response.content.decode()
    assert own() == {}, "nothing is saved by halves"


def test_a_manager_sets_limits_for_teams_in_sight_alone(as_manager, company):
    assert as_manager.post(f"{PAGE}?team={company.west.pk}", {field("unowned"): "5"}).status_code == 404
    assert as_manager.post(f"{PAGE}?team=", {field("unowned"): "5"}).status_code == 302
    assert own() == {("unowned", None, "East"): 5.0}, "never the company's"


def test_an_admin_sets_the_whole_companys(client, company):
    client.force_login(company.admin)
    client.post(PAGE, {field("unowned"): "5"})
    client.post(f"{PAGE}?team={company.west.pk}", {field("unowned"): "6"})
    assert own() == {("unowned", None, None): 5.0, ("unowned", None, "West"): 6.0}


def test_another_pipeline_has_its_own_stages(as_manager):
    other = Pipeline.objects.create(name="Renewals")
    Stage.objects.create(pipeline=other, name="Talks", kind="open")
    response = as_manager.get(f"{PAGE}?pipeline={other.pk}")
    assert [row[0].name if row[0] else None for row in response.context["limits"].table()] == [None, "Talks"]
    assert as_manager.get(f"{PAGE}?pipeline=999999").status_code == 404


def test_a_manager_without_a_team_is_told_so(client, company):
    company.east.manager = None
    company.east.save()
    company.manager.team = None
    company.manager.save()
    client.force_login(company.manager)
    assert client.get(PAGE).status_code == 403


def test_queries_do_not_grow_with_stages_and_limits(as_manager, company, django_assert_max_num_queries):
    for number in range(20):
        made = Stage.objects.create(pipeline=company.pipeline, name=f"Step {number}", kind="open", position=20 + number)
        Threshold.objects.create(setting="stage_limit", stage=made, team=company.east, value=number + 1)
    with django_assert_max_num_queries(15):
        as_manager.get(PAGE)


def test_a_default_is_left_unsaid_in_its_cell_but_for_those_who_do_not_see_the_grey(as_manager):
    words = as_manager.get("/settings/thresholds/").content.decode()
    assert words.count('<span class="visually-hidden">default</span>') == words.count(">default<") > 0
    assert "counts in the unit above its column" in words
