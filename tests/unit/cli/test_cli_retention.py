"""`broker retention` and `jobcenter-hub erase`, against a real hub in a process of its own."""

from pathlib import Path

from tests.unit.cli.cli_helpers import Laptop
from tests.unit.cli.test_cli_sync import RunningHub


def test_without_a_hub_nobody_leaves(laptop: Laptop) -> None:
    laptop.person()
    assert laptop.json("retention") == {"days": 30, "people": []}
    assert "only copy" in laptop.run("retention").stdout


def test_the_days_have_bounds(laptop: Laptop) -> None:
    laptop.run("retention", "days", "14")
    assert laptop.json("retention")["days"] == 14
    (line,) = laptop.refuse("retention", "days", "1000")
    assert "between 0 and 365" in line


def test_nobody_can_be_fetched_who_never_left(laptop: Laptop) -> None:
    (line,) = laptop.refuse("retention", "fetch", "0193d7a0-0000-7000-8000-000000000000")
    assert "retention gone" in line
    laptop.run("retention", "fetch", exit_code=2)


def test_a_case_closes_leaves_comes_back_and_is_erased(laptop: Laptop, tmp_path: Path) -> None:
    person = laptop.person("Jonas Prøve")
    hub = RunningHub(tmp_path)
    try:
        laptop.run("enrol", hub.url, hub.code())
        case = laptop.json("show", "case", person)["cases"][0]["id"]
        laptop.run("retention", "days", "0")
        laptop.run("close-case", case)
        laptop.run("sync")
        assert [(one["id"], one["why"]) for one in laptop.json("retention", "gone")] == [(person, "closed")]
        assert laptop.json("list", "cases") == []
        laptop.run("retention", "days", "30")
        assert laptop.json("retention", "fetch", person) == {"count": 1}
        laptop.run("sync")
        assert [one["name"] for one in laptop.json("retention")["people"]] == ["Jonas Prøve"]
        hub.admin("erase", person, "--yes")
        laptop.run("sync")
        assert laptop.json("retention")["people"] == []
        assert [one["why"] for one in laptop.json("retention", "gone")] == ["erased"]
    finally:
        hub.stop()
