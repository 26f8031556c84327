"""The sections of a case and their fields: the same words on every floor.

A section is either single (one record a case) or a list (any number of rows). What one country
alone asks is not here: it is a question of that country's rule book, answered under `answers`.
Field and section ids are permanent: they stand in journals that are never rewritten.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from clinic_app.domain.fields import Choice, Field, Kind, Merge
from clinic_app.words import N_


@dataclass(frozen=True, slots=True)
class Section:
    """One part of a case: `many` rows, or a single record."""

    id: str
    label: str
    about: str
    fields: tuple[Field, ...]
    many: bool = False

    def field(self, field_id: str) -> Field:
        """Return the field, or raise KeyError."""
        for field in self.fields:
            if field.id == field_id:
                return field
        raise KeyError(f"{self.id}.{field_id}")


def _choices(**codes: str) -> tuple[Choice, ...]:
    return tuple(Choice(code, label) for code, label in codes.items())


SEX: Final = _choices(
    female=N_("Female"),
    male=N_("Male"),
    other=N_("Another / intersex"),
)
AGE_BANDS: Final = (
    Choice("0-13", N_("Under 14")),
    Choice("14-15", "14–15"),
    Choice("16-17", "16–17"),
    Choice("18-24", "18–24"),
    Choice("25-34", "25–34"),
    Choice("35-44", "35–44"),
    Choice("45-54", "45–54"),
    Choice("55-64", "55–64"),
    Choice("65+", N_("65 or older")),
)
AREAS: Final = _choices(
    rural=N_("Countryside"),
    peri_urban=N_("Edge of a town"),
    urban=N_("Town or city"),
    employer_housing=N_("Camp or employer's housing"),
)
SECTORS: Final = _choices(
    farm=N_("Farm field"),
    packing=N_("Packing or agro-industry"),
    fishing=N_("Fishing"),
    mining=N_("Mining"),
    food=N_("Food plant"),
    garment=N_("Garments"),
    construction=N_("Construction"),
    transport=N_("Transport or delivery"),
    shop=N_("Shop"),
    hotel=N_("Hotel or restaurant"),
    cleaning=N_("Cleaning or security"),
    domestic=N_("Work in a private home"),
    care=N_("Care or health"),
    public=N_("Municipality or public service"),
    other=N_("Other"),
)
RELATIONS: Final = _choices(
    open_ended=N_("Employee, no end date"),
    fixed_term=N_("Fixed term or a certain job"),
    seasonal=N_("Seasonal"),
    day_labour=N_("Day labour"),
    piece_work=N_("Piece-work"),
    trial=N_("Trial, apprentice or intern"),
    via_supplier=N_("Through a labour supplier"),
    service_fees=N_("Service fees or self-employed on paper"),
    family=N_("Family, unpaid"),
    cooperative=N_("Member of a co-operative"),
    unsure=N_("Not sure"),
)
CONTRACT_PAPERS: Final = _choices(
    copy_held=N_("Written, has a copy"),
    not_given=N_("Written, no copy given"),
    oral=N_("Only spoken"),
    signed_blank=N_("Signed blank or unknown papers"),
    none=N_("Nothing"),
)
ENDINGS: Final = _choices(
    still_working=N_("Still working there"),
    dismissed=N_("Dismissed"),
    resigned=N_("Left by own decision"),
    pressed_to_resign=N_("Was pressed to resign"),
    left_with_cause=N_("Left because of what the employer did"),
    mutual_agreement=N_("Both agreed"),
    term_ended=N_("The contract or the job came to its end"),
    death=N_("The worker died"),
    other=N_("Other"),
)
PAY_PERIODS: Final = _choices(
    day=N_("a day"),
    week=N_("a week"),
    ten_days=N_("every 10 days"),
    fourteen_days=N_("every 14 days"),
    fifteen_days=N_("every 15 days"),
    month=N_("a month"),
)
PAY_FORMS: Final = _choices(
    time=N_("By time"),
    piece=N_("By piece or task"),
    commission=N_("Commission"),
    mixed=N_("Mixed"),
    in_kind=N_("In kind or a share"),
    unpaid=N_("Not paid"),
)
PAY_METHODS: Final = _choices(cash=N_("Cash"), bank=N_("Bank"), voucher=N_("Vouchers"), other=N_("Other"))
SHIFTS: Final = _choices(
    day=N_("Day"),
    night=N_("Night"),
    mixed=N_("Mixed"),
    split=N_("Split"),
    live_in=N_("Live-in"),
    rotating=N_("Rotating"),
)
EVENT_KINDS: Final = _choices(
    dismissal=N_("Dismissal"),
    notice_received=N_("Written notice received"),
    wage_cut=N_("Wage cut"),
    violation_known=N_("Learnt of the employer's breach"),
    letter_sent=N_("Letter sent to the employer"),
    employer_called=N_("The employer called"),
    threat=N_("Threat or reprisal"),
    accident=N_("Accident at work"),
    conciliation_filed=N_("Conciliation request filed"),
    conciliation_confirmed=N_("Conciliation request confirmed"),
    conciliation_hearing=N_("Conciliation hearing"),
    conciliation_certificate=N_("Certificate of no agreement"),
    conciliation_archived=N_("Conciliation file closed without hearing"),
    inspection_requested=N_("Inspection requested"),
    inspection_visit=N_("Inspection visit"),
    suit_filed=N_("Claim filed in court"),
    hearing=N_("Court hearing"),
    agreement=N_("Agreement"),
    judgment=N_("Judgment"),
    payment=N_("Payment received"),
    death=N_("Death of the worker"),
    employer_came=N_("The employer came or sent somebody"),
    reply_received=N_("The employer answered in writing"),
    meeting=N_("Meeting with the employer"),
    reasons_requested=N_("Written reasons asked for"),
    reasons_received=N_("Written reasons received"),
    summons=N_("Summons or notice of a date"),
    filing_returned=N_("Filing returned for correction"),
    filing_admitted=N_("Filing admitted"),
    complaint_filed=N_("Complaint to another authority"),
    inspection_findings=N_("Findings of the inspection"),
    inspection_order=N_("Order of the inspection"),
    inspection_revisit=N_("Second visit of the inspection"),
    enforcement=N_("Enforcement asked for"),
    appeal=N_("Appeal"),
    other=N_("Other"),
)
DIARY_KINDS: Final = _choices(
    worker_called=N_("The worker called"),
    worker_came=N_("The worker came"),
    reached=N_("We reached the worker"),
    not_reached=N_("We did not reach the worker"),
    authority_called=N_("The authority called"),
    filing=N_("Filed"),
    hearing=N_("Hearing"),
    visit=N_("Visit"),
    call_back=N_("Call back"),
    instalment=N_("Instalment"),
    ask=N_("Ask what came of it"),
    task=N_("To do"),
)
DIARY_STATES: Final = _choices(done=N_("Done"), missed=N_("Did not happen"), dropped=N_("Not needed any more"))
DIARY_RESULTS: Final = _choices(
    agreement=N_("Agreement"),
    no_agreement=N_("No agreement"),
    new_date=N_("A new date was set"),
    worker_absent=N_("The worker did not come"),
    employer_absent=N_("The employer did not come"),
    both_absent=N_("Nobody came"),
    not_summoned=N_("The employer was not summoned in time"),
    findings=N_("Breaches were found"),
    no_findings=N_("No breach was found"),
    order=N_("The employer was ordered to put it right"),
    put_right=N_("The employer has put it right"),
    for_worker=N_("Decided for the worker"),
    partly=N_("Decided partly for the worker"),
    against=N_("Decided against the worker"),
    other=N_("Other"),
)
OUTCOMES: Final = _choices(
    employer_resolved=N_("Resolved by the employer"),
    settled=N_("Settled at conciliation"),
    judgment_for_worker=N_("Order or judgment for the worker"),
    judgment_partly=N_("Order or judgment partly for the worker"),
    judgment_against=N_("Decided against the worker"),
    inspection_finding=N_("The inspection found a breach"),
    inspection_remedied=N_("Put right after the inspection"),
    withdrew_fear=N_("The worker withdrew: fear"),
    withdrew_moved=N_("The worker withdrew: moved away"),
    withdrew_cost=N_("The worker withdrew: cost or time"),
    withdrew_satisfied=N_("The worker withdrew: is content"),
    withdrew_other=N_("The worker withdrew: another reason"),
    time_barred=N_("The time to claim had run out"),
    no_violation=N_("No violation"),
    referred=N_("Referred to somebody else"),
    lost_contact=N_("Contact was lost"),
)
EVIDENCE_KINDS: Final = _choices(
    contract=N_("Contract"),
    payslip=N_("Payslip or receipt"),
    bank_statement=N_("Bank statement"),
    messages=N_("Messages"),
    photo=N_("Photo"),
    timecard=N_("Time record or schedule"),
    social_security=N_("Social security record"),
    dismissal_notice=N_("Notice of dismissal"),
    settlement=N_("Settlement or resignation paper"),
    medical=N_("Medical paper"),
    badge=N_("Badge or uniform"),
    identity=N_("Identity document"),
    witness=N_("Witness"),
    audio=N_("Audio or video"),
    other=N_("Other"),
)
EVIDENCE_FORMS: Final = _choices(original=N_("Original"), copy=N_("Copy"), photo=N_("Photo"), digital=N_("On a phone"))
WITNESS_RELATIONS: Final = _choices(
    co_worker=N_("Works there too"),
    former_worker=N_("Worked there before"),
    boss=N_("Gave orders there"),
    family=N_("Family of the worker"),
    neighbour=N_("Lives near"),
    client=N_("Client or supplier"),
    official=N_("Inspector, doctor or other official"),
    other=N_("Other"),
)
WILLING: Final = _choices(
    yes=N_("Yes"),
    maybe=N_("Perhaps, or only without a name"),
    only_called=N_("Only when an authority calls"),
    no=N_("No"),
)
ROLES: Final = _choices(
    employer=N_("Is the employer"),
    hires=N_("Hired the worker"),
    pays=N_("Pays the wages"),
    directs=N_("Gives the orders"),
    receives=N_("Receives the work"),
    client=N_("Client company"),
)
SURE: Final = _choices(sure=N_("The name is sure"), not_sure=N_("The name is not sure"))


def _yes_no(field_id: str, label: str, help_text: str = "", *, merge: Merge = Merge.REGISTER, tier: int = 1) -> Field:
    return Field(field_id, Kind.YES_NO, label, help_text, merge=merge, tier=tier)


URGENT: Final = Section(
    "urgent",
    N_("Urgent"),
    N_("Asked before anything else; a yes opens help at once."),
    (
        _yes_no("safe_to_talk", N_("Is it safe to talk now?"), N_("See the worker alone for at least two minutes.")),
        _yes_no("danger_today", N_("Is the worker in danger today?")),
        _yes_no("documents_held", N_("Does someone keep their documents, wages or belongings?")),
        _yes_no("under_18", N_("Is the worker under 18?")),
        _yes_no("children_at_site", N_("Do children work at the site?")),
        _yes_no("injury", N_("Is the worker hurt or ill because of the work?")),
        _yes_no("violence", N_("Has there been violence or harassment, sexual or not?")),
        _yes_no("pregnancy", N_("Is the worker pregnant, nursing or on maternity leave?")),
        _yes_no("cannot_leave", N_("Is the worker kept from leaving, by debt, threats or locks?")),
        _yes_no("employer_housing", N_("Does the worker live in housing of the employer?")),
        _yes_no("deadline_this_week", N_("Is there a hearing or a last day this week?")),
    ),
)

CONSENT: Final = Section(
    "consent",
    N_("Consent"),
    N_("Each layer apart; silence is no; each can be withdrawn."),
    (
        _yes_no("talk", N_("Agrees to talk today"), merge=Merge.STRICT),
        _yes_no("keep_record", N_("Agrees that we keep a record"), merge=Merge.STRICT),
        _yes_no("statistics", N_("Agrees to be counted in statistics without a name"), merge=Merge.STRICT),
        _yes_no("share_with_authority", N_("Agrees that we share it with the authority"), merge=Merge.STRICT),
        _yes_no("contact_employer", N_("Agrees that we contact the employer"), merge=Merge.STRICT),
        _yes_no("show_name", N_("Agrees that the employer sees the worker's name"), merge=Merge.STRICT),
        _yes_no("photo", N_("Agrees to photos of them or of their papers"), merge=Merge.STRICT),
        _yes_no("press", N_("Agrees that the case is told to the press"), merge=Merge.STRICT),
        Field(
            "authority", Kind.TEXT, N_("Which authority may get it"), N_("Empty: the one that the papers name."), tier=1
        ),
        Field("valid_until", Kind.DATE, N_("Valid until"), N_("Empty: until the worker takes it back."), tier=1),
        Field("recorded_on", Kind.DATE, N_("Date of the consent"), tier=1),
        Field("language", Kind.TEXT, N_("Language in which consent was asked"), tier=1),
        Field("interpreter", Kind.TEXT, N_("Interpreter, if any"), tier=1),
    ),
)

CONTACT: Final = Section(
    "contact",
    N_("Safe contact"),
    N_("Default: do not call, do not write home."),
    (
        _yes_no("may_call", N_("May we call?"), merge=Merge.STRICT),
        Field("phone", Kind.TEXT, N_("Safe phone number"), merge=Merge.STRICT, tier=1),
        Field("whose_phone", Kind.TEXT, N_("Whose phone is it?"), tier=1),
        Field("safe_hours", Kind.TEXT, N_("Safe hours"), merge=Merge.STRICT, tier=1),
        _yes_no("leave_message", N_("May we leave a message?"), merge=Merge.STRICT),
        Field("name_to_use", Kind.TEXT, N_("What name do we use?"), tier=1),
        Field("code_question", Kind.TEXT, N_("Question only the worker can answer"), tier=1),
        Field("contact_person", Kind.TEXT, N_("Person of trust"), tier=1),
        Field("meeting_place", Kind.TEXT, N_("Safe place to meet"), tier=1),
        Field(
            "never",
            Kind.TEXT,
            N_("Do not ever…"),
            N_("Who must not know, where not to call or write."),
            merge=Merge.STRICT,
            tier=1,
        ),
    ),
)

WORKER: Final = Section(
    "worker",
    N_("Worker"),
    N_("Who the worker is; an alias is enough to begin."),
    (
        Field("name", Kind.TEXT, N_("Name"), N_("As the worker gives it."), tier=1),
        Field("alias", Kind.TEXT, N_("Alias"), N_("Used on papers and lists when the name is hidden."), tier=1),
        _yes_no("keep_hidden", N_("Keep the name hidden"), N_("No paper prints the name."), merge=Merge.STRICT),
        Field("sex", Kind.CHOICE, N_("Sex"), choices=SEX, tier=1),
        Field("birth", Kind.DATE, N_("Date or year of birth"), tier=1),
        Field("age_band", Kind.CHOICE, N_("Age"), choices=AGE_BANDS, tier=1),
        Field("area", Kind.CHOICE, N_("Where they live"), choices=AREAS, tier=1),
        Field("municipality", Kind.TEXT, N_("Municipality where they live"), tier=1),
        Field("language", Kind.TEXT, N_("Language spoken best"), N_("Name or ISO 639-3 code."), tier=1),
        _yes_no("interpreter_needed", N_("Needs an interpreter")),
        _yes_no("indigenous", N_("Identifies as indigenous or of a minority")),
        _yes_no("disability", N_("Has a lot of difficulty seeing, hearing, walking, remembering or with self-care")),
        Field("official_id", Kind.TEXT, N_("Number of an official identity document"), tier=3),
        Field("address", Kind.TEXT, N_("Address for official notices"), tier=3),
    ),
)

STORY: Final = Section(
    "story",
    N_("The story"),
    N_("In the worker's own words, once, in their order."),
    (
        Field(
            "told",
            Kind.LONG_TEXT,
            N_("What happened?"),
            N_("Write it as it is told. Nobody corrects it."),
            merge=Merge.LONG_TEXT,
            tier=1,
        ),
        Field("wants", Kind.LONG_TEXT, N_("What does the worker want to happen?"), merge=Merge.LONG_TEXT, tier=1),
        Field("language", Kind.TEXT, N_("Language in which it was told"), tier=1),
    ),
)

EMPLOYERS: Final = Section(
    "employers",
    N_("Employers"),
    N_("One or several; a place is enough when the name is unknown."),
    (
        Field("name", Kind.TEXT, N_("Name of the employer"), N_("Company, person or what people call them.")),
        Field("name_sure", Kind.CHOICE, N_("Is the name sure?"), choices=SURE),
        Field("trade_name", Kind.TEXT, N_("Name on the sign or uniform")),
        Field("role", Kind.CHOICE, N_("What they do"), choices=ROLES),
        Field("place", Kind.TEXT, N_("Address or directions to the place of work")),
        Field("municipality", Kind.TEXT, N_("Municipality")),
        Field("state", Kind.TEXT, N_("State or region")),
        Field("activity", Kind.TEXT, N_("What the place makes or sells")),
        Field("sector", Kind.CHOICE, N_("Sector"), choices=SECTORS, tier=1),
        Field("workers", Kind.INTEGER, N_("How many people work there, more or less"), high=Decimal(1_000_000)),
        Field("gives_orders", Kind.TEXT, N_("Who gives the orders")),
        Field("phone", Kind.TEXT, N_("Phone of the employer")),
        Field("tax_id", Kind.TEXT, N_("Tax number"), tier=3),
    ),
    many=True,
)

JOB: Final = Section(
    "job",
    N_("Work"),
    N_("The job, from the first day to the last."),
    (
        Field("position", Kind.TEXT, N_("What do they do there?")),
        Field("relation", Kind.CHOICE, N_("Kind of work relation"), choices=RELATIONS),
        Field("contract", Kind.CHOICE, N_("Contract paper"), choices=CONTRACT_PAPERS),
        Field("start", Kind.DATE, N_("First day of work"), N_("Day, month or year; “about” is welcome.")),
        Field("last_day", Kind.DATE, N_("Last day worked"), N_("Leave empty if still working.")),
        Field("ending", Kind.CHOICE, N_("How did it end?"), choices=ENDINGS),
        Field("ending_said", Kind.TEXT, N_("What was said when it ended")),
        Field("municipality", Kind.TEXT, N_("Municipality where the work is done")),
        Field("state", Kind.TEXT, N_("State or region where the work is done")),
        Field(
            "zone",
            Kind.TEXT,
            N_("Wage zone"),
            N_("A zone of the rule book; when empty it follows from the municipality."),
        ),
        Field(
            "registered",
            Kind.CHOICE,
            N_("Registered with social security?"),
            choices=_choices(yes=N_("Yes, with the real pay"), partly=N_("Yes, with less pay"), no=N_("No")),
        ),
    ),
)

PAY: Final = Section(
    "pay",
    N_("Pay"),
    N_("What is or was paid at the end of the job."),
    (
        Field("amount", Kind.MONEY, N_("Pay"), N_("Before deductions, for the period chosen beside it.")),
        Field("period", Kind.CHOICE, N_("Paid every"), choices=PAY_PERIODS),
        Field("form", Kind.CHOICE, N_("How it is counted"), choices=PAY_FORMS),
        Field("method", Kind.CHOICE, N_("How it is paid"), choices=PAY_METHODS),
        Field(
            "other_daily",
            Kind.MONEY,
            N_("Other regular benefits, average a day"),
            N_("Commissions, bonuses, vouchers, housing: their daily average."),
        ),
        Field("unpaid_days", Kind.NUMBER, N_("Days worked and not paid"), high=Decimal(4000)),
        Field(
            "unpaid_amount",
            Kind.MONEY,
            N_("Wages not paid, if the sum is known"),
            N_("Used instead of the days when both are known."),
        ),
        Field(
            "received_at_exit",
            Kind.MONEY,
            N_("Money received when it ended"),
            N_("Settlement or part payment: it is taken off what is owed."),
        ),
    ),
)

EARLIER_PAY: Final = Section(
    "earlier_pay",
    N_("Earlier pay"),
    N_("If the pay changed: each earlier pay and its last day."),
    (
        Field("until", Kind.DATE, N_("Paid until")),
        Field("amount", Kind.MONEY, N_("Pay")),
        Field("period", Kind.CHOICE, N_("Paid every"), choices=PAY_PERIODS),
    ),
    many=True,
)

HOURS: Final = Section(
    "hours",
    N_("Hours"),
    N_("The usual week."),
    (
        Field("shift", Kind.CHOICE, N_("Shift"), choices=SHIFTS),
        Field("starts", Kind.TIME, N_("Starts at")),
        Field("ends", Kind.TIME, N_("Ends at")),
        Field("per_day", Kind.NUMBER, N_("Hours a day"), high=Decimal(24)),
        Field("days_per_week", Kind.NUMBER, N_("Days a week"), high=Decimal(7)),
        Field("per_week", Kind.NUMBER, N_("Hours a week"), high=Decimal(168)),
        Field(
            "agreed_per_day",
            Kind.NUMBER,
            N_("Hours a day that were agreed, if fewer than the legal day"),
            low=Decimal(1),
            high=Decimal(24),
        ),
        Field("rest_days", Kind.NUMBER, N_("Rest days a week"), high=Decimal(7)),
    ),
)

EVENTS: Final = Section(
    "events",
    N_("What happened"),
    N_("Dated events; corrections are new events."),
    (
        Field("kind", Kind.CHOICE, N_("What happened"), choices=EVENT_KINDS),
        Field("date", Kind.DATE, N_("Date")),
        Field("note", Kind.TEXT, N_("Note")),
        Field("amount", Kind.MONEY, N_("Amount, if money was paid")),
        Field(
            "how_known",
            Kind.CHOICE,
            N_("How it is known"),
            choices=_choices(saw=N_("Saw it"), told=N_("Was told"), paper=N_("There is a paper")),
        ),
    ),
    many=True,
)

EVIDENCE: Final = Section(
    "evidence",
    N_("Evidence"),
    N_("Papers, messages, photos, witnesses."),
    (
        Field("kind", Kind.CHOICE, N_("Kind"), choices=EVIDENCE_KINDS),
        Field("title", Kind.TEXT, N_("What it is")),
        Field("date", Kind.DATE, N_("Date of the paper")),
        Field("made_by", Kind.TEXT, N_("Who made it")),
        Field("form", Kind.CHOICE, N_("Original or copy"), choices=EVIDENCE_FORMS),
        Field("kept", Kind.TEXT, N_("Where it is kept")),
        Field("shows", Kind.TEXT, N_("What it shows")),
        Field(
            "transcript",
            Kind.LONG_TEXT,
            N_("Typed copy of what it says"),
            N_("Word for word. It is printed after the picture and marked as typed by the clinic."),
            merge=Merge.LONG_TEXT,
            later=True,
        ),
        Field("transcribed_by", Kind.TEXT, N_("Who typed it"), later=True),
        Field("translation", Kind.LONG_TEXT, N_("Translation"), merge=Merge.LONG_TEXT, later=True),
        Field("translated_by", Kind.TEXT, N_("Translator"), later=True),
        Field("translated_on", Kind.DATE, N_("Date of the translation"), later=True),
    ),
    many=True,
)

WITNESSES: Final = Section(
    "witnesses",
    N_("Witnesses"),
    N_("People who saw or know something. A word like “neighbour” is enough; nobody has to be named."),
    (
        Field("name", Kind.TEXT, N_("Name"), N_("Printed for an authority only with that person's own yes.")),
        Field(
            "code",
            Kind.TEXT,
            N_("Word or letter that stands for the name"),
            N_("When empty, papers count: witness 1, 2, …"),
        ),
        Field("saw", Kind.LONG_TEXT, N_("What did this person see, hear or know?"), merge=Merge.LONG_TEXT),
        Field("relation", Kind.CHOICE, N_("Who is this person?"), choices=WITNESS_RELATIONS),
        Field("willing", Kind.CHOICE, N_("Will this person testify?"), choices=WILLING),
        _yes_no(
            "may_be_named",
            N_("Does this person agree that the authority gets the name?"),
            N_("Ask the person, not the worker. Silence is no."),
            merge=Merge.STRICT,
            tier=2,
        ),
        Field(
            "risk", Kind.TEXT, N_("What could happen to this person?"), N_("For the clinic only."), merge=Merge.STRICT
        ),
        Field(
            "contact", Kind.TEXT, N_("Safe way to reach this person"), N_("For the clinic only."), merge=Merge.STRICT
        ),
    ),
    many=True,
)

DIARY: Final = Section(
    "diary",
    N_("The clinic's diary"),
    N_("What the clinic plans and does in a case. No paper prints it."),
    (
        Field("kind", Kind.CHOICE, N_("What it is"), choices=DIARY_KINDS),
        Field("date", Kind.DATE, N_("Date")),
        Field("time", Kind.TIME, N_("Time")),
        Field("state", Kind.CHOICE, N_("Done?"), N_("Empty: still to come."), choices=DIARY_STATES, merge=Merge.STATE),
        Field("result", Kind.CHOICE, N_("What came out"), choices=DIARY_RESULTS, merge=Merge.STATE),
        Field("note", Kind.TEXT, N_("Note")),
        Field("authority", Kind.TEXT, N_("Authority"), N_("A place of the rule book.")),
        Field("number", Kind.TEXT, N_("Number that the authority gave")),
        Field("amount", Kind.MONEY, N_("Amount")),
        Field("step", Kind.TEXT, N_("Step at the authority"), N_("A kind of event.")),
        Field("event", Kind.TEXT, N_("The event it belongs to"), N_("The id of a row of “What happened”.")),
    ),
    many=True,
)

CLOSING: Final = Section(
    "closing",
    N_("How the case ended"),
    N_("Written when a case is closed."),
    (
        Field("outcome", Kind.CHOICE, N_("How did it end?"), choices=OUTCOMES, merge=Merge.STATE),
        Field("closed_on", Kind.DATE, N_("Closed on")),
        Field("recovered", Kind.MONEY, N_("Money that the worker received in all")),
        _yes_no("worker_told", N_("Does the worker know?"), tier=2),
        Field("note", Kind.TEXT, N_("Note")),
    ),
)

SECTIONS: Final = (
    URGENT,
    CONSENT,
    CONTACT,
    WORKER,
    STORY,
    EMPLOYERS,
    JOB,
    PAY,
    EARLIER_PAY,
    HOURS,
    EVENTS,
    EVIDENCE,
    WITNESSES,
    DIARY,
    CLOSING,
)
OF_THE_CLINIC: Final = (DIARY, CLOSING)
"""The sections that staff write about their own work: no interview asks them and no paper prints them."""

BY_ID: Final = {section.id: section for section in SECTIONS}
