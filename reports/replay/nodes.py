"""YAML as values that know their line: a small part of the language, read without building any object but these.

Tags, anchors and aliases are mistakes here: a story needs none, and an alias can make a small file endless.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

import yaml

from reports.replay.mistakes import Found, Mistake, UnreadableError

LONGEST = 1_000_000  # signs
DEEPEST = 20
PLAIN = "tag:yaml.org,2002:"
# What YAML takes plain words for by itself; any other kind was asked for by a tag.
KINDS = frozenset(PLAIN + kind for kind in ("map", "seq", "str", "int", "float", "bool", "null", "timestamp", "merge", "value"))


@dataclass(frozen=True, slots=True)
class Scalar:
    """One value as it is written. ``kind``: what YAML takes it for (str, int, float, bool, null, timestamp)."""

    line: int
    text: str
    kind: str


@dataclass(frozen=True, slots=True)
class Sequence:
    line: int
    items: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Mapping:
    """``entries``: by their key, in the order of the file."""

    line: int
    entries: dict[str, Value]
    lines: dict[str, int]


Value: TypeAlias = Scalar | Sequence | Mapping


class _Loader(yaml.SafeLoader):
    depth = 0

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        event: Any = self.peek_event()  # type: ignore[no-untyped-call]
        if isinstance(event, yaml.AliasEvent):
            self.refuse(event, "Anchors and aliases (& and *) are not read here. Write the value out.")
        self.depth += 1
        if self.depth > DEEPEST:
            self.refuse(event, f"This lies more than {DEEPEST} levels deep.")
        node = super().compose_node(parent, index)
        self.depth -= 1
        return node

    @staticmethod
    def refuse(event: Any, reason: str) -> None:
        raise UnreadableError([Mistake(event.start_mark.line + 1, reason)])


def read(text: str, found: Found) -> Value:
    """The one document in the text. Raises ``UnreadableError`` for what is no YAML; smaller mistakes go to ``found``."""
    if len(text) > LONGEST:
        raise UnreadableError([Mistake(1, f"The file has more than {LONGEST:,} signs. A story is shorter.")])
    try:
        node = yaml.compose(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        said = error.problem or error.context or "it cannot be read"
        raise UnreadableError([Mistake(mark.line + 1 if mark else 1, f"This is no YAML: {said}.")]) from error
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1 if isinstance(error.position, int) else 1
        raise UnreadableError([Mistake(line, f"This sign cannot stand in a YAML file: {error.reason}.")]) from error
    except (yaml.YAMLError, ValueError, OverflowError) as error:
        raise UnreadableError([Mistake(1, f"This is no YAML: {error}.")]) from error
    if node is None:
        raise UnreadableError([Mistake(1, "The file is empty.")])
    return _value(node, found)


def _value(node: yaml.Node, found: Found) -> Value:
    line = node.start_mark.line + 1
    if node.tag not in KINDS:
        found.say(line, f"The tag {node.tag} is not read here.")
    if isinstance(node, yaml.MappingNode):
        return _mapping(node, line, found)
    if isinstance(node, yaml.SequenceNode):
        return Sequence(line, tuple(_value(one, found) for one in node.value))
    if not _is_whole(node.value):
        found.say(line, "These words hold half a sign, which cannot be written down.")
    return Scalar(line, str(node.value), node.tag.removeprefix(PLAIN))


def _mapping(node: yaml.MappingNode, line: int, found: Found) -> Mapping:
    entries: dict[str, Value] = {}
    lines: dict[str, int] = {}
    for key, value in node.value:
        at = key.start_mark.line + 1
        if not isinstance(key, yaml.ScalarNode):
            found.say(at, "A key is one word.")
        elif not _is_whole(key.value):
            found.say(at, "This key holds half a sign, which cannot be written down.")
        elif key.value in entries:
            found.say(at, f"“{key.value}” stands here twice.")
        else:
            entries[key.value], lines[key.value] = _value(value, found), at
    return Mapping(line, entries, lines)


def _is_whole(words: str) -> bool:
    """No half of a pair of surrogates, as an escape may write one alone."""
    return not any("\ud800" <= sign <= "\udfff" for sign in words)
