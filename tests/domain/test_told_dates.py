from __future__ import annotations

import datetime as dt

import pytest

from clinic_app.domain.told_dates import read_day_to_come, read_near_date, read_told_date

TODAY = dt.date(2026, 5, 11)
WEDNESDAY = dt.date(2026, 7, 15)


@pytest.mark.parametrize(
    ("typed", "edtf"),
    [
        ("15/3/2026", "2026-03-15"),
        ("15-3-26", "2026-03-15"),
        ("15.3.1999", "1999-03-15"),
        ("15/3", "2026-03-15"),
        ("20/12", "2025-12-20"),
        ("11/5", "2026-05-11"),
        ("12/5", "2025-05-12"),
        ("hoy", "2026-05-11"),
        ("Today", "2026-05-11"),
        ("AYER", "2026-05-10"),
        ("yesterday", "2026-05-10"),
        ("anteayer", "2026-05-09"),
        ("marzo 2026", "2026-03"),
        ("Marzo de 2026", "2026-03"),
        ("march", "2026-03"),
        ("diciembre", "2025-12"),
        ("3/2026", "2026-03"),
        ("2019", "2019"),
        ("≈2019", "2019~"),
        ("~ 2019", "2019~"),
        ("como en marzo 2026", "2026-03~"),
        ("about March 2026", "2026-03~"),
        ("más o menos 15/3/2026", "2026-03-15~"),
        ("2026-03~", "2026-03~"),
        ("2026-01/2026-03", "2026-01/2026-03"),
        ("15 de marzo de 2026", "2026-03-15"),
        ("15 marzo", "2026-03-15"),
        ("March 15, 2026", "2026-03-15"),
        ("el 3 de septiembre", "2025-09-03"),
        ("entre enero y marzo 2026", "2026-01/2026-03"),
        ("from January to March 2025", "2025-01/2025-03"),
        ("del 3 al 15/4/2026", "2026-04-03/2026-04-15"),
        ("desde 2019", "2019/.."),
        ("until march 2026", "../2026-03"),
        ("hace 2 semanas", "2026-04-27~"),
        ("3 months ago", "2026-02~"),
        ("hace 5 meses", "2025-12~"),
        ("hace 3 días", "2026-05-08"),
        ("hace 2 años", "2024~"),
        ("დღეს", "2026-05-11"),
        ("გუშინ", "2026-05-10"),
        ("გუშინწინ", "2026-05-09"),
        ("15 მარტი", "2026-03-15"),
        ("15 მარტს", "2026-03-15"),
        ("15 მარტი, 2026", "2026-03-15"),
        ("2026 წლის 15 მარტი", "2026-03-15"),
        ("2025 წლის 3 სექტემბერს", "2025-09-03"),
        ("3 სექ.", "2025-09-03"),
        ("15.03.2026 წ.", "2026-03-15"),
        ("მარტი 2026", "2026-03"),
        ("2026 წლის მარტში", "2026-03"),
        ("დეკემბერი", "2025-12"),
        ("ᲛᲐᲠᲢᲘ 2026", "2026-03"),
        ("2019 წელი", "2019"),
        ("2019 წელს", "2019"),
        ("2019-ში", "2019"),
        ("დაახლოებით 2019 წელს", "2019~"),
        ("დაახლოებით მარტი 2026", "2026-03~"),
        ("იანვრიდან მარტამდე", "2026-01/2026-03"),
        ("2025 წლის იანვრიდან მარტამდე", "2025-01/2025-03"),
        ("3-დან 15 აპრილამდე", "2026-04-03/2026-04-15"),
        ("იანვარსა და მარტს შორის", "2026-01/2026-03"),
        ("2019-დან", "2019/.."),
        ("2019 წლიდან", "2019/.."),
        ("2026 წლის მარტამდე", "../2026-03"),
        ("3 დღის წინ", "2026-05-08"),
        ("2 კვირის წინ", "2026-04-27~"),
        ("5 თვის წინ", "2025-12~"),
        ("2 წლის წინ", "2024~"),
    ],
)
def test_what_people_type_is_read(typed: str, edtf: str) -> None:
    assert read_told_date(typed, TODAY).text == edtf


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "  ",
        "3/15/2026",
        "31/2/2026",
        "32/1/2026",
        "someday",
        "15/3/20267",
        "0/0",
        "marzo 15 16",
        "12/1776",
        "მარტო",
        "15 კარგი",
        "32 მარტი",
        "წელს",
    ],
)
def test_what_cannot_be_read_is_refused_and_not_guessed(typed: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        read_told_date(typed, TODAY)


def test_a_day_without_a_year_is_never_in_the_future() -> None:
    day = dt.date(2026, 1, 1)
    for _ in range(365):
        told = read_told_date(f"{day.day}/{day.month}", TODAY)
        assert told.day is not None
        assert told.day <= TODAY
        day += dt.timedelta(days=1)


def test_the_twenty_ninth_of_february_without_a_leap_year_is_refused() -> None:
    with pytest.raises(ValueError, match="no such day"):
        read_told_date("29/2", TODAY)


@pytest.mark.parametrize(
    ("typed", "edtf"),
    [
        ("mañana", "2026-07-16"),
        ("pasado mañana", "2026-07-17"),
        ("tomorrow", "2026-07-16"),
        ("en 10 días", "2026-07-25"),
        ("in 2 weeks", "2026-07-29"),
        ("lunes", "2026-07-20"),
        ("wednesday", "2026-07-22"),
        ("14/7", "2027-07-14"),
        ("15/7", "2026-07-15"),
        ("4 de diciembre", "2026-12-04"),
        ("3/1/2027", "2027-01-03"),
        ("ayer", "2026-07-14"),
        ("ხვალ", "2026-07-16"),
        ("ზეგ", "2026-07-17"),
        ("10 დღეში", "2026-07-25"),
        ("2 კვირაში", "2026-07-29"),
        ("ორშაბათს", "2026-07-20"),
        ("4 დეკემბერი", "2026-12-04"),
    ],
)
def test_days_to_come_are_the_next_such_day(typed: str, edtf: str) -> None:
    assert read_day_to_come(typed, WEDNESDAY).text == edtf


@pytest.mark.parametrize(
    ("typed", "edtf"),
    [
        ("14/7", "2026-07-14"),
        ("4/8", "2026-08-04"),
        ("1/12", "2026-12-01"),
        ("1/3", "2026-03-01"),
        ("lunes", "2026-07-20"),
    ],
)
def test_a_day_on_either_side_is_the_nearer(typed: str, edtf: str) -> None:
    assert read_near_date(typed, WEDNESDAY).text == edtf
    with pytest.raises(ValueError, match="date"):
        read_near_date("cuando sea", WEDNESDAY)
