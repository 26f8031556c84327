"""Unused objects are collected on the window's thread, whoever allocates."""

from __future__ import annotations

import gc
import threading
import weakref

from pytestqt.qtbot import QtBot

from clinic_app.ui.collector import collect_what_is_due


class _Knot:
    """Something that only the collector can free."""

    def __init__(self) -> None:
        self.me = self


def test_a_worker_collects_nothing_and_the_window_does(qtbot: QtBot) -> None:
    assert qtbot is not None
    assert not gc.isenabled()
    collected_on: list[int] = []
    knot = _Knot()
    weakref.finalize(knot, lambda: collected_on.append(threading.get_ident()))
    del knot

    def allocate() -> None:
        kept: list[list[int]] = [[] for _ in range(200_000)]
        assert kept

    worker = threading.Thread(target=allocate)
    worker.start()
    worker.join()
    assert collected_on == []
    gc.collect()
    assert collected_on == [threading.get_ident()]


def test_what_is_due_is_collected(qtbot: QtBot) -> None:
    assert qtbot is not None
    gc.collect()
    knots = [_Knot() for _ in range(gc.get_threshold()[0] + 100)]
    gone = weakref.ref(knots[0])
    del knots
    collect_what_is_due()
    assert gone() is None
