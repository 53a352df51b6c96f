"""A definition that is wrong is refused whole, with file, rule, key and what to do."""

from pathlib import Path

import pytest

from broker_tui.programmes import loading
from broker_tui.programmes.loading import DefinitionRefused

GOOD = """
id = "guarantee"
version = "1"
family = "guarantee"
da = "Prøve"
en = "Trial"
[params.days]
value = 7
da = "Dage"
en = "Days"
local = true
min = 1
max = 30
[params.fixed]
value = 3
da = "Fast"
en = "Fixed"
[[steps]]
code = "step1"
da = "Trin 1"
en = "Step 1"
[facts.cv]
da = "CV"
en = "CV"
[[rule]]
id = "guarantee.step1.cv"
step = "step1"
kind = "doc"
severity = "M"
who = ["broker"]
source = "somewhere"
da = { demand = "Lav et cv", why = "Det viser evner", closes = "Et cv" }
en = { demand = "Make a CV", why = "It shows skills", closes = "A CV" }
evaluator = { type = "deadline", since = "cv.first", due = "cv.first + $days d", closed_by = { fact = "cv" } }
"""


def refused(tmp_path: Path, text: str) -> str:
    file = tmp_path / "own.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(DefinitionRefused) as caught:
        loading.from_file(file)
    return str(caught.value)


def test_a_good_definition_is_taken(tmp_path: Path) -> None:
    file = tmp_path / "own.toml"
    file.write_text(GOOD, encoding="utf-8")
    assert list(loading.from_file(file).rules) == ["guarantee.step1.cv"]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('severity = "M"', 'severity = "X"', ("guarantee.step1.cv", "severity", "'X'")),
        ('kind = "doc"', "", ("guarantee.step1.cv", "kind")),
        ('who = ["broker"]', 'who = ["wizard"]', ("guarantee.step1.cv", "who", "wizard", "[roles.wizard]")),
        ('closed_by = { fact = "cv" }', 'closed_by = { fact = "cvv" }', ("guarantee.step1.cv", "cvv", "[facts.cvv]")),
        ('{ fact = "cv" } }', '{ fact = "cv", where = { colour = "red" } } }', ("guarantee.step1.cv", "colour")),
        ("$days d", "$dayz d", ("guarantee.step1.cv", "$dayz")),
        ('due = "cv.first', 'due = "nowhere', ("guarantee.step1.cv", "nowhere")),
        ("+ $days d", "+ seven days", ("guarantee.step1.cv", "length")),
        ('type = "deadline"', 'type = "prophecy"', ("guarantee.step1.cv", "prophecy")),
        ('step = "step1"', 'step = "step1"\nlive = ["step9"]', ("guarantee.step1.cv", "live", "step9")),
        ("[[rule]]", "[[rule", ("own.toml", "TOML")),
        ('source = "somewhere"', 'source = "somewhere"\ncolour = "red"', ("guarantee.step1.cv", "colour")),
        (
            'severity = "M"',
            'severity = "R"\nmandatory_where = { place = "x" }',
            ("mandatory_where", "'place' is no parameter"),
        ),
    ],
)
def test_what_is_wrong_is_told_with_its_place(tmp_path: Path, old: str, new: str, told: tuple[str, ...]) -> None:
    message = refused(tmp_path, GOOD.replace(old, new, 1))
    assert all(part in message for part in told), message


def test_a_rule_that_stands_twice_is_refused(tmp_path: Path) -> None:
    again = GOOD[GOOD.index("[[rule]]") :]
    assert "stands twice" in refused(tmp_path, GOOD + again)


def test_every_fault_is_told_at_once(tmp_path: Path) -> None:
    message = refused(tmp_path, GOOD.replace('who = ["broker"]', 'who = ["wizard"]').replace("$days d", "$dayz d"))
    assert "wizard" in message
    assert "$dayz" in message


def test_a_local_setting_changes_the_number(tmp_path: Path) -> None:
    file = tmp_path / "own.toml"
    file.write_text(GOOD, encoding="utf-8")
    assert loading.from_file(file, {"days": 10}).params["days"] == 10


@pytest.mark.parametrize(
    ("local", "told"),
    [
        ({"dayz": 3}, "no parameter"),
        ({"fixed": 4}, "no local setting"),
        ({"days": 99}, "between 1 and 30"),
        ({"days": "ten"}, "should be like 7"),
    ],
)
def test_a_setting_the_programme_does_not_leave_open_is_refused(
    tmp_path: Path, local: dict[str, object], told: str
) -> None:
    file = tmp_path / "own.toml"
    file.write_text(GOOD, encoding="utf-8")
    with pytest.raises(DefinitionRefused) as caught:
        loading.from_file(file, local)
    assert told in str(caught.value)


def test_the_compiled_form_is_used_only_while_it_matches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = tmp_path / "guarantee.toml"
    source.write_text(GOOD, encoding="utf-8")
    source.with_suffix(".json").write_text('{"sha256": "old", "content": {"id": "stale"}}', encoding="utf-8")
    monkeypatch.setattr(loading, "FOLDER", tmp_path)
    assert loading.raw("guarantee")["id"] == "guarantee"
