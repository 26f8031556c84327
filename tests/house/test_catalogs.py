"""Each translation fills the same blanks as its source, ends alike, and worker papers stay short."""

from __future__ import annotations

import re
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

from clinic_app.domain.catalogue import BY_ID
from clinic_app.domain.fields import read_answer
from clinic_app.errors import InputError
from clinic_app.i18n import words

LOCALE = Path(__file__).resolve().parents[2] / "resources" / "locale"
LANGUAGES = ("es", "es_PE", "ka")
MARKS = ".?!…:"
LONGEST_SENTENCE = 20  # words
OF_THE_WORKER = ("documents/worker.py", "documents/slips.py")
EASY = 65  # INFLESZ: from here on a Spanish text is "quite easy"


def catalog(language: str) -> Catalog:
    with (LOCALE / language / "LC_MESSAGES" / "clinic.po").open("rb") as file:
        return read_po(file, locale=language)


def forms(text: str | list[str] | tuple[str, ...] | None) -> list[str]:
    return [text or ""] if text is None or isinstance(text, str) else list(text)


def translated(language: str) -> list[Message]:
    return [message for message in catalog(language) if message.id and all(forms(message.string))]


def pairs(language: str) -> list[tuple[str, str]]:
    """Return source and translation; where a language has fewer forms of a count, its last one stands for all."""
    found = []
    for message in translated(language):
        sources, targets = forms(message.id), forms(message.string)
        found += [(source, targets[min(at, len(targets) - 1)]) for at, source in enumerate(sources)]
    return found


def placeholders(text: str) -> list[str]:
    return sorted({name for _, name, _, _ in Formatter().parse(text) if name is not None})


def mark(text: str) -> str:
    bare = text.rstrip("”»“")
    return bare[-1] if bare and bare[-1] in MARKS else ""


def edges(text: str) -> tuple[str, str]:
    return text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]


def sentences(text: str) -> list[str]:
    return [sentence for sentence in re.split(r"(?<=[.?!…:])\s+", text) if sentence]


def of_the_worker(language: str) -> list[str]:
    """Return the texts of the papers that the worker takes home."""
    own = [m for m in translated(language) if any(name.endswith(OF_THE_WORKER) for name, _ in m.locations)]
    return [form for message in own for form in forms(message.string)]


def syllables(word: str) -> int:
    """Return the syllables of a Spanish word: two strong or stressed vowels beside each other are two."""
    plain = re.sub(r"qu(?=[eiéí])|gu(?=[eiéí])", "g", word)
    runs = re.findall(r"[aeiouáéíóúü]+", plain)
    return max(1, sum(max(1, len(re.findall(r"[aeoáéóíú]", run))) for run in runs))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_has_the_placeholders_of_its_source(language: str) -> None:
    wrong = [(s, t) for s, t in pairs(language) if placeholders(s) != placeholders(t)]
    assert not wrong


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_has_the_spaces_of_its_source(language: str) -> None:
    wrong = [(s, t) for s, t in pairs(language) if edges(s) != edges(t) or ("  " in t and "  " not in s)]
    assert not wrong


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_ends_with_the_mark_of_its_source(language: str) -> None:
    wrong = [(s, t) for s, t in pairs(language) if mark(s) != mark(t)]
    assert not wrong


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_keeps_lines_and_quotation_marks(language: str) -> None:
    wrong = [(s, t) for s, t in pairs(language) if t.count("\n") != s.count("\n") or t.count("“") != t.count("”")]
    assert not wrong


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_translation_is_marked_as_a_guess(language: str) -> None:
    # The compiler leaves out what is marked fuzzy: the paper would fall back to English.
    assert not [message.id for message in catalog(language) if message.id and message.fuzzy]


def test_spanish_questions_and_calls_are_opened_and_closed() -> None:
    told = [target.removeprefix("! ") for _, target in pairs("es")]  # a line of warning of a command begins with "! "
    assert not [t for t in told if t.count("?") != t.count("¿") or t.count("!") != t.count("¡")]


def test_georgian_papers_hold_georgian_words() -> None:
    # Every text except one of blanks and signs alone has Georgian letters, and none in capitals (Mtavruli).
    told = [t for _, t in pairs("ka") if re.search(r"[^\W\d_]", re.sub(r"\{\w+\}", "", t))]
    assert told
    assert not [t for t in told if not re.search(r"[ა-ჰ]", t) or re.search(r"[Ა-Ჿ]", t)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_papers_of_the_worker_have_short_sentences(language: str) -> None:
    told = [sentence for text in of_the_worker(language) for sentence in sentences(text)]
    assert told
    assert not [sentence for sentence in told if len(sentence.split()) > LONGEST_SENTENCE]


def test_spanish_papers_of_the_worker_are_easy_to_read() -> None:
    assert [syllables(word) for word in ("quién", "día", "patrón", "puede", "guardar", "papeles")] == [1, 2, 2, 2, 2, 3]
    told = [s for text in of_the_worker("es") for s in sentences(re.sub(r"\{\w+\}", "", text))]
    spoken = [re.findall(r"[^\W\d_]+", sentence.lower()) for sentence in told]
    counted = [words_of_it for words_of_it in spoken if words_of_it]
    words_in_all = sum(map(len, counted))
    syllables_in_all = sum(syllables(word) for sentence in counted for word in sentence)
    assert 206.835 - 62.3 * syllables_in_all / words_in_all - words_in_all / len(counted) >= EASY


def test_texts_inside_f_strings_are_collected() -> None:
    said = words("es").error(InputError("job.start", "not a date", "a text"))
    assert said == "job.start: no es una fecha (se esperaba: un texto)"


def test_why_a_date_is_refused_is_said_in_spanish() -> None:
    with pytest.raises(InputError) as caught:
        read_answer(BY_ID["job"].field("start"), "2026-13", "job.start")
    assert "ese mes no existe" in words("es").error(caught.value)
