"""Sense before saving: cleaned text, and one fault per field that cannot stand."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broker_tui.domain.validation import cleaned, errors, holds_cpr, warnings
from sync.records import Record
from sync.records.types import Citizen, Company, CompanyVisit, Consent, Contact, Goal, Hours, Placement

TODAY = date(2026, 11, 17)
LATER = date(2026, 11, 18)


@pytest.mark.parametrize(
    ("record", "faults"),
    [
        (Citizen(name="A", cpr="0101900000"), []),
        (Citizen(name="", cpr="12"), [("name", "required"), ("cpr", "cpr_format")]),
        (Citizen(name="A", cpr="3002900000"), [("cpr", "cpr_date")]),
        (Citizen(name="A", cpr="0101364000"), [("cpr", "cpr_date")]),  # born in 2036
        (Citizen(name="A", note="x" * 10_001), [("note", "too_long")]),
        (Company(name="A", cvr="1", p_number="2"), [("cvr", "cvr_format"), ("p_number", "p_number_format")]),
        (Company(name="A", employees=-1), [("employees", "negative")]),
        (Company(name="A", note="se 010190-0000"), [("note", "cpr_in_shared")]),
        (CompanyVisit(company_id="c", occurred_on=LATER), [("occurred_on", "in_future")]),
        (CompanyVisit(company_id="c", occurred_on=TODAY, promised="0101900000"), [("promised", "cpr_in_shared")]),
        (Contact(occurred_on=TODAY, kind="phone", outcome="reached"), [("walk_in_name", "who_is_missing")]),
        (Placement(citizen_id="c", type="taster", start=TODAY, actual_end=LATER), [("actual_end", "in_future")]),
        (
            Placement(citizen_id="c", type="taster", start=LATER, planned_end=TODAY),
            [("planned_end", "end_before_start")],
        ),
        (Hours(citizen_id="c", start=TODAY, minutes_per_week=74 * 60, measure="flexjob"), []),
        (
            Hours(citizen_id="c", start=TODAY, minutes_per_week=74 * 60 + 1, measure="flexjob"),
            [("minutes_per_week", "hours_too_many")],
        ),
        (Goal(citizen_id="c", kind="step", text="x", set_on=date(26, 1, 1)), [("set_on", "date_range")]),
        (
            Consent(citizen_id="c", kind="network", state="given", stated_on=TODAY, expires=date(2026, 1, 1)),
            [("expires", "end_before_start")],
        ),
    ],
)
def test_faults(record: Record, faults: list[tuple[str, str]]) -> None:
    assert [(fault.field, fault.code) for fault in errors(cleaned(record), TODAY)] == faults


def test_numbers_are_stored_as_digits_and_empty_text_as_nothing() -> None:
    record = cleaned(Citizen(name="  Mia \x07 Test ", cpr="010190-0000", phone=" ", note=" linje 1\r\nlinje 2 \n"))
    assert record == Citizen(name="Mia Test", cpr="0101900000", note="linje 1\nlinje 2")
    assert cleaned(Company(name="A", cvr="DK 12 34 56 78")).cvr == "12345678"
    assert cleaned(Citizen(name="A", cpr="101900000")).cpr == "0101900000"  # a spreadsheet lost the zero


def test_a_checksum_only_warns() -> None:
    record = Citizen(name="A", cpr="0101900000")
    assert errors(record, TODAY) == []
    assert [(fault.field, fault.code) for fault in warnings(record)] == [("cpr", "cpr_checksum")]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("ring 010190-0000 i dag", True),
        ("010190 0000", True),
        ("(0101900000)", True),
        ("telefon 12345678", False),
        ("ordre 9913990000", False),
        ("kontonummer 12345678901234", False),
    ],
)
def test_cpr_numbers_in_running_text(text: str, found: bool) -> None:
    assert holds_cpr(text) is found


@given(st.text(max_size=200))
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    once = cleaned(
        Contact(occurred_on=TODAY, kind="phone", outcome="reached", note=text, others=text, walk_in_name=text)
    )
    assert cleaned(once) == once
