from __future__ import annotations

import datetime as dt
import io
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from clinic_app.domain.collective import MemberState
from clinic_app.domain.edtf import Edtf
from clinic_app.domain.packet import Paper, Preset
from clinic_app.domain.worker_table import HEADINGS, SAYINGS, field_of, read_table
from clinic_app.errors import InputError
from clinic_app.services import casework, collective, employers, intake
from clinic_app.services.clinic import Clinic

ON = dt.date(2026, 7, 15)
TABLE = (
    "Nombre\tFecha de ingreso\tÚltimo día\tSueldo\tCada\tTalla\n"
    "Rosa Luna\t10/1/2022\t9/7/2026\t$24,000.00\tmes\tM\n"
    "Juan Sol\tmarzo 2021\t9/7/2026\t1,500\tsemana\tG\n"
    "\n"
    "Eva Paz\ttreinta\t9/7/2026\tmucho\tsiglo\tS\n"
    "\t1/1/2020\t\t500\tdía\t\n"
)


@pytest.fixture
def group(clinic: Clinic) -> str:
    return collective.begin(clinic, "Agrícola Ñandú", "", ON)


def test_a_pasted_table_says_what_could_not_be_read_and_where() -> None:
    table = collective.read_text(TABLE, ON)
    assert table.paths == ("worker.name", "job.start", "job.last_day", "pay.amount", "pay.period", "")
    assert [(w.row, w.name) for w in table.workers] == [(2, "Rosa Luna"), (3, "Juan Sol"), (5, "Eva Paz")]
    assert table.workers[0].answers == {
        "worker.name": "Rosa Luna",
        "job.start": Edtf.parse("2022-01-10"),
        "job.last_day": Edtf.parse("2026-07-09"),
        "pay.amount": Decimal("24000.00"),
        "pay.period": "month",
    }
    assert table.workers[1].answers["job.start"] == Edtf.parse("2021-03")
    assert set(table.workers[2].answers) == {"worker.name", "job.last_day"}
    assert [(u.row, u.column) for u in table.unread] == [
        (1, "Talla"),
        (5, "Fecha de ingreso"),
        (5, "Sueldo"),
        (5, "Cada"),
        (6, "Nombre"),
    ]
    assert all(isinstance(u.error, InputError) and u.error.expected for u in table.unread)


@pytest.mark.parametrize("sign", ["\t", ";", ","])
def test_columns_parted_by(sign: str) -> None:
    table = collective.read_text(sign.join(("name", "start date")) + "\n" + sign.join(("Ana", "2020-02")) + "\n", ON)
    assert table.workers[0].answers["job.start"] == Edtf.parse("2020-02")


def test_without_headings_the_usual_columns_are_taken() -> None:
    table = collective.read_text("Ana\t1/2/2020\t3/4/2026\t250\tday", ON)
    assert table.headings == ()
    assert table.workers[0].answers["pay.period"] == "day"


def test_every_heading_and_choice_is_known_once() -> None:
    told = [heading for words in HEADINGS.values() for heading in words.split("|")]
    assert len(told) == len(set(told))
    for path in HEADINGS:
        assert field_of(path)
    for path, codes in SAYINGS.items():
        assert set(codes) <= {choice.code for choice in field_of(path).choices}


def test_a_spreadsheet_gives_days_and_numbers(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Trabajador", "Ingreso", "Salario", "Horas por semana", "Sexo"])
    sheet.append(["Ana Gil", dt.datetime(2020, 2, 3), 312.4, 48, "Mujer"])  # noqa: DTZ001 - as a spreadsheet holds it
    sheet.append([None, None, None, None, None])
    sheet.append(["Leo Paz", "03/02/2020", "=1+1", 48.5, "?"])
    file = tmp_path / "lista.xlsx"
    book.save(file)
    table = collective.read_file(file, ON)
    assert table.workers[0].answers == {
        "worker.name": "Ana Gil",
        "job.start": Edtf.parse("2020-02-03"),
        "pay.amount": Decimal("312.4"),
        "hours.per_week": Decimal(48),
        "worker.sex": "female",
    }
    assert [(u.row, u.column) for u in table.unread] == [(4, "Sexo")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_a_csv_file_in_the_encodings_that_spreadsheets_write(tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "lista.csv"
    file.write_bytes("Nombre;Teléfono\r\nBegoña Núñez;646 123\r\n".encode(encoding))
    (worker,) = collective.read_file(file, ON).workers
    assert (worker.name, worker.answers["contact.phone"]) == ("Begoña Núñez", "646 123")


@pytest.mark.parametrize("raw", [b"", b"\n\n", b"PK\x03\x04 no", b"PK", b"\0\0\0", b"\xd0\xcf\x11\xe0\0"])
def test_a_file_that_is_no_table_is_refused(tmp_path: Path, raw: bytes) -> None:
    file = tmp_path / "x.xlsx"
    file.write_bytes(raw)
    with pytest.raises(InputError):
        collective.read_file(file, ON)
    with pytest.raises(InputError):
        collective.read_file(tmp_path / "nowhere.csv", ON)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.lists(st.one_of(st.none(), st.text(), st.floats(), st.integers(), st.dates()), max_size=7), max_size=8)
)
def test_whatever_a_table_holds_is_read_or_listed(rows: list[list[object]]) -> None:
    try:
        table = read_table(rows, ON)
    except InputError:
        return
    for worker in table.workers:
        assert worker.name
    for unread in table.unread:
        assert 1 <= unread.row <= len(rows)


def test_the_empty_sheet_is_read_back(tmp_path: Path) -> None:
    headings = [HEADINGS[path].partition("|")[0] for path in collective.TEMPLATE]
    file = tmp_path / "vacia.xlsx"
    file.write_bytes(collective.empty_sheet(headings))
    table = collective.read_file(file, ON)
    assert table.paths == collective.TEMPLATE
    assert table.workers == ()
    assert len(file.read_bytes()) < io.DEFAULT_BUFFER_SIZE * 4


def test_each_worker_is_a_whole_case_against_one_employer(clinic: Clinic, group: str) -> None:
    collective.share(clinic, group, "job.ending", "dismissed")
    collective.share(clinic, group, "job.zone", "general")
    added = collective.add_workers(clinic, group, collective.read_text(TABLE, ON).workers, ON)
    assert (added.cases, added.known) == (3, ())
    again = collective.add_workers(clinic, group, collective.read_text(TABLE, ON).workers, ON)
    assert (again.cases, again.known) == (0, ("Rosa Luna", "Juan Sol", "Eva Paz"))
    page = collective.page(clinic, group, ON)
    assert page.employer == "Agrícola Ñandú"
    assert [m.row.shown_name for m in page.members] == ["Rosa Luna", "Juan Sol", "Eva Paz"]
    (employer,) = employers.employers(clinic)
    assert employer.cases == 3
    rosa = page.members[0]
    assert rosa.case.section("job").get("ending") == "dismissed"
    assert rosa.check is not None
    assert rosa.check.total_high > 0
    assert page.check.total_high == sum(m.check.total_high for m in page.members if m.check is not None)
    assert clinic.store.row(rosa.row.id).next_safe_date is not None
    assert [row.workers for row in collective.all_groups(clinic)] == [3]
    assert clinic.store.check() == []


def test_what_is_shared_later_spares_who_said_otherwise_and_who_left(clinic: Clinic, group: str) -> None:
    collective.share(clinic, group, "job.position", "Cortador")
    collective.add_workers(clinic, group, collective.read_text(TABLE, ON).workers, ON)
    rosa, juan, eva = (m.row.id for m in collective.page(clinic, group, ON).members)
    intake.save(clinic, rosa, "job.position", "Capataz")
    collective.set_state(clinic, juan, MemberState.LEFT)
    collective.share(clinic, group, "job.position", "Empacador")
    told = [casework.case(clinic, case).section("job").text("position") for case in (rosa, juan, eva)]
    assert told == ["Capataz", "Cortador", "Empacador"]
    collective.share(clinic, group, "job.position", None)
    assert casework.case(clinic, eva).section("job").text("position") == ""
    with pytest.raises(InputError):
        collective.share(clinic, group, "worker.name", "Todos")
    with pytest.raises(InputError):
        collective.share(clinic, group, "job.ending", "magic")


def test_one_leaves_one_settles_and_the_total_follows(clinic: Clinic, group: str) -> None:
    collective.share(clinic, group, "job.ending", "dismissed")
    collective.add_workers(clinic, group, collective.read_text(TABLE, ON).workers, ON)
    before = collective.page(clinic, group, ON)
    rosa, juan = before.members[0], before.members[1]
    assert rosa.check is not None
    assert juan.check is not None
    collective.set_state(clinic, rosa.row.id, MemberState.SETTLED)
    collective.set_state(clinic, juan.row.id, MemberState.LEFT)
    after = collective.page(clinic, group, ON)
    assert [m.state for m in after.members] == [MemberState.SETTLED, MemberState.LEFT, MemberState.IN]
    taken = rosa.check.total_high + juan.check.total_high
    assert after.check.total_high == before.check.total_high - taken
    assert casework.case(clinic, juan.row.id).shown_name == "Juan Sol"  # the case goes on
    collective.set_state(clinic, juan.row.id, MemberState.IN)
    assert len(collective.page(clinic, group, ON).check.cases) == 2
    with pytest.raises(InputError):
        collective.set_state(clinic, intake.start(clinic, ON), MemberState.LEFT)


def test_a_cell_is_typed_over_and_one_that_contradicts_waits_for_its_check(clinic: Clinic, group: str) -> None:
    collective.add_workers(clinic, group, collective.read_text(TABLE, ON).workers, ON)
    rosa = collective.page(clinic, group, ON).members[0].row.id
    collective.write_cell(clinic, rosa, "pay.amount", "12,000", ON)
    assert casework.case(clinic, rosa).section("pay").get("amount") == Decimal(12000)
    collective.write_cell(clinic, rosa, "pay.unpaid_days", "", ON)
    with pytest.raises(InputError):
        collective.write_cell(clinic, rosa, "job.start", "treinta", ON)
    collective.write_cell(clinic, rosa, "job.last_day", "1/1/2001", ON)
    assert casework.case(clinic, rosa).section("job").date("last_day") == Edtf.parse("2001-01-01")


def test_papers_of_a_worker_go_into_a_folder_under_the_cases_number(clinic: Clinic, group: str, tmp_path: Path) -> None:
    collective.share(clinic, group, "job.ending", "dismissed")
    collective.add_workers(clinic, group, collective.read_text(TABLE, ON).workers[:1], ON)
    (rosa,) = collective.page(clinic, group, ON).members
    file = collective.save_papers(clinic, rosa.row.id, tmp_path, preset=Preset.WORKER, paper=Paper.LETTER, on=ON)
    assert file.name == f"{rosa.row.number}.pdf"
    assert file.read_bytes().startswith(b"%PDF")
    assert casework.history(clinic, rosa.row.id)[0].kind == "print"


def test_a_group_needs_an_employer_and_finds_the_one_it_has(clinic: Clinic, group: str) -> None:
    with pytest.raises(InputError):
        collective.begin(clinic, "  ", "", ON)
    second = collective.begin(clinic, "agricola nandu s.a.", "Corte 2", ON)
    groups = {row.id: row for row in collective.all_groups(clinic)}
    assert groups[second].employer == groups[group].employer == "Agrícola Ñandú"
    with pytest.raises(InputError):
        collective.page(clinic, "nothing", ON)
