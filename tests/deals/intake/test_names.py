import pytest

from deals.intake.files.names import Names, company_key, key, means_nobody, person_name


def test_spaces_case_signs_and_accents_do_not_matter():
    assert key("GTX Pro") == key("GTXPro") == key("gtx-pro")
    assert key("Café Müller") == key("cafe muller")


@pytest.mark.parametrize("name", ["Norwood Ltd.", "NORWOOD GmbH & Co. KG", "Norwood, Inc.", "norwood"])
def test_legal_forms_do_not_matter(name):
    assert company_key(name) == "norwood"


def test_a_legal_form_alone_stays_a_name():
    assert company_key("SE") == "se"


@pytest.mark.parametrize("word", ["(no account)", "Unknown", "n/a", "-", ""])
def test_words_for_nobody(word):
    assert means_nobody(word)


def test_the_very_name_goes_before_its_key():
    names = Names()
    names.add("GTX Pro", 1)
    names.add("GTXPro", 2)
    assert names.find("GTXPro") == ("GTXPro", 2)
    assert names.find("gtx pro") is None
    assert names.is_ambiguous("gtx pro")


def test_two_of_one_name_are_never_guessed_between():
    names = Names()
    names.add("Kim Lee", 1)
    names.add("Kim Lee", 2)
    assert names.find("Kim Lee") is None


def test_last_name_first():
    assert person_name("Frase, Moses") == "Moses Frase"
    assert person_name("Moses Frase") == "Moses Frase"
