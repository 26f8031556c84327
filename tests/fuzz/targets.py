"""Every reader that takes a file from outside, each with good files to start from and its real way in.

A reader takes a hostile file or refuses it with an error that is meant for people; anything else is a finding.
"""

from __future__ import annotations

import datetime as dt
import io
import json
import tempfile
import zipfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from msgspec import structs
from msgspec.json import encode as json_encode
from openpyxl import Workbook
from PIL import Image

from clinic_app.documents.exhibits import media, plates
from clinic_app.documents.exhibits.trouble import CannotPrint
from clinic_app.domain.exhibits import EvidenceFile, Media
from clinic_app.domain.group_file import read_group
from clinic_app.domain.packet import Paper, Preset
from clinic_app.domain.told_dates import read_day_to_come, read_near_date, read_told_date
from clinic_app.domain.told_numbers import read_told_number
from clinic_app.errors import ClinicError, InputError
from clinic_app.paths import APP_NAME, resources
from clinic_app.rules import signing
from clinic_app.rules.book import RuleBook, make_book
from clinic_app.services import collective, intake, packet, rulebooks, screening, update_file
from clinic_app.services.clinic import questions_by_place, rule_books
from clinic_app.store import copies, vault
from clinic_app.store.files import DATABASE, KEYS
from clinic_app.ui.settings import SettingsFile
from sync import escrow, identity
from sync.errors import SyncError
from sync.wire import Enrolment, Headquarters, KeyReply, KeyRequest, KeySlot, Request
from tests.documents.exhibits import conftest as files
from tests.fuzz import mutating
from tests.fuzz.mutating import Mutate
from tests.sync import test_fuzz_bundle as bundles

TODAY: Final = dt.date(2026, 11, 22)
REFUSALS: Final = (ClinicError, SyncError, CannotPrint)
"""The errors that a reader may end with: each is said to people in words."""


@dataclass(frozen=True, slots=True)
class Target:
    """A reader: how it reads bytes with a folder of its own, what good files look like, and how they are spoilt."""

    name: str
    read: Callable[[bytes, Path], object]
    seeds: Callable[[], tuple[bytes, ...]]
    mutate: Mutate = mutating.anyhow
    guided: bool = False
    """Whether it is Python all the way down, so that a fuzzer that watches the coverage finds more."""


@cache
def books() -> Mapping[str, RuleBook]:
    return rule_books()


@cache
def book_files() -> Mapping[str, bytes]:
    """The files of an invented country's book, small and whole."""
    with tempfile.TemporaryDirectory() as folder:
        made = rulebooks.begin("zembla", Path(folder))
        return {path.relative_to(made).as_posix(): path.read_bytes() for path in sorted(made.rglob("*.yaml"))}


def intakes() -> tuple[bytes, ...]:
    return tuple(path.read_bytes() for path in sorted((resources() / "intakes").glob("*.json")))


def read_intake(content: bytes, _folder: Path) -> object:
    """Read an intake file as the command does, and check it against the law."""
    case = intake.decode(content, books())
    return screening.assess_file(books(), case, TODAY)


def groups() -> tuple[bytes, ...]:
    found = []
    for raw in intakes()[:6]:
        whole = json.loads(raw)
        own = [{"worker": {"name": f"Práctica {number}"}, "pay": whole.get("pay", {})} for number in range(3)]
        found.append(json.dumps({"shared": whole, "workers": own}, ensure_ascii=False).encode())
    return tuple(found)


def read_group_file(content: bytes, _folder: Path) -> object:
    return read_group(intake.decode_json(content), questions_by_place(books()))


def tables() -> tuple[bytes, ...]:
    rows = (
        ("Nombre", "Fecha de inicio", "Fecha de salida", "Salario", "Días"),
        ("Práctica Uno", "15/3/2020", "marzo 2026", "315.04", "6"),
        ("Práctica Dos", dt.datetime(2020, 3, 1), dt.date(2026, 2, 1), 400.5, 6),  # noqa: DTZ001 - as sheets hold it
        ("პრაქტიკა", "≈2019", "", "1.234,50", "x"),
    )
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(list(row))
    out = io.BytesIO()
    book.save(out)
    return (out.getvalue(),)


def pasted() -> tuple[bytes, ...]:
    lines = ("Nombre{0}Fecha de inicio{0}Salario", "Práctica Uno{0}15/3/2020{0}315.04", '"Dos, P."{0}≈2019{0}"1,234.5"')
    return tuple(
        "\r\n".join(line.format(sign) for line in lines).encode(code, "replace") for sign in "\t;," for code in CODES
    )


CODES: Final = ("utf-8-sig", "utf-16", "cp1252")


def read_table(content: bytes, folder: Path) -> object:
    file = folder / "table.xlsx"
    file.write_bytes(content)
    return collective.read_file(file, TODAY)


def pictures() -> tuple[bytes, ...]:
    photo = files.paper_photo(240, 320)
    two = files.saved(Image.new("1", (60, 60)), "TIFF", save_all=True, append_images=[Image.new("1", (9, 9))])
    return (
        files.jpeg(photo),
        files.jpeg(photo, orientation=6),
        files.heic(photo),
        two,
        files.saved(photo, "PNG"),
        files.saved(photo.convert("P"), "PNG"),
        files.saved(photo, "WEBP"),
        files.bomb_png(),
    )


def pdfs() -> tuple[bytes, ...]:
    return (files.pdf("Uno", "Dos"), files.hostile_pdf(), files.locked_pdf(), files.filled_form(), files.scan_pdf())


def recordings() -> tuple[bytes, ...]:
    film = b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom" + b"\x00\x00\x00\x6cmoov\x00\x00\x00\x64mvhd" + bytes(92)
    return (
        files.sound(1),
        b"OggS" + bytes(200) + b"OggS" + bytes(60),
        film,
        "ხვალ".encode("utf-16"),
        b"Hola. Adios.\r\n",
    )


def read_evidence(content: bytes, _folder: Path) -> object:
    """Take a file as evidence, show its first pages, and make them ready to print."""
    facts = media.examine("evidence", io.BytesIO(content))
    if facts.trouble is not None or facts.media is Media.TEXT:
        return facts
    file = EvidenceFile("evidence", "", facts, len(content), "0" * 64)
    for page in range(1, min(facts.pages, 3) + 1):
        plates.shown(file, content, page, (400, 400))
        plates.printed(file, content, page)
    return facts


@cache
def packets() -> tuple[bytes, ...]:
    case = intake.decode(intakes()[0], books())
    return (packet.render_file(books(), case, preset=Preset.WORKER, paper=Paper.LETTER, language="es", on=TODAY),)


def read_packet(content: bytes, _folder: Path) -> object:
    """Ask whether a paper is ours, and take a page out of it."""
    packet.verify(content, "paper.pdf")
    return packet.extract(content, "1")


def read_yaml(content: bytes, _folder: Path) -> object:
    """Read a rule book of which one file was exchanged; the first line names it."""
    name, _, rest = content.partition(b"\n")
    return make_book("fuzz", {**book_files(), name.decode("ascii", "replace"): rest})


def yamls() -> tuple[bytes, ...]:
    return tuple(name.encode() + b"\n" + raw for name, raw in book_files().items())


def signatures() -> tuple[bytes, ...]:
    private = signing_key()
    public = signing.TrustedKey("Centro", private.public_key().public_bytes_raw())
    return (signing.signature(book_files(), "1", private), signing.write_keys([public]))


@cache
def signing_key() -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(bytes(range(32)))


def read_signature(content: bytes, _folder: Path) -> object:
    with suppress(InputError):
        signing.read_keys(content, "keys.json")
    trusted = signing.TrustedKey("Centro", signing_key().public_key().public_bytes_raw())
    return signing.check(book_files(), content, [trusted])


def bundle_files() -> tuple[bytes, ...]:
    return (bundles.file(), *(path.read_bytes() for path in bundles.GOLDEN))


def read_bundle(content: bytes, _folder: Path) -> object:
    bundles.read(content)
    return None


def read_opened_bundle(content: bytes, _folder: Path) -> object:
    """What somebody can make who has headquarters' public key."""
    bundles.read(bundles.encrypted(content))
    return None


@cache
def cards() -> tuple[bytes, ...]:
    world = bundles.WORLD
    enrolment = Enrolment(headquarters=world.card, certificate=world.certificate(world.first))
    printed = world.second.recipient  # stands for headquarters' printed key
    card = structs.replace(world.card, escrow=printed)
    slot = escrow.seal(KeySlot(key=bytes(32), device=bytes(16), clinic="Práctica", computer="mostrador"), card)
    request = escrow.ask(slot, "Práctica", world.first.recipient, 1_790_000_000_000)
    return tuple(identity.write_card(card) for card in (enrolment, world.card, request))


def read_card(content: bytes, _folder: Path) -> object:
    """Whatever small file is brought on a stick, at whichever place it is opened."""
    for kind in (Enrolment, Headquarters, Request, KeyReply):
        with suppress(SyncError):
            identity.read_card(content, kind)  # type: ignore[type-var] # each in turn
    request = identity.read_card(content, KeyRequest)
    return escrow.words(request), escrow.open_slot(request, bundles.WORLD.second.age_key)


def updates() -> tuple[bytes, ...]:
    """A small update as its zip file, and as one whose list is not compressed."""
    found = []
    with tempfile.TemporaryDirectory() as name:
        program = Path(name) / "program"
        (program / "_internal").mkdir(parents=True)
        (program / "clinic").write_bytes(b"a program" * 99)
        (program / "_internal" / "part.so").write_bytes(bytes(5000))
        for way in (zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED):
            out = io.BytesIO()
            release = update_file.Release(
                format=update_file.FORMAT, product=APP_NAME, version="9.0.0", platform="linux-x86_64",
                since="0.1.0", schema=99, released="2026-11-22", notes={"es": "Nada"},
                files=update_file.listed(program),
            )  # fmt: skip
            listed, signature = update_file.sealed(release, signing_key())
            with zipfile.ZipFile(out, "w", way) as packed:
                packed.writestr(update_file.LIST, listed)
                packed.writestr(update_file.SIGNATURE, signature)
                for file in release.files:
                    packed.write(program / file.path, f"{update_file.PROGRAM}/{file.path}")
            found.append(out.getvalue())
    return tuple(found)


def read_update(content: bytes, folder: Path) -> object:
    """Check an update as the window does before it is offered."""
    file = folder / "update.zip"
    file.write_bytes(content)
    trusted = signing.TrustedKey("Centro", signing_key().public_key().public_bytes_raw())
    with update_file.opened(file) as source:
        signed = update_file.read(source, [trusted])
        update_file.check_files(source, signed.release)
    return signed


def backup_papers() -> tuple[bytes, ...]:
    files = {DATABASE: copies.File(4096, "0" * 64), KEYS: copies.File(99, "1" * 64)}
    paper = copies.Paper(
        format=copies.FORMAT, made=1_790_000_000_000, mark="a", files=files, chunks=("ab" * 32,), evidence=99
    )
    return (json_encode(paper),)


def read_backup(content: bytes, folder: Path) -> object:
    """Look at a backup on a stick, and fetch it if it looks whole."""
    (folder / copies.PAPER).write_bytes(content)
    seen = copies.view(folder)
    if seen.usable:
        copies.fetch(seen, folder / "restored")
    return seen


@cache
def keys_files() -> tuple[bytes, ...]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        vault.create(folder, "Práctica", "a practice password", vault.Cost(rounds=1, memory_kib=8, lanes=1))
        return ((folder / KEYS).read_bytes(),)


def read_keys(content: bytes, folder: Path) -> object:
    (folder / KEYS).write_bytes(content)
    return vault.unlock(folder, "a practice password")


def settings() -> tuple[bytes, ...]:
    return (b'{"language": "es", "size": 1, "theme": "light", "user": "Ana"}',)


def read_settings(content: bytes, folder: Path) -> object:
    """The window's settings: whatever lies there, the window opens."""
    kept = SettingsFile(folder)
    kept.keep(folder)
    kept.change(size=2)
    for path in folder.rglob("*"):
        if path.is_file():
            path.write_bytes(content)
    return SettingsFile(folder).now


def typed() -> tuple[bytes, ...]:
    said = (
        "hoy",
        "15/3/2020",
        "marzo 2019",
        "≈2019",
        "hace 3 semanas",
        "15 მარტი",
        "გუშინ",
        "last March",
        "about 5,000.50",
    )
    return tuple(text.encode() for text in said)


def read_typed(content: bytes, _folder: Path) -> object:
    """A date or a number as somebody types it."""
    text = content.decode("utf-8", "replace")
    for read in (read_told_date, read_near_date, read_day_to_come):
        with suppress(InputError, ValueError):
            read(text, TODAY)
    with suppress(InputError, ValueError):
        read_told_number(text)
    return None


TARGETS: Final = {
    target.name: target
    for target in (
        Target("intake file", read_intake, intakes, mutating.as_json, guided=True),
        Target("group file", read_group_file, groups, mutating.as_json, guided=True),
        Target("spreadsheet", read_table, tables, mutating.as_zip),
        Target("table as text", read_table, pasted, guided=True),
        Target("picture", read_evidence, pictures),
        Target("PDF", read_evidence, pdfs),
        Target("recording, text", read_evidence, recordings, guided=True),
        Target("printed paper", read_packet, packets),
        Target("rule book", read_yaml, yamls),
        Target("signature, keys of books", read_signature, signatures, mutating.as_json),
        Target("bundle", read_bundle, bundle_files),
        Target("bundle of one with the key", read_opened_bundle, bundles.openings, guided=True),
        Target("certificate, request", read_card, cards, guided=True),
        Target("update of the program", read_update, updates, mutating.as_zip),
        Target("list of a backup", read_backup, backup_papers, mutating.as_json),
        Target("keys file", read_keys, keys_files, mutating.as_json),
        Target("settings file", read_settings, settings, mutating.as_json),
        Target("typed date or number", read_typed, typed, guided=True),
    )
}
"""By name, in the order of the figures."""
