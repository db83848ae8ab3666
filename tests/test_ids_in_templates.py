"""Numbers are grouped for people (1,234); an id in an address or a form must never be."""

from __future__ import annotations

import re
from pathlib import Path

from django.template import Context, Template

TEMPLATES = Path(__file__).parent.parent / "templates"


def test_an_id_is_not_grouped() -> None:
    assert Template("{{ n|key }} {{ n }}").render(Context({"n": 1234})) == "1234 1,234"


def test_no_template_writes_an_id_as_a_number_for_people() -> None:
    bare = re.compile(r"\{\{\s*[\w.]*\.pk\s*\}\}")
    assert [str(path.name) for path in TEMPLATES.rglob("*.html") if bare.search(path.read_text())] == []
