"""Which words about telling a company hold: the newest of each item, for this company or for any, inside its days."""

from datetime import date, timedelta
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from broker_tui.domain.disclosure import Word, holding

TODAY = date(2026, 11, 17)
ITEMS = ("tasks", "hours", "need:quiet")
days = st.integers(-20, 20).map(lambda n: TODAY + timedelta(days=n))
words = st.builds(
    Word,
    item=st.sampled_from(ITEMS),
    given=st.booleans(),
    on=days,
    order=st.uuids().map(str),
    text=st.just(""),
    until=st.none() | days,
    receiver=st.sampled_from(("", "c1", "Kantinen Åen", "c2", "Odins Lager")),
)


def at(said: list[Word], company: str = "c1", name: str = "Kantinen Åen") -> set[str]:
    return set(holding(said, company, name, TODAY))


def test_a_word_for_another_company_says_nothing_here() -> None:
    assert at([Word("tasks", True, TODAY, "1", receiver="c2")]) == set()
    assert at([Word("tasks", True, TODAY, "1", receiver="kantinen aaen")]) == {"tasks"}
    assert at([Word("tasks", True, TODAY, "1"), Word("tasks", False, TODAY, "2", receiver="c2")]) == {"tasks"}


def test_the_newest_word_counts_and_each_has_its_days() -> None:
    yes, no = Word("tasks", True, TODAY, "1"), Word("tasks", False, TODAY, "2")
    assert at([no, yes]) == set()
    assert at([Word("tasks", True, TODAY + timedelta(days=1), "1")]) == set()
    assert at([Word("tasks", True, TODAY - timedelta(days=9), "1", until=TODAY - timedelta(days=1))]) == set()


@given(st.lists(words, max_size=12), st.randoms())
def test_order_of_reading_never_matters_and_nothing_is_told_without_a_yes(said: list[Word], chance: Random) -> None:
    shuffled = list(said)
    chance.shuffle(shuffled)
    assert at(said) == at(shuffled)
    assert all(any(w.given and w.item == item for w in said) for item in at(said))


@given(st.lists(words, max_size=12), st.sampled_from(ITEMS))
def test_a_refusal_to_everybody_said_last_closes_an_item(said: list[Word], item: str) -> None:
    late = Word(item, False, TODAY, "~")
    assert item not in at([w for w in said if w.on <= TODAY] + [late])
