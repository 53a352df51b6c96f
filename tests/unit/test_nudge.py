"""The privacy nudge: finds what should make a broker look twice, and stays quiet otherwise."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broker_tui.domain.nudge import Nudge, company_nudges, has_cpr, nudges


@pytest.mark.parametrize("text", ["010190-0000", "ring til 0101900000 i dag", "cpr 010190 0000."])
def test_cpr_is_seen_however_it_is_written(text: str) -> None:
    assert has_cpr(text)
    assert nudges(text)[0] == Nudge("cpr")


@pytest.mark.parametrize("text", ["320190-0000", "20123456", "010190-00001", "12 34 56 78", ""])
def test_other_numbers_are_left_alone(text: str) -> None:
    assert not has_cpr(text)


def test_health_word_is_quoted_as_written() -> None:
    assert nudges("Søvnen er bedre") == (Nudge("health", "Søvnen"),)
    assert nudges("Møder stabilt, tre dage i træk") == ()


def test_company_part_mentions_a_citizen_by_first_or_last_name() -> None:
    assert company_nudges("Bente er glad for jonas.", ("Jonas Pedersen",)) == (Nudge("name", "Jonas"),)
    assert company_nudges("Bente er glad for begge.", ("Jonas Pedersen", "Mia Thomsen")) == ()


@given(st.text(max_size=200))
def test_any_text_is_taken(text: str) -> None:
    company_nudges(text, (text,))
