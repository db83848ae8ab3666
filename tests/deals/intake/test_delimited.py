import csv
import io
import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.refusals import Refused
from deals.intake.files import delimited
from deals.intake.files.encodings import encoding_of

CELLS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=12).map(str.strip).filter(bool)


def read(path, encoding=None, delimiter=None):
    encoding = encoding or encoding_of(path)
    return list(delimited.read(path, encoding, delimiter or delimited.find_delimiter(path, encoding)))


@pytest.mark.parametrize(
    "name",
    [
        "comma_in_quotes",
        "empty",
        "empty_crlf",
        "escaped_quotes",
        "json",
        "newlines",
        "newlines_crlf",
        "quotes_and_newlines",
        "simple",
        "simple_crlf",
        "utf8",
    ],
)
def test_the_csv_spectrum(shared, name):
    """All but location_coordinates, whose expected telephone number is not the one in its CSV."""
    folder = shared / "import" / "csv-spectrum"
    header, *rows = [line.cells for line in read(folder / "csvs" / f"{name}.csv", "utf-8", ",")]
    expected = json.loads((folder / "json" / f"{name}.json").read_text())
    assert [dict(zip(header, row, strict=True)) for row in rows] == expected


@given(rows=st.lists(st.lists(CELLS, min_size=3, max_size=3), min_size=3, max_size=8), delimiter=st.sampled_from(",;\t|"))
def test_what_was_written_is_read(tmp_path_factory, rows, delimiter):
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows(rows)
    path = tmp_path_factory.mktemp("csv") / "file.csv"
    path.write_bytes(out.getvalue().encode())
    assert [line.cells for line in read(path, "utf-8", delimiter)] == rows


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_separator_is_found(write, delimiter):
    rows = [["Deal", "Amount", "Note"], ["a", "1.234,50", "x; y, z"], ["b", "2,5", 'said "so"']]
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows(rows)
    assert [line.cells for line in read(write("f.csv", out.getvalue()))] == rows


def test_excels_own_first_line_settles_the_separator(write):
    lines = read(write("f.csv", "sep=;\na;b,c,d\n1;2,3,4\n"))
    assert [(line.number, line.cells) for line in lines] == [(2, ["a", "b,c,d"]), (3, ["1", "2,3,4"])]


def test_lines_are_those_of_the_file(write):
    lines = read(write("f.csv", 'a,b\n"one\ntwo",x\n\nlast,y\n'))
    assert [(line.number, line.cells) for line in lines if line.cells] == [(1, ["a", "b"]), (2, ["one\ntwo", "x"]), (5, ["last", "y"])]


def test_zero_bytes_and_lone_returns_do_no_harm(write):
    assert [line.cells for line in read(write("f.csv", b"a,b\r1,\x002\r"), "utf-8")] == [["a", "b"], ["1", "2"]]


def test_an_open_quotation_mark_is_a_plain_sentence(write):
    with pytest.raises(Refused, match="line 2 is never closed"):
        read(write("f.csv", 'a,b\n"open,1\n2,3\n'))


def test_a_cell_of_millions_is_a_plain_sentence(write):
    with pytest.raises(Refused, match="never closed"):
        read(write("f.csv", 'a,b\n"' + "x\n" * 700_000))


@given(st.binary(max_size=300))
def test_no_bytes_break_the_reader(tmp_path_factory, content):
    path = tmp_path_factory.mktemp("bytes") / "file.csv"
    path.write_bytes(content)
    with suppress(Refused):
        assert all(line.number >= 1 for line in read(path))
