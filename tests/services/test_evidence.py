from __future__ import annotations

import datetime as dt
import io
import json
from pathlib import Path

import pytest
from PIL import Image

from clinic_app.domain.exhibits import WHOLE, Box, Media, Tone, Trouble
from clinic_app.domain.packet import Document, Paper, Preset
from clinic_app.errors import InputError, KnownError
from clinic_app.services import evidence, intake, packet
from clinic_app.services.clinic import Clinic
from tests.services.conftest import dismissed

ON = dt.date(2026, 11, 22)


def photo(value: int = 200, size: tuple[int, int] = (600, 800)) -> bytes:
    image = Image.new("RGB", size, (value, value, value))
    image.paste((0, 0, 0), (50, 50, 200, 100))
    out = io.BytesIO()
    image.save(out, "JPEG", quality=80)
    return out.getvalue()


def add(clinic: Clinic, case_id: str, content: bytes, name: str = "foto.jpg", row: str = "") -> evidence.Added:
    return evidence.add(clinic, case_id, name, io.BytesIO(content), evidence=row)


@pytest.fixture
def case_id(clinic: Clinic) -> str:
    return dismissed(clinic)


def test_a_photo_is_kept_listed_and_given_back(clinic: Clinic, case_id: str, tmp_path: Path) -> None:
    content = photo()
    added = add(clinic, case_id, content, "C:\\Fotos\\recibo.jpg")
    (piece,) = evidence.pieces(clinic, case_id)
    assert (piece.number, piece.files) == (1, (added.file,))
    assert (piece.row.text("title"), piece.row.text("kind")) == ("recibo.jpg", "photo")
    assert evidence.read(clinic, added.file.id) == content
    evidence.save(clinic, added.file.id, tmp_path / "back.jpg")
    assert (tmp_path / "back.jpg").read_bytes() == content
    with pytest.raises(InputError):
        evidence.save(clinic, added.file.id, tmp_path / "no" / "such" / "folder.jpg")


def test_the_same_file_is_kept_once(clinic: Clinic, case_id: str) -> None:
    first = add(clinic, case_id, photo())
    again = add(clinic, case_id, photo(), "another name.jpg")
    assert again.again
    assert again.file == first.file
    assert len(evidence.pieces(clinic, case_id)) == 1


def test_several_files_are_one_piece_when_asked(clinic: Clinic, case_id: str) -> None:
    first = add(clinic, case_id, photo(1))
    add(clinic, case_id, photo(2), row=first.file.evidence)
    add(clinic, case_id, b"hola", "nota.txt")
    assert [len(piece.files) for piece in evidence.pieces(clinic, case_id)] == [2, 1]
    assert evidence.find(clinic, case_id, "1.2").sha256 != first.file.sha256
    assert evidence.find(clinic, case_id, "1") == first.file
    for wrong in ("9", "1.7", "", "x"):
        with pytest.raises(InputError):
            evidence.find(clinic, case_id, wrong)


def test_a_recording_and_a_bad_file_are_kept_with_their_reason(clinic: Clinic, case_id: str) -> None:
    sound = add(clinic, case_id, b"OggS" + bytes(60), "voz.ogg").file
    broken = add(clinic, case_id, photo()[:2000], "rota.jpg").file
    assert (sound.facts.media, sound.facts.trouble) == (Media.SOUND, Trouble.PLAYED)
    assert broken.facts.trouble is Trouble.DAMAGED
    rows = [piece.row for piece in evidence.pieces(clinic, case_id)]
    assert (rows[0].text("kind"), rows[0].text("form")) == ("audio", "digital")
    with pytest.raises(KnownError) as error:
        evidence.thumbnail(clinic, broken.id)
    assert error.value.code == "E-03"
    assert evidence.read(clinic, broken.id) == photo()[:2000]


def test_a_file_too_large_or_unreadable_is_told(
    clinic: Clinic, case_id: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(InputError):
        evidence.add_path(clinic, case_id, tmp_path / "missing.jpg")
    with pytest.raises(InputError):
        evidence.add_path(clinic, case_id, tmp_path)
    monkeypatch.setattr(evidence, "MOST_BYTES", 10)
    with pytest.raises(InputError):
        add(clinic, case_id, photo())
    assert evidence.pieces(clinic, case_id) == ()


def test_what_is_looked_at_is_the_file_and_what_is_previewed_is_the_paper(clinic: Clinic, case_id: str) -> None:
    file = add(clinic, case_id, photo(200)).file
    seen = Image.open(io.BytesIO(evidence.view(clinic, file.id, 1, 300)))
    assert (seen.mode, seen.width) == ("RGB", 300)
    small = Image.open(io.BytesIO(evidence.thumbnail(clinic, file.id)))
    assert small.width == evidence.THUMBNAIL
    evidence.redact(clinic, file.id, (Box(1, 0, WHOLE // 2, WHOLE, WHOLE),))
    evidence.turn(clinic, file.id, 1)
    evidence.set_tone(clinic, file.id, Tone.ONE_BIT)
    printed = Image.open(io.BytesIO(evidence.preview(clinic, file.id, 1, 400))).convert("L")
    assert printed.width > printed.height
    assert printed.getpixel((printed.width // 4, printed.height // 2)) == 0, "below is left after a turn"
    assert printed.getpixel((3 * printed.width // 4, printed.height // 2)) == 255
    evidence.turn(clinic, file.id, -1)
    assert clinic.store.files.file(file.id).turn == 0
    for page in (0, 2):
        with pytest.raises(KnownError):
            evidence.preview(clinic, file.id, page, 400)


def test_a_text_is_read_as_text(clinic: Clinic, case_id: str) -> None:
    file = add(clinic, case_id, "mañana no vengas".encode(), "chat.txt").file
    assert evidence.read_text(clinic, file.id) == "mañana no vengas"
    with pytest.raises(KnownError):
        evidence.view(clinic, file.id, 1, 100)


def test_a_packet_prints_what_was_added(clinic: Clinic, case_id: str) -> None:
    file = add(clinic, case_id, photo()).file
    made = packet.make(clinic, case_id, preset=Preset.FILING, paper=Paper.LETTER, language="es", on=ON, chosen=True)
    names = [paper.name for paper in made.held.papers]
    assert "exhibit.1" in names
    assert file.sha256[:12].encode() not in made.volumes[0], "texts are compressed"
    planned = packet.plan(clinic, case_id, preset=Preset.FILING, paper=Paper.LETTER, language="es", on=ON)
    assert planned.pages[Document.EXHIBITS] == 1
    evidence.set_printed(clinic, file.id, printed=False)
    planned = packet.plan(clinic, case_id, preset=Preset.FILING, paper=Paper.LETTER, language="es", on=ON)
    (exhibits,) = [paper for paper in planned.documents if paper.document is Document.EXHIBITS]
    assert not exhibits.allowed


def test_the_bin_takes_and_gives_back(clinic: Clinic, case_id: str) -> None:
    file = add(clinic, case_id, photo()).file
    assert evidence.remove(clinic, file.id, "de otra persona")
    assert evidence.files(clinic, case_id) == ()
    assert [f.why_removed for f in evidence.files(clinic, case_id, removed=True)] == ["de otra persona"]
    evidence.restore(clinic, file.id)
    assert evidence.files(clinic, case_id) == (file,)


@pytest.fixture
def beside(tmp_path: Path) -> Path:
    folder = tmp_path / "intake"
    (folder / "fotos").mkdir(parents=True)
    (folder / "fotos" / "uno.jpg").write_bytes(photo(1))
    (folder / "dos.jpg").write_bytes(photo(2))
    rows = [{"title": "Sin archivo"}, {"title": "Dos", "file": ["fotos/uno.jpg", "dos.jpg"]}]
    (folder / "case.json").write_text(json.dumps({"place": "mx", "evidence": rows}), "utf-8")
    return folder / "case.json"


def test_files_beside_an_intake_file_come_into_the_clinic(clinic: Clinic, beside: Path) -> None:
    intake.import_files(clinic, {str(beside): beside.read_bytes()}, ON)
    (row,) = clinic.store.cases()
    first, second = evidence.pieces(clinic, row.id)
    assert (first.files, len(second.files)) == ((), 2)
    assert evidence.read(clinic, second.files[0].id) == photo(1)


def test_files_beside_an_intake_file_print_without_a_clinic(clinic: Clinic, beside: Path) -> None:
    case = intake.decode(beside.read_bytes(), clinic.books)
    found = evidence.exhibits_of_files(beside.parent, case.files)
    assert [(exhibit.row, exhibit.file.facts.pages) for exhibit in found] == [(1, 1), (1, 1)]
    pdf = packet.render_file(
        clinic.books,
        case,
        preset=Preset.FILING,
        paper=Paper.A4,
        language="es",
        on=ON,
        documents=(Document.EXHIBITS,),
        folder=beside.parent,
    )
    assert packet.page_count(pdf) == 2
    (beside.parent / "dos.jpg").write_bytes(photo(3))
    with pytest.raises(InputError):
        found[1].read()


@pytest.mark.parametrize("name", ["../secret.jpg", "/etc/passwd", "missing.jpg", "fotos"])
def test_a_name_that_leads_elsewhere_is_refused_with_its_row(clinic: Clinic, beside: Path, name: str) -> None:
    (beside.parent.parent / "secret.jpg").write_bytes(photo(9))
    with pytest.raises(InputError) as error:
        evidence.exhibits_of_files(beside.parent, {3: (name,)})
    assert error.value.path == "evidence[3].file"
    raw = json.dumps({"place": "mx", "evidence": [{"file": name}]}).encode()
    with pytest.raises(InputError):
        intake.import_files(clinic, {str(beside): raw}, ON)
    assert clinic.store.count() == 0


@pytest.mark.parametrize("raw", [3, "", [], ["a", 3], {"name": "x"}, ["x"] * 101, "a\0b"])
def test_what_is_no_name_of_a_file_is_refused(clinic: Clinic, raw: object) -> None:
    file = json.dumps({"place": "mx", "evidence": [{"title": "x"}, {"file": raw}]}).encode()
    if raw == []:
        assert intake.decode(file, clinic.books).files == {1: ()}
        return
    with pytest.raises(InputError) as error:
        intake.decode(file, clinic.books)
    assert error.value.path == "evidence[1].file"
