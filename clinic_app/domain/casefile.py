"""One case as the law check and the papers read it: a frozen snapshot of sections and answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from clinic_app.domain.catalogue import BY_ID
from clinic_app.domain.edtf import Edtf
from clinic_app.domain.values import Answer, Empty


@dataclass(frozen=True, slots=True)
class Record:
    """The answers of one section or row. A field that is not there was not asked.

    `id` is the record's id in the store, "" in a stateless case file.
    """

    values: Mapping[str, Answer] = field(default_factory=dict)
    id: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "values", MappingProxyType(dict(self.values)))

    def get(self, field_id: str) -> Answer:
        """Return the answer, one of the four empties included."""
        return self.values.get(field_id, Empty.NOT_ASKED)

    def text(self, field_id: str) -> str:
        """Return the field as text, "" when it is empty."""
        answer = self.get(field_id)
        return "" if isinstance(answer, (Empty, tuple)) else str(answer)

    def date(self, field_id: str) -> Edtf | None:
        """Return the date as told, None when it is empty."""
        answer = self.get(field_id)
        return answer if isinstance(answer, Edtf) else None

    def yes(self, field_id: str) -> bool:
        """Return whether the answer is a plain yes. Everything else, silence included, is no."""
        return self.get(field_id) == "yes"


EMPTY_RECORD = Record()
HIDDEN = "•••"
"""What stands on screens in the place of a name that the worker wants hidden."""


@dataclass(frozen=True, slots=True)
class CaseFile:
    """Everything known of one case. `language` is the worker's: the language of their papers."""

    place: str
    language: str
    sections: Mapping[str, Record]
    lists: Mapping[str, tuple[Record, ...]]
    answers: Record
    number: str = ""
    clinic: str = ""
    rules_version: str = ""
    practice: bool = False
    files: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    """Names of files beside an intake file, by the place of their row in the evidence, from 0."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "files", MappingProxyType(dict(self.files)))
        object.__setattr__(self, "sections", MappingProxyType(dict(self.sections)))
        object.__setattr__(self, "lists", MappingProxyType(dict(self.lists)))

    def section(self, section_id: str) -> Record:
        """Return a single section; empty when nothing of it was asked."""
        assert not BY_ID[section_id].many, section_id
        return self.sections.get(section_id, EMPTY_RECORD)

    def rows(self, section_id: str) -> tuple[Record, ...]:
        """Return the rows of a list section, in order."""
        assert BY_ID[section_id].many, section_id
        return self.lists.get(section_id, ())

    @property
    def shown_name(self) -> str:
        """The name that screens and papers may show: the alias when the name is to stay hidden."""
        worker = self.section("worker")
        name, alias = worker.text("name"), worker.text("alias")
        return alias if worker.yes("keep_hidden") else (name or alias)

    @property
    def hides_name(self) -> bool:
        """Whether the worker's name is known and wanted hidden."""
        worker = self.section("worker")
        return worker.yes("keep_hidden") and bool(worker.text("name"))

    def without_hidden_name(self) -> CaseFile:
        """Return the case with HIDDEN in the place of a name that the worker wants hidden."""
        if not self.hides_name:
            return self
        worker = self.section("worker")
        masked = replace(worker, values={**worker.values, "name": HIDDEN})
        return replace(self, sections={**self.sections, "worker": masked})
