from __future__ import annotations

import datetime as dt
import hashlib
import io

import pytest

from clinic_app.domain.exhibits import WHOLE, Box, EvidenceFile, FileFacts, Media, Tone, Trouble
from clinic_app.errors import InputError, KnownError
from clinic_app.store.evidence import FOLDER, whole
from clinic_app.store.store import Store
from sync.records import Kind as Op
from tests.store.conftest import Clinic

PHOTO = FileFacts("foto.jpg", Media.JPEG, 1)
BYTES = b"invented bytes of a photo " * 100_000


def add(store: Store, case_id: str, content: bytes = BYTES, facts: FileFacts = PHOTO, row: str = "") -> EvidenceFile:
    return store.files.add(case_id, row, {"title": "Recibo"} if not row else {}, facts, io.BytesIO(content))


def test_a_file_comes_back_byte_for_byte_after_the_clinic_was_closed(clinic: Clinic) -> None:
    store = clinic.open()
    case_id = store.new_case("mx", "es", dt.date(2026, 3, 1))
    added = add(store, case_id)
    store.close()
    store = clinic.open()
    (file,) = store.files.of_case(case_id)
    assert file == added
    assert (file.facts, file.size, file.here) == (PHOTO, len(BYTES), True)
    assert file.sha256 == hashlib.sha256(BYTES).hexdigest()
    assert whole(store.files.read(file.id)) == BYTES
    (row,) = store.case(case_id).rows("evidence")
    assert (row.id, row.text("title")) == (file.evidence, "Recibo")
    assert store.check() == []
    store.close()


def test_nothing_readable_lies_on_the_disk(clinic: Clinic, store: Store, case_id: str) -> None:
    add(store, case_id)
    for path in clinic.folder.rglob("*"):
        if path.is_file():
            assert b"invented bytes" not in path.read_bytes(), path


def test_several_files_of_one_piece_keep_their_order(store: Store, case_id: str) -> None:
    first = add(store, case_id, b"1")
    for number in range(2, 6):
        add(store, case_id, f"{number}".encode(), row=first.evidence)
    assert [whole(store.files.read(f.id)) for f in store.files.of_case(case_id)] == [b"1", b"2", b"3", b"4", b"5"]
    assert len(store.case(case_id).rows("evidence")) == 1
    assert store.files.same(case_id, hashlib.sha256(b"3").hexdigest()) == store.files.of_case(case_id)[2]
    assert store.files.same(case_id, "0" * 64) is None


def test_the_journal_alone_gives_the_same_files(store: Store, case_id: str) -> None:
    file = add(store, case_id)
    sound = add(store, case_id, b"ogg", FileFacts("voz.ogg", Media.SOUND, 0, Trouble.PLAYED, 4200))
    store.files.set_print(file.id, turn=5, tone=Tone.ONE_BIT, printed=False)
    store.files.redact(file.id, (Box(1, 0, 10, 20, 30),))
    store.files.remove(sound.id, "twice")
    before = store.files.of_case(case_id)
    store.rebuild()
    assert store.files.of_case(case_id) == before
    (kept,) = before
    assert (kept.turn, kept.tone, kept.printed) == (1, Tone.ONE_BIT, False)
    assert store.check() == []


def test_how_a_file_is_printed_is_only_saved_when_it_changes(store: Store, case_id: str) -> None:
    file = add(store, case_id)
    assert store.files.set_print(file.id, turn=1)
    assert not store.files.set_print(file.id, turn=1)
    assert not store.files.set_print(file.id)
    assert store.files.file(file.id).turn == 1
    assert store.files.file(file.id).tone is Tone.GREY


def test_places_are_blacked_out_and_shown_again(store: Store, case_id: str) -> None:
    file = add(store, case_id)
    store.files.redact(file.id, (Box(1, 0, 0, 100, 100), Box(2, 5, 5, 50, 50)))
    store.files.redact(file.id, (Box(1, 0, 0, 100, 100),))
    boxes = store.files.file(file.id).boxes
    assert [(b.page, b.left, b.right) for b in boxes] == [(1, 0, 100), (2, 5, 50)]
    store.files.unredact(file.id, boxes[0].id)
    assert [b.page for b in store.files.file(file.id).boxes] == [2]
    store.files.redact(file.id, (Box(1, 0, 0, 100, 100),))
    assert len(store.files.file(file.id).boxes) == 2
    with pytest.raises(InputError):
        store.files.unredact(file.id, "nothing")


def test_a_place_that_cannot_be_understood_blacks_out_the_whole_page(store: Store, case_id: str) -> None:
    file = add(store, case_id)
    with store._saving():
        store._journal.append(
            "redaction", "x", Op.CREATE, {"case": case_id, "file": file.id, "page": 3, "box": "1 2 far 4"}
        )
    assert store.files.file(file.id).boxes == (Box(3, 0, 0, WHOLE, WHOLE, "x"),)


@pytest.mark.parametrize("box", [(0, 0, 0, 1, 1), (1, 5, 0, 5, 1), (1, 0, 0, WHOLE + 1, 1), (1, -1, 0, 1, 1)])
def test_a_box_lies_inside_a_page(box: tuple[int, int, int, int, int]) -> None:
    with pytest.raises(InputError):
        Box(*box)


def test_the_bin_keeps_the_reason_and_gives_back(store: Store, case_id: str) -> None:
    file = add(store, case_id)
    with pytest.raises(InputError):
        store.files.remove(file.id, "  ")
    store.files.remove(file.id, "another worker's paper")
    assert store.files.of_case(case_id) == ()
    (binned,) = store.files.of_case(case_id, removed=True)
    assert binned.why_removed == "another worker's paper"
    assert whole(store.files.read(file.id)) == BYTES
    store.files.restore(file.id)
    assert store.files.of_case(case_id) == (file,)


def test_files_go_and_come_with_their_row(store: Store, case_id: str) -> None:
    file = add(store, case_id)
    store.remove_row(case_id, "evidence", file.evidence)
    assert store.files.of_case(case_id) == ()


def test_what_was_sealed_and_never_saved_is_collected_at_the_next_opening(clinic: Clinic) -> None:
    store = clinic.open()
    case_id = store.new_case("mx", "es", dt.date(2026, 3, 1))
    file, binned = add(store, case_id), add(store, case_id, b"binned")
    store.files.remove(binned.id, "twice")
    store.files.chunks.put(b"cut off before its operation")
    store.close()
    store = clinic.open()
    assert len(list(store.files.chunks.ids())) == -(-len(BYTES) // 2**20) + 1
    assert whole(store.files.read(file.id)) == BYTES
    assert whole(store.files.read(binned.id)) == b"binned"
    store.close()


def test_a_file_that_has_not_arrived_is_told_and_listed(clinic: Clinic, store: Store, case_id: str) -> None:
    file = add(store, case_id)
    chunk = max((clinic.folder / FOLDER).rglob("*"), key=lambda path: path.stat().st_size * path.is_file())
    content = chunk.read_bytes()
    chunk.unlink()
    assert store.files.missing(file.id) == (chunk.name,)
    assert [f.here for f in store.files.of_case(case_id)] == [False]
    with pytest.raises(KnownError) as error:
        whole(store.files.read(file.id))
    assert error.value.code == "E-01"
    chunk.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    with pytest.raises(KnownError) as error:
        whole(store.files.read(file.id))
    assert error.value.code == "E-02"


def test_unknown_ids_are_told(store: Store, case_id: str) -> None:
    for call in (store.files.file, store.files.missing, store.files.restore):
        with pytest.raises(InputError):
            call("nothing")
    with pytest.raises(InputError):
        add(store, case_id, row="nothing")
    with pytest.raises(InputError):
        add(store, "nothing")


def test_a_full_or_forbidden_disk_is_told_in_words(clinic: Clinic, store: Store, case_id: str) -> None:
    (clinic.folder / FOLDER).write_text("a file where the folder should be")
    with pytest.raises(KnownError) as error:
        add(store, case_id)
    assert error.value.code == "S-11"
    assert store.case(case_id).rows("evidence") == ()


def test_two_people_who_black_out_apart_black_out_both(clinic: Clinic) -> None:
    one = clinic.open()
    case_id = one.new_case("mx", "es", dt.date(2026, 3, 1))
    file = add(one, case_id)
    one.files.redact(file.id, (Box(1, 0, 0, 100, 100),))
    box = one.files.file(file.id).boxes[0]
    with one._saving():
        one._journal.append(
            "redaction", "theirs", Op.CREATE, {"case": case_id, "file": file.id, "page": 1, "box": "9 9 99 99"}
        )
    assert {b.id for b in one.files.file(file.id).boxes} == {box.id, "theirs"}
    one.close()
