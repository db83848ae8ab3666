import pytest

from deals.intake.files.encodings import encoding_of

TEXT = "Verkaufschance;Eigentümer;Eröffnet am\nMühle;Jürgen Groß;25.10.2016\nCafé;Zoë;01.02.2017\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252", "utf-32"])
def test_the_letters_come_back(write, encoding):
    path = write("file.csv", TEXT.encode(encoding))
    assert path.read_text(encoding=encoding_of(path)) == TEXT


def test_other_scripts_are_told_from_western_ones(write):
    text = "Сделка;Владелец;Сумма\n" + "Поставка оборудования;Иван Петров;100\nОбслуживание договора;Мария Сидорова;200\n" * 20
    path = write("file.csv", text.encode("cp1251"))
    assert path.read_text(encoding=encoding_of(path)) == text


def test_central_european_letters(write):
    text = "Nazwa;Właściciel;Kwota\n" + "Młyn;Wałęsa;100\nŻółw;Małgorzata;200\n" * 5
    path = write("file.csv", text.encode("cp1250"))
    assert path.read_text(encoding=encoding_of(path)) == text
