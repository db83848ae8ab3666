"""Parts of a page that are kept as text show what they are kept by, and nothing else is mixed up."""

from __future__ import annotations

from django.template import Context, Template
from django.urls import set_script_prefix
from django.utils import translation

PART = Template("{% load drawn %}{% drawn by count name %}{{ count }} {{ name }} {{ other }}{% enddrawn %}")


def test_a_part_is_drawn_anew_for_other_values() -> None:
    assert PART.render(Context({"count": 1, "name": "a"})) == "1 a "
    assert PART.render(Context({"count": 2, "name": "a"})) == "2 a "
    assert PART.render(Context({"count": 1, "name": "a", "other": "kept"})) == "1 a "


def test_what_people_typed_stays_escaped() -> None:
    for _time in range(2):
        assert PART.render(Context({"count": 1, "name": "<b>"})) == "1 &lt;b&gt; "


def test_each_language_has_its_own() -> None:
    template = Template("{% load drawn %}{% drawn by 1 %}{% get_current_language as code %}{{ code }}{% enddrawn %}")
    found = []
    for code in ("en", "de", "en"):
        with translation.override(code):
            found.append(template.render(Context()))
    assert found == ["en", "de", "en"]


def test_links_begin_where_the_product_is_mounted_for_this_request() -> None:
    template = Template("{% load drawn %}{% drawn by 1 %}{% url 'deal' 7 %}{% enddrawn %}")
    found = []
    try:
        for prefix in ("/crm/", "/", "/crm/"):
            set_script_prefix(prefix)
            found.append(template.render(Context()))
    finally:
        set_script_prefix("/")
    assert found == ["/crm/deals/7/", "/deals/7/", "/crm/deals/7/"]
