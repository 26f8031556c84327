"""One fictional case with its assessment, as the Mexican rule book would give it (fact sheet example M-07)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TypeAlias

import pypdfium2
import pytest

from clinic_app.domain.assessment import (
    Amount,
    Assessment,
    Because,
    Confidence,
    Deadline,
    Finding,
    Missing,
    NotComputed,
    ParameterUsed,
    Route,
    Stale,
    Status,
    Step,
)
from clinic_app.domain.casefile import CaseFile, Record
from clinic_app.domain.edtf import Edtf
from clinic_app.domain.packet import PacketSource, Paper, Preset
from clinic_app.domain.values import Answer, Text

NAME = "Práctica Ximénez Olmedo"
ALIAS = "Práctica · Girasol"
FOLIO = "26-0041-K"
PHONE = "951 555 01 02"
PREPARED = dt.date(2026, 7, 20)
STORY = (
    "Trabajé en la empacadora desde enero de 2022. El 9 de julio el encargado me dijo que ya no había trabajo para mí. "
    "No me dieron ningún papel. Me deben nueve días de julio.\n"
    "Antes me hicieron firmar una hoja en blanco. Todos los días entraba a las siete y salía a las tres."
)

MakeSource: TypeAlias = Callable[..., PacketSource]


def both(es: str, en: str) -> Text:
    return {"es": es, "en": en}


def record(**values: Answer) -> Record:
    return Record(values)


@pytest.fixture
def case() -> CaseFile:
    return CaseFile(
        place="mx",
        language="es",
        number=FOLIO,
        sections={
            "worker": record(name=NAME, alias=ALIAS),
            "consent": record(contact_employer="yes", show_name="yes", share_with_authority="yes"),
            "contact": record(phone=PHONE, contact_person="Práctica · Tía Lucha", never="No llamar a la casa"),
            "story": record(told=STORY, wants="Quiero que me paguen lo que me deben."),
            "job": record(
                position="Empacadora de fruta",
                relation="open_ended",
                contract="not_given",
                start=Edtf.parse("2022-01-10"),
                last_day=Edtf.parse("2026-07-09"),
                ending="dismissed",
                ending_said="Ya no hay trabajo para ti.",
                municipality="Práctica de Juárez",
            ),
            "pay": record(amount=Decimal("24000.00"), period="month", method="cash", unpaid_days=Decimal(9)),
            "hours": record(shift="day", starts="07:00", ends="15:00", days_per_week=Decimal(6)),
        },
        lists={
            "employers": (
                record(
                    name="Empacadora Práctica S.A.",
                    trade_name="La Fruta de Práctica",
                    place="Carretera vieja km 4, junto al canal",
                    municipality="Práctica de Juárez",
                    state="Oaxaca",
                    gives_orders="el encargado",
                ),
            ),
            "events": (
                record(
                    kind="dismissal", date=Edtf.parse("2026-07-09"), note="El encargado me despidió", how_known="saw"
                ),
                record(kind="wage_cut", date=Edtf.parse("2026-02~"), note="Me bajaron el bono", how_known="paper"),
            ),
            "evidence": (
                record(kind="payslip", title="Recibos de mayo y junio", form="original", kept="Casa de su hermana"),
                record(kind="messages", title="Mensajes del encargado", form="digital", date=Edtf.parse("2026-07-10")),
                record(kind="badge", title="Gafete", form="original"),
            ),
        },
        answers=record(written_notice="no", vacations_taken=Decimal(74)),
    )


def _findings() -> tuple[Finding, ...]:
    return (
        Finding(
            rule="dismissal",
            status=Status.LIKELY,
            title=both("Despido sin aviso por escrito", "Dismissal without written notice"),
            says=both(
                "El patrón debe dar por escrito la fecha y la causa del despido.",
                "The employer must give the date and the cause of the dismissal in writing.",
            ),
            cite="LFT 47",
            because=(
                Because("job.ending", both("dijiste que te despidieron", "you said that you were dismissed")),
                Because("answers.written_notice", both("dijiste que no hubo aviso", "you said there was no notice")),
            ),
            missing=(),
            evidence=("messages",),
            employer_must_hold=(both("aviso de despido", "notice of dismissal"),),
            amounts=("indemnity",),
        ),
        Finding(
            rule="unpaid_wages",
            status=Status.LIKELY,
            title=both("Salario no pagado", "Unpaid wages"),
            says=both("Los días trabajados se pagan siempre.", "Days that were worked are always paid."),
            cite="LFT 82, 88, 99",
            because=(Because("pay.unpaid_days", both("dijiste que te deben 9 días", "you said 9 days are owed")),),
            missing=(),
            employer_must_hold=(both("nómina", "payroll"), both("lista de asistencia", "attendance records")),
            amounts=("unpaid_wages", "aguinaldo"),
        ),
        Finding(
            rule="blank_papers",
            status=Status.SEE_LAWYER,
            title=both("Firma de hojas en blanco", "Signing of blank papers"),
            says=both("Nadie puede pedirte firmar una hoja en blanco.", "Nobody may ask you to sign a blank sheet."),
            cite="LFT 48 Bis",
            because=(Because("story.told", both("lo contaste", "you told it")),),
            missing=(),
            confidence=Confidence.LOW,
        ),
        Finding(
            rule="overtime",
            status=Status.NEEDS_ANSWER,
            title=both("Horas extra", "Overtime"),
            says=both("Las horas extra se pagan al doble.", "Overtime is paid double."),
            cite="LFT 66–68",
            because=(),
            missing=(Missing("answers.overtime", both("¿Trabajabas horas extra?", "Did you work overtime?")),),
        ),
    )


def _steps(*lines: tuple[str, str, str, str, str]) -> tuple[Step, ...]:
    return tuple(
        Step(f"s{i}", both(es, en), expression, value, source)
        for i, (es, en, expression, value, source) in enumerate(lines)
    )


def _amount(item: str, label: Text, cite: str, value: str, working: tuple[Step, ...]) -> Amount:
    return Amount(item, label, cite, "MXN", Decimal(value), Decimal(value), working)


def _amounts() -> tuple[Amount, ...]:
    daily = ("Salario diario", "Daily wage", "24000.00 ÷ 30", "800.00", "")
    return (
        _amount(
            "unpaid_wages",
            both("Salario no pagado", "Unpaid wages"),
            "LFT 82, 88, 99",
            "7200.00",
            _steps(
                daily, ("Días no pagados × salario diario", "Unpaid days × daily wage", "9 × 800.00", "7200.00", "")
            ),
        ),
        _amount(
            "aguinaldo",
            both("Aguinaldo proporcional 2026", "Year-end bonus, part of 2026"),
            "LFT 87",
            "6246.58",
            _steps(
                daily,
                ("Días de aguinaldo al año", "Bonus days a year", "15", "15", "LFT 87, desde 1970-05-01"),
                ("Parte del año trabajada", "Part of the year worked", "190 ÷ 365", "0.520548", ""),
                ("Aguinaldo", "Bonus", "800.00 × 15 × 190 ÷ 365", "6246.58", ""),
            ),
        ),
        _amount(
            "vacation",
            both("Vacaciones", "Vacations"),
            "LFT 76–81",
            "7934.25",
            _steps(
                (
                    "Vacaciones del quinto año",
                    "Vacation days of the fifth year",
                    "20",
                    "20",
                    "LFT 76, desde 2023-01-01",
                ),
                ("Días ganados", "Days earned", "20 × 181 ÷ 365", "9.917808", ""),
                ("Vacaciones", "Vacations", "800.00 × 20 × 181 ÷ 365", "7934.25", ""),
            ),
        ),
        _amount(
            "vacation_premium",
            both("Prima vacacional", "Vacation premium"),
            "LFT 80",
            "1983.56",
            _steps(
                ("25 % de las vacaciones", "25 % of the vacations", "25 % × 800.00 × 20 × 181 ÷ 365", "1983.56", "")
            ),
        ),
        replace(
            _amount(
                "seniority",
                both("Prima de antigüedad", "Seniority premium"),
                "LFT 162, 485, 486",
                "33993.25",
                _steps(
                    ("Salario mínimo", "Minimum wage", "315.04", "315.04", "2026, DOF 2025-12-09"),
                    ("Salario con tope de dos mínimos", "Wage, at most two minimum wages", "2 × 315.04", "630.08", ""),
                    ("Prima", "Premium", "12 × (4 + 181 ÷ 365) × 630.08", "33993.25", ""),
                ),
            ),
            confidence=Confidence.LOW,
            notes=(both("Se topa a dos salarios mínimos de tu zona.", "Capped at two minimum wages of your zone."),),
        ),
        replace(
            _amount(
                "indemnity",
                both("Indemnización constitucional (3 meses)", "Constitutional indemnity (3 months)"),
                "LFT 48, 89",
                "75945.21",
                _steps(
                    ("Factor de integración", "Integration factor", "(365 + 15 + 20 × 25 %) ÷ 365", "1.054795", ""),
                    ("Salario diario integrado", "Integrated daily wage", "800.00 × 1.054795", "843.84", ""),
                    ("90 días", "90 days", "90 × 800.00 × (385 ÷ 365)", "75945.21", ""),
                ),
            ),
            employer_must_hold=(both("contrato", "contract"), both("recibos de pago", "pay receipts")),
        ),
    )


@pytest.fixture
def assessment() -> Assessment:
    amounts = _amounts()
    return Assessment(
        place="mx",
        rules_version="mx-2026.1",
        as_of=PREPARED,
        currency="MXN",
        findings=_findings(),
        amounts=amounts,
        total_low=sum((a.low for a in amounts), Decimal(0)),
        total_high=sum((a.high for a in amounts), Decimal(0)),
        deadlines=(
            Deadline(
                action="dismissal",
                label=both("Reclamar el despido", "Claim against the dismissal"),
                cite="LFT 518",
                deadline=dt.date(2026, 9, 9),
                safe_date=dt.date(2026, 9, 9),
                latest_arguable=dt.date(2026, 9, 10),
                working=(),
                note=both("Usa la fecha segura.", "Use the safe date."),
                what_to_do=both(
                    "Presenta la solicitud en el Centro de Conciliación.",
                    "File the request at the conciliation centre.",
                ),
            ),
            Deadline(
                action="unpaid_wages",
                label=both("Reclamar salarios", "Claim wages"),
                cite="LFT 516",
                deadline=dt.date(2027, 7, 9),
                safe_date=dt.date(2027, 7, 9),
                latest_arguable=dt.date(2027, 7, 12),
                working=(),
                note=both("", ""),
                what_to_do=both("Pide el pago.", "Ask for payment."),
            ),
        ),
        red_flags=(),
        stale=(Stale("uma", both("UMA diaria", "Daily UMA"), "117.31", dt.date(2026, 2, 1)),),
        not_computed=(
            NotComputed(
                "overtime",
                both("Horas extra", "Overtime"),
                "LFT 66–68",
                both("Faltan las horas de cada semana.", "The hours of each week are missing."),
                (Missing("answers.overtime", both("¿Trabajabas horas extra?", "Did you work overtime?")),),
            ),
        ),
        parameters=(
            ParameterUsed(
                "minimum_wage",
                both("Salario mínimo diario, zona general", "Daily minimum wage, general zone"),
                "MXN 315.04",
                dt.date(2026, 1, 1),
                None,
                "DOF 2025-12-09",
                Confidence.HIGH,
            ),
            ParameterUsed(
                "bonus_days",
                both("Días de aguinaldo", "Bonus days"),
                "15",
                dt.date(1970, 5, 1),
                dt.date(2026, 12, 31),
                "LFT 87",
                Confidence.HIGH,
            ),
        ),
        routes=(
            Route(
                "conciliation",
                both("Centro de Conciliación Laboral", "Labour conciliation centre"),
                both("Cita a las dos partes.", "It calls both sides."),
                both("identificación y esta hoja", "an identity paper and this sheet"),
                "800 000 0000",
            ),
        ),
        texts=(
            (
                "employer_notice",
                both(
                    "La ley protege a toda persona que trabaja.\nNadie debe sufrir represalias por preguntar.",
                    "The law protects every person who works.\nNobody should suffer reprisals for asking about rights.",
                ),
            ),
            (
                "employer_notice.dismissal",
                both("Quien despide da por escrito la causa (LFT 47).", "A dismissal needs a written cause (LFT 47)."),
            ),
            ("employer_notice.close", both("Pedir un derecho no es falta.", "Asking for a right is no fault.")),
            (
                "next_steps",
                both("1. Presenta la solicitud. 2. Guarda el acuse.", "1. File the request. 2. Keep the receipt."),
            ),
            ("next_steps.working", both("Anota tus horas.", "Write down your hours.")),
            ("keep_safe", both("Guarda recibos. No borres mensajes.", "Keep receipts. Delete no messages.")),
            ("gross_note", both("Cantidades brutas, antes de impuestos.", "Gross amounts, before taxes.")),
        ),
    )


@pytest.fixture
def make_source(case: CaseFile, assessment: Assessment) -> MakeSource:
    """Make the packet's source; keyword arguments replace its fields."""
    source = PacketSource(
        case=case,
        assessment=assessment,
        preset=Preset.ARCHIVE,
        paper=Paper.LETTER,
        language="es",
        prepared_on=PREPARED,
        clinic_name="Clínica Laboral de Práctica",
        questions={
            "written_notice": both("¿Te dieron aviso por escrito?", "Were you given written notice?"),
            "vacations_taken": both(
                "¿Cuántos días de vacaciones tomaste en total?", "How many vacation days did you take in all?"
            ),
        },
        program_version="0.1.0",
    )
    return lambda **changes: replace(source, **changes)


def with_section(case: CaseFile, section: str, **values: Answer) -> CaseFile:
    """Return the case with some answers of a section changed."""
    return replace(case, sections={**case.sections, section: Record({**case.section(section).values, **values})})


def page_texts(pdf: bytes) -> list[str]:
    """Return the text of each page, lines joined by single spaces."""
    document = pypdfium2.PdfDocument(pdf)
    texts = [" ".join(document[i].get_textpage().get_text_bounded().split()) for i in range(len(document))]
    document.close()
    return texts


def text_of(pdf: bytes) -> str:
    """Return the text of all pages."""
    return " ".join(page_texts(pdf))


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text on a page: words, edges in points from the lower left, size of its letters."""

    text: str
    left: float
    bottom: float
    right: float
    top: float
    size: float


def lines_of(pdf: bytes, page_number: int) -> list[Line]:
    """Return the runs of text of one page as they stand on it, in reading order."""
    document = pypdfium2.PdfDocument(pdf)
    page = document[page_number].get_textpage()
    lines = []
    for i in range(page.count_rects()):
        left, bottom, right, top = page.get_rect(i)
        words = page.get_text_bounded(left, bottom, right, top)
        at = page.get_index((left + right) / 2, (bottom + top) / 2, 20, 20)
        size = pypdfium2.raw.FPDFText_GetFontSize(page.raw, at) if at is not None else 0
        lines.append(Line(words, left, bottom, right, top, float(size)))
    document.close()
    return lines
