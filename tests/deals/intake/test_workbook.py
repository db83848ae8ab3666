"""Workbooks come through a process of their own."""

import io
import zipfile
from datetime import date

import openpyxl
import pytest

from accounts.refusals import Refused
from deals.intake.files import containers, workbook


def book(**sheets):
    made = openpyxl.Workbook()
    made.remove(made.active)
    for name, rows in sheets.items():
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append(row)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def test_cells_keep_their_types_and_rows_their_numbers(write):
    path = write("b.xlsx", book(Deals=[["Report"], [], ["Id", "Closed", "Won", "Amount"], ["a", date(2017, 3, 9), True, 588.5]]))
    assert [sheet.name for sheet in workbook.sheets(path)] == ["Deals"]
    assert [(line.number, line.cells) for line in workbook.rows(path, 0) if line.cells] == [
        (1, ["Report"]),
        (3, ["Id", "Closed", "Won", "Amount"]),
        (4, ["a", date(2017, 3, 9), True, 588.5]),
    ]


def test_the_name_of_the_file_does_not_matter(write):
    path = write("deals.csv", book(Deals=[["a", "b"], [1, 2]]))
    assert containers.kind_of(path) is containers.Container.WORKBOOK
    assert workbook.sheets(path)[0].rows == 2


def test_bare_serials_may_count_from_1904(shared):
    assert workbook.sheets(shared / "import/calamine/date_1904.xlsx")[0].from_1904
    assert workbook.sheets(shared / "import/calamine/date_1904.xls")[0].from_1904
    assert not workbook.sheets(shared / "import/calamine/date.xls")[0].from_1904


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf\n\n", "empty"),
        (b"%PDF-1.7 x", "not a table"),
        (b"<html><table><tr><td>Deal", "web page"),
        (b"<?xml version='1.0'?><Workbook/>", "XML"),
        (b"PK\x03\x04 broken", "damaged"),
        (containers.OLE + "EncryptedPackage".encode("utf-16-le"), "password"),
    ],
)
def test_what_is_no_table_is_refused_with_the_remedy(write, content, sentence):
    with pytest.raises(Refused, match=sentence):
        containers.kind_of(write("file.xlsx", content))


def test_archives_and_bombs_are_refused(write, monkeypatch):
    monkeypatch.setattr(containers, "MAX_UNPACKED", 5 * 1024 * 1024)
    plain, bomb = io.BytesIO(), io.BytesIO()
    with zipfile.ZipFile(plain, "w") as archive:
        archive.writestr("deals.csv", "a,b\n")
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("xl/workbook.xml", "w", force_zip64=True) as part:
        for _chunk in range(6):
            part.write(b"\0" * 1024 * 1024)
    with pytest.raises(Refused, match="Unpack it"):
        containers.kind_of(write("a.zip", plain.getvalue()))
    with pytest.raises(Refused, match="more than a gigabyte"):
        containers.kind_of(write("b.xlsx", bomb.getvalue()))


def test_a_password_is_a_plain_sentence(shared):
    with pytest.raises(Refused, match="protected by a password"):
        workbook.sheets(shared / "import/calamine/issue_385.xls")


def test_a_reader_that_dies_is_a_plain_sentence(write, monkeypatch):
    greedy = write("greedy.py", "import resource; resource.setrlimit(resource.RLIMIT_AS, (2**27, 2**27)); bytearray(2**30)")
    monkeypatch.setattr(workbook, "CHILD", greedy)
    with pytest.raises(Refused, match="larger than Salvor reads"):
        workbook.sheets(greedy)


def test_a_reader_that_hangs_is_a_plain_sentence(write, monkeypatch):
    monkeypatch.setattr(workbook, "CHILD", write("slow.py", "import time; time.sleep(60)"))
    monkeypatch.setattr(workbook, "SILENCE_SECONDS", 0.2)
    with pytest.raises(Refused, match="too long"):
        workbook.sheets(workbook.CHILD)


def test_a_reader_cut_off_in_the_middle_gives_no_half_rows(write, monkeypatch):
    monkeypatch.setattr(workbook, "CHILD", write("cut.py", "print('[1, 2]'); print('[3,', end='')"))
    with pytest.raises(Refused, match="larger than Salvor reads"):
        list(workbook.rows(workbook.CHILD, 0))
