"""The parts of the bench that decide something. Nothing here measures time."""

from datetime import UTC, datetime

import pytest
from django.urls import reverse

from bench import cases, databases, people, report, timing
from config.generator.load import generate
from config.generator.size import Size

PAGE = {
    "words": "List", "target": 20, "page": {"median": 12.0, "p95": 15.0}, "bare_view": {"median": 8.0, "p95": 9.0},
    "bare_sql": {"median": 0.5, "p95": 0.7}, "kilobytes": 80.0, "queries": 12, "slowest": 1.25, "slowest_sql": "SELECT",
}  # fmt: skip


def result(deals=1000, median=12.0):
    pages = {"list": PAGE | {"page": {"median": median, "p95": 40.0}}}
    return report.Result(deals, 1, "2026-03-04", "2 cores", "Python", 0.1, pages=pages, memory=200.0)


def test_the_middle_and_the_slow_end_of_times():
    assert timing.summed_up([5.0, 1.0, 3.0]) == timing.Times(3.0, 5.0)
    assert timing.summed_up([float(one) for one in range(100)]).p95 == 95.0


def test_a_target_that_is_missed_is_said():
    assert "**missed**" not in report.table(result(deals=100_000))
    assert "under 20 **missed** | 25.0" in report.table(result(deals=100_000, median=25.0))
    assert "**missed**" not in report.table(result(median=25.0)), "the targets are for a company of another size"


def test_growth_is_told_against_the_smallest_company():
    grown = report.growth([result(1000, 10.0), result(10_000, 16.0)])

    assert "| List | 10.0 | 16.0 | 1.60 **more** |" in grown


def test_figures_are_put_between_their_marks(tmp_path):
    document = tmp_path / "performance.md"
    document.write_text(f"before\n{report.BEGIN}\nold\n{report.END}\nafter\n")

    report.write_into(document, [result()])

    text = document.read_text()
    assert "old" not in text
    assert text.startswith("before")
    assert text.endswith("after\n")


def test_a_document_without_marks_is_left_alone(tmp_path):
    document = tmp_path / "performance.md"
    document.write_text("nothing")

    with pytest.raises(SystemExit, match="no place"):
        report.write_into(document, [result()])


def test_a_run_is_kept_and_read_again(tmp_path):
    result().save(tmp_path)

    assert report.read_all(tmp_path) == [result()]


def test_a_company_that_was_never_finished_is_made_anew():
    assert databases.made_at(None) is None
    assert databases.made_at("half") is None
    assert databases.made_at("2026-03-04T10:00:00+00:00") == datetime(2026, 3, 4, 10, tzinfo=UTC)


def test_another_generator_makes_another_company(tmp_path):
    folder = tmp_path / "config" / "generator"
    folder.mkdir(parents=True)
    (folder / "size.py").write_text("one")
    before = databases.fingerprint(tmp_path)
    (folder / "size.py").write_text("two")

    assert databases.fingerprint(tmp_path) != before


@pytest.mark.django_db
def test_every_page_that_is_measured_answers_with_its_bare_sql(client, django_assert_max_num_queries):
    from django.db import connection

    generate(Size.of(200), seed=1, now=datetime.now(UTC))
    scene = people.look()
    found = cases.cases_of(scene)

    assert len(found) == 12
    for case in found:
        client.force_login(scene.leader if case.leader else scene.rep)
        client.get(case.paths[0])  # the first page after log-in notes who came from where
        with django_assert_max_num_queries(15):
            assert client.get(case.paths[0]).status_code == 200, case.key
        with connection.cursor() as cursor:
            for statement, values in case.statements[0]:
                cursor.execute(statement, values)


@pytest.mark.django_db
def test_the_rep_has_deals_and_the_leader_sees_every_team():
    from deals.models import Deal

    generate(Size.of(200), seed=1, now=datetime.now(UTC))
    scene = people.look()

    assert Deal.objects.filter(pk__in=scene.deals, owner=scene.rep).count() == len(scene.deals) > 0
    assert Deal.objects.visible_to(scene.leader).count() == 200


def test_the_bare_view_is_none_of_the_products_routes():
    with pytest.raises(Exception, match="bare"):
        reverse("bare")
