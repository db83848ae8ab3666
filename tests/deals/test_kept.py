"""Django's tags for addresses and fixed words, in the place of which Salvor has its own: they say the same."""

import re
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.template import Context, Engine, engines
from django.urls import NoReverseMatch
from django.utils.translation import override

DJANGOS = Engine(builtins=["django.templatetags.i18n"])


def both(text, **values):
    """What Salvor's templates make of it twice, and what Django's own make of it."""
    ours = engines["django"].engine.from_string(text)
    found = {ours.render(Context(values)) for _again in range(2)}
    return found, {DJANGOS.from_string(text).render(Context(values))}


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("{% url 'deal' pk %}", {"pk": 7}),
        ("{% url 'deal' pk %}", {"pk": "7"}),
        ("{% url 'deal' pk=pk %}", {"pk": 7}),
        ("{% url route pk %}", {"route": "deal", "pk": 7}),
        ("{% url 'today' %}", {}),
        ("{% url 'nowhere' as there %}{{ there }}!", {}),
        ("{% url 'deal' pk as there %}{{ there }}!", {"pk": 7}),
        ("{% url 'theme' %}{% url 'deal' 3 %}", {}),
    ],
)
def test_an_address_is_the_same(text, values):
    ours, djangos = both(text, **values)
    assert ours == djangos


def test_an_address_that_is_none_is_an_error():
    template = engines["django"].engine.from_string("{% url 'deal' pk %}")
    for pk in (None, -1, "x"):
        with pytest.raises(NoReverseMatch):
            template.render(Context({"pk": pk}))


@pytest.mark.parametrize(
    "text",
    [
        "{% translate 'Sunday' %}",
        "{% trans 'Sunday' %}, 100 %",
        "{% translate '5 %% & <b>' %}",
        "{% translate 'Sunday' as day %}{{ day }}",
        "{% translate 'May' context 'abbrev. month' %}",
        "{% translate day %}",
        "{% translate 'sunday'|title %}",
        "{% blocktranslate %}Sunday{% endblocktranslate %}",
    ],
)
def test_words_are_the_same_in_every_language(text):
    for language in ("en", "de", "en", None):
        with override(language):
            ours, djangos = both(text, day="Sunday")
            assert ours == djangos


def test_words_follow_the_language():
    template = engines["django"].engine.from_string("{% translate 'Sunday' %}")
    with override("de"):
        assert template.render(Context()) == "Sonntag"
    with override("en"):
        assert template.render(Context()) == "Sunday"


def test_no_template_brings_back_djangos_own():
    folders = [
        *settings.TEMPLATES[0]["DIRS"],
        *(Path(app.path) / "templates" for app in apps.get_app_configs() if settings.BASE_DIR in Path(app.path).parents),
    ]
    ours = [path for folder in folders for path in Path(folder).rglob("*.*") if ".venv" not in path.parts]
    assert len(ours) > 100
    assert [str(path) for path in ours if re.search(r"{% load [^%]*\bi18n\b", path.read_text())] == []
