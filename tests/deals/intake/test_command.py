import importlib
import json

import pytest
from django.core.management import call_command

from deals.models import Deal, Import

Command = importlib.import_module("deals.management.commands.import").Command
pytestmark = pytest.mark.django_db
HEAD = "Id,Name,Stage,Close date,Amount\n"


def run(capsys, *arguments):
    """(exit status, what it printed, what it complained)."""
    status = 0
    try:
        call_command("import", *map(str, arguments))
    except SystemExit as end:
        status = end.code
    out, err = capsys.readouterr()
    return status, out, err


def test_all_in_is_0(write, capsys):
    status, out, _err = run(capsys, "deals", write("deals.csv", HEAD + "a,A,Won,2026-01-01,5\n"))
    assert status == 0
    assert "1 rows: 1 created, 0 rejected." in out
    assert Deal.objects.get().external_id == "a"


def test_some_rejected_is_2_and_says_where_and_why(write, capsys):
    status, out, _err = run(capsys, "deals", write("deals.csv", HEAD + "a,A,Won,2026-01-01,5\nb,B,Won,soon,5\n"))
    assert status == 2
    assert "Line 3, Close date: “soon” This is not a date that can be read." in out


@pytest.mark.parametrize("rows", ["b,B,Won,soon,5\n", ""])
def test_nothing_done_is_1(write, capsys, rows):
    assert run(capsys, "deals", write("deals.csv", HEAD + rows))[0] == 1
    assert not Deal.objects.exists()


def test_a_file_that_is_not_there_is_one_sentence(capsys, tmp_path):
    assert run(capsys, "deals", tmp_path / "none.csv") == (1, "", f"There is no file {tmp_path / 'none.csv'}.\n")


@pytest.mark.parametrize(
    "arguments",
    [
        ("--map", "Stage"),
        ("--map", "Phase=stage"),
        ("--map", "Stage=phase"),
        ("--date-format", "Close date=xyz"),
        ("--number-format", "Amount=dot"),
        ("--encoding", "klingon"),
    ],
)
def test_wrong_options_are_1_and_one_sentence(write, capsys, arguments):
    status, out, err = run(capsys, "deals", write("deals.csv", HEAD + "a,A,Won,2026-01-01,5\n"), *arguments)
    assert (status, out) == (1, "")
    assert err.count("\n") == 1


def test_dates_that_cannot_be_decided_are_asked_for(write, capsys):
    path = write("deals.csv", HEAD + "a,A,Won,03/04/2026,5\n")
    status, _out, err = run(capsys, "deals", path)
    assert status == 1
    assert '--date-format "Close date=dmy"' in err
    assert not Deal.objects.exists()
    assert run(capsys, "deals", path, "--date-format", "Close date=dmy")[0] == 0
    assert Deal.objects.get().closed_on.isoformat() == "2026-04-03"


def test_numbers_that_cannot_be_decided_are_asked_for(write, capsys):
    path = write("deals.csv", HEAD + "a,A,Won,2026-01-01,1.234\n")
    status, _out, err = run(capsys, "deals", path)
    assert status == 1
    assert '--number-format "Amount=point"' in err
    assert run(capsys, "deals", path, "--number-format", "Amount=comma")[0] == 0
    assert Deal.objects.get().amount == 1234


def test_columns_may_be_mapped(write, capsys):
    status, _out, _err = run(
        capsys, "deals", write("deals.csv", "Nr,What,Where\n1,A,Proposal\n"), "--map", "Nr=external_id", "--map", "What=name", "--map", "Where=stage"
    )
    assert status == 0
    assert Deal.objects.get().name == "A"


def test_a_dry_run_writes_nothing(write, capsys):
    status, out, _err = run(capsys, "deals", write("deals.csv", HEAD + "a,A,Won,2026-01-01,5\nb,B,Won,soon,5\n"), "--dry-run")
    assert status == 2
    assert "nothing was written" in out
    assert "1 would be created" in out
    assert not Deal.objects.exists()
    assert not Import.objects.exists()


def test_json_for_programs(write, capsys):
    status, out, _err = run(capsys, "deals", write("deals.csv", HEAD + "a,A,Won,2026-01-01,5\nb,B,Won,soon,5\n"), "--json")
    said = json.loads(out)
    assert status == 2
    assert (said["created"], said["rejected"], said["error"]) == (1, 1, "")
    assert said["problems"] == [{"line": 3, "column": "Close date", "value": "soon", "reason": "This is not a date that can be read."}]


def test_json_for_refusals_too(write, capsys):
    status, out, _err = run(capsys, "deals", write("deals.csv", ""), "--json")
    assert (status, json.loads(out)["error"]) == (1, "The file is empty.")


@pytest.mark.parametrize("arguments", [["unicorns", "x.csv"], ["deals"], ["deals", "x.csv", "--preset", "nonesuch"]])
def test_wrong_usage_is_1_not_2(capsys, arguments):
    with pytest.raises(SystemExit) as end:
        Command().create_parser("manage.py", "import").parse_args(arguments)
    assert end.value.code == 1
