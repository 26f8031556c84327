"""The order of the interview: stages for the strip, pages within them. Page ids are kept in the store."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from clinic_app.domain import catalogue
from clinic_app.domain.fields import Field, Label
from clinic_app.services.intake import QuestionGroup
from clinic_app.ui.voice import Phrase
from clinic_app.words import N_

QUESTIONS: Final = "questions:"
RESULT: Final = "result"
STAGES: Final = (
    ("urgent", N_("Urgent")),
    ("consent", N_("Consent")),
    ("story", N_("Story")),
    ("work", N_("Work and pay")),
    ("questions", N_("Questions")),
    ("result", N_("Result")),
)
_SECTIONS: Final = (
    ("urgent", catalogue.URGENT),
    ("consent", catalogue.CONSENT),
    ("consent", catalogue.CONTACT),
    ("story", catalogue.WORKER),
    ("story", catalogue.STORY),
    ("work", catalogue.EMPLOYERS),
    ("work", catalogue.JOB),
    ("work", catalogue.PAY),
    ("work", catalogue.EARLIER_PAY),
    ("work", catalogue.HOURS),
    ("work", catalogue.EVENTS),
    ("work", catalogue.WITNESSES),
)


@dataclass(frozen=True, slots=True)
class Step:
    """One page: its id, the stage it belongs to, its title and hint, and what it asks."""

    id: str
    stage: str
    title: Phrase
    hint: Phrase = ""
    section: catalogue.Section | None = None
    group: QuestionGroup | None = None


def answer_path(field: Field) -> str:
    """Return the path of a question of the rule book."""
    return f"answers.{field.id}"


def steps(groups: tuple[QuestionGroup, ...]) -> tuple[Step, ...]:
    """Return the pages of an interview: fixed sections, the rule book's question groups, the result."""
    fixed = tuple(Step(s.id, stage, s.label, s.about, section=s) for stage, s in _SECTIONS)
    asked = tuple(Step(f"{QUESTIONS}{g.id}", "questions", g.title, group=g) for g in groups)
    return (*fixed, *asked, Step(RESULT, "result", N_("What the law check says")))


def step_of_path(path: str, plan: tuple[Step, ...]) -> str:
    """Return the id of the page that asks for a path ("job.start", "answers.x"); the first when none does."""
    section = path.partition(".")[0].partition("[")[0]
    for step in plan:
        if step.section is not None and step.section.id == section:
            return step.id
        if step.group is not None and any(answer_path(f) == path for f in step.group.fields):
            return step.id
    return plan[0].id


def label_of(path: str, plan: tuple[Step, ...]) -> Label:
    """Return the words of the question at a path; the path itself when no page asks it."""
    section, _, name = path.partition(".")
    for step in plan:
        fields: tuple[Field, ...] = ()
        if step.section is not None and step.section.id == section.partition("[")[0]:
            fields = step.section.fields
        elif step.group is not None and section == "answers":
            fields = step.group.fields
        for field in fields:
            if field.id == name:
                return field.label
    return path
