"""Digests: the same however one walks through the records, and no difference in a scope goes unseen."""

import uuid
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from sync.digests import Line, added, differing, read, sums, written

IDS = st.integers(1, 12).map(lambda n: str(uuid.UUID(int=n)))
SCOPES = st.sampled_from(["shared", "broker:b", "case:1", "case:2"])
CASELOAD = st.dictionaries(IDS, st.tuples(SCOPES, st.integers(1, 3), st.booleans()), max_size=10)


def lines(caseload: dict[str, tuple[str, int, bool]]) -> list[Line]:
    return [(scope, record_id, rev, deleted) for record_id, (scope, rev, deleted) in caseload.items()]


@given(CASELOAD, st.randoms(use_true_random=False))
def test_the_order_does_not_matter(caseload: dict[str, tuple[str, int, bool]], chance: Random) -> None:
    mixed = lines(caseload)
    chance.shuffle(mixed)
    assert sums(mixed) == sums(lines(caseload))


@given(CASELOAD, CASELOAD)
def test_exactly_the_scopes_that_differ_are_named(
    mine: dict[str, tuple[str, int, bool]], theirs: dict[str, tuple[str, int, bool]]
) -> None:
    here, there = set(lines(mine)), set(lines(theirs))
    wanted = {line[0] for line in here ^ there}
    claimed = {scope: written(digest) for scope, digest in sums(lines(mine)).items()}
    assert differing(sums(lines(theirs)), claimed).keys() == wanted
    whole = (added(*sums(lines(mine)).values()), added(*sums(lines(theirs)).values()))
    assert (whole[0] == whole[1]) == (here == there)


@given(CASELOAD)
def test_a_digest_survives_its_journey(caseload: dict[str, tuple[str, int, bool]]) -> None:
    for digest in sums(lines(caseload)).values():
        assert read(written(digest)) == digest


@given(st.text(max_size=40))
def test_what_is_no_digest_is_equal_to_nothing(text: str) -> None:
    digest = read(text)
    assert digest == -1 or len(text) == 32
