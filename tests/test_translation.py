"""Every text a person reads can be translated: nothing visible in a template stands outside of its marks, no sentence
of the code is said without them, and every mark can be read by the tools that collect them."""

import ast
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.template import engines
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
TEMPLATES = sorted(path for path in (ROOT / "templates").rglob("*") if path.suffix in (".html", ".txt"))
APPS = ("accounts", "deals", "winback", "reports")
# Marked texts, comments and everything the template language says for itself.
MARKED = re.compile(r"\{%-?\s*(blocktranslate|blocktrans|comment|verbatim)\b.*?%\}.*?\{%\s*end\1\s*%\}", re.DOTALL)
TAGS = re.compile(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
READ_ALOUD = frozenset({"aria-label", "aria-description", "aria-roledescription", "title", "placeholder", "alt", "data-label", "data-confirm"})
NOT_READ = frozenset({"script", "style", "kbd", "code", "svg"})
# The same in every language.
NAMES = re.compile(r"Salvor|CSV|XLSX|\b(?:h|min)\b|&[a-z]+;|\b[\w.-]+\.example\b")
LETTERS = re.compile(r"[^\W\d_]{2,}")


class Visible(HTMLParser):
    """What of a page's source is read: its text, and the attributes that are read aloud or shown."""

    def __init__(self):
        super().__init__()
        self.found, self.skipped = [], 0

    def handle_starttag(self, tag, attrs):
        self.skipped += tag in NOT_READ
        self.found += [value for name, value in attrs if name in READ_ALOUD and value]

    def handle_startendtag(self, tag, attrs):
        self.found += [value for name, value in attrs if name in READ_ALOUD and value]

    def handle_endtag(self, tag):
        self.skipped -= tag in NOT_READ and self.skipped > 0

    def handle_data(self, data):
        if not self.skipped:
            self.found.append(data)


def unmarked(source):
    """The words in a template's source that no translator will ever see."""
    page = Visible()
    page.feed(TAGS.sub(" ", MARKED.sub(" ", source)))
    page.close()
    return [text.strip() for text in page.found if LETTERS.search(NAMES.sub("", text))]


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT / "templates")))
def test_every_visible_text_of_a_template_is_marked(path):
    assert unmarked(path.read_text()) == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT / "templates")))
def test_the_marks_of_a_template_can_be_collected(path):
    """``makemessages`` reads templates in this way; a tag inside ``blocktranslate`` would stop it."""
    templatize(path.read_text(), origin=str(path))
    engines["django"].get_template(str(path.relative_to(ROOT / "templates")))


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("<p>Good morning</p>", ["Good morning"]),
        ('<p>{% translate "Good morning" %} {{ name }}</p>', []),
        ('<a aria-label="Close it" href="/x/">{% icon "x" %}</a>', ["Close it"]),
        ("<p>{% blocktranslate count n=n %}One{% plural %}{{ n }} deals{% endblocktranslate %} · 3</p>", []),
        ("<b{% if a > b %} class='big'{% endif %}>{% comment %}why{% endcomment %}{# how #}</b>", []),
    ],
)
def test_the_check_finds_what_is_not_marked(source, words):
    assert unmarked(source) == words


# What these say is shown to a person: the first argument, or the second after the request.
SAYS = {"Refused": 0, "ValidationError": 0, "PermissionDenied": 0, "error": 1, "success": 1, "info": 1, "warning": 1}
LABELS = frozenset({"label", "help_text", "empty_label", "verbose_name"})


def spoken(tree, labels=LABELS):
    """String literals that the code says to people without a mark."""
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        name = call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")
        place = SAYS.get(name)
        owner = getattr(getattr(call.func, "value", None), "id", "")
        if place == 1 and owner != "messages":
            place = None
        said = [call.args[place]] if place is not None and len(call.args) > place else []
        said += [keyword.value for keyword in call.keywords if keyword.arg in labels and name != "CheckConstraint"]
        for value in said:
            text = value.left if isinstance(value, ast.BinOp) else value
            parts = text.values if isinstance(text, ast.JoinedStr) else [text]
            if any(isinstance(part, ast.Constant) and isinstance(part.value, str) and LETTERS.search(part.value) for part in parts):
                yield value.lineno, ast.unparse(value)


SOURCES = sorted(path for app in APPS for path in (ROOT / app).rglob("*.py") if "migrations" not in path.parts and "management" not in path.parts)


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_what_the_code_says_to_people_is_marked(path):
    # No page shows the help text of a model; there it is a note for whoever reads the code.
    labels = LABELS - {"help_text"} if "models" in path.parts else LABELS
    assert list(spoken(ast.parse(path.read_text()), labels)) == []


def test_the_check_hears_what_is_said_without_a_mark():
    said = 'raise Refused("No.")\nmessages.error(request, f"{n} left")\nforms.CharField(label="Name", help_text=_("Fine"))\nlog.error("x", "y z")\n'
    assert [line for line, _text in spoken(ast.parse(said))] == [1, 2, 3]
