"""The files of a book: bounded, inside the folder, one digest."""

from __future__ import annotations

from pathlib import Path

import pytest

from clinic_app.rules.folder import MAX_FILES, digest, read_files
from clinic_app.rules.reading import MAX_BYTES, BookError


def test_only_yaml_at_most_one_folder_deep_belongs_to_a_book(zembla: Path) -> None:
    before = read_files(zembla)
    (zembla / "README.md").write_text("# not of the book", "utf-8")
    (zembla / "examples" / "deep").mkdir()
    (zembla / "examples" / "deep" / "x.yaml").write_text("a: b", "utf-8")
    assert read_files(zembla) == before
    assert "examples/below-minimum.yaml" in before


def test_any_change_changes_the_digest(zembla: Path) -> None:
    files = read_files(zembla)
    seen = {digest(files), digest(dict(reversed(files.items())))}
    assert len(seen) == 1
    seen.add(digest({**files, "notes.yaml": files["notes.yaml"] + b" "}))
    seen.add(digest({("moved.yaml" if name == "notes.yaml" else name): raw for name, raw in files.items()}))
    seen.add(digest({name: raw for name, raw in files.items() if name != "notes.yaml"}))
    assert len(seen) == 4


def test_links_are_refused(zembla: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret.yaml"
    secret.write_text("a: b", "utf-8")
    (zembla / "flags.yaml").symlink_to(secret)
    with pytest.raises(BookError, match="links are not allowed"):
        read_files(zembla)


def test_a_linked_folder_is_refused(zembla: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "x.yaml").write_text("a: b", "utf-8")
    (zembla / "amounts").symlink_to(other, target_is_directory=True)
    with pytest.raises(BookError, match="links are not allowed"):
        read_files(zembla)


@pytest.mark.parametrize("name", ["a b.yaml", ".hidden.yaml", "ñ.yaml", "x" * 70 + ".yaml"])
def test_odd_names_are_refused(zembla: Path, name: str) -> None:
    (zembla / name).write_text("a: b", "utf-8")
    with pytest.raises(BookError, match="plain name"):
        read_files(zembla)


def test_large_and_many_files_are_refused(zembla: Path) -> None:
    with (zembla / "flags.yaml").open("wb") as file:
        file.truncate(MAX_BYTES + 1)
    with pytest.raises(BookError, match="larger than"):
        read_files(zembla)
    (zembla / "flags.yaml").unlink()
    for number in range(MAX_FILES):
        (zembla / "examples" / f"e{number}.yaml").write_text("", "utf-8")
    with pytest.raises(BookError, match="more than"):
        read_files(zembla)


def test_a_book_that_is_large_as_a_whole_is_refused(zembla: Path) -> None:
    for number in range(9):
        with (zembla / "examples" / f"e{number}.yaml").open("wb") as file:
            file.truncate(MAX_BYTES)
    with pytest.raises(BookError, match="the book is larger"):
        read_files(zembla)
