"""Help beside the work: one page a screen, in the language of the window, without a network; F1 opens and closes it.

On top stands what the question in hand is for and what to do when the worker does not know. The same pages in reading
order are the user guide: a list of contents, a search, and the whole of it on paper.
"""

from __future__ import annotations

from functools import partial
from typing import Final

from PySide6.QtCore import QEvent, Qt, QUrl, Signal
from PySide6.QtGui import QImage, QKeyEvent, QTextDocument
from PySide6.QtWidgets import QApplication, QFrame, QLineEdit, QTextBrowser, QVBoxLayout, QWidget

from clinic_app.domain.fields import Kind
from clinic_app.domain.guide import Leaf, QuestionHelp
from clinic_app.domain.practice import PracticeCase, Run, whole
from clinic_app.i18n import Words
from clinic_app.services import guide, practice
from clinic_app.ui.desk import Desk
from clinic_app.ui.kit.boxes import Banner, row
from clinic_app.ui.kit.buttons import Button
from clinic_app.ui.kit.fields import FieldBox
from clinic_app.ui.kit.texts import TextLabel
from clinic_app.ui.parts.paper_out import PaperOut
from clinic_app.ui.theme import STEP
from clinic_app.ui.voice import Voice
from clinic_app.words import N_

WIDTH: Final = 380
"""Pixels that the pane takes, at most half of the window."""

PICTURE: Final = "picture"
CONTENTS: Final = "contents:"
ABOUT_ALL: Final = "general"

UNKNOWN: Final = {
    Kind.DATE: N_("Ask for a harvest, a feast, a pay day. A month, a year, or “about March 2026” is a good answer."),
    Kind.TIME: N_("The usual time is enough."),
    Kind.MONEY: N_("A range is a good answer: 250 to 300. Ask for the last pay, and what it usually was."),
    Kind.NUMBER: N_("A range is a good answer: 40 to 50."),
    Kind.INTEGER: N_("More or less is good enough."),
    Kind.TABLE: N_("Write what is known; a row may be half empty."),
    Kind.CHOICE: N_("Do not guess. Press “No answer…” and “Does not know”: the result then says what it would change."),
    Kind.YES_NO: N_("Do not guess. Press “No answer…” and “Does not know”: the result then says what it would change."),
    Kind.TEXT: N_("Leave it empty, or write the little that is known."),
    Kind.LONG_TEXT: N_("Leave it empty, or write the little that is known."),
}
"""What to do when the worker does not know, by the kind of question."""


class HelpPane(QFrame):
    """Lies over the right side of its parent. `closed` when it goes away, `tour_wanted` when the tour is to begin."""

    closed = Signal()
    tour_wanted = Signal()

    def __init__(self, voice: Voice, parent: QWidget, desk: Desk | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("help")
        self._voice = voice
        self._desk = desk
        self._topic = ABOUT_ALL
        self._case_id = ""
        self._field: FieldBox | None = None
        self._question: QuestionHelp | None = None
        self._played: tuple[PracticeCase, Run] | None = None
        self._before: QWidget | None = None
        self.line = QLineEdit()
        self.line.setClearButtonEnabled(True)
        self.banner = Banner(voice)
        self.out = PaperOut(desk, self, self.banner) if desk is not None else None
        self.text = QTextBrowser()
        self.text.setOpenLinks(False)
        self.text.setFrameShape(QFrame.Shape.NoFrame)
        self.contents_button = Button(voice, N_("Contents"), "link")
        self.print_button = Button(voice, N_("Print the guide"), "link")
        self.tour_button = Button(voice, N_("Begin the tour"))
        self.tour_button.explain(_tour)
        self.close_button = Button(voice, N_("Close the help (F1)"))
        self._lay_out()
        self._connect()
        self.hide()

    def toggle(self, topic: str, case_id: str = "") -> None:
        """Open the help of a screen, or close it; `case_id` is the case whose interview is on."""
        if self.isVisible():
            self.leave()
            return
        self._topic = topic
        self._case_id = case_id
        self._before = QApplication.focusWidget()
        self._field = _field_of(self._before)
        self._question = None
        self._played = None
        self.line.clear()
        self._ask()
        self._ask_story()
        self._say()
        self.place()
        self.show()
        self.raise_()
        self.text.setFocus()

    def place(self) -> None:
        """Take the right side of the parent."""
        parent = self.parentWidget()
        assert parent is not None  # it was made over one
        whole = parent.rect()
        width = min(WIDTH, whole.width() // 2)
        self.setGeometry(whole.right() - width + 1, whole.top(), width, whole.height())

    def show_page(self, topic: str) -> None:
        """Show a page of the guide, or its contents."""
        self._topic = topic
        self._field = None
        self._played = None
        self._say()

    def leave(self) -> None:
        """Close, and give the keyboard back to where it was."""
        self.hide()
        if self._before is not None and self._before.isVisible():
            self._before.setFocus()
        self._before = None
        self._field = None
        self.closed.emit()

    def event(self, event: QEvent) -> bool:
        """Keep Esc for closing the help: the window would take it for hiding."""
        override = event.type() is QEvent.Type.ShortcutOverride
        if override and isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Close on Esc."""
        if event.key() == Qt.Key.Key_Escape:
            self.leave()
            return
        super().keyPressEvent(event)

    # -- what is said ---------------------------------------------------------------------------

    def _ask(self) -> None:
        """Ask the rule book of the case why a question is asked."""
        if self._desk is None or self._field is None or not self._case_id:
            return
        language = self._voice.words.language
        work = partial(guide.question, self._desk.clinic, self._case_id, self._field.path, language)
        self._desk.ask(self, work, self._on_question, fails=self._on_no_question, key="question")

    def _ask_story(self) -> None:
        """Ask which story the interview practises: who learns alone has nobody to tell it."""
        if self._desk is not None and self._desk.clinic.info.practice and self._case_id:
            work = partial(practice.played, self._desk.clinic, self._case_id)
            self._desk.ask(self, work, self._on_played, key="played")

    def _on_played(self, found: tuple[PracticeCase, Run] | None) -> None:
        self._played = found
        self._say()

    def _on_question(self, found: QuestionHelp) -> None:
        self._question = found
        self._say()

    def _on_no_question(self, _error: Exception) -> None:
        """Leave a question without a rule book the words that it has."""

    def _say(self) -> None:
        words = self._voice.words
        self.text.setAccessibleName(words(N_("Help")))
        self.line.setPlaceholderText(words(N_("Search the guide")))
        self.line.setAccessibleName(words(N_("Search the guide")))
        typed = self.line.text().strip()
        if typed:
            told = _listed(words, words(N_("Found in the guide")), guide.search(typed, words.language, words))
        elif self._topic == CONTENTS:
            told = _contents(words)
        else:
            told = guide.page(self._topic, words.language, words)
            told = self._about_field(words) + self._story(words) + told + self._picture(words.language)
        self.print_button.setVisible(self.out is not None and self._topic == CONTENTS and not typed)
        self.text.setMarkdown(told)

    def _about_field(self, words: Words) -> str:
        if self._field is None:
            return ""
        asked, found = self._field.field, self._question
        parts = [f"**{words.say(asked.label)}**", words.say(asked.help) if asked.help else ""]
        if found is not None:
            parts.append(found.text)
            if found.decides:
                named = "\n".join(f"- {words.say(title)}" for title in found.decides)
                parts += [
                    f"**{words(N_('Why it is asked'))}**",
                    words(N_("By the law it decides on:")) + "\n\n" + named,
                ]
                if found.more:
                    parts.append(words.many("and {count} more", "and {count} more", found.more))
            parts += [f"**{words(N_('When the worker does not know'))}**", words(UNKNOWN[asked.kind])]
        return "\n\n".join(part for part in parts if part) + "\n\n---\n\n"

    def _story(self, words: Words) -> str:
        if self._played is None:
            return ""
        story, run = self._played
        told = "\n\n".join(whole(story, words.language, run.on, words.told))
        return f"**{words.say(story.title)}**\n\n{told}\n\n---\n\n"

    def _picture(self, language: str) -> str:
        file = guide.pictures() / f"{self._topic}-{language}.png"
        picture = QImage(str(file)) if file.is_file() else QImage()
        if picture.isNull():
            return ""
        wide = max(1, self.width() - 6 * STEP)
        scaled = picture.scaledToWidth(wide, Qt.TransformationMode.SmoothTransformation)
        self.text.document().addResource(QTextDocument.ResourceType.ImageResource, QUrl(PICTURE), scaled)
        return f"\n\n![]({PICTURE})\n"

    # -- what is pressed ------------------------------------------------------------------------

    def _on_link(self, url: QUrl) -> None:
        self.line.clear()
        self.show_page(url.toString())

    def _on_contents(self) -> None:
        self.line.clear()
        self.show_page(CONTENTS)
        self.text.setFocus()

    def _on_typed(self, _text: str) -> None:
        self._say()

    def _on_print(self) -> None:
        words = self._voice.words
        title = words(N_("User guide"))
        if self.out is not None:
            self.out.print(lambda paper: guide.render(words.language, paper, words, title))

    def _on_tour(self) -> None:
        self.leave()
        self.tour_wanted.emit()

    # -- wiring -----------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(2 * STEP, 2 * STEP, 2 * STEP, STEP)
        column.addLayout(row(TextLabel(self._voice, N_("Help"), "title"), None, self.contents_button))
        column.addWidget(self.line)
        column.addWidget(self.banner)
        column.addWidget(self.text, 1)
        column.addLayout(row(self.tour_button, None))
        column.addLayout(row(self.print_button, None))
        column.addLayout(row(None, self.close_button))
        self.print_button.hide()
        self.tour_button.setVisible(self._desk is not None and self._desk.clinic.info.practice)

    def _connect(self) -> None:
        self.close_button.clicked.connect(self.leave)
        self.contents_button.clicked.connect(self._on_contents)
        self.print_button.clicked.connect(self._on_print)
        self.tour_button.clicked.connect(self._on_tour)
        self.text.anchorClicked.connect(self._on_link)
        self.line.textChanged.connect(self._on_typed)
        self._voice.changed.connect(self._on_language)

    def _on_language(self) -> None:
        self._ask()
        self._say()


def _contents(words: Words) -> str:
    chapters = guide.chapters(words.language, words)
    return "\n\n".join(_listed(words, chapter.title, chapter.leaves) for chapter in chapters)


def _listed(words: Words, title: str, leaves: tuple[Leaf, ...]) -> str:
    lines = [f"- [{leaf.title}]({leaf.topic})" for leaf in leaves]
    return "\n".join([f"## {title}", "", *(lines or [words(N_("Nothing was found."))])])


def _field_of(widget: QWidget | None) -> FieldBox | None:
    while widget is not None and not isinstance(widget, FieldBox):
        widget = widget.parentWidget()
    return widget


def _tour(words: Words) -> str:
    return f"{words(N_('Help'))}: {words(N_('Begin the tour'))}"
