"""What the migrations leave is what the models say."""

from datetime import timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection
from django.db.migrations.state import ProjectState

from deals.models import NextStep
from tests.factories import DealFactory

MODELS = [model for model in apps.get_models() if model._meta.app_label in {"accounts", "deals", "winback", "reports"} and not model._meta.proxy]


@pytest.mark.django_db
@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_every_constraint_and_index_of_a_model_is_in_the_database(model):
    named = {one.name for one in (*model._meta.constraints, *model._meta.indexes)}
    with connection.cursor() as cursor:
        there = set(connection.introspection.get_constraints(cursor, model._meta.db_table))
    assert named - there == set()


@pytest.mark.django_db
def test_of_several_next_steps_of_a_deal_the_newest_stays(company, now):
    deal, other = DealFactory(), DealFactory()
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX next_step_one_current")
        first, second = (
            NextStep.objects.create(deal=deal, what=what, due_at=now, created_at=at) for what, at in (("a", now), ("b", now + timedelta(days=1)))
        )
        alone = NextStep.objects.create(deal=other, what="c", due_at=now, created_at=now)
        cursor.execute(import_module("deals.migrations.0047_one_next_step_at_a_time").REPLACE)
    assert list(NextStep.objects.order_by("pk").values_list("pk", "ended_at")) == [(first.pk, second.created_at), (second.pk, None), (alone.pk, None)]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "migration", ["deals.migrations.0001_squashed_0044_team_of_new_signals", "winback.migrations.0001_squashed_0009_calls_to_make"]
)
def test_a_first_migration_leaves_nothing_for_after_its_commit_so_that_it_is_recorded_with_its_tables(migration):
    last = import_module(migration).Migration.operations[-1]
    with connection.schema_editor() as editor:
        editor.deferred_sql.append("CREATE TEMPORARY TABLE put_off ()")
        last.database_forwards("deals", editor, ProjectState(), ProjectState())
        assert editor.deferred_sql == []
        assert "put_off" in connection.introspection.table_names()
        editor.execute("DROP TABLE put_off")
