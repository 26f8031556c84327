from __future__ import annotations

import datetime as dt

import pytest

from clinic_app.domain.people import TieKind
from clinic_app.errors import InputError
from clinic_app.services import employers, intake
from clinic_app.services.clinic import Clinic

ON = dt.date(2026, 11, 22)


def put(clinic: Clinic, *told: dict[str, object]) -> str:
    """Save a case against some employers; return its id."""
    case_id = intake.start(clinic, ON)
    for facts in told:
        row = intake.add_row(clinic, case_id, "employers")
        for field, raw in facts.items():
            intake.save(clinic, case_id, f"employers[{row}].{field}", raw)
    return case_id


@pytest.fixture
def some(clinic: Clinic) -> Clinic:
    put(clinic, {"name": "Agrícola Ñandú S.A. de C.V.", "municipality": "Ensenada", "sector": "farm", "workers": 40})
    put(clinic, {"name": "Agricola Nandu", "place": "Km 12", "municipality": "San Quintín"})
    put(clinic, {"name": "Packing 24"}, {"name": "Contratista Pérez", "role": "hires"})
    put(clinic, {"name": "Packing 25", "phone": "646 555 0199"})
    return clinic


def found(clinic: Clinic, typed: str = "") -> list[str]:
    return [row.shown_name for row in employers.employers(clinic, typed)]


def test_the_list_and_its_search(some: Clinic) -> None:
    assert len(found(some)) == 5
    assert found(some, "nandu agr") == ["Agricola Nandu", "Agrícola Ñandú S.A. de C.V."]
    assert found(some, "quintin") == ["Agricola Nandu"]
    assert found(some, "0199") == ["Packing 25"]
    assert found(some, "zzz") == []
    put(some, {"name": "Con Registro", "tax_id": "AAA-010101-AB1"})
    assert found(some, "aaa010101") == ["Con Registro"]
    assert found(some, "0101ab") == ["Con Registro"]


def test_the_same_employer_twice_is_found_joined_and_separated(some: Clinic) -> None:
    (pair,) = employers.duplicates(some)  # Packing 24 and 25 are two
    assert {pair.one_name, pair.other_name} == {"Agrícola Ñandú S.A. de C.V.", "Agricola Nandu"}
    employers.join(some, pair.one, pair.other)
    assert employers.duplicates(some) == ()
    (row,) = employers.employers(some, "nandu")
    assert (row.cases, row.workers, row.sector) == (2, 40, "farm")
    page = employers.page(some, pair.other, ON)
    assert page.sites == ("Ensenada", "Km 12, San Quintín")
    assert len(page.cases) == page.recent == 2
    assert employers.page(some, pair.one, ON + dt.timedelta(days=800)).recent == 0
    assert len(page.records) == 2
    employers.separate(some, pair.other)
    assert [row.id for row in employers.page(some, pair.one, ON).maybe] == [pair.other]
    employers.keep_apart(some, pair.one, pair.other)
    assert employers.page(some, pair.one, ON).maybe == ()
    assert some.store.check() == []


def test_another_name_and_the_chain(some: Clinic) -> None:
    (packing,) = (row for row in employers.employers(some) if row.shown_name == "Packing 24")
    employers.add_name(some, packing.id, "  La   Veinticuatro ")
    page = employers.page(some, packing.id, ON)
    assert (page.row.shown_name, page.row.other_names) == ("Packing 24", ("La Veinticuatro",))
    assert page.row.cases == 1
    assert [(name, role) for _, name, role in page.beside] == [("Contratista Pérez", "hires")]
    employers.chain(some, TieKind.SUPPLIES, packing.id, "contratista perez", outward=False)
    employers.chain(some, TieKind.BELONGS_TO, packing.id, "Grupo Norte")
    chain = employers.page(some, packing.id, ON).chain
    assert [(link.tie.kind, link.name, link.outward) for link in chain] == [
        (TieKind.SUPPLIES, "Contratista Pérez", False),
        (TieKind.BELONGS_TO, "Grupo Norte", True),
    ]
    (back,) = employers.page(some, chain[1].employer, ON).chain
    assert not back.outward
    employers.unchain(some, chain[0].tie)
    assert len(employers.page(some, packing.id, ON).chain) == 1
    assert found(some, "grupo") == ["Grupo Norte"]
    assert some.store.check() == []


@pytest.mark.parametrize("field", ["tax_id", "phone"])
def test_one_number_makes_one_employer_likely(clinic: Clinic, field: str) -> None:
    put(clinic, {"name": "Uno", field: "AAA 010101-AB1"})
    put(clinic, {"name": "Dos", field: "aaa010101ab1"})
    (pair,) = employers.duplicates(clinic)
    assert pair.why in {"The same tax number", "The same phone"}


def test_what_cannot_be_said_of_an_employer_is_refused(some: Clinic) -> None:
    (row,) = (row for row in employers.employers(some) if row.shown_name == "Packing 24")
    for call in (
        lambda: employers.page(some, "nobody", ON),
        lambda: employers.add_name(some, row.id, "  "),
        lambda: employers.join(some, row.id, row.id),
        lambda: employers.chain(some, TieKind.SUPPLIES, row.id, "PACKING 24"),
    ):
        with pytest.raises(InputError):
            call()
