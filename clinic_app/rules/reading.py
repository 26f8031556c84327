"""YAML read as texts with file and line, so that every mistake in a rule book can be pointed at.

Nothing is typed by YAML (no surprise booleans or dates): whoever reads an entry says what it is.
Size and depth are limited; aliases, tags and repeated keys are refused; mistakes are collected.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final

import yaml

from clinic_app.domain.assessment import Confidence
from clinic_app.domain.values import Text
from clinic_app.errors import InputError
from clinic_app.rules.expression import Expression, ExpressionError, parse
from clinic_app.words import N_

MAX_BYTES: Final = 1_000_000
MAX_DEPTH: Final = 20
MAX_PARTS: Final = 100_000  # of one file
STANDARD_TAG: Final = "tag:yaml.org,2002:"
PLAIN_KINDS: Final = frozenset({"map", "seq", "str", "int", "float", "bool", "null", "timestamp"})
_NUMBER = re.compile(r"-?\d{1,15}(\.\d{1,10})?(/\d{1,10})?\Z", re.ASCII)
_INTEGER = re.compile(r"-?\d{1,15}\Z", re.ASCII)


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake in a rule book: where it stands and what is wrong."""

    file: str
    line: int
    path: str
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.path}: {self.message}" if self.path else f"{self.file}: {self.message}"


class BookError(InputError):
    """A rule book cannot be used; `problems` holds every mistake that was found at once."""

    def __init__(self, folder: str, problems: tuple[Problem, ...]) -> None:
        self.problems = problems
        super().__init__(
            folder,
            N_("the rule book has {count} mistakes:\n{mistakes}"),
            count=len(problems),
            mistakes="\n".join(map(str, problems)),
        )


@dataclass(frozen=True, slots=True)
class Node:
    """One part of a YAML file: a text, a list or a mapping, and where it stands."""

    file: str
    line: int
    path: str
    value: str | tuple[Node, ...] | dict[str, Node]
    quoted: bool = False

    def plain(self) -> object:
        """Return the part as JSON would hold it: whole numbers as numbers, all else as text."""
        if isinstance(self.value, dict):
            return {key: node.plain() for key, node in self.value.items()}
        if isinstance(self.value, tuple):
            return [node.plain() for node in self.value]
        return int(self.value) if not self.quoted and _INTEGER.match(self.value) else self.value


@dataclass(slots=True)
class Reader:
    """Reads entries, collects problems instead of stopping at the first, and notes every expression."""

    roots: frozenset[str]
    languages: tuple[str, ...] = ()
    problems: list[Problem] = field(default_factory=list)
    expressions: list[tuple[Expression, frozenset[str], Node]] = field(default_factory=list)

    def problem(self, node: Node, message: str) -> None:
        """Note a mistake."""
        self.problems.append(Problem(node.file, node.line, node.path, message))

    def file(self, raw: bytes, name: str) -> Node | None:
        """Return a file's content; None (and a problem) when it cannot be read."""
        try:
            root = _compose(raw)
        except (ValueError, RecursionError, yaml.YAMLError) as error:
            mark = getattr(error, "problem_mark", None)
            self.problems.append(Problem(name, mark.line + 1 if mark else 1, "", f"cannot be read: {error}"))
            return None
        if root is None:
            return Node(name, 1, "", {})
        return self._node(root, name, "", 0)

    def _node(self, raw: yaml.Node, file: str, path: str, depth: int) -> Node:
        line = raw.start_mark.line + 1
        here = Node(file, line, path, "")
        if depth > MAX_DEPTH:
            self.problem(here, f"nested deeper than {MAX_DEPTH}")
            return here
        if raw.tag.removeprefix(STANDARD_TAG) not in PLAIN_KINDS:
            self.problem(here, "tags are not allowed")
        if isinstance(raw, yaml.MappingNode):
            return Node(file, line, path, self._mapping(raw, here, depth))
        if isinstance(raw, yaml.SequenceNode):
            items = tuple(self._node(item, file, f"{path}[{i}]", depth + 1) for i, item in enumerate(raw.value))
            return Node(file, line, path, items)
        quoted = isinstance(raw, yaml.ScalarNode) and raw.style in {"'", '"'}
        return Node(file, line, path, str(raw.value), quoted)

    def _mapping(self, raw: yaml.MappingNode, here: Node, depth: int) -> dict[str, Node]:
        result: dict[str, Node] = {}
        for key, value in raw.value:
            name = str(key.value) if isinstance(key, yaml.ScalarNode) else ""
            at = f"{here.path}.{name}" if here.path else name
            if not name or name in result:
                self.problem(Node(here.file, key.start_mark.line + 1, at, ""), "the key stands here twice or is empty")
            result[name] = self._node(value, here.file, at, depth + 1)
        return result

    def keys(self, node: Node, required: str, optional: str = "") -> dict[str, Node]:
        """Return a mapping's parts; keys that are missing or not known are problems."""
        parts = self.mapping(node)
        needed, known = required.split(), [*required.split(), *optional.split()]
        for name in needed:
            if name not in parts:
                self.problem(node, f"“{name}” is missing")
        for name, part in parts.items():
            if name not in known:
                self.problem(part, f"“{name}” is not known here ({', '.join(known)})")
        return parts

    def mapping(self, node: Node) -> dict[str, Node]:
        """Return a mapping's parts."""
        if isinstance(node.value, dict):
            return node.value
        self.problem(node, "a mapping is needed")
        return {}

    def items(self, node: Node | None) -> tuple[Node, ...]:
        """Return a list's parts; none when it is absent."""
        if node is None:
            return ()
        if isinstance(node.value, tuple):
            return node.value
        self.problem(node, "a list is needed")
        return ()

    def string(self, node: Node | None, default: str = "") -> str:
        """Return a text."""
        if node is None:
            return default
        if isinstance(node.value, str):
            return node.value
        self.problem(node, "a text is needed")
        return default

    def strings(self, node: Node | None) -> tuple[str, ...]:
        """Return a list of texts."""
        return tuple(self.string(item) for item in self.items(node))

    def words(self, node: Node | None) -> Text:
        """Return a text in every language of the book; a missing language is a problem."""
        if node is None:
            return {}
        texts = {language: self.string(part) for language, part in self.mapping(node).items()}
        for language in self.languages:
            if not texts.get(language):
                self.problem(node, f"the text in “{language}” is missing")
        for language in texts:
            if language not in self.languages:
                self.problem(node, f"“{language}” is not a language of this book")
        return texts

    def date(self, node: Node | None) -> dt.date | None:
        """Return a day; None when it is absent."""
        if node is None:
            return None
        return self.day(self.string(node), node)

    def day(self, text: str, node: Node) -> dt.date | None:
        """Return the day that a text names."""
        try:
            return dt.date.fromisoformat(text)
        except ValueError:
            self.problem(node, f"“{text}” is not a day like 2026-03-15")
            return None

    def number(self, node: Node | None, default: Fraction = Fraction(0)) -> Fraction:
        """Return an exact number: “3.5”, “1/4”."""
        if node is None:
            return default
        text = self.string(node)
        if not _NUMBER.match(text):
            self.problem(node, f"“{text}” is not a number")
            return default
        try:
            return Fraction(text)
        except (ValueError, ZeroDivisionError):
            self.problem(node, f"“{text}” is not a number")
            return default

    def whole(self, node: Node | None, most: int, default: int = 0) -> int:
        """Return a whole number no further from zero than `most`."""
        number = self.number(node, Fraction(default))
        if number.denominator == 1 and abs(number) <= most:
            return int(number)
        if node is not None:
            self.problem(node, f"a whole number of at most {most} is needed")
        return default

    def flag(self, node: Node | None, *, default: bool = False) -> bool:
        """Return a yes or no."""
        if node is None:
            return default
        text = self.string(node)
        if text not in {"yes", "no"}:
            self.problem(node, "yes or no is needed")
        return text == "yes"

    def confidence(self, node: Node | None) -> Confidence:
        """Return how well a source is known; HIGH when nothing is said."""
        text = self.string(node, Confidence.HIGH.value)
        try:
            return Confidence(text)
        except ValueError:
            if node is not None:
                self.problem(node, "HIGH, MED or LOW is needed")
            return Confidence.LOW

    def one_of(self, node: Node | None, known: tuple[str, ...], default: str) -> str:
        """Return one of the known words."""
        text = self.string(node, default)
        if node is not None and text not in known:
            self.problem(node, f"“{text}” is not one of: {', '.join(known)}")
        return text if text in known else default

    def expression(self, node: Node | None, local: frozenset[str], default: str = "false") -> Expression:
        """Return an expression; `local` are the names it may use beside those of the book."""
        source = self.string(node, default)
        source = {"yes": "True", "no": "False", "true": "True", "false": "False"}.get(source, source)
        try:
            result = parse(source, self.roots)
        except ExpressionError as error:
            if node is not None:
                self.problem(node, f"the expression “{source[:80]}” {error}")
            return parse("False", self.roots)
        if node is not None:
            self.expressions.append((result, local, node))
        return result


def _compose(raw: bytes) -> yaml.Node | None:
    """Return the tree of a file, or raise ValueError for one that is too large or deep, or uses aliases.

    The events are walked first, in bounded memory: only what is harmless is made into a tree.
    """
    if len(raw) > MAX_BYTES:
        raise ValueError(f"larger than {MAX_BYTES} bytes")
    text = raw.decode("utf-8")
    depth = 0
    for number, event in enumerate(yaml.parse(text, Loader=_loader())):
        if isinstance(event, yaml.AliasEvent):
            raise ValueError("aliases are not allowed")  # noqa: TRY004 - the file is wrong, not a type
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > MAX_DEPTH + 1:
            raise ValueError(f"nested deeper than {MAX_DEPTH}")
        if number > MAX_PARTS:
            raise ValueError(f"more than {MAX_PARTS} parts")
    return yaml.compose(text, Loader=_loader())


def _loader() -> type[yaml.SafeLoader]:
    loader: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return loader


def entries(node: Node | None) -> Iterator[tuple[str, Node]]:
    """Yield the parts of a mapping in order; nothing when it is absent."""
    if node is not None and isinstance(node.value, dict):
        yield from node.value.items()
