from __future__ import annotations

import datetime as dt

import pytest

from clinic_app.errors import InputError
from clinic_app.services import casework, intake, people
from clinic_app.services.clinic import Clinic

ON = dt.date(2026, 11, 22)


def put(clinic: Clinic, name: str, **more: str) -> str:
    """Save a case of a new person; return the person's id."""
    case_id = people.begin(clinic, ON, name)
    for path, raw in more.items():
        intake.save(clinic, case_id, path.replace("__", "."), raw)
    return people.of_case(clinic, case_id)


@pytest.fixture
def some(clinic: Clinic) -> Clinic:
    put(
        clinic,
        "José Núñez Peña",
        worker__municipality="Ensenada",
        worker__age_band="25-34",
        contact__phone="6461234567",
    )
    put(clinic, "José Núñez Díaz", worker__municipality="Tijuana", worker__birth="1970")
    put(clinic, "ქეთევან ჩხეიძე", worker__municipality="Rustavi")
    put(clinic, "Rosa Secreta", worker__alias="Luna", worker__keep_hidden="yes")
    put(clinic, "Jiménez Quispe, Yolanda", worker__official_id="JIQY900101MBCXXX07")
    return clinic


def names(clinic: Clinic, typed: str) -> list[str]:
    return [row.shown_name for row in people.likely(clinic, typed)]


MEANT = (
    ("jose nunez pena", "José Núñez Peña"),
    ("NUÑEZ JOSE DIAZ", "José Núñez Díaz"),
    ("pena jos", "José Núñez Peña"),
    ("nunes peña", "José Núñez Peña"),
    ("Ketevan", "ქეთევან ჩხეიძე"),
    ("qetevan chxeidze", "ქეთევან ჩხეიძე"),
    ("Чхеидзе", "ქეთევან ჩხეიძე"),
    ("ximenes", "Jiménez Quispe, Yolanda"),
    ("yolanda kispe", "Jiménez Quispe, Yolanda"),
    ("646 123", "José Núñez Peña"),
    ("900101", "Jiménez Quispe, Yolanda"),
    ("secreta", "Luna"),
)


def test_who_may_be_meant(some: Clinic) -> None:
    assert {typed: names(some, typed)[:1] for typed, _ in MEANT} == {typed: [first] for typed, first in MEANT}
    nobody = ("", " ", "j", "zurab", "99999", "¿?")
    assert {typed: names(some, typed) for typed in nobody} == {typed: [] for typed in nobody}


def test_two_of_one_name_are_told_apart_and_nothing_else_is_shown(some: Clinic) -> None:
    one, other = people.likely(some, "jose nunez")
    assert {(one.age, one.town), (other.age, other.town)} == {("25-34", "Ensenada"), ("1970", "Tijuana")}
    assert one.cases == 1
    (hidden,) = people.likely(some, "secreta")
    assert (hidden.shown_name, hidden.other_names) == ("Luna", ())


def test_a_known_person_gets_a_second_case(some: Clinic) -> None:
    (row, *_) = people.likely(some, "jose nunez pena")
    second = people.begin(some, ON, person=row.id)
    assert casework.case(some, second).section("worker").text("name") == "José Núñez Peña"
    page = people.page(some, row.id)
    assert (page.row.cases, len(page.cases)) == (2, 2)
    intake.save(some, second, "worker.alias", "El Güero")
    assert {case.shown_name for case in people.page(some, row.id).cases} == {"José Núñez Peña"}
    assert people.page(some, row.id).row.other_names == ("El Güero",)


def test_a_number_that_was_typed_is_no_name(clinic: Clinic) -> None:
    case_id = people.begin(clinic, ON, "646 123 4567")
    assert casework.case(clinic, case_id).shown_name == ""


def test_joined_records_are_one_person_with_all_that_either_says_and_can_be_separated(clinic: Clinic) -> None:
    one = put(clinic, "Alma Vázquez", worker__municipality="Ensenada")
    other = put(clinic, "Alma Vasques", worker__birth="1990")
    third = put(clinic, "A. Vázquez")
    before = clinic.store.people.everyone()
    (pair,) = people.duplicates(clinic)
    assert {pair.one, pair.other} == {one, other}
    assert [row.id for row in people.page(clinic, one).maybe] == [other]
    assert people.join(clinic, one, other).kinds == {"people"}
    people.join(clinic, other, third)
    page = people.page(clinic, third)
    assert set(page.row.records) == {one, other, third}
    assert (page.row.town, page.row.age, page.row.cases, len(page.cases)) == ("Ensenada", "1990", 3, 3)
    assert {page.row.shown_name, *page.row.other_names} == {"Alma Vázquez", "Alma Vasques", "A. Vázquez"}
    assert len(people.people(clinic)) == 1
    assert people.duplicates(clinic) == ()
    assert page.maybe == ()
    assert clinic.store.people.everyone() == before  # both keep what they say
    people.separate(clinic, other)  # the one in the middle
    assert set(people.page(clinic, one).row.records) == {one, third}
    assert people.page(clinic, other).row.records == (other,)
    people.join(clinic, one, other)
    assert len(people.page(clinic, other).records) == 3
    assert clinic.store.check() == []


def test_two_people_are_not_asked_about_again(clinic: Clinic) -> None:
    one, other = put(clinic, "Alma Vázquez"), put(clinic, "Alma Vásquez")
    people.keep_apart(clinic, one, other)
    assert people.duplicates(clinic) == ()
    assert people.page(clinic, one).maybe == ()
    people.join(clinic, one, other)  # somebody knows better now
    assert len(people.people(clinic)) == 1
    assert people.separate(clinic, other)
    assert not people.separate(clinic, other)


def test_one_name_and_a_fact_that_differs_are_two_people(clinic: Clinic) -> None:
    for number, (path, mine, theirs) in enumerate(
        (
            ("worker__birth", "1970", "1990"),
            ("worker__age_band", "18-24", "45-54"),
            ("worker__municipality", "Ica", "Lima"),
            ("worker__official_id", "A1B2C3D4", "Z9Y8X7W6"),
        )
    ):
        family = ("Núñez", "Quispe", "Luna", "Beridze")[number]
        put(clinic, f"José {family}", **{path: mine})
        put(clinic, f"José {family}", **{path: theirs})
    assert people.duplicates(clinic) == ()


def test_one_phone_is_asked_about_whatever_the_names(clinic: Clinic) -> None:
    put(clinic, "Ana", contact__phone="(646) 123-4567")
    put(clinic, "La Güera", contact__phone="+52 646 123 4567")
    (pair,) = people.duplicates(clinic)
    assert pair.why == "The same phone"


def test_a_name_hidden_in_one_record_is_hidden_in_all(clinic: Clinic) -> None:
    one = put(clinic, "Rosa Abierta")
    other = put(clinic, "Rosa Callada", worker__alias="Luna", worker__keep_hidden="yes")
    people.join(clinic, one, other)
    row = people.page(clinic, one).row
    assert (row.shown_name, row.other_names) == ("Luna", ())


def test_unknown_people_are_refused(clinic: Clinic) -> None:
    one = put(clinic, "Ana")
    for call in (lambda: people.page(clinic, "nobody"), lambda: people.join(clinic, one, "nobody")):
        with pytest.raises(InputError):
            call()
    with pytest.raises(InputError):
        people.join(clinic, one, one)
