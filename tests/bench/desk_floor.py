"""The same work as at the desk at its barest: an empty window, bare queries on the same encrypted file, bare widgets.

Nothing of the program is loaded here, so that its process is the floor of a start. The file's key comes in
the environment.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import secrets
import sys
import time
from pathlib import Path
from typing import Any, Final

from PySide6.QtWidgets import QApplication, QLabel, QMainWindow, QTableWidget, QTableWidgetItem, QVBoxLayout, QWidget
from sqlcipher3 import dbapi2

KEY: Final = "BENCH_STORE_KEY"
"""In the environment: key and salt of the file, as SQLCipher takes them."""

KIB: Final = 1024
_OF_A_CASE: Final = ("contact", "consent", "story", "job", "pay", "hours", "events", "diary", "closing", "answers")


def reading(folder: Path) -> Any:  # noqa: ANN401 - sqlcipher3 has no types
    """Open the clinic's file for reading, and nothing else."""
    return _opened(f"file://{folder.absolute() / 'clinic.db'}?mode=ro")


def writing(folder: Path) -> Any:  # noqa: ANN401 - the same
    """Make an encrypted file with the least that a save needs."""
    path = folder.absolute() / "floor.db"
    path.unlink(missing_ok=True)
    conn = _opened(f"file://{path}?mode=rwc")
    for statement in (
        "PRAGMA journal_mode = WAL",
        "PRAGMA synchronous = FULL",
        "CREATE TABLE op (n INTEGER, body BLOB)",
        "CREATE TABLE job (id INTEGER PRIMARY KEY, position TEXT)",
        "INSERT INTO job VALUES (1, '')",
    ):
        conn.execute(statement).fetchall()
    return conn


def today(conn: Any, on: str) -> None:  # noqa: ANN401 - the same
    """Ask what Today must know at the least."""
    conn.execute(
        "SELECT c.id, c.number, c.next_safe_date, p.name FROM cases c JOIN person p ON p.id = c.worker "
        "WHERE c.next_safe_date <= ? ORDER BY c.next_safe_date LIMIT 40",
        (on,),
    ).fetchall()


def find(conn: Any, match: str) -> None:  # noqa: ANN401 - the same
    """Search, and read names."""
    conn.execute(
        "SELECT c.id, c.number, p.name FROM search s JOIN cases c ON c.n = s.rowid JOIN person p ON p.id = c.worker "
        "WHERE search MATCH ? LIMIT 200",
        (match or '""',),
    ).fetchall()


def show_case(conn: Any, case_id: str, texts: list[str]) -> None:  # noqa: ANN401 - the same
    """Read the rows of a case, and show as many bare labels as its page has."""
    conn.execute("SELECT * FROM cases c JOIN person p ON p.id = c.worker WHERE c.id = ?", (case_id,)).fetchall()
    for name in _OF_A_CASE:
        conn.execute(f"SELECT * FROM {name} WHERE case_id = ?", (case_id,)).fetchall()  # noqa: S608 - names above
    window = QWidget()
    column = QVBoxLayout(window)
    for text in texts:
        column.addWidget(QLabel(text))
    window.resize(800, 700)
    window.show()
    QApplication.processEvents()
    window.close()


def save(conn: Any, number: int) -> None:  # noqa: ANN401 - the same
    """Save one value beside its entry in a journal."""
    conn.execute("BEGIN IMMEDIATE")
    conn.execute("INSERT INTO op VALUES (?, ?)", (number, secrets.token_bytes(300)))
    conn.execute("UPDATE job SET position = ? WHERE id = 1", (f"Puesto {number}",))
    conn.execute("COMMIT")


def table(rows: int, texts: list[str]) -> QTableWidget:
    """Return a bare table of as many rows, each with these texts."""
    bare = QTableWidget(rows, len(texts))
    for row in range(rows):
        for column, text in enumerate(texts):
            bare.setItem(row, column, QTableWidgetItem(text))
    return bare


def start(folder: Path, begun: float, on: str) -> dict[str, float]:
    """Open an empty window and the file, and ask for Today; return milliseconds, and megabytes at the peak."""
    app = QApplication([])
    window = QMainWindow()
    window.resize(1024, 768)
    window.show()
    app.processEvents()
    asked = time.time()
    conn = reading(folder)
    today(conn, on)
    ready = time.time()
    conn.close()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / KIB
    return {"start": 1000 * (ready - begun), "query": 1000 * (ready - asked), "memory": peak}


def _opened(uri: str) -> Any:  # noqa: ANN401 - the same
    conn = dbapi2.connect(uri, uri=True, isolation_level=None)
    conn.execute("PRAGMA cipher_log_level = NONE")
    conn.execute(f"PRAGMA key = \"x'{os.environ[KEY]}'\"")
    return conn


def main() -> int:
    """Be the floor of one start."""
    reader = argparse.ArgumentParser()
    reader.add_argument("folder", type=Path)
    reader.add_argument("begun", type=float)
    reader.add_argument("--on")
    asked = reader.parse_args()
    sys.stdout.write(json.dumps(start(asked.folder, asked.begun, asked.on)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
