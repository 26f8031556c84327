"""Help and the user guide: pages of plain Markdown, a folder a language, put together in reading order.

A name in [[brackets]] is a text of the screen: it is said as the catalog says it, so help cannot drift from the
buttons. `say` turns a message id into words.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import yaml

from clinic_app import paths
from clinic_app.documents import guide as papers
from clinic_app.domain.guide import Chapter, Leaf, QuestionHelp
from clinic_app.domain.packet import Paper
from clinic_app.domain.roles import Right
from clinic_app.domain.values import Text, pick
from clinic_app.rules.book import RuleBook
from clinic_app.services import casework
from clinic_app.services.clinic import Clinic
from clinic_app.services.permission import require

GENERAL: Final = "general"
FALLBACK: Final = "en"
MOST_DECIDED: Final = 6
TITLE: Final = "## "
_NAMED = re.compile(r"\[\[(.+?)\]\]")
_ROW = re.compile(r"\[[^\]]*\]")

Say = Callable[[str], str]


def folder() -> Path:
    """Return where the pages lie: a folder a language."""
    return paths.resources() / "help"


def pictures() -> Path:
    """Return where the pictures of the guide lie."""
    return paths.resources() / "guide"


def page(topic: str, language: str, say: Say) -> str:
    """Return the help of a screen: its own page, else the general one; in English for want of others."""
    for code in dict.fromkeys((language, FALLBACK)):
        for name in (topic, GENERAL):
            file = folder() / code / f"{name}.md"
            if file.is_file():
                return filled(file.read_text(encoding="utf-8"), say)
    return ""


def filled(text: str, say: Say) -> str:
    """Return a page with the names of the screen put in, bold."""
    return _NAMED.sub(lambda found: f"**{say(found[1])}**", text)


def chapters(language: str, say: Say) -> tuple[Chapter, ...]:
    """Return the whole guide in a language, in reading order."""
    contents = yaml.safe_load((folder() / "contents.yaml").read_text(encoding="utf-8"))
    made = []
    for raw in contents["chapters"]:
        leaves = tuple(leaf for name in raw["pages"] if (leaf := _leaf(name, language, say)) is not None)
        if leaves:
            made.append(Chapter(pick(raw["title"], language), leaves))
    return tuple(made)


def search(words: str, language: str, say: Say) -> tuple[Leaf, ...]:
    """Return the pages in which all of these words stand, those that name them in the title first."""
    wanted = words.casefold().split()
    leaves = [leaf for chapter in chapters(language, say) for leaf in chapter.leaves]
    found = [leaf for leaf in leaves if wanted and all(word in _plain(leaf) for word in wanted)]
    return tuple(sorted(found, key=lambda leaf: not any(word in leaf.title.casefold() for word in wanted)))


def render(language: str, paper: Paper, say: Say, title: str) -> bytes:
    """Return the whole guide as PDF."""
    return papers.render(chapters(language, say), title, language, paper)


def question(clinic: Clinic, case_id: str, path: str, language: str) -> QuestionHelp:
    """Return what helps with a question of an interview: why it is asked, by the rule book of its case."""
    require(clinic, Right.READ)
    case = casework.case(clinic, case_id)
    book = clinic.book_for(case) if case.place in clinic.books else None
    titles = list(decides(book, path)) if book is not None else []
    return QuestionHelp(question_text(path, language), tuple(titles[:MOST_DECIDED]), max(0, len(titles) - MOST_DECIDED))


def question_text(path: str, language: str) -> str:
    """Return the words of their own that a field of every case has; "" for a question of a rule book."""
    for code in dict.fromkeys((language, FALLBACK)):
        file = folder() / code / "questions.yaml"
        known = yaml.safe_load(file.read_text(encoding="utf-8")) if file.is_file() else {}
        if _ROW.sub("", path) in known:
            return " ".join(str(known[_ROW.sub("", path)]).split())
    return ""


def decides(book: RuleBook, path: str) -> Iterator[Text]:
    """Yield the titles of what looks at an answer, however indirectly: deadlines, violations, amounts, urgent cards."""
    named: list[tuple[str, Text]] = [(f"deadlines.{one.id}", one.label) for one in book.deadlines]
    named += [(f"findings.{one.id}", one.title) for one in book.findings]
    named += [(f"amounts.{one.id}", one.label) for one in book.amounts]
    named += [(f"flags.{one.id}", one.title) for one in book.flags]
    seen = []
    for entry, title in named:
        if _ROW.sub("", path) in book.reach.get(entry, frozenset()) and title not in seen:
            seen.append(title)
            yield title


def _leaf(topic: str, language: str, say: Say) -> Leaf | None:
    file = folder() / language / f"{topic}.md"
    if not file.is_file():
        return None
    first, _, rest = filled(file.read_text(encoding="utf-8"), say).partition("\n")
    picture = pictures() / f"{topic}-{language}.png"
    return Leaf(topic, first.removeprefix(TITLE).strip(), rest.strip(), picture if picture.is_file() else None)


def _plain(leaf: Leaf) -> str:
    return f"{leaf.title} {leaf.text}".casefold()
