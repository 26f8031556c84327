"""A rule book: everything that one place's law means to the program, loaded from its YAML folder.

Loading checks the whole book and raises one BookError that lists every mistake; a book that loads
has only known names, texts in each of its languages, and a cite on every rule.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from clinic_app.domain import catalogue
from clinic_app.domain.fields import Field
from clinic_app.domain.steps import ProcessStep
from clinic_app.domain.values import Text
from clinic_app.rules.book_checks import Sight, check_names, reach_of, sight_of
from clinic_app.rules.book_reader import FOLDER_KINDS, Contents, read_contents
from clinic_app.rules.calendars import Calendar
from clinic_app.rules.dated import Parameter
from clinic_app.rules.entries import (
    AmountRule,
    DeadlineRule,
    DecisionTable,
    Definition,
    Example,
    FactWords,
    FindingRule,
    FlagRule,
    GroupRule,
    Note,
    RouteRule,
    TextRule,
)
from clinic_app.rules.folder import digest, read_files
from clinic_app.rules.reading import BookError, Node, Problem, Reader
from clinic_app.rules.regions import Regions
from clinic_app.words import N_

BOOK_FILE: Final = "book.yaml"
ANSWERS: Final = "answers"


@dataclass(frozen=True, slots=True)
class RuleBook:
    """One place's rules. `fields` are all its questions, `paper` its usual sheet size, `digest` its exact content."""

    place: str
    version: str
    currency: str
    paper: str
    main_language: str
    languages: tuple[str, ...]
    title: Text
    fields: tuple[Field, ...]
    groups: tuple[GroupRule, ...]
    parameters: Mapping[str, Parameter]
    calendar: Calendar
    regions: Regions
    definitions: Mapping[str, Definition]
    tables: Mapping[str, DecisionTable]
    fact_words: Mapping[str, FactWords]
    phrases: Mapping[str, Text]
    holdings: Mapping[str, Text]
    notes: Mapping[str, Note]
    findings: tuple[FindingRule, ...]
    amounts: tuple[AmountRule, ...]
    deadlines: tuple[DeadlineRule, ...]
    flags: tuple[FlagRule, ...]
    routes: tuple[RouteRule, ...]
    steps: tuple[ProcessStep, ...]
    texts: tuple[TextRule, ...]
    examples: tuple[Example, ...]
    reach: Mapping[str, frozenset[str]]
    """The facts that each entry looks at, however indirectly, by "kind.id"."""
    sight: Mapping[str, Sight]
    """What each entry sees directly, by "kind.id"."""
    digest: str
    verified_on: dt.date | None
    """The day on which someone last compared all of it with the law; None when the book does not say."""


def load_books(root: Path) -> dict[str, RuleBook]:
    """Return every rule book below a folder, by place. Raises BookError for the first that is wrong."""
    folders = sorted(path.parent for path in root.glob(f"*/{BOOK_FILE}"))
    books = [load_book(folder) for folder in folders]
    return {book.place: book for book in books}


def load_book(folder: Path) -> RuleBook:
    """Return the rule book of a folder; BookError lists every mistake with file, line and path."""
    return make_book(str(folder), read_files(folder))


def make_book(name: str, files: Mapping[str, bytes]) -> RuleBook:
    """Return the rule book of these files; `name` stands in the BookError that lists every mistake."""
    reader = Reader(fact_roots())
    nodes = _nodes(files, reader)
    if BOOK_FILE not in {node.file for node in nodes.get("book", [])}:
        raise BookError(name, (*reader.problems, Problem(BOOK_FILE, 1, "", N_("there is no such file"))))
    contents = read_contents(reader, nodes)
    check_names(reader, contents)
    if reader.problems:
        raise BookError(name, tuple(reader.problems))
    return _book(contents, digest(files))


def fact_roots() -> frozenset[str]:
    """Return the names whose fields are facts: the single sections of a case, and the answers.

    What staff write about their own work is no fact; its names stay free for the books.
    """
    return frozenset(s.id for s in catalogue.SECTIONS if not s.many and s not in catalogue.OF_THE_CLINIC) | {ANSWERS}


def _nodes(files: Mapping[str, bytes], reader: Reader) -> dict[str, list[Node]]:
    """Return the content of every file, by kind: "amounts.yaml" and "amounts/*.yaml" are one kind."""
    nodes: dict[str, list[Node]] = {}
    for name, raw in files.items():
        kind = name.partition("/")[0].removesuffix(".yaml")
        if kind not in FOLDER_KINDS:
            reader.problems.append(Problem(name, 1, "", f"unknown kind of file ({', '.join(FOLDER_KINDS)})"))
            continue
        node = reader.file(raw, name)
        if node is not None:
            nodes.setdefault(kind, []).append(node)
    return nodes


def _book(contents: Contents, content_digest: str) -> RuleBook:
    return RuleBook(
        place=contents.place,
        version=contents.version,
        currency=contents.currency,
        paper=contents.paper,
        main_language=contents.main_language,
        languages=contents.languages,
        title=contents.title,
        fields=tuple(question.field for group in contents.groups for question in group.questions),
        groups=tuple(contents.groups),
        parameters=contents.parameters,
        calendar=contents.calendar,
        regions=contents.regions,
        definitions=contents.definitions,
        tables=contents.tables,
        fact_words=contents.fact_words,
        phrases=contents.phrases,
        holdings=contents.holdings,
        notes=contents.notes,
        findings=tuple(contents.findings),
        amounts=tuple(contents.amounts),
        deadlines=tuple(contents.deadlines),
        flags=tuple(contents.flags),
        routes=tuple(contents.routes),
        steps=tuple(contents.steps),
        texts=tuple(contents.texts),
        examples=tuple(contents.examples),
        reach=reach_of(contents),
        sight=sight_of(contents),
        digest=content_digest,
        verified_on=contents.verified_on,
    )
