from __future__ import annotations

import logging

import pytest

from clinic_app.errors import InputError, KnownError
from clinic_app.i18n import words
from clinic_app.ui.kit.texts import TextLabel
from clinic_app.ui.messages import beside, phrase_of
from clinic_app.ui.voice import Voice
from clinic_app.ui.window import Window


def test_a_known_error_says_what_happened_what_is_safe_and_what_now(voice: Voice) -> None:
    error = KnownError("S-20", "the folder {folder} cannot be used", "Choose another one.", folder="/x")
    said = voice.say(phrase_of(error))
    assert said == "The folder /x cannot be used Nothing was changed on this computer. Choose another one. (S-20)"


def test_beside_a_field_its_path_is_not_repeated(voice: Voice) -> None:
    said = voice.say(beside(InputError("job.start", "not a date", "a day")))
    assert said == "Not a date (expected: a day)"


def test_an_error_of_the_program_is_told_without_what_was_typed(voice: Voice, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        said = voice.say(phrase_of(ValueError("Alma Vazquez, 55 1234 5678")))
    assert "Alma" not in said
    assert "Alma" not in caplog.text
    assert "ValueError" in caplog.text
    assert "safe" in said


def test_an_error_that_nobody_presents_is_shown_and_can_be_put_away(window: Window) -> None:
    window.tasks.failed.emit(KnownError("S-01", "the disk is full", "Free some space."))
    banner = window._banner
    assert "The disk is full" in banner.findChildren(TextLabel)[1].text()
    shown = [banner.isVisible()]
    window.voice.speak(words("es"))
    window._understood.click()
    shown.append(banner.isVisible())
    assert shown == [True, False]
