"""Every reason a sync can end has words in both languages, and so has every refusal of the hub."""

import pytest

from broker_tui import i18n
from broker_tui.i18n import causes
from sync.errors import Cause
from sync.hub import problems

PER_OPERATION = [
    "malformed", "op-id-reuse", "not-entitled", "unknown-type", "schema-too-new", "validation", "wrong-scope",
    "append-only", "hub-writes-only", "tx-partner-refused",
]  # fmt: skip


@pytest.mark.parametrize("cause", [*(cause.value for cause in Cause), "store_full"])
def test_every_cause_says_what_is_wrong_and_what_to_do(cause: str) -> None:
    english = causes.explain(cause)
    i18n.use("da")
    danish = causes.explain(cause)
    for here, there in zip(
        (english.title, english.detail, english.action), (danish.title, danish.detail, danish.action), strict=True
    ):
        assert here != there
        assert here.endswith(".")
        assert there.endswith(".")
    assert danish.title in causes.sentence(cause)


@pytest.mark.parametrize("code", PER_OPERATION)
def test_every_refusal_of_a_change_has_words(code: str) -> None:
    assert problems.problem(code).status >= 400
    english = causes.refusal(code)
    i18n.use("da")
    assert causes.refusal(code) != english
    assert code not in english


def test_what_a_newer_hub_says_is_shown_as_it_stands() -> None:
    assert causes.refusal("tomorrows-code", "the moon is full") == (
        "The hub refused this change (tomorrows-code): the moon is full"
    )
    assert "tomorrows_cause" in causes.sentence("tomorrows_cause")
