"""The house keeps its promises: walls, words, locks, and no law in Python."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCES = sorted([*(ROOT / "clinic_app").rglob("*.py"), *(ROOT / "sync").rglob("*.py")])


def test_the_catalogs_are_complete_fresh_and_compiled() -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / ".ci" / "strings.py"), "--check"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_every_module_says_what_it_is_for() -> None:
    silent = [p.relative_to(ROOT) for p in SOURCES if not ast.get_docstring(ast.parse(p.read_text("utf-8")))]
    assert not silent


def test_no_article_or_law_stands_in_python() -> None:
    law = re.compile(r"\b(LFT|LPCL|NLPT|CPEUM|DOF|art\.?\s*\d+|artículo\s*\d+)\b")
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in SOURCES
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if law.search(line)
    ]
    assert not found


def test_nothing_at_module_level_does_work() -> None:
    doers = []
    for path in SOURCES:
        for node in ast.parse(path.read_text("utf-8")).body:
            bare_call = isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)
            if bare_call or isinstance(node, (ast.For, ast.While, ast.With)):
                doers.append(f"{path.relative_to(ROOT)}:{node.lineno}")
    assert not doers


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_the_lock_pins_by_hash_and_names_no_index(lock: str) -> None:
    text = (ROOT / lock).read_text("utf-8")
    assert "://" not in text
    assert "--index" not in text
    pins = re.findall(r"^([a-z0-9-]+)==", text, re.MULTILINE)
    assert pins
    blocks = re.split(r"^(?=[a-z0-9-]+==)", text, flags=re.MULTILINE)[1:]
    assert all("--hash=sha256:" in block for block in blocks)


def test_the_clinic_lock_is_within_the_developers_lock() -> None:
    def pins(name: str) -> set[str]:
        return set(re.findall(r"^\S+==\S+", (ROOT / name).read_text("utf-8"), re.MULTILINE))

    assert pins("requirements.lock") <= pins("requirements-dev.lock")
