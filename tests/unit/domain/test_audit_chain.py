"""The audit chain: no line can be changed, left out, put in or moved unseen."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broker_tui.domain.audit import NOTHING, AuditLine, sealed, start, verify

KEY = bytes(range(32))
text = st.text(max_size=12)
bodies = st.lists(st.tuples(text, text, text), min_size=1, max_size=12)


def chain(bodies: list[tuple[str, str, str]], old: int = 0) -> list[AuditLine]:
    """A log of which the first `old` lines are from before the chain."""
    lines: list[AuditLine] = []
    before = b""
    for seq, (action, entity, detail) in enumerate(bodies, 1):
        line = AuditLine(seq, "2026-11-17T09:00:00.000+01:00", "d", "a", action, entity, "id", detail, version="1")
        if seq > old:
            before = sealed(KEY, before or start(lines[:old]), line)
            line = replace(line, mac=before.hex())
        lines.append(line)
    return lines


def test_t12_the_seal_of_a_known_line_is_the_known_seal() -> None:
    line = AuditLine(1, "2026-11-17T09:00:00.000+01:00", "d1", "s1", "opened", "citizen", "c1", version="0.1.0")
    assert line.canonical() == b'[1,"2026-11-17T09:00:00.000+01:00","d1","s1","opened","citizen","c1","","","0.1.0"]'
    assert sealed(KEY, NOTHING, line).hex() == "e1e982a26db7776f5995b59bf5a432afc4954452ef36dfc4eedad49ebf3c2ade"


@given(bodies, st.integers(0, 12))
def test_a_log_as_it_was_written_is_whole(bodies: list[tuple[str, str, str]], old: int) -> None:
    found = verify(KEY, chain(bodies, old))
    assert (found.lines, found.broken_at) == (len(bodies), None)


@given(bodies, st.integers(0, 3), st.data())
def test_t27_an_edited_line_breaks_the_chain_at_its_number(
    bodies: list[tuple[str, str, str]], old: int, data: st.DataObject
) -> None:
    lines = chain(bodies, old)
    at = data.draw(st.integers(0, len(lines) - 1))
    field = data.draw(st.sampled_from(["at", "device", "actor", "action", "entity", "entity_id", "detail", "purpose"]))
    lines[at] = replace(lines[at], **{field: getattr(lines[at], field) + "x"})
    found = verify(KEY, lines)
    if lines[at].mac:
        assert found.broken_at == at + 1
    elif len(lines) > old:  # a line from before the chain shows at the first sealed one
        assert found.broken_at == old + 1


@given(bodies, st.data())
def test_t27_a_removed_moved_or_added_line_breaks_the_chain(
    bodies: list[tuple[str, str, str]], data: st.DataObject
) -> None:
    lines = chain(bodies)
    at = data.draw(st.integers(0, len(lines) - 1))
    how = data.draw(st.sampled_from(["removed", "renumbered", "doubled", "swapped"]))
    if how == "removed" and at < len(lines) - 1:
        assert verify(KEY, lines[:at] + lines[at + 1 :]).broken_at == at + 1
    elif how == "renumbered" and at < len(lines) - 1:
        rest = [replace(line, seq=line.seq - 1) for line in lines[at + 1 :]]
        assert verify(KEY, lines[:at] + rest).broken_at == at + 1
    elif how == "doubled":
        assert verify(KEY, [*lines[: at + 1], replace(lines[at], seq=at + 2), *lines[at + 1 :]]).broken_at == at + 2
    elif how == "swapped" and at < len(lines) - 1:
        one, two = lines[at], lines[at + 1]
        lines[at], lines[at + 1] = replace(two, seq=one.seq), replace(one, seq=two.seq)
        assert verify(KEY, lines).broken_at == at + 1


@pytest.mark.parametrize("change", [{"mac": ""}, {"mac": "00" * 32}])
def test_t27_a_seal_taken_away_or_made_up_is_seen(change: dict[str, Any]) -> None:
    lines = chain([("a", "b", "c")] * 4)
    lines[2] = replace(lines[2], **change)
    assert verify(KEY, lines).broken_at == 3
    assert verify(bytes(32), chain([("a", "b", "c")])).broken_at == 1
