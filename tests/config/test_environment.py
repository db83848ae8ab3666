import pytest
from django.core.exceptions import ImproperlyConfigured

from config import environment


@pytest.mark.parametrize("word", ["1", "true", "Yes", "ON"])
def test_a_flag_is_raised_by_any_usual_word(monkeypatch, word):
    monkeypatch.setenv("FLAG", word)
    assert environment.flag("FLAG", default=False) is True


def test_an_empty_variable_counts_as_unset(monkeypatch):
    monkeypatch.setenv("THING", "  ")
    assert environment.flag("THING", default=True) is True
    assert environment.number("THING", 7, low=1, high=9) == 7
    assert environment.words("THING", ["a"]) == ["a"]
    assert environment.text("THING", "x") == "x"


def test_a_flag_that_is_neither_says_what_it_may_be(monkeypatch):
    monkeypatch.setenv("FLAG", "maybe")
    with pytest.raises(ImproperlyConfigured, match="FLAG must be yes or no, not 'maybe'"):
        environment.flag("FLAG", default=False)


@pytest.mark.parametrize("value", ["0", "65536", "abc", "-1", "8000.5", "٣"])
def test_a_number_out_of_bounds_or_none_at_all_is_refused(monkeypatch, value):
    monkeypatch.setenv("PORT", value)
    with pytest.raises(ImproperlyConfigured, match="PORT must be a whole number from 1 to 65535"):
        environment.number("PORT", 8000, low=1, high=65535)


def test_words_are_cut_at_commas(monkeypatch):
    monkeypatch.setenv("ALLOWED_HOSTS", "a.example, b.example,")
    assert environment.words("ALLOWED_HOSTS", []) == ["a.example", "b.example"]


def test_a_missing_variable_is_named_with_the_page_that_explains_it(monkeypatch):
    monkeypatch.delenv("SECRET_KEY", raising=False)
    with pytest.raises(ImproperlyConfigured, match=r"SECRET_KEY is not set\. .*docs/operators\.md"):
        environment.text("SECRET_KEY")


def test_an_address_of_another_kind_is_refused_without_repeating_its_password(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "mysql://root:secret@db/x")
    with pytest.raises(ImproperlyConfigured, match="DATABASE_URL must begin with") as refusal:
        environment.url("DATABASE_URL", schemes=("postgresql",))
    assert "secret" not in str(refusal.value)


def test_mail_over_starttls_with_a_password_that_needs_quoting(monkeypatch):
    monkeypatch.setenv("EMAIL_URL", "smtp+tls://me%40x:p%2Fw@mail.example:2525")
    mail = environment.mail("EMAIL_URL", default="console://")
    assert (mail["EMAIL_HOST"], mail["EMAIL_PORT"]) == ("mail.example", 2525)
    assert (mail["EMAIL_HOST_USER"], mail["EMAIL_HOST_PASSWORD"]) == ("me@x", "p/w")
    assert (mail["EMAIL_USE_TLS"], mail["EMAIL_USE_SSL"]) == (True, False)


@pytest.mark.parametrize(("scheme", "port"), [("smtp", 25), ("smtps", 465), ("smtp+tls", 587)])
def test_each_kind_of_mail_has_its_usual_port(monkeypatch, scheme, port):
    monkeypatch.setenv("EMAIL_URL", f"{scheme}://mail.example")
    assert environment.mail("EMAIL_URL", default="console://")["EMAIL_PORT"] == port


@pytest.mark.parametrize(
    ("value", "words"), [("smtp://", "names no host"), ("smtp://h:x", "a port that is no number"), ("ftp://h", "must begin with")]
)
def test_mail_that_cannot_be_read_says_how_to_write_it(monkeypatch, value, words):
    monkeypatch.setenv("EMAIL_URL", value)
    with pytest.raises(ImproperlyConfigured, match=words):
        environment.mail("EMAIL_URL", default="console://")


def test_an_address_is_bare_or_none(monkeypatch):
    monkeypatch.setenv("OUTGOING_SENDER", " sales@example.com ")
    assert environment.address("OUTGOING_SENDER", default="") == "sales@example.com"
    monkeypatch.setenv("OUTGOING_SENDER", "Sales <sales@example.com>")
    with pytest.raises(ImproperlyConfigured, match="no plain e-mail address"):
        environment.address("OUTGOING_SENDER", default="")
