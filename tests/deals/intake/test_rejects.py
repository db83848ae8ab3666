import csv
import io

import pytest

from deals.intake.files.rejects import harmless, lines


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@x", "\tx", "\rx", "\n=1+1", " @x"])
def test_what_a_spreadsheet_would_run_is_made_harmless(cell):
    assert harmless(cell) == f"'{cell}"


def test_the_files_own_columns_come_first_then_why():
    row = {"line": 7, "cells": ["=cmd", 5], "column": "Amount", "value": "-4", "reason": "An amount cannot be below zero."}
    text = "".join(lines(["Deal", "Amount", "Note"], [row])).removeprefix("\ufeff")
    assert list(csv.reader(io.StringIO(text)))[1] == ["'=cmd", "5", "", "7", "Amount", "'-4", "An amount cannot be below zero."]


@pytest.mark.parametrize(
    "cell", ["\x01=1+1", "\ufeff=1+1", "\u200b@SUM(A1)", "\u00a0-1", "\n=1+1", "\uff1d1+1", "\uff0b1", "\uff0d1", "\uff20SUM(A1)"]
)
def test_nor_does_it_run_one_that_hides_its_sign_or_writes_it_wide(cell):
    assert harmless(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["", "Norwood", "a=b", "1-2", "مرحبا", "¿=?"])
def test_what_is_no_formula_stays_as_it_is(cell):
    assert harmless(cell) == cell


def test_titles_are_made_harmless_too():
    assert "".join(lines(["=1+1"], [])).startswith("\ufeff'=1+1,line")
