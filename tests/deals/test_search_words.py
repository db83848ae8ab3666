"""The pure parts of search: plain words, what fits how well, mistakes, marks."""

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from accounts.plain import plain
from deals.search.asked import ask
from deals.search.marking import marked
from deals.search.ranking import Fit, fit, mistakes
from deals.search.spelling import mistakes_allowed


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("  Müller-Lüdenscheid, São ", "muller ludenscheid sao"),
        ("Łódź", "lodz"),
        ("Straße", "strasse"),
        ("Ærø", "aero"),
        ("O’Brien & Söhne", "o brien sohne"),
        ("halvorsen.example", "halvorsen example"),
        ("%_\\", ""),
        ("\x00\x01😀", ""),
    ],
)
def test_plain_words(typed, words):
    assert plain(typed) == words


@pytest.mark.django_db
def test_the_database_says_the_same_of_latin_greek_and_cyrillic_letters():
    codes = [*range(0x20, 0x250), *range(0x370, 0x530), *range(0x1E00, 0x1F00)]
    odd = {*range(0x3D2, 0x3D5), 0x1F6, 0x220, 0x374, 0x3F2}  # of no living name: the database has no small letter for them
    letters = [chr(code) for code in codes if chr(code).isalnum() and code not in odd]
    with connection.cursor() as cursor:
        cursor.execute("SELECT letter, salvor_plain(letter) FROM unnest(%s) AS letter", [letters])
        other = {letter: (plain(letter), said.strip()) for letter, said in cursor.fetchall() if plain(letter) != said.strip()}
    assert not other


@pytest.mark.parametrize(
    ("typed", "name", "around", "how"),
    [
        ("Jonas Berg", "Jonas Berg", "", Fit.EXACT),
        ("jonas b", "Jonas Berg", "", Fit.BEGINS),
        ("ber", "Jonas Berg", "", Fit.WORDS),
        ("berg jon", "Jonas Berg", "", Fit.WORDS),
        ("jb", "Jonas Berg", "", Fit.INITIALS),
        ("jb", "Jonas Maria Berg", "", Fit.INITIALS),
        ("jmb", "Jonas Maria Berg", "", Fit.INITIALS),
        ("berg halv", "Jonas Berg", "Halvorsen Foods", Fit.AROUND),
        ("halvorsen.ex", "Jonas Berg", "jonas@halvorsen.example", Fit.AROUND),
        ("ona", "Jonas Berg", "", Fit.INSIDE),
        ("030 1234", "Jonas Berg", "+49 30 12 34", Fit.INSIDE),
        ("jonsa", "Jonas Berg", "", None),
        ("berg berg", "Jonas Berg", "", Fit.INSIDE),
    ],
)
def test_how_well_a_name_fits(typed, name, around, how):
    assert fit(ask(typed), name, around) is how


@pytest.mark.parametrize(
    ("typed", "word", "count"),
    [
        ("prj", "priya", 1),
        ("pri", "priya", 0),
        ("pyr", "priya", 1),
        ("rpi", "priya", 1),
        ("norwod", "norwood", 1),
        ("halverson", "halvorsen", 2),
        ("abc", "xyz", 3),
    ],
)
def test_mistakes_are_counted_against_the_beginning(typed, word, count):
    assert mistakes(typed, word) == count


@pytest.mark.parametrize(("word", "count"), [("ab", 0), ("abc", 1), ("abcde", 1), ("abcdef", 2), ("ab3", 0)])
def test_how_many_mistakes_are_forgiven(word, count):
    assert mistakes_allowed(word) == count


@pytest.mark.parametrize(
    ("text", "words", "html"),
    [
        ("Priya Raman", ["pri"], "<mark>Pri</mark>ya Raman"),
        ("São Pedro", ["sao"], "<mark>São</mark> Pedro"),
        ("Straße 5", ["strass"], "<mark>Straß</mark>e 5"),
        ("Norwood", ["wood"], "Nor<mark>wood</mark>"),
        ("Berg & Berger", ["berg"], "<mark>Berg</mark> &amp; <mark>Berg</mark>er"),
        ("<b>", ["b"], "&lt;<mark>b</mark>&gt;"),
        ("Nothing", ["xyz"], "Nothing"),
        ("", ["a"], ""),
    ],
)
def test_the_match_is_marked_and_escaped(text, words, html):
    assert marked(text, words) == html


def test_initials_are_marked_letter_by_letter():
    assert marked("Jonas Berg", ["jb"], "jb") == "<mark>J</mark>onas <mark>B</mark>erg"


@given(text=st.text(max_size=60), word=st.text(max_size=10))
def test_marking_loses_no_letter(text, word):
    from html import unescape

    assert unescape(marked(text, plain(word).split()).replace("<mark>", "").replace("</mark>", "")) == unescape(str(marked(text, [])))
