"""Every code of the contract and every fault has words in both languages."""

import ast
from pathlib import Path
from typing import Any, Literal, get_args, get_origin, get_type_hints

import pytest

import broker_tui
from broker_tui.domain.dates import DateCode
from broker_tui.domain.views import FieldError, TodayItem
from broker_tui.i18n import use, words
from sync.records import RECORD_TYPES

ROOT = Path(broker_tui.__file__).parent
SAME = frozenset(
    {"Mentor", "Coach", "Video", "Administrator", "Jobcenter", "Motivation", "E-mail", "Start", "Status", "Version"}
)


def literals(hint: Any) -> list[str]:
    """The codes of a field's type."""
    if get_origin(hint) is Literal:
        return [code for code in get_args(hint) if isinstance(code, str)]
    return [code for part in get_args(hint) for code in literals(part)]


def coded() -> list[tuple[str, str, list[str]]]:
    return [
        (name, field, literals(hint))
        for name, kind in RECORD_TYPES.items()
        if name != "conflict"
        for field, hint in get_type_hints(kind.struct).items()
        if literals(hint)
    ]


@pytest.mark.parametrize(("type_name", "field", "codes"), coded())
def test_every_code_of_the_contract_has_a_word(type_name: str, field: str, codes: list[str]) -> None:
    table = words.TABLES[type_name, field]
    for code in codes:
        assert code in words.LABELS[table], (table, code)


def test_every_field_of_the_contract_has_a_name() -> None:
    fields = {name for kind in RECORD_TYPES.values() for name in kind.struct.__struct_fields__}
    internal = set(RECORD_TYPES["conflict"].struct.__struct_fields__)
    assert fields - internal - set(words.FIELDS) == set()


def test_every_word_is_danish_in_danish() -> None:
    use("da")
    tables = [text for table in words.LABELS.values() for text in table.values()]
    for text in {*tables, *words.FIELDS.values(), *words._ERRORS.values(), *words.UNDO.values()}:
        from broker_tui.i18n import _

        assert _(text) != text or text in SAME | {"Type", "Reference", "Hub"}, text


def fault_codes() -> set[str]:
    """The codes that validation and the use cases give to `FieldError` and `fault`."""
    found: set[str] = set(get_args(DateCode))
    files = [*(ROOT / "services").glob("*.py"), ROOT / "domain" / "validation.py", *ROOT.glob("cli_*.py")]
    for file in files:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and len(node.args) >= 2 and isinstance(node.args[1], ast.Constant):
                name = getattr(node.func, "id", getattr(node.func, "attr", ""))
                if name in ("FieldError", "fault"):
                    found.add(str(node.args[1].value))
    return found | {"cpr_format", "cpr_date", "cvr_format", "p_number_format", "cpr_checksum", "cvr_checksum"}


def test_every_fault_has_a_sentence_that_says_what_to_do() -> None:
    codes = fault_codes()
    assert len(codes) > 20
    assert codes - set(words._ERRORS) == set()
    for sentence in words._ERRORS.values():
        assert sentence.count(".") >= 2 or "?" in sentence, sentence


def test_an_unknown_code_is_shown_as_it_is() -> None:
    assert words.label("contact_kind", "hologram") == "hologram"
    assert words.field_error("note", "odd", {}) == "The value of Note cannot stand. Check it."
    assert words.error_line(FieldError("parts.0.note", "too_long", {"limit": 10_000, "length": 12_345})) == (
        "Note: The text has 12,345 characters; 10,000 is the most. Shorten it."
    )


def test_steps_and_badges() -> None:
    use("da")
    assert [words.step(code, "2") for code in ("guarantee", "fsm2", "uif2", "flexjob", "mastery")] == [
        "trin 2",
        "trin 2",
        "fase 2",
        "el. 2",
        "fase 2",
    ]
    assert words.step("uif2", "phase3") == "fase 3"
    assert words.step("flexjob", "before_job") == "før job"
    assert words.step("guarantee", "exited_hours") == "afsluttet"
    assert words.step(None, "2") == words.step("uif2", None) == ""
    assert words.badge("mastery") == "MEST"
    assert words.badge(None) == ""


def test_values_read_like_a_person_writes_them() -> None:
    use("da")
    assert words.value("contact", "outcome", "no_show") == "Udeblivelse"
    assert words.value("contact", "participants", ["citizen", "broker"]) == "Borger, Jobformidler"
    assert words.value("hours", "minutes_per_week", 480) == "8,0"
    assert words.value("goal", "due", "2026-11-24") == "24. nov 2026"
    assert words.value("citizen", "note", "2026-99-99") == "2026-99-99"
    assert words.value("contact", "needs_reply", True) == "ja"
    assert words.value("citizen", "phone", None) == ""


def test_a_memo_without_a_date_says_so() -> None:
    item = TodayItem("memo:1", "memo", "1", None, None, "undated", "husk", closes_with="done")
    assert words.why(item) == "Your memo, without a date."
    assert words.closes_with(item) == "done"
