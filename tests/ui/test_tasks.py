from __future__ import annotations

import threading

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from clinic_app.domain.changes import Changes
from clinic_app.errors import InputError
from clinic_app.ui.tasks import Tasks


def test_an_answer_comes_back_on_the_qt_thread(qtbot: QtBot, tasks: Tasks) -> None:
    seen: list[tuple[str, str]] = []
    owner = QObject()
    tasks.ask(
        owner, lambda: threading.current_thread().name, lambda n: seen.append((n, threading.current_thread().name))
    )
    qtbot.waitUntil(lambda: bool(seen))
    worker, here = seen[0]
    assert worker.startswith("store")
    assert here == threading.current_thread().name


def test_the_store_has_one_thread_and_keeps_the_order(qtbot: QtBot, tasks: Tasks) -> None:
    owner = QObject()
    order: list[int] = []
    threads: set[int] = set()

    def work(number: int) -> int:
        threads.add(threading.get_ident())
        return number

    for number in range(20):
        tasks.ask(owner, lambda n=number: work(n), order.append)  # type: ignore[misc]  # a default binds the number
    qtbot.waitUntil(lambda: len(order) == 20)
    assert order == list(range(20))
    assert len(threads) == 1


def test_an_answer_whose_page_is_gone_is_dropped(qtbot: QtBot, tasks: Tasks) -> None:
    gate = threading.Event()
    owner, kept = QObject(), QObject()
    seen: list[str] = []
    tasks.ask(owner, gate.wait, lambda _: seen.append("gone"))
    tasks.ask(kept, lambda: "kept", seen.append)
    owner.deleteLater()
    qtbot.waitUntil(lambda: not isValid(owner))
    gate.set()
    qtbot.waitUntil(lambda: bool(seen))
    assert seen == ["kept"]


def test_only_the_newest_question_of_a_key_is_answered(qtbot: QtBot, tasks: Tasks) -> None:
    gate = threading.Event()
    owner = QObject()
    seen: list[str] = []

    def slow() -> str:
        gate.wait()
        return "old"

    tasks.ask(owner, slow, seen.append, key="search")
    tasks.ask(owner, lambda: "new", seen.append, key="search")
    gate.set()
    qtbot.waitUntil(lambda: not tasks.pending)
    assert seen == ["new"]


def test_an_error_goes_to_its_asker_or_else_to_the_window(qtbot: QtBot, tasks: Tasks) -> None:
    owner = QObject()
    mine: list[Exception] = []
    common: list[Exception] = []
    tasks.failed.connect(common.append)

    def fail() -> None:
        raise InputError("x", "wrong")

    tasks.ask(owner, fail, fails=mine.append)
    tasks.ask(owner, fail)
    qtbot.waitUntil(lambda: bool(mine) and bool(common))
    assert isinstance(mine[0], InputError)
    assert isinstance(common[0], InputError)


def test_a_write_tells_what_changed_and_an_empty_one_does_not(qtbot: QtBot, tasks: Tasks) -> None:
    owner = QObject()
    told: list[Changes] = []
    tasks.changed.connect(told.append)
    touched = Changes(frozenset({"case"}), frozenset({"a"}))
    tasks.ask(owner, Changes)
    tasks.ask(owner, lambda: touched)
    qtbot.waitUntil(lambda: not tasks.pending)
    assert told == [touched]


def test_busy_ends_with_the_last_answer(qtbot: QtBot, tasks: Tasks) -> None:
    states: list[bool] = []
    tasks.busy.connect(states.append)
    tasks.ask(QObject(), lambda: None)
    tasks.aside(QObject(), lambda: None)
    qtbot.waitUntil(lambda: not tasks.pending)
    assert states[0] is True
    assert states[-1] is False


def test_another_thread_may_not_ask(tasks: Tasks) -> None:
    caught: list[BaseException] = []

    def elsewhere() -> None:
        try:
            tasks.ask(tasks, lambda: None)
        except AssertionError as error:
            caught.append(error)

    thread = threading.Thread(target=elsewhere)
    thread.start()
    thread.join()
    assert caught


def test_closing_finishes_what_is_under_way(qtbot: QtBot) -> None:
    assert qtbot is not None
    tasks = Tasks()
    done: list[int] = []
    for number in range(5):
        tasks.ask(tasks, lambda n=number: done.append(n))  # type: ignore[misc]  # a default binds the number
    tasks.close()
    assert done == [0, 1, 2, 3, 4]


@pytest.mark.parametrize("where", ["ask", "aside"])
def test_after_closing_nothing_is_taken(qtbot: QtBot, where: str) -> None:
    assert qtbot is not None
    tasks = Tasks()
    tasks.close()
    getattr(tasks, where)(tasks, lambda: None)
    assert tasks.pending == 0
